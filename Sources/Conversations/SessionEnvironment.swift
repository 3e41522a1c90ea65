import Core
import ProviderKit
import Tools

/// Makes providers by the names that the user knows. Throws what is wrong with name, key or options.
public typealias ProviderFactory = @EngineActor (_ name: String) throws(ConfigurationError) -> any Provider

/// What a session needs of the world, all of it ports.
@EngineActor
public struct SessionEnvironment {
    /// Time and timers.
    public var loop: any EngineLoop
    /// Links to vendors and workers.
    public var opener: any LinkOpener
    public var makeProvider: ProviderFactory
    public var tools: ToolRegistry
    /// Tools that are only known while the program runs (MCP servers).
    public var toolSources: [any ToolSource] = []
    /// The ways out that tools have.
    public var toolPorts: ToolPorts
    /// What is masked in tool events.
    public var redaction = Redaction()
    /// A seed for each session, by which its waits before reconnecting are spread by up to 20 %; nil spreads nothing.
    public var reconnectSeed: (@EngineActor () -> UInt64)?
    /// Gets what a provider is sent of our own conversation, at its rate; for tests.
    public var sentAudio: (@EngineActor (Span<Int16>, Int) -> Void)?
    /// Records sessions; nil when recording is not possible at all.
    public var recording: (any SessionTapFactory)?

    /// What a session needs of the world.
    public init(
        loop: any EngineLoop, opener: any LinkOpener, tools: ToolRegistry, recording: (any SessionTapFactory)?,
        makeProvider: @escaping ProviderFactory
    ) {
        self.loop = loop
        self.opener = opener
        self.tools = tools
        toolPorts = ToolPorts(loop: loop, opener: opener)
        self.recording = recording
        self.makeProvider = makeProvider
    }
}
