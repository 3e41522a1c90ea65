import Core
import Terminal

/// One thing that `sidetone doctor` looked at.
struct Finding: Sendable, Equatable {
    /// How bad it is.
    enum Level: String, Sendable, Comparable {
        case ok, warning, error

        static func < (a: Level, b: Level) -> Bool { a.rank < b.rank }
        private var rank: Int { self == .ok ? 0 : self == .warning ? 1 : 2 }
    }

    /// Group: `terminal`, `providers`, …
    var area: String
    /// What was looked at.
    var name: String
    var level: Level
    /// What was found; for warnings and errors the reason.
    var text: String
    /// What to do about it.
    var fix: String?

    /// All is well.
    init(_ area: String, _ name: String, _ text: String) { self.init(area, name, .ok, text) }

    /// Something to say about `name`, with what to do when it is bad.
    init(_ area: String, _ name: String, _ level: Level, _ text: String, fix: String? = nil) {
        self.area = area
        self.name = name
        self.level = level
        self.text = text
        self.fix = fix
    }

    /// The JSON form.
    var json: JSONValue {
        [
            "area": .string(area), "check": .string(name), "level": .string(level.rawValue), "text": .string(text),
            "fix": fix.map { .string($0) } ?? .null,
        ]
    }

    /// Lines for people. Names of devices and files come from outside, so all of it is cleaned.
    var lines: [String] {
        let head = Columns.row([(level.rawValue, 8), (area, 14), (name, 22)], text)
        guard level != .ok, let fix else { return [head] }
        return [head, Columns.row([("", 8), ("", 14), ("", 22)], "-> " + fix)]
    }
}
