import Configuration
import Core
import LanguageModels
import ProviderKit
import Providers
import Recognizers
import Synthesizers

/// The providers by the names that the user knows: those of the configuration, pipelines of its agents, then every type by its own name.
struct ProviderBook: Sendable {
    typealias Entry = ProviderEntry

    /// Every provider type of this program.
    static let registry = ProviderRegistry(
        ProviderList.all, recognizers: RecognizerList.all, models: LanguageModelList.all,
        synthesizers: SynthesizerList.all)

    var entries: [Entry]
    /// The provider of each agent that names or describes one.
    private var served: [String: String] = [:]

    /// Reads the configuration's providers and agents. Throws naming file, line, cause and fix.
    init(_ configuration: SidetoneConfiguration, baseURL: URLParts?, environment: [String: String]) throws {
        entries = []
        for own in configuration.providers { entries.append(try Self.entry(own, baseURL, environment)) }
        for type in Self.registry.types where !entries.contains(where: { $0.name == type.name }) {
            let plain = SidetoneConfiguration.Provider(name: type.name, type: type.name, place: "")
            entries.append(Self.entry(plain, type, baseURL, environment))
        }
        for entry in entries {
            if case .pipeline(let parts) = entry.source { try check(parts, entry.place + " " + entry.name) }
        }
        for agent in configuration.agents { served[agent.name] = try provider(of: agent) }
    }

    // MARK: Entries

    private static func entry(
        _ own: SidetoneConfiguration.Provider, _ baseURL: URLParts?, _ environment: [String: String]
    ) throws -> Entry {
        if own.type == "pipeline" { return try pipeline(own) }
        let type: ProviderType
        do throws(ConfigurationError) { type = try registry.type(own.type) } catch {
            throw ConfigurationError(
                place: "\(own.place) providers.\(own.name).type", cause: "\(error.place): \(error.cause)",
                fix: error.fix)
        }
        if let kind = own.kind, kind != type.kind.rawValue {
            throw ConfigurationError(
                place: "\(own.place) providers.\(own.name).kind",
                cause: "\(own.type) is a \(type.kind.words) (\(type.kind.label)), not \(kind.uppercased())",
                fix: "remove kind, or choose another type")
        }
        return entry(own, type, baseURL, environment)
    }

    private static func entry(
        _ own: SidetoneConfiguration.Provider, _ type: ProviderType, _ baseURL: URLParts?,
        _ environment: [String: String]
    ) -> Entry {
        let variables = own.keyVariable.map { [$0] } ?? type.facts.keyVariables
        let find = { (name: String) in own.environment.first { $0.name == name }?.value ?? environment[name] }
        let key = variables.compactMap(find).map { Secret($0) }.first { !$0.isEmpty }
        return Entry(
            name: own.name, source: .type(type),
            configuration: ProviderConfiguration(
                name: own.name, model: own.model, voice: own.voice, baseURL: baseURL ?? own.baseURL, key: key,
                options: own.options),
            keyVariables: variables, command: own.command, environment: own.environment, place: own.place)
    }

    /// A provider of type `pipeline`: asr, llm and tts among its options.
    private static func pipeline(_ own: SidetoneConfiguration.Provider) throws(ConfigurationError) -> Entry {
        var members = own.options.members ?? []
        let take = { (key: String) throws(ConfigurationError) -> String in
            guard let name = own.options[key]?.string else {
                throw ConfigurationError(
                    place: "\(own.place) providers.\(own.name).options.\(key)",
                    cause: "a pipeline needs asr, llm and tts", fix: "name a provider of this kind")
            }
            return name
        }
        let parts = Entry.PipelineParts(
            asr: try take("asr"), llm: try take("llm"), tts: try take("tts"), voice: own.voice)
        members.removeAll { ["asr", "llm", "tts"].contains($0.key) }
        let configuration = ProviderConfiguration(name: own.name, options: .object(members))
        _ = try PipelineSettings(configuration.options, place: own.name)
        return Entry(name: own.name, source: .pipeline(parts), configuration: configuration, place: own.place)
    }

    // MARK: Agents

