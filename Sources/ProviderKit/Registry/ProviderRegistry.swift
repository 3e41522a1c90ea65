import Core

/// The provider types of this program, of all kinds, found by name; unknown names get the nearest one as a hint.
public struct ProviderRegistry: Sendable {
    /// All types in the order of the lists.
    public let types: [ProviderType]

    /// A registry of these types.
    public init(
        _ agents: [ProviderDescriptor], recognizers: [RecognizerDescriptor] = [], models: [ModelDescriptor] = [],
        synthesizers: [SynthesizerDescriptor] = []
    ) {
        types =
            agents.map { .agent($0) } + recognizers.map { .recognizer($0) } + models.map { .model($0) }
            + synthesizers.map { .synthesizer($0) }
    }

    /// The type named `name`; the error says which names there are.
    public func type(_ name: String) throws(ConfigurationError) -> ProviderType {
        if let found = types.first(where: { $0.name == name }) { return found }
        let names = types.map(\.name)
        let near = Spelling.nearest(to: name, among: names)
        throw ConfigurationError(
            place: "provider \"\(name)\"", cause: "there is no such provider",
            fix: near.map { "did you mean \($0)?" } ?? "choose one of \(names.joined(separator: ", "))")
    }
}
