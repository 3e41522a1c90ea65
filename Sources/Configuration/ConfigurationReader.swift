import Core

/// Typed access to one mapping of a configuration file. Every key that is asked for is known; `finish` refuses the rest.
struct ConfigurationReader {
    let node: ConfigurationNode
    private let members: [(key: String, node: ConfigurationNode)]
    private var known: [String] = []

    init(_ node: ConfigurationNode) throws(ConfigurationError) {
        self.node = node
        switch node.content {
        case .mapping(let members): self.members = members
        case .null: members = []
        default:
            throw ConfigurationError(
                place: "\(node.place) \(node.path)", cause: "should be a mapping (key: value lines)",
                fix: "indent its keys below it")
        }
    }

    private mutating func find(_ key: String) -> ConfigurationNode? {
        known.append(key)
        guard let node = members.last(where: { $0.key == key })?.node else { return nil }
        if case .null = node.content { return nil }
        return node
    }

    mutating func node(_ key: String) -> ConfigurationNode? { find(key) }

    mutating func string(_ key: String) throws(ConfigurationError) -> String? {
        guard let node = find(key) else { return nil }
        guard case .scalar(let text) = node.content else { throw Self.wrong(node, "should be a single text") }
        return text
    }

    mutating func strings(_ key: String) throws(ConfigurationError) -> [String]? {
        guard let node = find(key) else { return nil }
        if case .scalar(let one) = node.content { return [one] }
        guard case .list(let items) = node.content else { throw Self.wrong(node, "should be a list") }
        var result: [String] = []
        for item in items {
            guard case .scalar(let text) = item.content else { throw Self.wrong(item, "should be a single text") }
            result.append(text)
        }
        return result
    }

    mutating func int(_ key: String, in range: ClosedRange<Int>) throws(ConfigurationError) -> Int? {
        guard let text = try string(key), let node = members.last(where: { $0.key == key })?.node else { return nil }
        guard let value = Int(text), range.contains(value) else {
            throw Self.wrong(
                node, "should be a whole number from \(range.lowerBound) to \(range.upperBound), not \"\(text)\"")
        }
        return value
    }

    mutating func bool(_ key: String) throws(ConfigurationError) -> Bool? {
        guard let text = try string(key), let node = members.last(where: { $0.key == key })?.node else { return nil }
        switch text.lowercased() {
        case "true", "yes", "on": return true
        case "false", "no", "off": return false
        default: throw Self.wrong(node, "should be true or false, not \"\(text)\"")
        }
    }

    mutating func choice<T: RawRepresentable & CaseIterable>(
        _ key: String, _ type: T.Type
    ) throws(ConfigurationError) -> T? where T.RawValue == String {
        guard let text = try string(key), let node = members.last(where: { $0.key == key })?.node else { return nil }
        guard let value = T(rawValue: text) else {
            let names = T.allCases.map(\.rawValue)
            let hint = Spelling.nearest(to: text, among: names).map { " (did you mean \($0)?)" } ?? ""
            throw Self.wrong(node, "should be one of \(names.joined(separator: ", ")), not \"\(text)\"\(hint)")
        }
        return value
    }

    /// Refuses keys that nobody asked for.
    func finish() throws(ConfigurationError) {
        for member in members where !known.contains(member.key) {
            let near = Spelling.nearest(to: member.key, among: known)
            throw ConfigurationError(
                place: "\(member.node.place) \(member.node.path)", cause: "unknown key \"\(member.key)\"",
                fix: near.map { "did you mean \($0)?" } ?? "known keys here: \(known.sorted().joined(separator: ", "))")
        }
    }

    static func wrong(_ node: ConfigurationNode, _ cause: String) -> ConfigurationError {
        ConfigurationError(place: "\(node.place) \(node.path)", cause: cause, fix: "see docs/configuration.md")
    }
}
