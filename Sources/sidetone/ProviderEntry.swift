import Core
import ProviderKit

/// One name under which the user knows a provider, with its type and configuration.
struct ProviderEntry: Sendable {
    /// What stands behind the name.
    enum Source: Sendable {
        case type(ProviderType)
        /// Three other entries, put together.
        case pipeline(PipelineParts)
    }

    /// The entries that a pipeline is made of.
    struct PipelineParts: Sendable {
        var asr: String
        var llm: String
        var tts: String
        /// Voice of the synthesiser, instead of its own.
        var voice: String?
    }

    var name: String
    var source: Source
    var configuration: ProviderConfiguration
    /// Variables that are looked at for the key.
    var keyVariables: [String] = []
    /// A program that serves it, with its arguments; empty when none.
    var command: [String] = []
    /// Variables that the configuration gives to it.
    var environment: [(name: String, value: String)] = []
    /// Where it is defined: file and line; empty for a type by its own name.
    var place = ""

    /// Whether the configuration has it.
    var isConfigured: Bool { !place.isEmpty }

    /// What it does.
    var kind: ProviderKind { if case .type(let type) = source { type.kind } else { .sts } }

    /// Name of the type.
    var typeName: String { if case .type(let type) = source { type.name } else { "pipeline" } }

    /// Name for people.
    var title: String { if case .type(let type) = source { type.facts.title } else { "Pipeline" } }

    /// One line.
    var summary: String {
        switch source {
        case .type(let type): type.facts.summary
        case .pipeline(let parts): "\(parts.asr) + \(parts.llm) + \(parts.tts)"
        }
    }

    /// The options that it takes.
    var options: [ProviderOption] {
        if case .type(let type) = source { type.facts.options } else { PipelineSettings.options }
    }

    /// Whether it may be used without a key; one that the configuration names is needed.
    private var keyIsOptional: Bool {
        if case .type(let type) = source {
            type.facts.keyIsOptional && keyVariables == type.facts.keyVariables
        } else {
            true
        }
    }

    /// Why its own key stands in the way; nil when it does not.
    var missingKey: ConfigurationError? {
        guard !keyVariables.isEmpty, configuration.key == nil, !keyIsOptional else { return nil }
        let names = keyVariables.joined(separator: " or ")
        return ConfigurationError(
            place: "provider \(name)", cause: "no key: \(names) is not set", fix: "export \(keyVariables[0])=…")
    }
}
