import Core
import ProviderKit

/// What the vendor says (wire reference 1A.4). Unknown types and fields are ignored, missing ones survived.
extension OpenAIRealtimeProvider {
    /// Known types that need no reaction.
    private static let quiet: Set<String> = [
        "conversation.created", "conversation.item.retrieved", "conversation.item.truncated",
        "conversation.item.deleted",
        "conversation.item.input_audio_transcription.segment", "input_audio_buffer.cleared",
        "input_audio_buffer.dtmf_event_received", "output_audio_buffer.started", "output_audio_buffer.stopped",
        "output_audio_buffer.cleared", "response.content_part.done", "response.function_call_arguments.delta", "ping",
    ]

    func received(_ link: LinkID, _ kind: LinkMessageKind, _ payload: Span<UInt8>, _ out: ProviderOutput) {
        guard link == Self.link, phase == .configuring || phase == .ready else { return }
        if payload.withUnsafeBufferPointer({ takeDelta($0, out) }) { return }
        do throws(JSONError) {
            let message = try JSONParser.parse(payload)
            guard let type = message["type"]?.string else {
                oddities.notJSON += 1
                return noticeGarbage("a message without a type", out)
            }
            out.trace(WireMessage(source: "", direction: .received, type: type, bytes: payload.count))
            handle(type, message, out)
        } catch {
            oddities.notJSON += 1
            noticeGarbage("a message that is not JSON", out)
        }
    }

    private func handle(_ type: String, _ message: JSONValue, _ out: ProviderOutput) {
        if type.hasPrefix("response.") { return handleResponse(type, message, out) }
        if type.hasPrefix("conversation.item.") { return handleItem(type, message, out) }
        switch type {
        case "session.created": sessionCreated(message, out)
        case "session.updated": sessionUpdated(message, out)
        case "error": vendorError(message, out)
        case "rate_limits.updated": rateLimits(message)
        case "warning": warning(message["warning"] ?? .null, out)
        case "input_audio_buffer.speech_started": speechStarted(message, out)
        case "input_audio_buffer.speech_stopped": speechStopped(message, out)
        case "input_audio_buffer.committed", "input_audio_buffer.timeout_triggered":
            committed(type, message, out)
        default: unknown(type, out)
        }
    }

    private func unknown(_ type: String, _ out: ProviderOutput) {
        guard !Self.quiet.contains(type), !type.contains("mcp_") else { return }
        oddities.unknownTypes += 1
        guard !hasNoticedUnknown else { return }
        hasNoticedUnknown = true
        let name = failures.clean(String(type.prefix(80)))
        out.event(
            .notice("the vendor sent a message of the unknown type \(name); ignored, more of them are only counted"))
    }

    // MARK: The user

    private func speechStarted(_ message: JSONValue, _ out: ProviderOutput) {
        let item = message["item_id"]?.string
        know(item, out)
        // Some vendors tell of speech although their detector is off; then the session's own one decides.
        guard options.turnDetection != .none else { return }
        isUserSpeaking = true
        dropsNextResponse = false
        responseAtSpeechStart = gate.activeID
        itemsAtSpeechStart = items.all.count
        out.add(.cancelTimer(Self.retryTimer))
        out.event(.userSpeechStarted(item: item))
    }

    private func speechStopped(_ message: JSONValue, _ out: ProviderOutput) {
        let item = message["item_id"]?.string
        guard options.turnDetection != .none else { return }
        isUserSpeaking = false
        expectAnswer(out)
        out.event(.userSpeechStopped(item: item))
        pump(out)
    }

    /// The end of the user's speech, when `speech_stopped` did not tell of it; or the vendor speaks up after a silence.
    private func committed(_ type: String, _ message: JSONValue, _ out: ProviderOutput) {
        know(message["item_id"]?.string, out)
        guard options.turnDetection != .none, isUserSpeaking || type.hasSuffix("timeout_triggered") else { return }
        isUserSpeaking = false
        expectAnswer(out)
    }

    /// A user item exists; words of it that came before are told now.
    private func know(_ item: String?, _ out: ProviderOutput) {
        guard let item, let text = transcripts.know(item) else { return }
        out.event(.userTranscript(item: item, text: text, isFinal: false))
    }

