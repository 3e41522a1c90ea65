import Core

/// What the server sends: answers to the connection's own questions and to calls, its requests and notifications.
extension MCPServer: MCPTransportOwner {
    func transportReceived(_ message: JSONValue) {
        switch MCPMessage(message) {
        case .result(let id, let result): answered(id, result)
        case .error(let id?, let code, let words, let data): refused(id, code, words, data)
        case .error(nil, _, _, _), .unknown: break
        case .request(let id, let method): asked(id, method)
        case .notification(let method, _):
            if method == "notifications/tools/list_changed", phase == .ready { relist() }
        }
    }

    private func relist() {
        (pages, cursors) = ([], [])
        list()
    }

    private func answered(_ id: Int, _ result: JSONValue) {
        switch phase {
        case .detecting(id): discovered(result)
        case .greeting(id): greeted(result)
        case .greeting where id == discovery:
            era = .modern(version: MCPWire.modern)
            discovered(result)
        case .listing(id): tookPage(result)
        default: finish(id, MCPTool.outcome(result))
        }
    }

    private func discovered(_ result: JSONValue) {
        let versions = result["supportedVersions"]?.array?.compactMap(\.string) ?? []
        guard versions.isEmpty || versions.contains(MCPWire.modern) else {
            // It knows the new words but no version of ours: the handshake may still find one.
            return greet()
        }
        disarm()
        (pages, cursors) = ([], [])
        list()
    }

    private func greeted(_ result: JSONValue) {
        guard let version = result["protocolVersion"]?.string, MCPWire.legacy.contains(version) else {
            return refuse(
                "it speaks version \(result["protocolVersion"]?.string?.prefix(20) ?? "?") of the protocol, which is not known here"
            )
        }
        disarm()
        era = .legacy(version: version)
        phase = .initialized
        // Over HTTP every message is a connection of its own: the list must not overtake this.
        notify("notifications/initialized") { [weak self] in
            guard let self, phase == .initialized else { return }
            (pages, cursors) = ([], [])
            list()
        }
    }

    private func tookPage(_ result: JSONValue) {
        for entry in result["tools"]?.array ?? [] where pages.count < 1000 {
            if let tool = MCPTool(entry, server: options.name) { pages.append(tool) }
        }
        // A cursor that comes again would never end.
        if let next = result["nextCursor"]?.string, cursors.insert(next).inserted, cursors.count < 100 {
            return list(cursor: next)
        }
        becomeReady()
    }

    // MARK: Refusals

    private func refused(_ id: Int, _ code: Int, _ words: String, _ data: JSONValue?) {
        switch phase {
        case .detecting(id):
            if isModern(code, data) { lose("it refuses \(MCPWire.modern): \(words)") } else { greet() }
        case .greeting(id): refuse("it refuses the handshake: \(words)")
        case .listing(id):
            // A server without tools is none to complain about.
            code == MCPWire.methodNotFound ? becomeReady() : lose("it does not list its tools: \(words)")
        default: finish(id, .failure(ToolFailure("the server refused the call: \(words)")))
        }
    }

    /// Whether an error shows that the server is of the modern era; one that names no version of ours is not for us.
    private func isModern(_ code: Int, _ data: JSONValue?) -> Bool {
        guard [MCPWire.headerMismatch, MCPWire.missingCapability, MCPWire.unsupportedVersion].contains(code) else {
            return false
        }
        let supported = data?["supported"]?.array?.compactMap(\.string) ?? []
        return code != MCPWire.unsupportedVersion || !supported.contains { MCPWire.legacy.contains($0) }
    }

    func transportFailed(_ id: Int, _ failure: MCPSendFailure) {
        if calls[id] != nil { return callFailed(id, failure) }
        guard [.detecting(id: id), .greeting(id: id), .listing(id: id)].contains(phase) else { return }
        switch failure.status {
        case 401, 403: refuse("it wants a (different) key: status \(failure.status)")
        case 429: lose("it is busy (status 429)", after: failure.retryAfter ?? .seconds(2))
        case 400..<500:
            if let body = failure.body, case .error(_, let code, let words, let data) = MCPMessage(body) {
                return refused(id, code, words, data)
            }
            if phase == .detecting(id: id) { greet() } else { refuse("it answered with status \(failure.status)") }
        default: lose(failure.words)
        }
    }

    private func callFailed(_ id: Int, _ failure: MCPSendFailure) {
        if failure.status == 404, era?.isModern == false, let call = calls.removeValue(forKey: id), !call.wasRepeated {
            // The session is over, so the call was not run: once more in a new one.
            call.wasRepeated = true
            queue.append(call)
            return reconnect()
        }
        if let body = failure.body, case .error(_, _, let words, _) = MCPMessage(body) {
            return finish(id, .failure(ToolFailure("the server refused the call: \(words)")))
        }
        finish(id, .failure(ToolFailure("the server \(options.name): \(failure.words)")))
    }

    func transportEnded(_ why: String) { lose(why) }

    // MARK: Requests of the server

    /// Old servers may ask back: a ping is answered, everything else refused. New ones never wait for an answer.
    private func asked(_ id: JSONValue, _ method: String) {
        guard era?.isModern != true else { return }
        var answer: JSONValue = ["jsonrpc": "2.0", "id": id]
        if method == "ping" {
            answer["result"] = .object([])
        } else {
            answer["error"] = ["code": .int(Int64(MCPWire.methodNotFound)), "message": "not offered by this client"]
        }
        transport?.send(MCPOutgoing(body: answer, id: nil, method: "", era: era), delivered: nil)
    }
}
