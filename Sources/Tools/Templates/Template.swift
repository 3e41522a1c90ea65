import Core

/// Text with places for values: `${call.caller}`, `${args.city}`, `${customer.name:-friend}`. `$${` stands for `${` itself.
public struct Template: Sendable, Equatable {
    enum Part: Sendable, Equatable {
        case text(String)
        case value(ValuePath, otherwise: String?)
    }

    /// How a value is written where it stands.
    public enum Writing: Sendable {
        /// As it is; objects and arrays as JSON.
        case plain
        /// Percent-encoded, for a part of a URL.
        case url
        /// Escaped, for the inside of a JSON string.
        case json
    }

    var parts: [Part] = []

    /// Reads a template. Throws `ToolFailure` in words.
    public init(_ text: String) throws(ToolFailure) {
        var rest = Substring(text)
        var plain = ""
        while let mark = rest.firstRange(of: "${") {
            let before = rest[..<mark.lowerBound]
            if before.hasSuffix("$") {
                plain += before.dropLast() + "${"
                rest = rest[mark.upperBound...]
                continue
            }
            plain += before
            guard let close = rest[mark.upperBound...].firstIndex(of: "}") else {
                throw ToolFailure("\"${\" without \"}\"")
            }
            if !plain.isEmpty { parts.append(.text(plain)) }
            plain = ""
            parts.append(try Self.place(rest[mark.upperBound..<close]))
            rest = rest[rest.index(after: close)...]
        }
        plain += rest
        if !plain.isEmpty { parts.append(.text(plain)) }
    }

    private static func place(_ inner: Substring) throws(ToolFailure) -> Part {
        let split = inner.firstRange(of: ":-")
        let path = try ValuePath(String(split.map { inner[..<$0.lowerBound] } ?? inner))
        return .value(path, otherwise: split.map { String(inner[$0.upperBound...]) })
    }

    /// Whether it holds a place for a value.
    public var hasPlaces: Bool { parts.contains { if case .value = $0 { true } else { false } } }

    /// The text with values put in. A value that is not there and has no default is an error that names its path.
    public func filled(_ variables: JSONValue, writing: Writing = .plain) throws(ToolFailure) -> String {
        var out = ""
        for part in parts {
            switch part {
            case .text(let text): out += text
            case .value(let path, let otherwise):
                guard let text = path.pick(from: variables).map(Self.text) ?? otherwise else {
                    throw ToolFailure("there is no value \(path.text)")
                }
                out += Self.write(text, writing)
            }
        }
        return out
    }

    /// The text with values put in; what is missing is left out and told.
    public func filledLeniently(_ variables: JSONValue) -> (text: String, missing: [String]) {
        var (out, missing) = ("", [String]())
        for part in parts {
            switch part {
            case .text(let text): out += text
            case .value(let path, let otherwise):
                let found = path.pick(from: variables).map(Self.text) ?? otherwise
                if found == nil { missing.append(path.text) }
                out += found ?? ""
            }
        }
        return (out, missing)
    }

    /// The value itself when the template is one place and nothing else (numbers stay numbers), else the text.
    public func value(_ variables: JSONValue) throws(ToolFailure) -> JSONValue {
        if parts.count == 1, case .value(let path, let otherwise) = parts[0] {
            if let found = path.pick(from: variables) { return found }
            guard let otherwise else { throw ToolFailure("there is no value \(path.text)") }
            return .string(otherwise)
        }
        return .string(try filled(variables))
    }

    private static func text(_ value: JSONValue) -> String {
        switch value {
        case .string(let text): text
        case .null: ""
        default: value.text
        }
    }

    private static func write(_ text: String, _ writing: Writing) -> String {
        switch writing {
        case .plain: text
        case .url: URLParts.encode(text)
        case .json: String(JSONValue.string(text).text.dropFirst().dropLast())
        }
    }

    /// A whole JSON value in which every string is a template.
    public static func fill(_ value: JSONValue, _ variables: JSONValue) throws(ToolFailure) -> JSONValue {
        switch value {
        case .string(let text): return try Template(text).value(variables)
        case .array(let items):
            var filled: [JSONValue] = []
            for item in items { filled.append(try fill(item, variables)) }
            return .array(filled)
        case .object(let members):
            var filled: [JSONValue.Member] = []
            for member in members { filled.append(JSONValue.Member(member.key, try fill(member.value, variables))) }
            return .object(filled)
        default: return value
        }
    }
}
