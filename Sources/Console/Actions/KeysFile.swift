import Core
import Terminal

/// The user's keys: lines of `action: key [key…]`. Reads all of it and tells all that is wrong with it.
///
/// ```
/// mute: m ctrl-t          # instead of the usual keys, wherever it works
/// talk/cut: b x           # only in Talk
/// note: none              # no key
/// f5: :provider gemini    # a function key runs a line
/// ```
public enum KeysFile {
    /// Longest file that is read, in bytes.
    public static let limit = 64 * 1024

    /// What is wrong with a line.
    public struct Problem: Error, Sendable, Equatable, CustomStringConvertible {
        public var file: String
        /// From 1; 0 for the whole file.
        public var line: Int
        public var cause: String
        public var fix: String

        /// `keys:3`.
        public var place: String { line > 0 ? "\(file):\(line)" : file }
        public var description: String { "\(SafeText(place)): \(SafeText(cause)); \(SafeText(fix))" }
    }

    /// Reads the text of a file. The bindings hold whatever could be read.
    public static func parse(
        _ bytes: some Sequence<UInt8>, file: String
    ) -> (bindings: KeyBindings, problems: [Problem]) {
        var reader = Reader(file: file)
        let text = String(decoding: Array(bytes), as: UTF8.self)
        guard text.utf8.count <= limit else {
            let cause = "it is longer than \(limit) bytes"
            return (.standard, [Problem(file: file, line: 0, cause: cause, fix: "keep only lines of keys")])
        }
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            reader.number = index + 1
            reader.take(line)
        }
        reader.check()
        return (reader.bindings, reader.problems)
    }
}

private struct Reader {
    let file: String
    var number = 0
    var bindings = KeyBindings.standard
    var problems: [KeysFile.Problem] = []
    /// Lines that gave a key its place, for the place of a conflict.
    private var lines: [KeyChord: Int] = [:]
    private var seen: [String: Int] = [:]

    init(file: String) { self.file = file }

    mutating func complain(_ cause: String, _ fix: String, at line: Int? = nil) {
        guard problems.count < 100 else { return }
        problems.append(KeysFile.Problem(file: file, line: line ?? number, cause: cause, fix: fix))
    }

    /// One line. A `#` begins a remark where a word could begin; a lone `#` behind the colon is the key.
    mutating func take(_ line: Substring) {
        let words = Self.words(line)
        guard let head = words.first else { return }
        guard head.count > 1, head.last == ":" else {
            return complain(
                "\"\(head)\" is not followed by a colon", "write `action: key`, as in `mute: m ctrl-t`")
        }
        let name = String(head.dropLast())
        let rest = Array(words.dropFirst())
        if let before = seen[name.lowercased()] {
            return complain("\(name) is given keys twice", "keep one of lines \(before) and \(number)")
        }
        seen[name.lowercased()] = number
        let parts = name.split(separator: "/", maxSplits: 1).map(String.init)
        let scope = parts.count == 2 ? scope(parts[0]) : nil
        if parts.count == 2, scope == nil { return }
        let owner = parts.last ?? name
        if let key = try? KeyChord(parsing: owner), case .function = key.key {
            return macro(key, scope ?? .global, rest)
        }
        bind(owner, scope, rest)
    }

    /// Words up to a remark.
    private static func words(_ line: Substring) -> [String] {
        let all = line.split { $0 == " " || $0 == "\t" }.map(String.init)
        let end = all.indices.first { at in
            // `find: #` binds the sign itself; with more behind it, it is a remark.
            all[at].hasPrefix("#") && !(at == 1 && all[at] == "#" && all.count == 2)
        }
        return Array(all[..<(end ?? all.count)])
    }

    private mutating func scope(_ name: String) -> ActionScope? {
        if let found = ActionScope(rawValue: name.lowercased()) { return found }
        let names = ActionScope.allCases.map(\.rawValue)
        let near = Spelling.nearest(to: name, among: names).map { "did you mean \($0)?" }
        complain("there is no place \"\(name)\"", near ?? "choose one of " + names.joined(separator: ", "))
        return nil
    }

    // MARK: - Actions

