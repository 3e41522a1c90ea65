import Core
import Yams

/// One node of a configuration file with the place where it stands, so that every error can name file, line and key.
public struct ConfigurationNode: Sendable {
    /// What the node holds.
    public indirect enum Content: Sendable {
        case null
        case scalar(String)
        case list([ConfigurationNode])
        case mapping([(key: String, node: ConfigurationNode)])
    }

    public var content: Content
    /// `sidetone.yaml:12`.
    public var place: String
    /// Dotted path from the root: `providers.openai.voice`.
    public var path: String

    /// Reads one YAML document. Throws naming file, line and cause.
    public static func parse(_ text: String, file: String) throws(ConfigurationError) -> ConfigurationNode {
        do {
            guard let root = try Yams.compose(yaml: text) else {
                return ConfigurationNode(content: .mapping([]), place: "\(file):1", path: "")
            }
            return try convert(root, file, "", depth: 0)
        } catch let error as ConfigurationError {
            throw error
        } catch let error as YamlError {
            throw ConfigurationError(
                place: place(of: error, file, text), cause: cause(of: error), fix: "correct the YAML there")
        } catch {
            throw ConfigurationError(place: file, cause: "\(error)", fix: "correct the YAML")
        }
    }

    private static func place(of error: YamlError, _ file: String, _ text: String) -> String {
        switch error {
        case .scanner(_, _, let mark, _), .parser(_, _, let mark, _), .composer(_, _, let mark, _):
            "\(file):\(mark.line)"
        case .duplicatedKeysInMapping(let keys, let context):
            "\(file):\(secondLine(of: keys.first ?? "", in: text, from: context.mark.line))"
        default: file
        }
    }

    /// Line of a key's second place; the parser tells only where its mapping begins.
    private static func secondLine(of key: String, in text: String, from first: Int) -> Int {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().filter { number, line in
            number + 1 >= first && line.drop { $0 == " " }.hasPrefix("\(key):")
        }
        return lines.count > 1 ? lines[1].offset + 1 : first
    }

    private static func cause(of error: YamlError) -> String {
        switch error {
        case .scanner(_, let problem, _, _), .parser(_, let problem, _, _), .composer(_, let problem, _, _): problem
        case .duplicatedKeysInMapping(let duplicates, _):
            "the key \(duplicates.first.map { "\($0)" } ?? "?") stands twice"
        default: "\(error)".split(separator: "\n").first.map(String.init) ?? "not YAML"
        }
    }

    private static func convert(_ node: Node, _ file: String, _ path: String, depth: Int) throws -> ConfigurationNode {
        let place = "\(file):\(node.mark?.line ?? 1)"
        guard depth < 32 else { throw ConfigurationError(place: place, cause: "nested too deeply", fix: "flatten it") }
        switch node {
        case .scalar(let scalar):
            let isNull = scalar.style == .plain && ["", "~", "null", "Null", "NULL"].contains(scalar.string)
            return ConfigurationNode(content: isNull ? .null : .scalar(scalar.string), place: place, path: path)
        case .sequence(let items):
            let list = try items.enumerated().map {
                try convert($0.element, file, "\(path)[\($0.offset)]", depth: depth + 1)
            }
            return ConfigurationNode(content: .list(list), place: place, path: path)
        case .mapping(let mapping):
            let members = try mapping.map { key, value in
                let name = key.scalar?.string ?? "?"
                let child = path.isEmpty ? name : "\(path).\(name)"
                var node = try convert(value, file, child, depth: depth + 1)
                node.place = "\(file):\(key.mark?.line ?? 1)"
                return (key: name, node: node)
            }
            return ConfigurationNode(content: .mapping(members), place: place, path: path)
        case .alias:
            throw ConfigurationError(place: place, cause: "an alias that refers to nothing", fix: "write the value out")
        }
    }

    /// This file with `overlay` over it: mappings merge key by key, everything else is replaced, null removes.
    public func merged(with overlay: ConfigurationNode) -> ConfigurationNode {
        guard case .mapping(var members) = content, case .mapping(let others) = overlay.content else { return overlay }
        for (key, node) in others {
            let index = members.firstIndex { $0.key == key }
            if case .null = node.content {
                if let index { members.remove(at: index) }
            } else if let index {
                members[index].node = members[index].node.merged(with: node)
            } else {
                members.append((key, node))
            }
        }
        return ConfigurationNode(content: .mapping(members), place: place, path: path)
    }

    /// Replaces `${VAR}` and `${VAR:-default}` in every scalar; names with a dot are values of a call and stay. Throws naming the variable that is not set.
    public func interpolated(_ environment: [String: String]) throws(ConfigurationError) -> ConfigurationNode {
        var copy = self
        switch content {
        case .null: break
        case .scalar(let text): copy.content = .scalar(try Self.interpolate(text, environment, place))
        case .list(let items):
            var list: [ConfigurationNode] = []
            for item in items { list.append(try item.interpolated(environment)) }
            copy.content = .list(list)
        case .mapping(let members):
            var mapping: [(key: String, node: ConfigurationNode)] = []
            for member in members { mapping.append((member.key, try member.node.interpolated(environment))) }
            copy.content = .mapping(mapping)
        }
        return copy
    }

    private static func interpolate(
        _ text: String, _ environment: [String: String], _ place: String
    ) throws(ConfigurationError) -> String {
        var out = ""
        var rest = Substring(text)
        while let open = rest.firstRange(of: "${") {
            out += rest[..<open.lowerBound]
            rest = rest[open.upperBound...]
            guard let close = rest.firstIndex(of: "}") else {
                throw ConfigurationError(place: place, cause: "\"${\" without \"}\"", fix: "close it, as in ${HOME}")
            }
            let inner = rest[..<close]
            rest = rest[rest.index(after: close)...]
            let split = inner.firstRange(of: ":-")
            let name = String(split.map { inner[..<$0.lowerBound] } ?? inner)
            // A dotted name is a value of the call, filled in when there is one (docs/tools.md).
            guard !name.contains(".") else {
                out += "${\(inner)}"
                continue
            }
            if let value = environment[name], !(value.isEmpty && split != nil) {
                out += value
            } else if let split {
                out += inner[split.upperBound...]
            } else {
                throw ConfigurationError(
                    place: place, cause: "the variable \(name) is not set", fix: "set it, or write ${\(name):-default}")
            }
        }
        return out + rest
    }

    /// The members, when this is a mapping.
    public var members: [(key: String, node: ConfigurationNode)]? {
        if case .mapping(let members) = content { members } else { nil }
    }

    /// The node as JSON; scalars that read as numbers or truth values become such.
    public var json: JSONValue {
        switch content {
        case .null: .null
        case .scalar(let text): (try? JSONParser.parse(text)).flatMap { $0.isScalar ? $0 : nil } ?? .string(text)
        case .list(let items): .array(items.map(\.json))
        case .mapping(let members): .object(members.map { JSONValue.Member($0.key, $0.node.json) })
        }
    }
}

extension JSONValue {
    fileprivate var isScalar: Bool {
        switch self {
        case .array, .object, .string: false
        default: true
        }
    }
}
