import Core

/// One MCP server as a source of tools: connects, finds out its era, lists its tools page by page, calls them, and comes back
/// with growing waits when it is lost. One for the whole program, shared by all sessions. Engine thread.
///
/// ```
/// idle ─▶ detecting (server/discover) ─▶ listing ─▶ ready ─▶ lost ─(1, 2, 4 … 60 s)─▶ detecting
///               └─ not modern ─▶ greeting (initialize) ─▶ listing
/// ```
@EngineActor
public final class MCPServer: ToolSource {
    /// Where the connection stands.
    enum Phase: Equatable {
        case idle
        case detecting(id: Int)
        case greeting(id: Int)
        case initialized
        case listing(id: Int)
        case ready
        /// Waiting to try again.
        case lost(why: String)
        /// Not tried again: the server refused us, or speaks nothing that we do.
        case refused(why: String)
        case closed
    }

    /// Name and place, for messages.
    public let options: MCPServerOptions
    let loop: any EngineLoop
    private let makeTransport: @EngineActor () -> (any MCPTransport)?
    var transport: (any MCPTransport)?
    var phase = Phase.idle
    var era: MCPWire.Era?
    var listed: [MCPTool] = []
    var pages: [MCPTool] = []
    var cursors: Set<String> = []
    var calls: [Int: MCPCall] = [:]
    /// Calls that came while the connection was being made.
    var queue: [MCPCall] = []
    var attempts = 0
    /// The last `server/discover`; a slow server may answer it after the handshake was tried.
    var discovery = 0
    private var nextID = 0
    private var timer: (any EngineTimer)?
    private var waiters: [@EngineActor () -> Void] = []

    /// Tells what stands in the way of the tools; nil when they are there again.
    public var onTrouble: (@EngineActor (Trouble?) -> Void)?

    /// A server that is not connected yet.
    public convenience init(
        _ options: MCPServerOptions, loop: any EngineLoop, opener: any LinkOpener, children: (any ChildProcessPort)?
    ) {
        self.init(options, loop: loop) {
            switch options.place {
            case .http(let url, let headers):
                return MCPHTTPTransport(url: url, headers: headers, opener: opener, loop: loop)
            case .program(let command):
                return children.map { MCPStdioTransport(command, children: $0, loop: loop) }
            }
        }
    }

    init(_ options: MCPServerOptions, loop: any EngineLoop, transport: @escaping @EngineActor () -> (any MCPTransport)?)
    {
        self.options = options
        self.loop = loop
        makeTransport = transport
    }

    // MARK: ToolSource

    public var tools: [Tool] {
        listed.filter { options.offers($0.name) }.map { tool in
            var made = Tool(
                ToolDefinition(name: tool.shownName, summary: tool.summary, parameters: tool.schema),
                timeout: options.timeout
            ) { [weak self] invocation in
                guard let self else {
                    invocation.fail("the server is gone")
                    return nil
                }
                return begin(tool, invocation)
            }
            made.slow = options.slow
            made.audience = options.audience
            return made
        }
    }

    /// Whether it is known what tools there are, or that there are none for now.
    public var hasSettled: Bool {
        switch phase {
        case .idle, .detecting, .greeting, .initialized, .listing: false
        case .ready, .lost, .refused, .closed: true
        }
    }

    public func whenReady(_ done: @escaping @EngineActor () -> Void) {
        if hasSettled { loop.post(done) } else { waiters.append(done) }
    }

    /// Where it stands, for people: `ready (2026-07-28), 5 tools`.
    public var status: String {
        switch phase {
        case .idle: "not connected"
        case .detecting, .greeting, .initialized, .listing: "connecting"
        case .ready: "ready (\(era?.version ?? "?")), \(listed.count) tools"
        case .lost(let why): "lost: \(why)"
        case .refused(let why): "refused: \(why)"
        case .closed: "closed"
        }
    }

    // MARK: Connection

    /// Connects.
    public func start() {
        guard phase == .idle else { return }
        connect()
    }