    private mutating func bind(_ name: String, _ scope: ActionScope?, _ words: [String]) {
        guard let action = ActionID(rawValue: name).flatMap({ ActionTable.action($0) }) else {
            let near = Spelling.nearest(to: name, among: ActionID.allCases.map(\.rawValue))
            return complain(
                "there is no action \"\(name)\"",
                near.map { "did you mean \($0)?" } ?? "`sidetone keys` lists the actions")
        }
        if let scope, !action.scopes.contains(scope) {
            let places = action.scopes.map(\.rawValue).joined(separator: ", ")
            return complain("\(name) does not work in \(scope.rawValue)", "it works in \(places)")
        }
        guard !words.isEmpty else {
            return complain("\(name) has no key behind it", "name one, or write `\(name): none`")
        }
        if words == ["none"] {
            guard !action.id.isNeeded else {
                return complain("\(name) cannot be without a key", "give it another key: nothing else does this")
            }
            return bindings.bind(action, [], in: scope)
        }
        var keys: [KeyChord] = []
        for word in words {
            guard let key = self.key(word, for: action, scope) else { return }
            if !keys.contains(key) { keys.append(key) }
        }
        for key in keys { lines[key] = number }
        bindings.bind(action, keys, in: scope)
    }

    private mutating func key(_ word: String, for action: Action, _ scope: ActionScope?) -> KeyChord? {
        let key: KeyChord
        do throws(KeyNameError) { key = try KeyChord(parsing: word) } catch {
            complain("unknown key \"\(word)\"", KeyNameError.forms)
            return nil
        }
        if let real = key.sameToTerminals {
            complain("\(key) cannot be told from \(real)", "write \(real), or take another key")
            return nil
        }
        let places = scope.map { [$0] } ?? action.scopes
        if let typed = places.first(where: \.takesCharacters), case .character = key.key, key.modifiers.isEmpty {
            complain(
                "\(key.hint) could not be typed any more in \(typed.title.lowercased())",
                "take a named key or one with ctrl- or alt-")
            return nil
        }
        return key
    }

    // MARK: - Macros

    private mutating func macro(_ key: KeyChord, _ scope: ActionScope, _ words: [String]) {
        guard scope == .global || scope.isView else {
            return complain("a macro does not work in \(scope.rawValue)", "name a view, or leave the place out")
        }
        guard let first = words.first, first.hasPrefix(":"), first.count > 1 else {
            return complain("\(key) takes a command", "write it with its colon, as in `\(key): :mute on`")
        }
        let line = String(words.joined(separator: " ").dropFirst())
        if let wrong = CommandLineCheck.problem(line) {
            return complain(wrong.cause, wrong.fix)
        }
        lines[key] = number
        bindings.bind(KeyBindings.Macro(key: key, line: line, scope: scope))
    }

    // MARK: - Conflicts

    mutating func check() {
        bindings.index()
        for conflict in bindings.conflicts {
            var (one, loser) = (conflict.owners[0], conflict.owners[1])
            // What the file says stands first; what it collides with is to move.
            if seen[loser] != nil && seen[one] == nil || loser.hasPrefix(":") { swap(&one, &loser) }
            complain(
                "\(conflict.key) would be both \(one) and \(loser) in \(conflict.scope.title)",
                "give \(loser) another key, or write `\(loser): none`", at: lines[conflict.key] ?? 0)
        }
    }
}

extension ActionID {
    /// Without a key for it the console could not be used or left.
    fileprivate var isNeeded: Bool {
        switch self {
        case .submit, .cancel, .choose, .confirmYes, .confirmNo, .interrupt: true
        default: false
        }
    }
}

extension ActionScope {
    /// Whether characters are text there.
    fileprivate var takesCharacters: Bool {
        switch self {
        case .text, .prompt, .editing, .help, .anywhere: true
        default: false
        }
    }

    fileprivate var isView: Bool { ConsoleView.allCases.contains { $0.scope == self } }
}

extension KeyChord {
    /// The key that a terminal sends for it, where that is another one.
    fileprivate var sameToTerminals: String? {
        guard modifiers == .ctrl, case .character(let character) = key else { return nil }
        switch character {
        case "i": return "tab"
        case "m", "j": return "enter"
        case "[": return "escape"
        default: return nil
        }
    }
}
