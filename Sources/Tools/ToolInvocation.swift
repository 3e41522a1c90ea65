import Core

/// Transfers phone calls; implemented over a service beside the telephone switch. Engine thread.
@EngineActor
public protocol CallControl: AnyObject {
    /// Transfers the call that the switch knows as `callID`. `done` comes once: nil when the switch confirmed it, else why not.
    func transfer(
        callID: String, to target: TransferTarget, timeout: Duration,
        done: @escaping @EngineActor (ToolFailure?) -> Void
    ) -> ToolCancel?
}

/// Where a call is transferred to.
public struct TransferTarget: Sendable, Equatable {
    /// Extension or number in the dialplan.
    public var exten: String
    /// Context of the dialplan; nil leaves it to the service.
    public var context: String?
    /// Priority; nil leaves it to the service.
    public var priority: Int?

    /// A target.
    public init(exten: String, context: String? = nil, priority: Int? = nil) {
        self.exten = exten
        self.context = context
        self.priority = priority
    }
}

/// The ways out that tools have, all given from outside. Engine thread.
@EngineActor
public struct ToolPorts {
    /// Time and timers.
    public var loop: any EngineLoop
    /// HTTP; nil where there is no network.
    public var opener: (any LinkOpener)?
    /// Programs; nil where none may be run.
    public var children: (any ChildProcessPort)?
    /// Transfers; nil where no service is configured.
    public var telephony: (any CallControl)?

    /// The ways out.
    public init(
        loop: any EngineLoop, opener: (any LinkOpener)? = nil, children: (any ChildProcessPort)? = nil,
        telephony: (any CallControl)? = nil
    ) {
        self.loop = loop
        self.opener = opener
        self.children = children
        self.telephony = telephony
    }
}

/// The call that a tool is asked in.
public struct ToolScope: Sendable, Equatable {
    /// Name of the agent.
    public var agent: String
    /// Name of the provider that asks; nil before and after the call.
    public var provider: String?
    /// Whether the user's end is a phone call: only such can be transferred or sent digits.
    public var isPhoneCall: Bool
    /// The switch's name of the call.
    public var callID: String?
    /// Variables for templates: `call`, and the outputs of tools that ran before the call by their names.
    public var variables: JSONValue

    /// The call that a tool is asked in.
    public init(
        agent: String = "default", provider: String? = nil, isPhoneCall: Bool = false, callID: String? = nil,
        variables: JSONValue = .object([])
    ) {
        self.agent = agent
        self.provider = provider
        self.isPhoneCall = isPhoneCall
        self.callID = callID
        self.variables = variables
    }
}

/// One call of a tool while it runs. Engine thread.
@EngineActor
public final class ToolInvocation {
    /// Arguments that fit the tool's schema.
    public let arguments: JSONValue
    /// The call that it is asked in.
    public let scope: ToolScope
    /// The ways out.
    public let ports: ToolPorts
    /// The tool's time limit.
    public let timeout: Duration
    private var onEnd: (@EngineActor (Result<ToolOutcome, ToolFailure>) -> Void)?

    /// A call whose end goes to `onEnd`, once and later (never from inside `finish`).
    public init(
        arguments: JSONValue, scope: ToolScope, ports: ToolPorts, timeout: Duration,
        onEnd: @escaping @EngineActor (Result<ToolOutcome, ToolFailure>) -> Void
    ) {
        self.arguments = arguments
        self.scope = scope
        self.ports = ports
        self.timeout = timeout
        self.onEnd = onEnd
    }

    /// Ends the call. Only the first end counts.
    public func finish(_ result: Result<ToolOutcome, ToolFailure>) {
        guard let onEnd else { return }
        self.onEnd = nil
        ports.loop.post { onEnd(result) }
    }

    /// Ends the call with words for the model.
    public func fail(_ words: String) { finish(.failure(ToolFailure(words))) }
}
