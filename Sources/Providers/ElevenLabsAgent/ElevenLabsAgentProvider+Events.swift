import Core
import ProviderKit

/// What the vendor says (wire reference 4.3). Unknown types and fields are ignored, missing ones survived.
extension ElevenLabsAgentProvider {
    /// Known types that need no reaction.
    private static let quiet: Set<String> = [
        "vad_score", "agent_tool_request", "agent_tool_response", "agent_tool_response_full_payload",
        "mcp_connection_status", "context_usage", "asr_initiation_metadata", "rich_content", "agent_typing",
        "agent_chat_response_part", "agent_reasoning_response_part", "agent_response_metadata",
        "external_agent_connected", "external_agent_disconnected",
    ]

    func received(_ link: LinkID, _ kind: LinkMessageKind, _ payload: Span<UInt8>, _ out: ProviderOutput) {
        guard link == Self.link else { return }
        if phase == .signing { return signedPiece(payload) }
        guard phase == .configuring || phase == .ready else { return }
        if payload.withUnsafeBufferPointer({ takeAudio($0, out) }) { return }
        do throws(JSONError) {
            let message = try JSONParser.parse(payload)
            guard let type = message["type"]?.string else { return garbage("a message without a type", out) }
            out.trace(WireMessage(source: "", direction: .received, type: type, bytes: payload.count))
            handle(type, message, out)
        } catch { garbage("a message that is not JSON", out) }
    }

    /// Says once that something unreadable came.
    func garbage(_ what: String, _ out: ProviderOutput) {
        oddities.notJSON += 1
        guard !hasNoticedGarbage else { return }
        hasNoticedGarbage = true
        out.event(.notice("the vendor sent \(what); ignored, more of it is only counted"))
    }

    private func handle(_ type: String, _ message: JSONValue, _ out: ProviderOutput) {
        switch type {
        case "conversation_initiation_metadata":
            metadata(message["conversation_initiation_metadata_event"] ?? .null, out)
        case "ping":
            guard let event = message["ping_event"]?["event_id"]?.int else { return }
            out.send(Self.link, ElevenLabsMessage.pong(event))
        case "error": vendorError(message["error_event"] ?? .null, out)
        default: if phase == .ready { conversation(type, message, out) }
        }
    }

    /// No call has more events: a higher number is none, else it would silence all that comes after it.
    static var highestEvent: Int { 1_000_000_000 }

    /// The number of an event.
    static func number(_ event: JSONValue?) -> Int? {
        event?["event_id"]?.int.flatMap { (0...highestEvent).contains($0) ? $0 : nil }
    }

    private func conversation(_ type: String, _ message: JSONValue, _ out: ProviderOutput) {
        switch type {
        case "audio": audioEvent(message["audio_event"], out)
        case "agent_response": agentResponse(message["agent_response_event"], out)
        case "agent_response_correction": corrected(message["agent_response_correction_event"], out)
        case "agent_response_complete": if answers.samples > 0 { answers.end(.completed, out) }
        case "interruption": interrupted(message["interruption_event"], out)
        case "user_transcript":
            userTranscript(message["user_transcription_event"]?["user_transcript"]?.string ?? "", out)
        case "tentative_user_transcript":
            tentative(message["tentative_user_transcription_event"]?["user_transcript"]?.string ?? "", out)
        case "client_tool_call": toolCall(message["client_tool_call"] ?? .null, out)
        case "mcp_tool_call": mcpCall(message["mcp_tool_call"] ?? .null, out)
        case "guardrail_triggered": out.event(.notice("a guardrail of the agent was triggered"))
        default: unknown(type, out)
        }
    }

    private func unknown(_ type: String, _ out: ProviderOutput) {
        guard !Self.quiet.contains(type), !type.hasPrefix("internal_") else { return }
        oddities.unknownTypes += 1
        guard !hasNoticedUnknown else { return }
        hasNoticedUnknown = true
        let name = failures.clean(String(type.prefix(80)))
        out.event(
            .notice("the vendor sent a message of the unknown type \(name); ignored, more of them are only counted"))
    }

