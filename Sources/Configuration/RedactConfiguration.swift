import Core

/// The `redact:` part of the configuration: what is masked in arguments and results of tools.
public struct RedactConfiguration: Sendable {
    /// Kinds of text with a rule of their own.
    public enum Kind: String, Sendable, CaseIterable { case card, email, iban, phone }

    /// Whether the names that are always secrets are masked.
    public var defaults = true
    /// Further names of members whose value is masked.
    public var keys: [String] = []
    /// Kinds of text that are masked; nil is payment cards only.
    public var kinds: [Kind]?
    /// Further patterns.
    public var patterns: [String] = []
    /// `sidetone.yaml:12 redact`.
    public var place = ""

    /// The defaults.
    public init() {}

    /// Reads the `redact:` mapping. Throws naming file, line, key, cause and fix.
    public init(_ node: ConfigurationNode) throws(ConfigurationError) {
        var reader = try ConfigurationReader(node)
        place = "\(node.place) \(node.path)"
        defaults = try reader.bool("defaults") ?? true
        keys = try reader.strings("keys") ?? []
        patterns = try reader.strings("patterns") ?? []
        if let names = try reader.strings("kinds") {
            var found: [Kind] = []
            for name in names {
                guard let kind = Kind(rawValue: name) else {
                    let all = Kind.allCases.map(\.rawValue)
                    let near = Spelling.nearest(to: name, among: all).map { "did you mean \($0)?" }
                    throw ConfigurationError(
                        place: "\(place).kinds", cause: "there is no kind \"\(name)\"",
                        fix: near ?? "choose from \(all.joined(separator: ", "))")
                }
                found.append(kind)
            }
            kinds = found
        }
        try reader.finish()
    }
}
