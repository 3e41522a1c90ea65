import Core

/// Everything that `sidetone.yaml` can say, with the defaults of a program started without any file.
public struct SidetoneConfiguration: Sendable {
    /// A named provider: a type with options.
    public struct Provider: Sendable {
        public var name: String
        public var type: String
        /// `sts`, `asr`, `llm` or `tts`, when it is said; must be the type's.
        public var kind: String?
        public var model: String?
        public var voice: String?
        public var baseURL: URLParts?
        /// Variable that holds the key, instead of the type's own.
        public var keyVariable: String?
        /// Variables of its own, looked at before the environment for the key, and given to its command.
        public var environment: [(name: String, value: String)] = []
        /// A program that serves it, with its arguments; started on a port of its own. Empty: none.
        public var command: [String] = []
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
        /// Whether one provider serves it or three parts do.
        public enum Mode: String, Sendable, CaseIterable { case sts, pipeline }

        public var name: String
        /// As said, or `pipeline` when parts are named.
        public var mode = Mode.sts
        /// The full agent (`provider` or `sts`).
        public var provider: String?
        /// Parts of a pipeline.
        public var asr: String?
        public var llm: String?
        public var tts: String?
        /// Settings of the pipeline.
        public var pipeline: JSONValue = .object([])
        /// Instead of the provider's own.
        public var voice: String?
        /// What a provider that is chosen for it must have and had better have, when none is named.
        public var needs: String?
        public var wishes: String?
        public var instructions: String?
        public var greeting: String?
        public var language: String?
        public var tools: [String]?
        public var fallbacks: [String] = []
        public var bargeIn: String?
        public var endpointingMs: Int?
        public var bargeInMs: Int?
        public var prerollMs: Int?
        public var backchannelMs: Int?
        public var backchannelWords: [String]?
        public var ignoreEcho: Bool?
        public var noInputSeconds: Int?
        public var noInputPrompts: Int?
        public var place: String
    }

    public var provider = "local"
    public var agent = "default"
    public var theme: String?
    public var themesFolder: String?
    /// Whether the console takes the mouse; off leaves it to the terminal.
    public var mouse = true
    public var sessionsFolder: String?
    public var record: Bool?
    /// Megabytes (2^20 bytes) that must stay free on the disk; nil is 64.
    public var recordingFreeMB: Int?
    /// How the people recorded have agreed, in the user's words; stands in every session's `meta.json`.
    public var recordingConsent: String?
    /// Sessions older than this many days are deleted at the start; nil keeps them.
    public var recordingKeepDays: Int?
    /// The oldest sessions beyond this many gigabytes (10^9 bytes) are deleted at the start; nil keeps them.
    public var recordingKeepGB: Int?
    public var audioSocket: String?
    public var allow: [String] = []
    public var maximumCalls = 500
    public var maximumCallsPerSource = 500
    public var maximumHalfOpen = 64
    public var http: String?
    public var httpToken: String?
    /// Path of the control socket, or `off`; nil takes the usual place.
    public var control: String?
    /// What `talk` does when its terminal is gone.
    public var onTerminalLoss = TerminalLoss.drain
    public var capture: String?
    public var playback: String?
    public var echoCancellation = EchoMode.auto
    /// How the microphone is used at the start.
    public var talkMode = TalkMode.openMic
    public var providers: [Provider] = []
    public var agents: [Agent] = []
    /// Tools besides those that come with the program.
    public var tools = ToolsConfiguration()
    /// What is masked in tool events.
    public var redact = RedactConfiguration()
    /// Limits of a turn's latency.
    public var budgets = LatencyBudgets()
    /// Files that were read, in order.
    public var files: [String] = []

    /// When echo is cancelled at the devices.
    public enum EchoMode: String, Sendable, CaseIterable { case auto, on, off }

    /// What becomes of the calls when the terminal is gone.
    public enum TerminalLoss: String, Sendable, CaseIterable {
        /// They are ended in order and recorded to the end.
        case drain
        /// They go on without a screen, until a console attaches.
        case detach
    }

    /// The defaults.
    public init() {}

    /// Reads the root of a merged, interpolated file. Throws naming file, line, key, cause and fix.
    public init(_ root: ConfigurationNode) throws(ConfigurationError) {
        var reader = try ConfigurationReader(root)
        if let value = try reader.string("provider") { provider = value }
        if let value = try reader.string("agent") { agent = value }
        theme = try reader.string("theme")
        themesFolder = try reader.string("themes")
        if let value = try reader.bool("mouse") { mouse = value }
        sessionsFolder = try reader.string("sessions")
        if let node = reader.node("recording") { try readRecording(node) }
        if let node = reader.node("audiosocket") { try readAudioSocket(node) }
        if let node = reader.node("http") { try readHTTP(node) }
        control = try reader.string("control")
        onTerminalLoss = try reader.choice("on_terminal_loss", TerminalLoss.self) ?? .drain
        if let node = reader.node("devices") { try readDevices(node) }
        for (key, node) in reader.node("providers")?.members ?? [] { providers.append(try Self.provider(key, node)) }
        for (key, node) in reader.node("agents")?.members ?? [] { agents.append(try Self.agent(key, node)) }
        if let node = reader.node("tools") { tools = try ToolsConfiguration(node) }
        if let node = reader.node("redact") { redact = try RedactConfiguration(node) }
        if let node = reader.node("budgets") { try readBudgets(node) }
        try reader.finish()
    }

    private mutating func readRecording(_ node: ConfigurationNode) throws(ConfigurationError) {
        // While a session runs only WAV survives a crash; what is smaller is made by `sessions export`.
        enum Format: String, CaseIterable { case wav }
        var reader = try ConfigurationReader(node)
        record = try reader.bool("enabled")
        _ = try reader.choice("format", Format.self)
        recordingFreeMB = try reader.int("free_mb", in: 0...1_000_000)
        recordingConsent = try reader.string("consent").map { String($0.prefix(500)) }
        recordingKeepDays = try reader.int("keep_days", in: 1...36_500)
        recordingKeepGB = try reader.int("keep_gb", in: 1...1_000_000)
        try reader.finish()
    }

    private mutating func readBudgets(_ node: ConfigurationNode) throws(ConfigurationError) {
        var reader = try ConfigurationReader(node)
        for name in LatencyBudgets.names {
            guard let text = try reader.string(name) else { continue }
            guard let ms = LatencyBudgets.milliseconds(text), budgets.set(name, ms) else {
                throw ConfigurationError(
                    place: "\(node.place) budgets.\(name)",
                    cause: "should be a time from 10ms to 60s, not \"\(text)\"",
                    fix: "write it with its unit, for example 900ms or 1.5s")
            }
        }
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
        talkMode = try reader.choice("talk_mode", TalkMode.self) ?? .openMic
        echoCancellation = try reader.choice("echo_cancellation", EchoMode.self) ?? .auto
        try reader.finish()
    }
}