    // MARK: The agent

    /// The whole text of an answer; its audio comes around it or before.
    private func agentResponse(_ event: JSONValue?, _ out: ProviderOutput) {
        guard let text = event?["agent_response"]?.string, !text.isEmpty else { return }
        let number = Self.number(event) ?? 0
        if mute.isOn {
            mutedAnswers += 1
            guard mutedAnswers > 1 else { return mute.sign(out.now) }
            unmuted(out)
        }
        guard number > gate || number == 0 else { return }
        if isCutHere { gate = max(gate, min(lastEvent, number - 1)) }
        isCutHere = false
        answers.nextMayCome()
        if answers.phase == .running, !answers.text.isEmpty { answers.end(.completed, out) }
        answers.say(text, out)
        timeAnswer(out)
    }

    /// What the agent had really said when it was interrupted.
    private func corrected(_ event: JSONValue?, _ out: ProviderOutput) {
        guard let text = event?["corrected_agent_response"]?.string, !answers.text.isEmpty,
            event?["original_agent_response"]?.string == answers.text
        else { return }
        answers.correct(text, out)
    }

    private func interrupted(_ event: JSONValue?, _ out: ProviderOutput) {
        gate = max(gate, Self.number(event) ?? lastEvent)
        if mute.isOn { unmuted(out) }
        user.begin(out)
        isCutHere = false
        answers.cut(out)
    }

    // MARK: The user

    private var isAgentSilent: Bool { answers.phase != .running && !answers.isUnheard }

    private func tentative(_ text: String, _ out: ProviderOutput) {
        guard !text.isEmpty else { return }
        if mute.isOn { unmuted(out) }
        if isAgentSilent { user.begin(out) }
        user.partial(text, out)
    }

    private func userTranscript(_ text: String, _ out: ProviderOutput) {
        if let echo = echoes.firstIndex(of: text) {
            echoes.removeSubrange(...echo)
            return
        }
        if mute.isOn { unmuted(out) }
        if isCutHere { gate = max(gate, lastEvent) }
        isCutHere = false
        answers.nextMayCome()
        if isAgentSilent, !text.isEmpty { user.begin(out) }
        user.final(text, out)
    }

    // MARK: Tools

    private func toolCall(_ call: JSONValue, _ out: ProviderOutput) {
        guard let id = call["tool_call_id"]?.string, let name = call["tool_name"]?.string, calls.add(id, name: name)
        else { return }
        if mute.isOn { unmuted(out) }
        let arguments = call["parameters"].map { $0.members == nil ? "{}" : $0.text } ?? "{}"
        out.event(.toolCall(ToolCall(id: id, name: name, arguments: arguments)))
    }

    private func mcpCall(_ call: JSONValue, _ out: ProviderOutput) {
        guard call["state"]?.string == "awaiting_approval", let id = call["tool_call_id"]?.string else { return }
        let name = failures.clean(call["tool_name"]?.string ?? "?")
        let verdict = options.approvesMCP ? "approved" : "refused (option approve_mcp)"
        out.event(.notice("the MCP call \(name) was \(verdict)"))
        out.send(Self.link, ElevenLabsMessage.approval(id: id, isApproved: options.approvesMCP))
    }

    // MARK: Trouble

    /// The close that usually follows says what it means for the connection.
    private func vendorError(_ event: JSONValue, _ out: ProviderOutput) {
        let code = event["code"].map { $0.string ?? $0.text } ?? "?"
        let words = [event["message"], event["reason"], event["error_type"], event["debug_message"]]
            .compactMap { $0?.string }.first { !$0.isEmpty }
        out.event(.failure(failures.make("vendor", "error \(code): \(words ?? "no reason given")", .goesOn)))
    }
}
