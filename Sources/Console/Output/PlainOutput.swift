import Core
import Terminal

/// Events as lines of words, for pipes, logs and screen readers: no escape byte, no control but the line end.
public struct PlainOutput: Sendable {
    /// Whether partial texts, progress and counters are written too.
    public var includesDeltas: Bool
    /// Only ASCII, for a C locale.
    public var ascii: Bool
    /// Only what is wrong, and ends.
    public var isQuiet: Bool

    public init(includesDeltas: Bool = false, ascii: Bool = false, isQuiet: Bool = false) {
        self.includesDeltas = includesDeltas
        self.ascii = ascii
        self.isQuiet = isQuiet
    }

    /// One line with its end, or nil for an event that is left out.
    public func line(_ record: EventRecord) -> String? {
        if record.event.isDelta, !includesDeltas { return nil }
        let line = EventLine(record)
        if isQuiet, !line.isWarning, record.event.kind != .sessionEnded { return nil }
        let session = record.session.map(\.text) ?? "-"
        let text = SafeText("\(line.time) \(session) \(line.name) \(line.detail)")
        return (ascii ? text.asciiOnly : text).string + "\n"
    }
}

/// Events as JSON, one object a line: the log's own form, so that it can be replayed.
public struct JSONOutput: Sendable {
    public init() {}

    /// One line with its end. Throws what the encoder throws, which no event of ours causes.
    public func line(_ record: EventRecord) throws -> String {
        Self.harmless(String(decoding: try EventCodec.encode(record), as: UTF8.self)) + "\n"
    }

    /// JSON text that means the same and holds no character a terminal would obey or hide: what is left by the encoder (DEL,
    /// C1, direction, invisible, private) is written as `\u…`.
    public static func harmless(_ json: String) -> String {
        if json.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F || $0 == 0x0A }) { return json }
        var text = String.UnicodeScalarView()
        for scalar in json.unicodeScalars {
            if isShown(scalar) {
                text.append(scalar)
            } else {
                for unit in String(scalar).utf16 {
                    let digits = String(unit, radix: 16)
                    text.append(
                        contentsOf: ("\\u" + String(repeating: "0", count: 4 - digits.count) + digits).unicodeScalars)
                }
            }
        }
        return String(text)
    }

    /// Whether a terminal shows a character and does nothing else with it.
    public static func isShown(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.value < 0x7F { return scalar.value >= 0x20 || scalar == "\n" || scalar == "\r" || scalar == "\t" }
        switch scalar.properties.generalCategory {
        case .control, .format, .privateUse, .unassigned, .surrogate, .lineSeparator, .paragraphSeparator: return false
        default: return !scalar.properties.isVariationSelector
        }
    }
}
