import Core

/// One `tools/call` under way. Engine thread.
@EngineActor
final class MCPCall {
    let tool: MCPTool
    let invocation: ToolInvocation
    /// The request's id once it was sent.
    var id: Int?
    var wasRepeated = false

    init(_ tool: MCPTool, _ invocation: ToolInvocation) {
        self.tool = tool
        self.invocation = invocation
    }
}

extension MCPServer {
    /// Begins a call of a tool: at once, or when the connection that is being made is there.
    func begin(_ tool: MCPTool, _ invocation: ToolInvocation) -> ToolCancel? {
        let call = MCPCall(tool, invocation)
        switch phase {
        case .ready: dispatch(call)
        case .idle, .detecting, .greeting, .initialized, .listing: queue.append(call)
        case .lost(let why):
            invocation.fail("the server \(options.name) is not there (\(why)); it is tried again")
            return nil
        case .refused(let why):
            invocation.fail("the server \(options.name) cannot be used: \(why)")
            return nil
        case .closed:
            invocation.fail("the program is ending")
            return nil
        }
        return { [weak self] in self?.cancel(call) }
    }

    func dispatch(_ call: MCPCall) {
        let id = freshID()
        call.id = id
        calls[id] = call
        let arguments = call.invocation.arguments
        send(
            "tools/call", ["name": .string(call.tool.name), "arguments": arguments], id: id,
            headers: call.tool.headers(arguments), wantsProgress: true)
    }

    func finish(_ id: Int, _ result: Result<ToolOutcome, ToolFailure>) {
        calls.removeValue(forKey: id)?.invocation.finish(result)
    }

    func failAll(_ words: String) {
        let all = Array(calls.values) + queue
        calls = [:]
        queue = []
        for call in all { call.invocation.fail(words) }
    }

    /// The caller does not wait any more: the server is told in its era's way.
    private func cancel(_ call: MCPCall) {
        queue.removeAll { $0 === call }
        guard let id = call.id, calls.removeValue(forKey: id) != nil, let transport, let era else { return }
        guard transport.needsCancelNotification(era) else { return transport.abandon(id) }
        notify("notifications/cancelled", ["requestId": .int(Int64(id)), "reason": "no longer wanted"]) { [weak self] in
            self?.transport?.abandon(id)
        }
    }
}
