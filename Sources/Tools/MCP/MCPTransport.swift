import Core

/// A message on its way to a server.
struct MCPOutgoing {
    var body: JSONValue
    /// The request's id; nil for notifications and answers.
    var id: Int?
    var method: String
    /// The era that is spoken or tried; nil before a handshake.
    var era: MCPWire.Era?
    /// Headers for HTTP only.
    var headers: [HeaderField] = []
}

/// Why a request will get no answer.
struct MCPSendFailure: Equatable {
    /// HTTP status, 0 when there was none.
    var status = 0
    /// The answer's JSON, when it was some.
    var body: JSONValue?
    /// What the server asks to wait.
    var retryAfter: Duration?
    var words: String
}

/// Who hears of a transport; never called from inside a call into it. Engine thread.
@EngineActor
protocol MCPTransportOwner: AnyObject {
    func transportReceived(_ message: JSONValue)
    /// This request will get no answer; others may.
    func transportFailed(_ id: Int, _ failure: MCPSendFailure)
    /// Nothing works any more.
    func transportEnded(_ why: String)
}

/// Carries JSON-RPC messages to one server. Engine thread.
@EngineActor
protocol MCPTransport: AnyObject {
    var owner: (any MCPTransportOwner)? { get set }
    /// Whether the server must be told of a cancelled request by a notification in this era.
    func needsCancelNotification(_ era: MCPWire.Era) -> Bool
    func start()
    /// Sends; `delivered` comes once the server has taken it, or could not.
    func send(_ message: MCPOutgoing, delivered: (@EngineActor () -> Void)?)
    /// The answer to this request is not wanted any more.
    func abandon(_ id: Int)
    /// Ends in order; `done` comes when nothing is left. The owner hears nothing more.
    func close(done: @escaping @EngineActor () -> Void)
}
