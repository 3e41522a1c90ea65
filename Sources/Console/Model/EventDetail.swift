import Core

/// An event as indented JSON, one line an element. Audio is named by its size, not shown; texts that are JSON
/// themselves are opened.
struct EventDetail: Sendable, Equatable {
    /// Longest text shown whole, and most lines.
    static let textLimit = 2_000
    static let lineLimit = 2_000
    /// A run of base64 from this length on is taken for audio.
    static let audioLength = 200

    /// Number of the event.
    let number: Int
    private(set) var lines: [String] = []
    /// What two events differ in, not one event.
    let isDiff: Bool

    /// Two events: a line for each field in which they differ.
    init(_ diff: EventDiff) {
        number = diff.second
        isDiff = true
        for row in diff.rows where row.sign != .same {
            switch row.sign {
            case .removed: lines.append("- \(row.path): \(row.before)")
            case .added: lines.append("+ \(row.path): \(row.after)")
            case .changed, .same: lines += ["~ \(row.path): \(row.before)", "    now \(row.after)"]
            }
        }
        let alike = diff.rows.count - diff.differences
        lines.append(diff.differences == 0 ? "the events are alike" : "\(alike) fields are alike")
    }

    init(_ record: EventRecord, number: Int) {
        self.number = number
        isDiff = false
        guard let bytes = try? EventCodec.encode(record), let value = try? JSONParser.parse(bytes) else {
            lines = ["this event cannot be written as JSON (a number that is none?)"]
            return
        }
        add(value, prefix: "", depth: 0, end: "")
        if lines.count > Self.lineLimit {
            let rest = lines.count - Self.lineLimit
            lines.removeLast(rest)
            lines.append("… \(rest) more lines")
        }
    }

    private mutating func add(_ value: JSONValue, prefix: String, depth: Int, end: String) {
        guard lines.count <= Self.lineLimit else { return }
        let indent = String(repeating: "  ", count: min(depth, 20))
        switch value {
        case .object(let members) where !members.isEmpty:
            lines.append(indent + prefix + "{")
            for (index, member) in members.enumerated() {
                let comma = index == members.count - 1 ? "" : ","
                add(member.value, prefix: Self.text(.string(member.key)) + ": ", depth: depth + 1, end: comma)
            }
            lines.append(indent + "}" + end)
        case .array(let items) where !items.isEmpty:
            lines.append(indent + prefix + "[")
            for (index, item) in items.enumerated() {
                add(item, prefix: "", depth: depth + 1, end: index == items.count - 1 ? "" : ",")
            }
            lines.append(indent + "]" + end)
        case .string(let text): add(text, indent: indent, prefix: prefix, depth: depth, end: end)
        default: lines.append(indent + prefix + Self.text(value) + end)
        }
    }

    private mutating func add(_ text: String, indent: String, prefix: String, depth: Int, end: String) {
        if depth < 8, text.hasPrefix("{") || text.hasPrefix("["), let inner = try? JSONParser.parse(text) {
            return add(inner, prefix: prefix, depth: depth, end: end)
        }
        if Self.isAudio(text) {
            lines.append(indent + prefix + "<audio, \(Format.count(text.utf8.count / 4 * 3)) bytes>" + end)
        } else if text.utf8.count > Self.textLimit {
            let more = text.utf8.count - Self.textLimit
            let shown = String(decoding: text.utf8.prefix(Self.textLimit), as: UTF8.self)
            lines.append(indent + prefix + Self.text(.string(shown)) + " … \(Format.count(more)) more bytes" + end)
        } else {
            lines.append(indent + prefix + Self.text(.string(text)) + end)
        }
    }

    /// A text in one line: audio by its size, long texts cut.
    static func brief(_ text: String) -> String {
        if isAudio(text) { return "<audio, \(Format.count(text.utf8.count / 4 * 3)) bytes>" }
        guard text.utf8.count > 200 else { return Self.text(.string(text)) }
        let shown = String(decoding: text.utf8.prefix(200), as: UTF8.self)
        return Self.text(.string(shown)) + " … \(Format.count(text.utf8.count - 200)) more bytes"
    }

    /// A long run of base64 without a blank.
    private static func isAudio(_ text: String) -> Bool {
        text.utf8.count >= audioLength
            && text.utf8.prefix(4_096).allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "="),
                    UInt8(ascii: "-"), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
    }

    private static func text(_ value: JSONValue) -> String {
        var bytes: [UInt8] = []
        JSONWriter.append(value, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }
}
