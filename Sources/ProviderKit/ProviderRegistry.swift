import Core

/// The provider types of this program, found by name; unknown names get the nearest one as a hint.
public struct ProviderRegistry: Sendable {
    /// All types in the order of the list.
    public let descriptors: [ProviderDescriptor]

    /// A registry of these types.
    public init(_ descriptors: [ProviderDescriptor]) { self.descriptors = descriptors }

    /// The type named `name`; the error says which names there are.
    public func descriptor(_ name: String) throws(ConfigurationError) -> ProviderDescriptor {
        if let found = descriptors.first(where: { $0.name == name }) { return found }
        let names = descriptors.map(\.name)
        let near = Spelling.nearest(to: name, among: names)
        throw ConfigurationError(
            place: "provider \"\(name)\"", cause: "there is no such provider",
            fix: near.map { "did you mean \($0)?" } ?? "choose one of \(names.joined(separator: ", "))")
    }
}
