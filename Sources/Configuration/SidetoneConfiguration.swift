import Core

/// Everything that `sidetone.yaml` can say, with the defaults of a program started without any file.
public struct SidetoneConfiguration: Sendable {
    /// A named provider: a type with options.
    public struct Provider: Sendable {
        public var name: String
        public var type: String
        public var model: String?
        public var voice: String?
        public var baseURL: URLParts?
        /// Variable that holds the key, instead of the type's own.
        public var keyVariable: String?
        public var options: JSONValue = .object([])
        /// Where it stands, for errors.
        public var place: String

        /// A provider of this name and type with nothing else said.
        public init(name: String, type: String, place: String = "") {
            self.name = name
            self.type = type
            self.place = place
        }
    }

    /// A named agent: what it says and how its calls are treated.
    public struct Agent: Sendable {
        public var name: String
        public var provider: String?
        public var instructions: String?
        public var greeting: String?
        public var language: String?
        public var tools: [String]?
        public var fallbacks: [String] = []
        public var bargeIn: String?
        public var endpointingMs: Int?
        public var bargeInMs: Int?
        public var prerollMs: Int?
        public var noInputSeconds: Int?
        public var noInputPrompts: Int?
        public var place: String
    }

    public var provider = "local"
    public var agent = "default"
    public var theme: String?
    public var themesFolder: String?
    public var sessionsFolder: String?
    public var record: Bool?
    public var recordingFormat = "wav"
    public var audioSocket: String?
    public var allow: [String] = []
    public var maximumCalls = 500
    public var maximumCallsPerSource = 500
    public var maximumHalfOpen = 64
    public var http: String?
    public var httpToken: String?
    public var capture: String?
    public var playback: String?
    public var echoCancellation = EchoMode.auto
    public var providers: [Provider] = []
    public var agents: [Agent] = []
    /// Tools besides those that come with the program.
    public var tools = ToolsConfiguration()
    /// What is masked in tool events.
    public var redact = RedactConfiguration()
    /// Files that were read, in order.
    public var files: [String] = []

    /// When echo is cancelled at the devices.
    public enum EchoMode: String, Sendable, CaseIterable { case auto, on, off }

    /// The defaults.
    public init() {}

    /// Reads the root of a merged, interpolated file. Throws naming file, line, key, cause and fix.
    public init(_ root: ConfigurationNode) throws(ConfigurationError) {
        var reader = try ConfigurationReader(root)
        if let value = try reader.string("provider") { provider = value }
        if let value = try reader.string("agent") { agent = value }
        theme = try reader.string("theme")
        themesFolder = try reader.string("themes")
        sessionsFolder = try reader.string("sessions")
        if let node = reader.node("recording") { try readRecording(node) }
        if let node = reader.node("audiosocket") { try readAudioSocket(node) }
        if let node = reader.node("http") { try readHTTP(node) }
        if let node = reader.node("devices") { try readDevices(node) }
        for (key, node) in reader.node("providers")?.members ?? [] { providers.append(try Self.provider(key, node)) }
        for (key, node) in reader.node("agents")?.members ?? [] { agents.append(try Self.agent(key, node)) }
        if let node = reader.node("tools") { tools = try ToolsConfiguration(node) }
        if let node = reader.node("redact") { redact = try RedactConfiguration(node) }
        try reader.finish()
    }

    private mutating func readRecording(_ node: ConfigurationNode) throws(ConfigurationError) {
        enum Format: String, CaseIterable { case wav, opus }
        var reader = try ConfigurationReader(node)
        record = try reader.bool("enabled")
        if let format = try reader.choice("format", Format.self) { recordingFormat = format.rawValue }
        try reader.finish()
    }

    private mutating func readAudioSocket(_ node: ConfigurationNode) throws(ConfigurationError) {
        var reader = try ConfigurationReader(node)
        audioSocket = try reader.string("listen")
        allow = try reader.strings("allow") ?? []
        maximumCalls = try reader.int("max_calls", in: 1...10_000) ?? maximumCalls
        maximumCallsPerSource = try reader.int("max_calls_per_source", in: 1...10_000) ?? maximumCallsPerSource
        maximumHalfOpen = try reader.int("max_half_open", in: 1...10_000) ?? maximumHalfOpen
        try reader.finish()
    }

    private mutating func readHTTP(_ node: ConfigurationNode) throws(ConfigurationError) {
        var reader = try ConfigurationReader(node)
        http = try reader.string("listen")
        httpToken = try reader.string("token")
        try reader.finish()
    }

    private mutating func readDevices(_ node: ConfigurationNode) throws(ConfigurationError) {
        var reader = try ConfigurationReader(node)
        capture = try reader.string("capture")
        playback = try reader.string("playback")
        echoCancellation = try reader.choice("echo_cancellation", EchoMode.self) ?? .auto
        try reader.finish()
    }

    private static func provider(_ name: String, _ node: ConfigurationNode) throws(ConfigurationError) -> Provider {
        var reader = try ConfigurationReader(node)
        var result = Provider(name: name, type: try reader.string("type") ?? name, place: node.place)
        result.model = try reader.string("model")
        result.voice = try reader.string("voice")
        result.keyVariable = try reader.string("key_variable")
        if let url = try reader.string("base_url") {
            do throws(ConfigurationError) { result.baseURL = try URLParts(parsing: url) } catch {
                throw ConfigurationError(
                    place: "\(node.place) \(node.path).base_url", cause: error.cause, fix: error.fix)
            }
        }
        for forbidden in ["api_key", "key", "token", "secret"] where reader.node(forbidden) != nil {
            throw ConfigurationError(
                place: "\(node.place) \(node.path).\(forbidden)", cause: "keys do not belong in this file",
                fix: "set the provider's environment variable, or name another by key_variable")
        }
        result.options = reader.node("options")?.json ?? .object([])
        try reader.finish()
        return result
    }

    private static func agent(_ name: String, _ node: ConfigurationNode) throws(ConfigurationError) -> Agent {
        enum Mode: String, CaseIterable { case auto, provider, local, either, off }
        var reader = try ConfigurationReader(node)
        var result = Agent(name: name, place: node.place)
        result.provider = try reader.string("provider")
        result.instructions = try reader.string("instructions")
        result.greeting = try reader.string("greeting")
        result.language = try reader.string("language")
        result.tools = try reader.strings("tools")
        result.fallbacks = try reader.strings("fallbacks") ?? []
        result.bargeIn = try reader.choice("barge_in", Mode.self)?.rawValue
        result.endpointingMs = try reader.int("endpointing_ms", in: 100...5000)
        result.bargeInMs = try reader.int("barge_in_ms", in: 20...1000)
        result.prerollMs = try reader.int("preroll_ms", in: 0...2000)
        result.noInputSeconds = try reader.int("no_input_seconds", in: 1...3600)
        result.noInputPrompts = try reader.int("no_input_prompts", in: 0...100)
        try reader.finish()
        return result
    }
}
