import Core
import ProviderKit

/// Making providers from their entries.
extension ProviderBook {
    /// Why an entry cannot be used as things stand: its key, or that of one of its parts; nil when it can.
    func obstacle(_ entry: Entry) -> ConfigurationError? {
        guard case .pipeline(let parts) = entry.source else { return entry.missingKey }
        return [parts.asr, parts.llm, parts.tts].lazy.compactMap { name in
            self.entries.first { $0.name == name }?.missingKey
        }.first
    }

    /// Leads an entry to its program on a port of this machine.
    mutating func lead(_ name: String, to port: Int) throws(ConfigurationError) {
        for index in entries.indices where entries[index].name == name {
            let scheme = entries[index].kind == .sts ? "ws" : "http"
            entries[index].configuration.baseURL = try URLParts(parsing: "\(scheme)://127.0.0.1:\(port)")
        }
    }

    /// The state of all that can serve a conversation, before any was used.
    var health: [ProviderHealth] {
        entries.filter { $0.kind == .sts }.map { ProviderHealth(name: $0.name, obstacle: hindrance($0)?.cause) }
    }

    /// Why it cannot be used: a missing key, or what is wrong or missing in its options.
    func hindrance(_ entry: Entry) -> ConfigurationError? {
        if let obstacle = obstacle(entry) { return obstacle }
        do throws(ConfigurationError) { try check(entry) } catch { return error }
        return nil
    }

    /// What an entry can do: as configured when it can be made, else by its type.
    func capabilities(_ entry: Entry) -> ProviderCapabilities? {
        if case .type(.agent(let descriptor)) = entry.source {
            return (try? descriptor.make(entry.configuration))?.capabilities ?? descriptor.capabilities
        }
        return (try? make(entry, unlocked: true))?.capabilities
    }

    /// Throws when the name is unknown or its options are wrong. A missing key is no mistake yet: it shows on the screen.
    func check(_ name: String) throws(ConfigurationError) {
        let entry = try entry(name, .sts)
        guard obstacle(entry) == nil else { return }
        _ = try make(entry)
    }

    /// Makes a provider; throws what is wrong with name, key or options.
    func make(_ name: String) throws(ConfigurationError) -> any Provider {
        try make(try entry(name, .sts))
    }

    /// Whether an entry of any kind is set right. Throws naming the option and the fix.
    func check(_ entry: Entry) throws(ConfigurationError) {
        switch entry.source {
        case .type(let type): try type.check(entry.configuration)
        case .pipeline: _ = try make(entry)
        }
    }

    /// `unlocked`: a missing key does not matter, because only the capabilities are asked for.
    private func make(_ entry: Entry, unlocked: Bool = false) throws(ConfigurationError) -> any Provider {
        if !unlocked, let obstacle = obstacle(entry) { throw obstacle }
        switch entry.source {
        case .type(.agent(let descriptor)): return try descriptor.make(entry.configuration)
        case .pipeline(let parts): return try pipeline(entry, parts, unlocked)
        case .type:
            throw ConfigurationError(
                place: "provider \(entry.name)", cause: "a \(entry.kind.words) alone does not make an agent",
                fix: "name it in an agent of mode pipeline")
        }
    }

    private func pipeline(
        _ entry: Entry, _ parts: Entry.PipelineParts, _ unlocked: Bool
    ) throws(ConfigurationError) -> any Provider {
        let configuration = { (name: String, kind: ProviderKind) throws(ConfigurationError) -> Entry in
            var part = try self.entry(name, kind, "provider \(entry.name), \(kind.rawValue)")
            if unlocked, part.missingKey != nil { part.configuration.key = Secret("none-yet") }
            if kind == .tts, let voice = parts.voice { part.configuration.voice = voice }
            return part
        }
        let asr = try configuration(parts.asr, .asr), llm = try configuration(parts.llm, .llm)
        let tts = try configuration(parts.tts, .tts)
        guard case .type(.recognizer(let recognizer)) = asr.source, case .type(.model(let model)) = llm.source,
            case .type(.synthesizer(let synthesizer)) = tts.source
        else {
            throw ConfigurationError(
                place: "provider \(entry.name)", cause: "its parts are of the wrong kinds",
                fix: "name a recogniser, a language model and a synthesiser")
        }
        return PipelineProvider(
            name: entry.name, settings: try PipelineSettings(entry.configuration.options, place: entry.name),
            recognizer: try recognizer.make(asr.configuration), model: try model.make(llm.configuration),
            synthesizer: try synthesizer.make(tts.configuration))
    }
}
