/// What is wrong in a theme file, and where.
public struct ThemeProblem: Sendable, Hashable, CustomStringConvertible {
    public var file: String
    /// From 1; 0 when it is about the whole file.
    public var line: Int
    public var text: String

    public init(file: String, line: Int, text: String) {
        self.file = file
        self.line = line
        self.text = text
    }

    public var description: String {
        line > 0 ? "\(SafeText(file)):\(line): \(SafeText(text))" : "\(SafeText(file)): \(SafeText(text))"
    }
}

/// Reads `.theme` files: `key = value` lines, `#` at the start of a line for remarks.
///
/// ```
/// name = fjord                          kind = dark | light | any        inherits = midnight
/// palette.ice = #88c0d0
/// surface = #2e3440                     ground of a surface
/// text.cut = ice on none strike | 256 110 | 16 cyan
/// ```
/// A colour is a palette name, `#rrggbb`, one of the terminal's 16 names, or `none` for the terminal's own. Attributes
/// follow it. A bad line is reported and left out; the rest of the file still counts. Never fails.
public struct ThemeParser {
    /// Bounds for files from outside.
    static let lineLimit = 2_000

    private let file: String
    private var theme: Theme
    private var palette: [String: ThemeColor] = [:]
    private var problems: [ThemeProblem] = []
    private var line = 0

    /// The theme of a file's text and all that is wrong with it. `parent` finds the theme it inherits from.
    public static func parse(
        _ text: String, file: String, parent: (String) -> Theme? = { _ in nil }
    ) -> (theme: Theme, problems: [ThemeProblem]) {
        var parser = ThemeParser(file: file)
        parser.read(text, parent: parent)
        return (parser.theme, parser.problems)
    }

    private init(file: String) {
        self.file = file
        theme = Theme(name: Self.stem(of: file))
    }

    static func stem(of file: String) -> String {
        let name = file.split(separator: "/").last.map(String.init) ?? file
        return name.hasSuffix(".theme") ? String(name.dropLast(6)) : name
    }

    private mutating func read(_ text: String, parent: (String) -> Theme?) {
        let lines = text.split(omittingEmptySubsequences: false) { $0.isNewline }
        // Palette first: a slot may name a colour that stands further down.
        for pass in [true, false] {
            for (index, raw) in lines.prefix(Self.lineLimit).enumerated() {
                line = index + 1
                guard let (key, value) = pair(raw, report: !pass) else { continue }
                if pass { early(key, value, parent) } else { take(key, value) }
            }
        }
        if lines.count > Self.lineLimit { problem("more than \(Self.lineLimit) lines; the rest is left out", at: 0) }
    }

    private mutating func pair(_ raw: Substring, report: Bool) -> (String, String)? {
        let text = raw.trimmed
        if text.isEmpty || text.hasPrefix("#") { return nil }
        guard let equals = text.firstIndex(of: "=") else {
            if report { problem("no \"=\" in this line; write key = value") }
            return nil
        }
        let value = text[text.index(after: equals)...].trimmed
        let bare =
            value.count >= 2 && value.hasPrefix("\"") && value.hasSuffix("\"")
            ? String(value.dropFirst().dropLast()) : value
        return (text[..<equals].trimmed, bare)
    }

    private mutating func early(_ key: String, _ value: String, _ parent: (String) -> Theme?) {
        if key == "inherits" {
            guard let found = parent(value) else {
                problem("inherits \"\(value)\", which is no theme here")
                return
            }
            theme.roles = found.roles
            theme.surfaces = found.surfaces
            theme.places = found.places
        } else if key.hasPrefix("palette.") {
            guard let color = color(value) else {
                problem("\"\(value)\" is no colour; write #rrggbb, none or one of the terminal's names")
                return
            }
            palette[String(key.dropFirst(8))] = color
        }
    }

    private mutating func take(_ key: String, _ value: String) {
        theme.places[key] = ThemePlace(file: file, line: line)
        switch key {
        case "name": theme.name = value
        case "summary": theme.summary = value
        case "kind": kind(value)
        case "inherits", "format", "author": break
        default:
            if key.hasPrefix("palette.") { return }
            if let surface = Surface(rawValue: key) {
                if let look = look(value, isSurface: true) { theme.surfaces[surface] = look }
            } else if let role = Role(rawValue: key) {
                if let look = look(value, isSurface: false) { theme.roles[role] = look }
            } else {
                problem("unknown key \"\(key)\"" + suggestion(key))
            }
        }
    }

    private mutating func kind(_ value: String) {
        guard let kind = Theme.Kind(rawValue: value) else {
            problem("kind is \"\(value)\"; write dark, light or any")
            return
        }
        theme.kind = kind
    }

    private func suggestion(_ key: String) -> String {
        let known = Role.allCases.map(\.rawValue) + Surface.allCases.map(\.rawValue)
        let near = known.filter { $0.hasSuffix(key) || $0.hasPrefix(key) || key.hasPrefix($0) }
        return near.isEmpty ? "" : "; did you mean " + near.joined(separator: " or ") + "?"
    }

    private func color(_ word: String) -> ThemeColor? {
        if let known = palette[word] { return known }
        if word == "none" || word == "default" { return .terminal }
        if let index = TerminalPalette.names.firstIndex(of: word) { return .named(index) }
        return RGB(hex: word).map { .rgb($0) }
    }

    private mutating func look(_ value: String, isSurface: Bool) -> Look? {
        let parts = value.split(separator: "|", omittingEmptySubsequences: false).map { String($0.trimmed) }
        var words = (parts.first ?? "").split(separator: " ").map(String.init)
        guard let first = words.first, let color = color(first) else {
            problem("\"\(words.first ?? "")\" is no colour; write #rrggbb, none, a palette name or a terminal's name")
            return nil
        }
        words.removeFirst()
        var look = Look(color)
        if !isSurface, words.first == "on", words.count >= 2 {
            guard let ground = self.color(words[1]) else {
                problem("\"\(words[1])\" after \"on\" is no colour")
                return nil
            }
            look.ground = ground
            words.removeFirst(2)
        }
        for word in words { attribute(word, &look) }
        for part in parts.dropFirst() { override(part, &look) }
        return look
    }

    private mutating func attribute(_ word: String, _ look: inout Look) {
        if word == "plain" {
            look.attributes = look.attributes ?? []
        } else if let known = Attributes.names.first(where: { $0.name == word }) {
            look.attributes = (look.attributes ?? []).union(known.attribute)
        } else {
            problem(
                "unknown attribute \"\(word)\"; known: plain " + Attributes.names.map(\.name).joined(separator: " "))
        }
    }

    private mutating func override(_ text: String, _ look: inout Look) {
        let words = text.split(separator: " ").map(String.init)
        if words.count == 2, words[0] == "256", let number = Int(words[1]), (0...255).contains(number) {
            look.indexed = number
        } else if words.count == 2, words[0] == "16",
            let number = TerminalPalette.names.firstIndex(of: words[1]) ?? Int(words[1]), (0...15).contains(number)
        {
            look.sixteen = number
        } else {
            problem("\"| \(text)\" is not understood; write | 256 <0-255> or | 16 <name>")
        }
    }

    private mutating func problem(_ text: String, at number: Int? = nil) {
        guard problems.count < 100 else { return }
        problems.append(ThemeProblem(file: file, line: number ?? line, text: text))
    }
}

extension StringProtocol {
    /// Without blanks at both ends.
    var trimmed: String {
        var text = Substring(self)
        while let first = text.first, first.isWhitespace { text.removeFirst() }
        while let last = text.last, last.isWhitespace { text.removeLast() }
        return String(text)
    }
}
