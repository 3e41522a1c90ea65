import Core

/// A path into JSON: `contacts[0].id`, `items[*].name`, `["odd key"].x`.
public struct ValuePath: Sendable, Equatable {
    enum Part: Sendable, Equatable {
        case key(String)
        case index(Int)
        /// Every element of an array.
        case all
    }

    /// The text it was made from.
    public let text: String
    var parts: [Part] = []

    /// Reads a path. Throws `ToolFailure` in words.
    public init(_ text: String) throws(ToolFailure) {
        self.text = text
        var rest = Substring(text)
        if rest.hasPrefix("$") { rest = rest.dropFirst(rest.hasPrefix("$.") ? 2 : 1) }
        guard !rest.isEmpty else { throw ToolFailure("an empty path") }
        while !rest.isEmpty {
            guard parts.count < 32 else { throw ToolFailure("the path \"\(text)\" is too deep") }
            parts.append(rest.first == "[" ? try Self.bracket(&rest, text) : try Self.name(&rest, text))
            if rest.first == "." {
                rest = rest.dropFirst()
                if rest.isEmpty || rest.first == "[" {
                    throw ToolFailure("the path \"\(text)\" has a dot before nothing")
                }
            } else if !rest.isEmpty, rest.first != "[" {
                throw ToolFailure("the path \"\(text)\" needs a dot or [ before \"\(rest.prefix(20))\"")
            }
        }
    }

    private static func name(_ rest: inout Substring, _ text: String) throws(ToolFailure) -> Part {
        let end = rest.firstIndex { $0 == "." || $0 == "[" || $0 == "]" } ?? rest.endIndex
        let name = rest[..<end]
        guard !name.isEmpty else { throw ToolFailure("the path \"\(text)\" has an empty name") }
        rest = rest[end...]
        return .key(String(name))
    }

    private static func bracket(_ rest: inout Substring, _ text: String) throws(ToolFailure) -> Part {
        guard let close = rest.firstIndex(of: "]") else { throw ToolFailure("the path \"\(text)\" has a [ without ]") }
        let inner = rest[rest.index(after: rest.startIndex)..<close]
        rest = rest[rest.index(after: close)...]
        if inner == "*" { return .all }
        if let index = Int(inner), index >= 0 { return .index(index) }
        if inner.count > 2, let quote = inner.first, quote == "\"" || quote == "'", inner.last == quote {
            return .key(String(inner.dropFirst().dropLast()))
        }
        throw ToolFailure("the path \"\(text)\" has [\(inner)]; write a number, * or a quoted name")
    }

    /// What stands there; nil when nothing does.
    public func pick(from value: JSONValue) -> JSONValue? { pick(from: value, parts[...]) }

    private func pick(from value: JSONValue, _ parts: ArraySlice<Part>) -> JSONValue? {
        guard let first = parts.first else { return value }
        let rest = parts.dropFirst()
        switch first {
        case .key(let key): return value[key].flatMap { pick(from: $0, rest) }
        case .index(let index): return value[index].flatMap { pick(from: $0, rest) }
        case .all: return value.array.map { .array($0.compactMap { pick(from: $0, rest) }) }
        }
    }
}
