import Configuration
import Conversations
import Core
import Foundation
import Glibc
import Recording
import Telephony
import Tools

/// What the arguments, the configuration and the environment come to: everything checked before anything starts.
struct Setup: Sendable {
    var configuration: SidetoneConfiguration
    var environment: [String: String]
    var providers: ProviderBook
    /// Programs that serve providers.
    var adapters: AdapterPlan
    var provider: String
    var settings: SessionSettings
    var tools: ToolRegistry
    var toolBook: ToolBook
    var record: Bool
    var sessionsFolder: String
    var audioSocket: AudioSocketConfiguration?
    /// Whether the user asked for the listener; else a port in use is only a remark.
    var audioSocketIsExplicit: Bool
    var http: SocketAddress?
    /// Where the control socket is to be.
    var control: ControlSocket
    /// Instead of the configuration's devices.
    var audio: AudioChoice?

    /// Reads and checks everything. Throws `ConfigurationError`.
    init(_ options: RunOptions, listensByDefault: Bool = true) throws {
        environment = ProcessInfo.processInfo.environment
        configuration = try ConfigurationLoader.load(explicit: options.config, environment: environment)
        let baseURL = try options.baseURL.map { text throws(ConfigurationError) in try Self.url(text) }
        var book = try ProviderBook(configuration, baseURL: baseURL, environment: environment)
        let agent = try Self.agent(options.agent ?? configuration.agent, configuration)
        adapters = try AdapterPlan(&book, agent: agent?.name ?? "default", environment: environment)
        providers = book
        provider =
            options.provider ?? book.provider(ofAgent: agent?.name ?? "") ?? configuration.provider
        try providers.check(provider)
        settings = try Self.settings(agent, providers)
        settings.talkMode = try Self.talkMode(options.talkMode) ?? configuration.talkMode
        audio = try options.audio.map { text throws(ConfigurationError) in try AudioChoice(parsing: text) }
        toolBook = try ToolBook(configuration, environment: environment)
        tools = try toolBook.tools(of: agent)
        settings.budgets = configuration.budgets
        if let limit = toolBook.prepareLimit { settings.preparationLimit = limit }
        record = options.record ?? configuration.record ?? true
        sessionsFolder = options.sessions ?? configuration.sessionsFolder ?? Self.defaultSessions(environment)
        if record, options.sessions ?? configuration.sessionsFolder != nil { try Self.prepare(sessionsFolder) }
        let listen = options.audiosocket ?? configuration.audioSocket
        audioSocketIsExplicit = listen != nil
        audioSocket = try Self.listener(listen ?? (listensByDefault ? "127.0.0.1:9092" : nil), configuration)
        control = try ControlSocket(options.control ?? configuration.control, environment: environment)
        http = try (options.http ?? configuration.http).map { text throws(ConfigurationError) in
            try SocketAddress(parsing: text)
        }
    }

    private static func talkMode(_ text: String?) throws(ConfigurationError) -> TalkMode? {
        guard let text else { return nil }
        if let mode = TalkMode(rawValue: text) { return mode }
        let names = TalkMode.allCases.map(\.rawValue)
        let near = Spelling.nearest(to: text, among: names).map { "did you mean \($0)?" }
        throw ConfigurationError(
            place: "--talk-mode \(text)", cause: "there is no such talk mode",
            fix: near ?? "choose one of \(names.joined(separator: ", "))")
    }

    private static func url(_ text: String) throws(ConfigurationError) -> URLParts {
        do throws(ConfigurationError) { return try URLParts(parsing: text) } catch {
            throw ConfigurationError(place: "--base-url \(text)", cause: error.cause, fix: error.fix)
        }
    }

    /// A sessions folder that was asked for must be one; the default one only shows as not recording.
    private static func prepare(_ folder: String) throws(ConfigurationError) {
        do throws(DiskError) { try SessionStore(folder: folder).prepare() } catch {
            throw ConfigurationError(
                place: "sessions folder \(folder)", cause: error.words,
                fix: "choose a folder to write to with --sessions, or --no-record")
        }
    }

    private static func agent(
        _ name: String, _ configuration: SidetoneConfiguration
    ) throws -> SidetoneConfiguration.Agent? {
        if let found = configuration.agents.first(where: { $0.name == name }) { return found }
        if name == "default" { return nil }
        let names = configuration.agents.map(\.name) + ["default"]
        let near = Spelling.nearest(to: name, among: names).map { "did you mean \($0)?" }
        throw ConfigurationError(
            place: "agent \"\(name)\"", cause: "there is no such agent",
            fix: near ?? "choose one of \(names.joined(separator: ", "))")
    }

    private static func settings(_ agent: SidetoneConfiguration.Agent?, _ providers: ProviderBook) throws
        -> SessionSettings
    {
        var settings = SessionSettings()
        guard let agent else { return settings }
        settings.agent = agent.name
        if let text = agent.instructions { settings.instructions = text }
        settings.greeting = agent.greeting
        settings.language = agent.language
        settings.bargeIn = agent.bargeIn.flatMap(BargeInMode.init) ?? .auto
        if let ms = agent.endpointingMs { settings.endpointingMs = ms }
        if let ms = agent.bargeInMs { settings.bargeInMs = ms }
        if let ms = agent.prerollMs { settings.prerollMs = ms }
        if let ms = agent.backchannelMs { settings.backchannelMs = ms }
        if let words = agent.backchannelWords { settings.backchannelWords = Set(words.map { $0.lowercased() }) }
        settings.ignoresEcho = agent.ignoreEcho ?? false
        settings.noInputAfter = agent.noInputSeconds.map { .seconds($0) }
        settings.noInputPrompts = agent.noInputPrompts ?? 0
        for name in agent.fallbacks { try providers.check(name) }
        settings.fallbacks = agent.fallbacks
        return settings
    }

    private static func listener(_ text: String?, _ configuration: SidetoneConfiguration) throws
        -> AudioSocketConfiguration?
    {
        guard let text else { return nil }
        var result = AudioSocketConfiguration()
        result.address = try SocketAddress(parsing: text)
        result.allowed = try configuration.allow.map { text throws(ConfigurationError) in
            try AddressBlock(parsing: text)
        }
        result.maximumCalls = configuration.maximumCalls
        result.maximumPerSource = configuration.maximumCallsPerSource
        result.maximumUnidentified = configuration.maximumHalfOpen
        try result.validate()
        return result
    }

    /// `./sessions` where there is one, else `$XDG_DATA_HOME/sidetone/sessions`.
    static func defaultSessions(_ environment: [String: String]) -> String {
        if access("./sessions", W_OK) == 0 { return "sessions" }
        let data =
            environment["XDG_DATA_HOME"].flatMap { $0.isEmpty ? nil : $0 }
            ?? (environment["HOME"] ?? "/tmp") + "/.local/share"
        return data + "/sidetone/sessions"
    }
}