    /// Ends the connection in order; `done` comes when nothing is left of it.
    public func stop(_ done: @escaping @EngineActor () -> Void) {
        phase = .closed
        timer?.cancel()
        failAll("the program is ending")
        tellWaiters()
        guard let transport else { return loop.post(done) }
        self.transport = nil
        transport.close(done: done)
    }

    func connect() {
        guard let made = makeTransport() else { return refuse("no programs may be run here") }
        transport = made
        made.owner = self
        made.start()
        detect(MCPWire.modern)
    }

    func detect(_ version: String) {
        era = .modern(version: version)
        let id = freshID()
        phase = .detecting(id: id)
        discovery = id
        send("server/discover", .object([]), id: id)
        // A server of the old era may keep silent.
        arm(options.detection) { [weak self] in self?.greet() }
    }

    /// The handshake of the old era.
    func greet() {
        era = nil
        let id = freshID()
        phase = .greeting(id: id)
        send(
            "initialize",
            [
                "protocolVersion": .string(MCPWire.legacy[0]), "capabilities": .object([]),
                "clientInfo": MCPWire.client,
            ], id: id)
        arm(.seconds(10)) { [weak self] in self?.lose("it did not answer the handshake") }
    }

    func list(cursor: String? = nil) {
        let id = freshID()
        phase = .listing(id: id)
        send("tools/list", cursor.map { ["cursor": .string($0)] } ?? .object([]), id: id)
        arm(.seconds(15)) { [weak self] in self?.lose("it did not list its tools") }
    }

    func becomeReady() {
        timer?.cancel()
        phase = .ready
        attempts = 0
        listed = MCPTool.separated(pages)
        onTrouble?(nil)
        tellWaiters()
        let waiting = queue
        queue = []
        for call in waiting { dispatch(call) }
    }

    /// The connection is of no use any more: what runs fails, and it is tried again later.
    func lose(_ why: String, after wait: Duration? = nil) {
        drop()
        phase = .lost(why: why)
        attempts += 1
        failAll("the server \(options.name) was lost: \(why)")
        tellWaiters()
        tell(why, .warning)
        let backoff = min(60, 1 << min(attempts - 1, 6))
        arm(wait ?? .seconds(backoff)) { [weak self] in self?.connect() }
    }

    /// Connects anew at once: a handshake session is over (404).
    func reconnect() {
        let running = calls.values
        calls = [:]
        for call in running { call.invocation.fail("the session with \(options.name) is over") }
        drop()
        connect()
    }

    func refuse(_ why: String) {
        drop()
        timer?.cancel()
        phase = .refused(why: why)
        failAll("the server \(options.name) cannot be used: \(why)")
        tellWaiters()
        tell(why, .error)
    }

    private func tell(_ why: String, _ severity: Trouble.Severity) {
        onTrouble?(
            Trouble(
                code: "mcp.\(options.name)", severity: severity,
                text: "tools of \(options.name) are missing: \(why)", fix: options.hint))
    }

    private func drop() {
        let old = transport
        transport = nil
        old?.close {}
    }

    private func tellWaiters() {
        let told = waiters
        waiters = []
        for waiter in told { loop.post(waiter) }
    }

    // MARK: Sending

    func freshID() -> Int {
        nextID += 1
        return nextID
    }

    func arm(_ after: Duration, _ action: @escaping @EngineActor () -> Void) {
        timer?.cancel()
        timer = loop.schedule(after: after, action)
    }

    func disarm() { timer?.cancel() }

    func send(
        _ method: String, _ params: JSONValue, id: Int, headers: [HeaderField] = [], wantsProgress: Bool = false
    ) {
        let body = MCPWire.request(id, method, params, era: era, wantsProgress: wantsProgress)
        transport?.send(MCPOutgoing(body: body, id: id, method: method, era: era, headers: headers), delivered: nil)
    }

    func notify(_ method: String, _ params: JSONValue? = nil, delivered: (@EngineActor () -> Void)? = nil) {
        let body = MCPWire.notification(method, params)
        transport?.send(MCPOutgoing(body: body, id: nil, method: method, era: era), delivered: delivered)
    }
}
