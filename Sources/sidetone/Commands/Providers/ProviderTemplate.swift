import ProviderKit

/// Templates of the configuration.
enum ProviderTemplate {
    /// A provider of a type.
    static func provider(_ type: ProviderType, _ name: String) -> [String] {
        let facts = type.facts
        var lines = ["# \(facts.title): \(facts.summary)"]
        if let variable = facts.keyVariables.first {
            let wish = facts.keyIsOptional ? ", where the server wants one" : ""
            lines.append("# Key\(wish): export \(variable)=… (it never stands in this file)")
        }
        lines += ["providers:", "  \(name):", "    kind: \(type.kind.label)", "    type: \(facts.name)"]
        if let model = facts.models.first {
            lines.append("    # model: \(model)\(others(facts.models))")
        }
        if let voice = facts.voices.first { lines.append("    # voice: \(voice)\(others(facts.voices))") }
        lines.append("    # base_url: …   # replaces scheme, host and port of the vendor's address")
        if !facts.options.isEmpty { lines += ["    options:"] + facts.options.flatMap(option) }
        return lines + agent(type.kind, name)
    }

    private static func others(_ names: [String]) -> String {
        let rest = names.dropFirst().prefix(6)
        return rest.isEmpty ? "" : "   # also \(rest.joined(separator: ", "))"
    }

    private static func option(_ option: ProviderOption) -> [String] {
        ["      # \(option.name): \(option.defaultValue ?? "…")   # \(option.summary)"]
    }

    /// An agent that uses it, where it can serve one.
    private static func agent(_ kind: ProviderKind, _ name: String) -> [String] {
        guard kind == .sts else {
            return ["# Use it as \(kind.rawValue) of an agent of mode pipeline: sidetone providers new pipeline"]
        }
        return [
            "agents:", "  \(name)-agent:", "    mode: sts", "    provider: \(name)",
            "    instructions: You are a helpful voice assistant. Answer in one or two short sentences.",
            "    # greeting: Hello, how can I help you?", "    # language: en",
        ]
    }

    /// An agent of mode pipeline; its parts work without key and network.
    static func pipeline(_ name: String) -> [String] {
        [
            "# Any recogniser, language model and synthesiser: sidetone providers --kind asr, llm, tts", "agents:",
            "  \(name):", "    mode: pipeline", "    asr: local-recognizer", "    llm: scripted",
            "    tts: local-synthesizer",
            "    instructions: You are a helpful voice assistant. Answer in one or two short sentences.",
            "    # greeting: Hello, how can I help you?", "    pipeline:",
        ] + PipelineSettings.options.flatMap(option)
    }
}
