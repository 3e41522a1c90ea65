import Configuration
import Core
import ProviderKit
import Providers

/// The providers by the names that the user knows: those of the configuration, then every type by its own name.
struct ProviderBook: Sendable {
    /// One name with its type and configuration.
    struct Entry: Sendable {
        var name: String
        var descriptor: ProviderDescriptor
        var configuration: ProviderConfiguration
        /// Variables that are looked at for the key.
        var keyVariables: [String]

        /// Why it cannot be used as things stand; nil when it can.
        var obstacle: ConfigurationError? {
            guard !keyVariables.isEmpty, configuration.key == nil else { return nil }
            let names = keyVariables.joined(separator: " or ")
            return ConfigurationError(
                place: "provider \(name)", cause: "no key: \(names) is not set", fix: "export \(keyVariables[0])=…")
        }
    }

    let entries: [Entry]
    private let registry = ProviderRegistry(ProviderList.all)

    init(_ configuration: SidetoneConfiguration, baseURL: URLParts?, environment: [String: String]) throws {
        var entries: [Entry] = []
        for own in configuration.providers {
            let descriptor: ProviderDescriptor
            do throws(ConfigurationError) { descriptor = try registry.descriptor(own.type) } catch {
                throw ConfigurationError(
                    place: "\(own.place) providers.\(own.name).type", cause: "\(error.place): \(error.cause)",
                    fix: error.fix)
            }
            entries.append(Self.entry(own, descriptor, baseURL, environment))
        }
        for descriptor in ProviderList.all where !entries.contains(where: { $0.name == descriptor.name }) {
            let plain = SidetoneConfiguration.Provider(name: descriptor.name, type: descriptor.name, place: "")
            entries.append(Self.entry(plain, descriptor, baseURL, environment))
        }
        self.entries = entries
    }

    private static func entry(
        _ own: SidetoneConfiguration.Provider, _ descriptor: ProviderDescriptor, _ baseURL: URLParts?,
        _ environment: [String: String]
    ) -> Entry {
        let variables = own.keyVariable.map { [$0] } ?? descriptor.keyVariables
        let key = variables.compactMap { environment[$0] }.map { Secret($0) }.first { !$0.isEmpty }
        return Entry(
            name: own.name, descriptor: descriptor,
            configuration: ProviderConfiguration(
                name: own.name, model: own.model, voice: own.voice, baseURL: baseURL ?? own.baseURL, key: key,
                options: own.options), keyVariables: variables)
    }

    /// All names, in the order in which they are shown.
    var names: [String] { entries.map(\.name) }

    private func entry(_ name: String) throws(ConfigurationError) -> Entry {
        if let found = entries.first(where: { $0.name == name }) { return found }
        let near = Spelling.nearest(to: name, among: names).map { "did you mean \($0)?" }
        throw ConfigurationError(
            place: "provider \"\(name)\"", cause: "there is no such provider",
            fix: near ?? "choose one of \(names.joined(separator: ", "))")
    }

    /// Throws when the name is unknown or its options are wrong. A missing key is no mistake yet: it shows on the screen.
    func check(_ name: String) throws(ConfigurationError) {
        let entry = try entry(name)
        guard entry.obstacle == nil else { return }
        _ = try entry.descriptor.make(entry.configuration)
    }

    /// Makes a provider; throws what is wrong with name, key or options.
    func make(_ name: String) throws(ConfigurationError) -> any Provider {
        let entry = try entry(name)
        if let obstacle = entry.obstacle { throw obstacle }
        return try entry.descriptor.make(entry.configuration)
    }
}
