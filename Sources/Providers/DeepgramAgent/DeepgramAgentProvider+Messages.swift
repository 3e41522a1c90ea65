import Core
import ProviderKit

/// What the vendor says (wire reference 3.4). Unknown types and fields are ignored, missing ones survived.
extension DeepgramAgentProvider {
    /// Known types that need no reaction.
    private static let quiet: Set<String> = [
        "PromptUpdated", "SpeakUpdated", "ThinkUpdated", "ThinkLiveUpdated", "ListenUpdated", "History",
        "FunctionCallResponse", "AgentThinking", "__customFromThinkProvider",
    ]

    func received(_ link: LinkID, _ kind: LinkMessageKind, _ payload: Span<UInt8>, _ out: ProviderOutput) {
        guard link == self.link, phase == .welcoming || phase == .configuring || phase == .ready else { return }
        if kind == .binary {
            if phase == .ready { agentAudio(payload, out) }
            return
        }
        do throws(JSONError) {
            let message = try JSONParser.parse(payload)
            guard let type = message["type"]?.string else { return garbage("a message without a type", out) }
            out.trace(WireMessage(source: "", direction: .received, type: type, bytes: payload.count))
            handle(type, message, out)
        } catch { garbage("a message that is not JSON", out) }
    }

    private func garbage(_ what: String, _ out: ProviderOutput) {
        oddities.notJSON += 1
        guard !hasNoticedGarbage else { return }
        hasNoticedGarbage = true
        out.event(.notice("the vendor sent \(what); ignored, more of it is only counted"))
    }

    private func handle(_ type: String, _ message: JSONValue, _ out: ProviderOutput) {
        switch type {
        case "Welcome": welcomed(out)
        case "SettingsApplied": settingsApplied(out)
        case "Error": vendorError(message, out)
        case "Warning": warning(message, out)
        default: if phase == .ready { conversation(type, message, out) }
        }
    }

    private func conversation(_ type: String, _ message: JSONValue, _ out: ProviderOutput) {
        switch type {
        case "ConversationText": conversationText(message, out)
        case "UserStartedSpeaking": userStarted(out)
        case "AgentStartedSpeaking": agentStarted(message, out)
        case "LatencyReport": stage("stt_final", message["stt_latency"], out)
        case "AgentAudioDone": audioDone(out)
        case "FunctionCallRequest": functionCalls(message, out)
        case "FunctionCallCancelled": cancelled(message, out)
        case "InjectionRefused": injectionRefused(message, out)
        case "FrustrationDetected": out.event(.notice("the vendor believes that the user is frustrated"))
        default: unknown(type, out)
        }
    }

    private func unknown(_ type: String, _ out: ProviderOutput) {
        guard !Self.quiet.contains(type) else { return }
        oddities.unknownTypes += 1
        guard !hasNoticedUnknown else { return }
        hasNoticedUnknown = true
        let name = failures.clean(String(type.prefix(80)))
        out.event(
            .notice("the vendor sent a message of the unknown type \(name); ignored, more of them are only counted"))
    }

    // MARK: Turns

    private func conversationText(_ message: JSONValue, _ out: ProviderOutput) {
        guard let text = message["content"]?.string else { return }
        switch message["role"]?.string {
        case "user": userText(text, out)
        case "assistant":
            injection = nil
            if !isCutHere || text == spoken { nextAnswer() }
            if text == spoken { spoken = nil }
            answers.say(text, out)
        default: break
        }
    }

    private func userText(_ text: String, _ out: ProviderOutput) {
        nextAnswer()
        if let echo = echoes.firstIndex(of: text) {
            echoes.removeSubrange(...echo)
            injection = nil
            return
        }
        user.final(text, out)
    }

    private func nextAnswer() {
        isCutHere = false
        answers.nextMayCome()
    }

    /// The only sign of an interruption, and it comes when the agent is silent too. The vendor has stopped by itself.
    private func userStarted(_ out: ProviderOutput) {
        user.begin(out)
        isCutHere = false
        answers.cut(out)
    }

    private func agentStarted(_ message: JSONValue, _ out: ProviderOutput) {
        if !isCutHere { answers.nextMayCome() }
        stage("llm_ttft", message["ttt_latency"], out)
        stage("tts_ttfb", message["tts_latency"], out)
    }

    private func stage(_ name: String, _ seconds: JSONValue?, _ out: ProviderOutput) {
        guard let seconds = seconds?.double, (0...600).contains(seconds), seconds > 0 else { return }
        out.event(.stage(name: name, owner: .service, ms: seconds * 1000))
    }

    /// The last byte of an answer was sent; it has not been heard yet.
    private func audioDone(_ out: ProviderOutput) {
        nextAnswer()
        answers.end(.completed, out)
        bill(out)
    }

    // MARK: Tools

    private func functionCalls(_ message: JSONValue, _ out: ProviderOutput) {
        nextAnswer()
        for function in message["functions"]?.array ?? [] where function["client_side"]?.bool != false {
            guard let id = function["id"]?.string, !id.isEmpty, let name = function["name"]?.string, !name.isEmpty,
                seenCalls.insert(id).inserted
            else { continue }
            calls.append(OpenCall(id: id, name: name))
            let arguments = function["arguments"].map { $0.string ?? $0.text } ?? "{}"
            out.event(.toolCall(ToolCall(id: id, name: name, arguments: arguments.isEmpty ? "{}" : arguments)))
        }
    }

    private func cancelled(_ message: JSONValue, _ out: ProviderOutput) {
        for function in message["functions"]?.array ?? [] {
            guard let id = function["id"]?.string, let index = calls.firstIndex(where: { $0.id == id }) else {
                continue
            }
            calls.remove(at: index)
            out.event(.toolCallCancelled(callID: id))
        }
    }

    // MARK: Trouble

    /// Every `Error` ends the session (wire reference 3.4).
    private func vendorError(_ message: JSONValue, _ out: ProviderOutput) {
        let code = message["code"]?.string ?? "?"
        let words = message["description"]?.string ?? message["message"]?.string ?? "no reason given"
        let upper = code.uppercased()
        let cause = "\(code): \(words)"
        if upper.contains("AUTH") || upper.contains("CREDENTIAL") { return end(failures.auth(cause), out) }
        if upper.contains("TOO_MANY") || upper.contains("RATE_LIMIT") {
            return end(failures.make("rate-limit", cause, .reconnect(after: VendorFailure.shortestWait)), out)
        }
        let refuses = [
            "INVALID_SETTINGS", "UNPARSABLE_CLIENT_MESSAGE", "USER_AUDIO_FORMAT", "FAILED_TO_START_LISTENING",
        ]
        guard phase != .ready, refuses.contains(upper) else {
            return end(failures.make("vendor", cause, .reconnect(after: nil)), out)
        }
        let failure = failures.make(
            "refused", cause, fix: "check the options listen, think and speak of the provider", .fatal)
        settingsRefused(failure, words: words, out)
    }

    private func warning(_ message: JSONValue, _ out: ProviderOutput) {
        let code = message["code"]?.string ?? "?"
        let words = message["description"]?.string ?? "no reason given"
        let lower = code.lowercased() + " " + words.lowercased()
        out.event(.notice(failures.clean("the vendor warns: \(code): \(words)")))
        guard phase == .ready, lower.contains("session"), lower.contains("limit") || lower.contains("duration") else {
            return
        }
        out.event(.expires(after: .seconds(15)))
    }
}