    private func handleItem(_ type: String, _ message: JSONValue, _ out: ProviderOutput) {
        let id = message["item_id"]?.string
        switch type {
        case "conversation.item.added", "conversation.item.created", "conversation.item.done":
            guard let item = message["item"] else { return }
            if item["role"]?.string == "user" { know(item["id"]?.string, out) }
            announce(item)
        case "conversation.item.input_audio_transcription.delta":
            guard let id, let delta = message["delta"]?.string, let text = transcripts.add(id, delta) else { return }
            out.event(.userTranscript(item: id, text: text, isFinal: false))
        case "conversation.item.input_audio_transcription.updated":
            // The whole text so far (wire reference 5.1).
            guard let id, let text = transcripts.replace(id, message["transcript"]?.string ?? "") else { return }
            out.event(.userTranscript(item: id, text: text, isFinal: false))
        case "conversation.item.input_audio_transcription.completed":
            guard let id, let text = transcripts.finish(id, message["transcript"]?.string) else { return }
            out.event(.userTranscript(item: id, text: text, isFinal: true))
        case "conversation.item.input_audio_transcription.failed":
            transcriptionFailed(id, message["error"] ?? .null, out)
        default: unknown(type, out)
        }
    }

    private func transcriptionFailed(_ id: String?, _ error: JSONValue, _ out: ProviderOutput) {
        let reason = failures.clean(error["message"]?.string ?? "no reason given")
        out.event(.notice("what the user said could not be transcribed: \(reason)"))
        guard let id, let text = transcripts.finish(id, nil), !text.isEmpty else { return }
        out.event(.userTranscript(item: id, text: text, isFinal: true))
    }

    private func announce(_ item: JSONValue) {
        guard item["type"]?.string == "function_call", let call = item["call_id"]?.string,
            let name = item["name"]?.string
        else { return }
        tools.announce(callID: call, name: name)
    }

    /// A warning goes on the log and harms nothing (wire reference 5.4).
    private func warning(_ warning: JSONValue, _ out: ProviderOutput) {
        let text = warning["message"]?.string ?? warning["code"]?.string ?? "no reason given"
        out.event(.notice("the vendor warns: \(failures.clean(text))"))
    }

    // MARK: The agent

    private func handleResponse(_ type: String, _ message: JSONValue, _ out: ProviderOutput) {
        guard phase == .ready else { return }
        let response = message["response_id"]?.string
        switch type {
        case "response.created": responseCreated(message, out)
        case "response.done": responseDone(message, out)
        case "response.output_audio.delta", "response.audio.delta": audioDelta(message, out)
        case "response.output_audio.done", "response.audio.done": audioDone(message, out)
        case "response.output_audio_transcript.delta", "response.output_text.delta", "response.audio_transcript.delta",
            "response.text.delta":
            textDelta(message, out)
        case "response.output_audio_transcript.done", "response.output_text.done", "response.audio_transcript.done",
            "response.text.done":
            textDone(message, out)
        case "response.output_item.added": itemAdded(message["item"] ?? .null, response: response, out)
        case "response.output_item.done":
            guard let item = message["item"], item["type"]?.string == "function_call" else { return }
            toolItem(item, response: response, out)
        case "response.function_call_arguments.done":
            toolCall(
                message["call_id"]?.string, name: message["name"]?.string, arguments: message["arguments"]?.string,
                response: response, out)
        case "response.content_part.added": partAdded(message, out)
        default:
            // Lip movements, word times and the like of agents with a face (5.4).
            guard !type.hasPrefix("response.animation_"), !type.hasPrefix("response.audio_timestamp") else { return }
            unknown(type, out)
        }
    }

    private func itemAdded(_ item: JSONValue, response: String?, _ out: ProviderOutput) {
        announce(item)
        guard item["type"]?.string == "message", let id = item["id"]?.string, !id.isEmpty, items.index(of: id) == nil
        else { return }
        _ = items.add(id, handle: out.item(id), response: response ?? gate.activeID)
    }

    private func partAdded(_ message: JSONValue, _ out: ProviderOutput) {
        guard message["part"]?["type"]?.string == "audio", let content = message["content_index"]?.int,
            (0..<1000).contains(content), let index = agentItem(message, out)
        else { return }
        items.setContentIndex(index, content)
    }

    private func audioDone(_ message: JSONValue, _ out: ProviderOutput) {
        guard let index = agentItem(message, out), !items.all[index].isCut, items.end(index) else { return }
        out.event(.agentAudioEnded(item: items.all[index].handle))
    }

    private func textDelta(_ message: JSONValue, _ out: ProviderOutput) {
        guard let delta = message["delta"]?.string, !delta.isEmpty, let index = agentItem(message, out),
            !items.all[index].isCut
        else { return }
        out.event(.agentText(item: items.all[index].handle, delta: delta))
    }

    private func textDone(_ message: JSONValue, _ out: ProviderOutput) {
        guard let text = message["transcript"]?.string ?? message["text"]?.string, let index = agentItem(message, out),
            !items.all[index].isCut
        else { return }
        out.event(.agentTextEnded(item: items.all[index].handle, text: text))
    }
}
