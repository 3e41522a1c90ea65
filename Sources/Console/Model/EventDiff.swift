import Core

/// Two events field by field: what only one has, what differs. Texts that are JSON are opened, audio is named by its size.
struct EventDiff: Sendable, Equatable {
    /// One field.
    struct Row: Sendable, Equatable {
        enum Sign: Sendable, Equatable { case same, changed, removed, added }
        var sign: Sign
        var path: String
        var before: String
        var after: String
    }

    /// Numbers of the events.
    let first: Int
    let second: Int
    private(set) var rows: [Row] = []

    init(_ one: EventRecord, number first: Int, _ other: EventRecord, number second: Int) {
        (self.first, self.second) = (first, second)
        let (left, right) = (Self.fields(one), Self.fields(other))
        let known = Set(left.map(\.path))
        let values = Dictionary(right.map { ($0.path, $0.value) }, uniquingKeysWith: { first, _ in first })
        for field in left {
            guard let after = values[field.path] else {
                rows.append(Row(sign: .removed, path: field.path, before: field.value, after: ""))
                continue
            }
            let sign: Row.Sign = after == field.value ? .same : .changed
            rows.append(Row(sign: sign, path: field.path, before: field.value, after: after))
        }
        rows += right.filter { !known.contains($0.path) }.map {
            Row(sign: .added, path: $0.path, before: "", after: $0.value)
        }
    }

    var differences: Int { rows.count { $0.sign != .same } }

    /// Every leaf with its path, in the order of the JSON; a bounded number.
    private static func fields(_ record: EventRecord) -> [(path: String, value: String)] {
        guard let bytes = try? EventCodec.encode(record), let value = try? JSONParser.parse(bytes) else { return [] }
        var found: [(path: String, value: String)] = []
        collect(value, path: "", depth: 0, into: &found)
        return found
    }

    private static func collect(
        _ value: JSONValue, path: String, depth: Int, into found: inout [(path: String, value: String)]
    ) {
        guard found.count < EventDetail.lineLimit else { return }
        switch value {
        case .object(let members) where depth < 20:
            for member in members {
                collect(
                    member.value, path: path.isEmpty ? member.key : path + "." + member.key, depth: depth + 1,
                    into: &found)
            }
        case .array(let items) where depth < 20:
            for (index, item) in items.enumerated() {
                collect(item, path: "\(path)[\(index)]", depth: depth + 1, into: &found)
            }
        case .string(let text):
            if text.hasPrefix("{") || text.hasPrefix("["), let inner = try? JSONParser.parse(text) {
                return collect(inner, path: path, depth: depth + 1, into: &found)
            }
            found.append((path, EventDetail.brief(text)))
        default: found.append((path, value.text))
        }
    }
}
