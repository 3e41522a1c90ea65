import Core
import Terminal

/// Events as lines of words, for pipes, logs and screen readers: no escape byte, no control but the line end.
public struct PlainOutput: Sendable {
    /// Whether partial texts, progress and counters are written too.
    public var includesDeltas: Bool
    /// Only ASCII, for a C locale.
    public var ascii: Bool

    public init(includesDeltas: Bool = false, ascii: Bool = false) {
        self.includesDeltas = includesDeltas
        self.ascii = ascii
    }

    /// One line with its end, or nil for an event that is left out.
    public func line(_ record: EventRecord) -> String? {
        if record.event.isDelta, !includesDeltas { return nil }
        let line = EventLine(record)
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
        let bytes = try EventCodec.encode(record)
        return String(decoding: bytes, as: UTF8.self).unicodeScalars.reduce(into: "") { text, scalar in
            // JSON leaves DEL and C1 as they are; a terminal that shows the pipe would obey them.
            if scalar.value >= 0x7F, scalar.value <= 0x9F {
                text += "\\u00" + String(scalar.value, radix: 16)
            } else {
                text.unicodeScalars.append(scalar)
            }
        } + "\n"
    }
}
