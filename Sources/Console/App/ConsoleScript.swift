import Core
import Terminal

/// What a person would do at the console, as lines: commands, keys, text, and waiting until the screen shows something.
/// Read whole and checked before anything starts.
///
/// ```
/// # two turns, then the screen as a file
/// :say hello
/// wait turn 2
/// key z
/// :dump talk.txt
/// ```
public struct ConsoleScript: Sendable, Equatable {
    /// Most lines and bytes of a script.
    static let lineLimit = 10_000
    public static let byteLimit = 1 << 20

    /// One thing to do.
    enum Step: Sendable, Equatable {
        case command(String)
        case keys([KeyChord])
        case type(String)
        case paste(String)
        /// Until the screen shows the text (or no longer does).
        case wait(String, shown: Bool)
        /// How long each wait from here on may take.
        case timeout(Duration)
        /// Another size, where there is no terminal.
        case size(Size)
    }

    /// A step and its line, from 1.
    struct Line: Sendable, Equatable {
        var number: Int
        var step: Step
    }

    /// What is wrong with a line.
    public struct Mistake: Error, Sendable, Equatable {
        /// From 1; 0 for the whole script.
        public var line: Int
        public var cause: String
        public var fix: String
    }

    let lines: [Line]

    /// Reads a script. Throws at the first line that cannot be understood.
    public init(parsing text: String) throws(Mistake) {
        guard text.utf8.count <= Self.byteLimit else {
            throw Mistake(line: 0, cause: "it is longer than \(Self.byteLimit) bytes", fix: "make it shorter")
        }
        var lines: [Line] = []
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            guard index < Self.lineLimit else {
                throw Mistake(line: index + 1, cause: "more than \(Self.lineLimit) lines", fix: "make it shorter")
            }
            if let step = try Self.step(line, index + 1) { lines.append(Line(number: index + 1, step: step)) }
        }
        self.lines = lines
    }

    private static func step(_ line: Substring, _ number: Int) throws(Mistake) -> Step? {
        let trimmed = line.drop { $0 == " " || $0 == "\t" }
        guard let first = trimmed.first, first != "#" else { return nil }
        if first == ":" {
            let command = String(trimmed.dropFirst())
            if let wrong = CommandLineCheck.problem(command) {
                throw Mistake(line: number, cause: wrong.cause, fix: wrong.fix)
            }
            return .command(command)
        }
        let word = trimmed.prefix { $0 != " " }
        let rest = String(trimmed.dropFirst(word.count + 1))
        guard !rest.isEmpty else {
            throw Mistake(line: number, cause: "\"\(word)\" has nothing behind it", fix: Self.forms)
        }
        return try step(word, rest, number)
    }

    private static func step(_ word: Substring, _ rest: String, _ number: Int) throws(Mistake) -> Step {
        switch word {
        case "key": return .keys(try keys(rest, number))
        case "type": return .type(rest)
        case "paste": return .paste(rest)
        case "wait": return .wait(rest, shown: true)
        case "gone": return .wait(rest, shown: false)
        case "timeout":
            guard let seconds = Double(rest), seconds >= 0.1, seconds <= 600 else {
                throw Mistake(line: number, cause: "\(rest) is no time", fix: "write seconds from 0.1 to 600")
            }
            return .timeout(.milliseconds(Int(saturating: seconds * 1000)))
        case "size":
            let parts = rest.split(separator: "x").map { Int($0) ?? 0 }
            guard parts.count == 2, parts.allSatisfy({ (1...1000).contains($0) }) else {
                throw Mistake(line: number, cause: "\(rest) is no size", fix: "write columns x rows, as in 80x24")
            }
            return .size(Size(width: parts[0], height: parts[1]))
        default: throw Mistake(line: number, cause: "\"\(word)\" is not known", fix: forms)
        }
    }

    private static let forms = "write :command, key, type, paste, wait, gone, timeout or size"

    private static func keys(_ text: String, _ number: Int) throws(Mistake) -> [KeyChord] {
        var keys: [KeyChord] = []
        for word in text.split(separator: " ") {
            do throws(KeyNameError) { keys.append(try KeyChord(parsing: String(word))) } catch {
                throw Mistake(line: number, cause: "unknown key \"\(word)\"", fix: KeyNameError.forms)
            }
        }
        return keys
    }
}

/// Plays a script step by step; knows where it is and since when it waits.
struct ScriptPlayer {
    /// What comes next.
    enum Turn {
        case act([ConsoleMessage])
        case waiting
        case failed(String)
        case done
    }

    private let lines: [ConsoleScript.Line]
    private var next = 0
    private var timeout = Duration.seconds(10)
    private var waitingSince: MonotonicTime?

    init(_ script: ConsoleScript) { lines = script.lines }

    /// The next thing to do; `screen` is the screen as text.
    mutating func step(_ screen: () -> String, now: MonotonicTime) -> Turn {
        guard next < lines.count else { return .done }
        let line = lines[next]
        if case .wait(let text, let shown) = line.step {
            if screen().contains(text) != shown {
                let since = waitingSince ?? now
                waitingSince = since
                guard now - since > timeout else { return .waiting }
                let seconds = Format.decimal(timeout.milliseconds / 1000, 1)
                let what = shown ? "did not show" : "still shows"
                return .failed("line \(line.number): the screen \(what) \"\(text)\" after \(seconds) s")
            }
        }
        waitingSince = nil
        next += 1
        switch line.step {
        case .wait: return .act([])
        case .timeout(let new):
            timeout = new
            return .act([])
        case .command(let text): return .act([.command(text)])
        case .keys(let keys): return .act(keys.map { .input(.key(KeyPress($0))) })
        case .type(let text): return .act(text.map { .input(.key(KeyPress(KeyChord($0)))) })
        case .paste(let text): return .act([.input(.paste(text))])
        case .size(let size): return .act([.resized(size)])
        }
    }
}
