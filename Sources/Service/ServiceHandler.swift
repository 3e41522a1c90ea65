import Core

/// The HTTP side of a running program: health, metrics, state, commands and the event stream.
///
/// | path | answer |
/// |---|---|
/// | `GET /healthz` | 200 `ok`, for load balancers |
/// | `GET /metrics` | Prometheus text 0.0.4 |
/// | `GET /v1/state` | listener, devices, sessions, troubles |
/// | `POST /v1/commands` | one command as JSON; 202, 409 with the reason when it is refused, or 400 with the fault |
/// | WebSocket `/v1/events` | every event record as a JSON text message; commands the other way |
/// | WebSocket `/v1/events?console=1` | the same with meters, answers and a telling that begins anew after a loss |
///
/// Beyond loopback every path but `/healthz` needs `Authorization: Bearer TOKEN`; a unix domain socket needs none, because
/// only its own user reaches it. Engine thread.
@EngineActor
public final class ServiceHandler: HTTPHandler {
    private let token: String?
    let client: any EngineClient
    let loop: any EngineLoop
    let identity: ServiceIdentity
    /// Refusals seen lately with their number, for the answers to commands.
    private var refusals: [(number: Int, refusal: CommandRefusal)] = []
    private var refusalCount = 0
    private var fold = StateFold()
    private var queue: EventQueue?
    private var streams: [ObjectIdentifier: EventStream] = [:]

    /// A handler. Throws when `address` reaches beyond this machine and no token is configured.
    public init(
        address: SocketAddress, token: String?, client: any EngineClient, loop: any EngineLoop,
        identity: ServiceIdentity
    ) throws(ConfigurationError) {
        guard token?.isEmpty == false || address.socketPath != nil || Self.isLoopback(address.host) else {
            throw ConfigurationError(
                place: "--http \(address)", cause: "the address reaches beyond this machine but there is no token",
                fix: "set http.token in the configuration, for example ${SIDETONE_TOKEN}, or listen on 127.0.0.1")
        }
        self.token = address.socketPath == nil ? token.flatMap { $0.isEmpty ? nil : $0 } : nil
        self.client = client
        self.loop = loop
        self.identity = identity
        let queue = EventQueue(bound: 10_000, policy: .latest, wantsFrequent: false) { [weak self] in
            loop.post { self?.take() }
        }
        self.queue = queue
        client.subscribe(queue)
    }

    static func isLoopback(_ host: String) -> Bool { host == "::1" || host == "localhost" || host.hasPrefix("127.") }

    private func take() {
        guard let queue else { return }
        for record in queue.take().records {
            fold.add(record)
            guard case .commandRefused(let refusal) = record.event else { continue }
            refusalCount += 1
            refusals.append((refusalCount, refusal))
            if refusals.count > 64 { refusals.removeFirst() }
        }
    }

    /// Sessions that are live now.
    var liveSessions: [SessionID] {
        take()
        return fold.liveSessions
    }

    /// Hands a command to the engine; `answer` comes when the engine has taken it: nil, or the reason why not. What comes of
    /// it later (a provider that does not answer, say) is told by events.
    func perform(_ command: Command, answer: @escaping @EngineActor @Sendable (String?) -> Void) {
        take()
        let mark = refusalCount
        client.send(command)
        // Behind the command in the engine's queue.
        loop.post { [weak self] in
            guard let self else { return answer("the program is ending") }
            self.take()
            answer(self.refusals.first { $0.number > mark && $0.refusal.command == command.name }?.refusal.reason)
        }
    }

    // MARK: Requests

    public func handle(_ request: HTTPRequest, respond: @escaping @EngineActor (HTTPResponse) -> Void) {
        take()
        guard request.method == "POST", request.path == "/v1/commands", isAllowed(request) else {
            return respond(answer(request))
        }
        do {
            let command = try EventCodec.decode(Command.self, from: request.body)
            perform(command) { refused in
                respond(
                    .json(refused == nil ? 202 : 409, refused.map { ["error": .string($0)] } ?? ["status": "accepted"]))
            }
        } catch { respond(Self.noCommand(error)) }
    }

    private func answer(_ request: HTTPRequest) -> HTTPResponse {
        if request.path == "/healthz" { return .text(200, "ok\n") }
        guard isAllowed(request) else {
            return .text(
                401, "give the token as Authorization: Bearer …\n", [HeaderField("WWW-Authenticate", "Bearer")])
        }
        switch (request.method, request.path) {
        case ("GET", "/metrics"): return .text(200, fold.prometheus, type: "text/plain; version=0.0.4")
        case ("GET", "/v1/state"): return .json(200, fold.state)
        case (_, "/metrics"), (_, "/v1/state"), (_, "/v1/commands"):
            return .text(405, "\(request.path) does not answer to \(request.method)\n")
        default:
            return .text(404, "there are /healthz, /metrics, /v1/state, /v1/commands and the WebSocket /v1/events\n")
        }
    }

    private func isAllowed(_ request: HTTPRequest) -> Bool {
        guard let token else { return true }
        let given = Array((request.header("authorization") ?? "").utf8)
        let wanted = Array("Bearer \(token)".utf8)
        // Compared whole, whatever the first difference: the time tells nothing.
        var difference = given.count ^ wanted.count
        for i in wanted.indices { difference |= Int(wanted[i] ^ (i < given.count ? given[i] : 0)) }
        return difference == 0
    }

    private static func noCommand(_ error: any Error) -> HTTPResponse {
        .json(
            400,
            ["error": .string("not a command: \(error)"), "example": ["sendText": ["text": "hello"]]])
    }

    // MARK: The event stream

    public func upgrade(_ request: HTTPRequest) -> UpgradeAnswer {
        guard request.path == "/v1/events" else { return .refuse(.text(404, "the event stream is at /v1/events\n")) }
        guard isAllowed(request) else { return .refuse(.text(401, "give the token as Authorization: Bearer …\n")) }
        let isConsole = request.query.contains { $0.name == "console" && $0.value != "0" }
        return .accept(EventStream(self, isConsole: isConsole), subprotocol: nil)
    }

    public func upgraded(_ peer: any WebSocketPeer, _ delegate: any WebSocketPeerDelegate) {
        guard let stream = delegate as? EventStream else { return }
        streams[ObjectIdentifier(stream)] = stream
        stream.begin(peer) { [weak self] in self?.streams[ObjectIdentifier(stream)] = nil }
    }
}

extension HTTPResponse {
    static func text(
        _ status: Int, _ body: String, type: String = "text/plain; charset=utf-8", _ headers: [HeaderField] = []
    ) -> HTTPResponse {
        HTTPResponse(status: status, contentType: type, body: Array(body.utf8), headers: headers)
    }

    static func json(_ status: Int, _ value: JSONValue) -> HTTPResponse {
        HTTPResponse(status: status, contentType: "application/json", body: value.bytes + [0x0A])
    }
}