    /// The name of who serves an agent: a full agent, one with the agent's voice, a pipeline made for it, the best for its needs.
    private mutating func provider(of agent: SidetoneConfiguration.Agent) throws(ConfigurationError) -> String? {
        let place = "\(agent.place) agents.\(agent.name)"
        if let asr = agent.asr, let llm = agent.llm, let tts = agent.tts {
            let parts = Entry.PipelineParts(asr: asr, llm: llm, tts: tts, voice: agent.voice)
            try check(parts, place)
            _ = try PipelineSettings(agent.pipeline, place: agent.name)
            let plain = "\(asr)+\(llm)+\(tts)"
            let name = entries.contains { $0.name == plain } ? "\(plain) (\(agent.name))" : plain
            entries.append(
                Entry(
                    name: name, source: .pipeline(parts),
                    configuration: ProviderConfiguration(name: name, options: agent.pipeline), place: agent.place))
            return name
        }
        let chosen = agent.provider == nil ? try chosen(agent, place) : nil
        guard let name = agent.provider ?? chosen else { return nil }
        let entry = try entry(name, .sts, place)
        guard let voice = agent.voice else { return name }
        return add(entry, voice: voice)
    }

    private mutating func add(_ entry: Entry, voice: String) -> String {
        var voiced = entry
        voiced.name = "\(entry.name) (\(voice))"
        voiced.configuration.voice = voice
        if case .pipeline(var parts) = entry.source {
            parts.voice = voice
            voiced.source = .pipeline(parts)
        }
        if !entries.contains(where: { $0.name == voiced.name }) { entries.append(voiced) }
        return voiced.name
    }

    private func chosen(
        _ agent: SidetoneConfiguration.Agent, _ place: String
    ) throws(ConfigurationError) -> String? {
        guard agent.needs != nil || agent.wishes != nil else { return nil }
        let needs = ProviderNeeds(
            required: try ProviderNeeds.parse(agent.needs ?? "", place: "\(place).needs"),
            wished: try ProviderNeeds.parse(agent.wishes ?? "", place: "\(place).wishes"))
        if let best = ProviderChoice.best(candidates, needs) { return best.name }
        let words = ProviderChoice.rank(candidates, needs).prefix(3).map(\.words).joined(separator: "; ")
        throw ConfigurationError(
            place: "\(place).needs", cause: "no usable provider meets them (\(words))",
            fix: "see sidetone providers best")
    }

    private func check(_ parts: Entry.PipelineParts, _ place: String) throws(ConfigurationError) {
        for (name, kind) in [(parts.asr, ProviderKind.asr), (parts.llm, .llm), (parts.tts, .tts)] {
            _ = try entry(name, kind, "\(place).\(kind.rawValue)")
        }
    }

    /// Who serves an agent; nil when the general provider does.
    func provider(ofAgent name: String) -> String? { served[name] }

    // MARK: Finding

    /// Names of those that can serve a conversation, in the order in which they are shown.
    var names: [String] { entries.filter { $0.kind == .sts }.map(\.name) }

    /// The entry of this name and kind; the error at `place` names the nearest one.
    func entry(_ name: String, _ kind: ProviderKind? = nil, _ place: String? = nil) throws(ConfigurationError) -> Entry
    {
        let place = place ?? "provider \"\(name)\""
        let found = entries.first { $0.name == name }
        if let found, kind == nil || found.kind == kind { return found }
        let names = entries.filter { kind == nil || $0.kind == kind }.map(\.name)
        let near = Spelling.nearest(to: name, among: names).map { "did you mean \($0)?" }
        let fix = near ?? "choose one of \(names.joined(separator: ", "))"
        if let found, let kind {
            throw ConfigurationError(
                place: place, cause: "\(name) is a \(found.kind.words) (\(found.kind.label)), not a \(kind.words)",
                fix: fix)
        }
        throw ConfigurationError(place: place, cause: "there is no such provider: \"\(name)\"", fix: fix)
    }

    /// Those that can serve a conversation, for a choice by need.
    var candidates: [ProviderChoice.Candidate] {
        entries.filter { $0.kind == .sts && $0.typeName != "mock" }.compactMap { entry in
            guard let capabilities = capabilities(entry) else { return nil }
            let isPipeline = if case .pipeline = entry.source { true } else { false }
            return ProviderChoice.Candidate(
                name: entry.name, capabilities: capabilities, isPipeline: isPipeline,
                obstacle: hindrance(entry)?.cause)
        }
    }
}
