import AudioKit
import Core
import ProviderKit

/// What the server says (reference systems.md a.1.6). Unknown types and fields are ignored, missing ones survived.
extension AVALocalProvider {
    /// Known types that need no reaction.
    private static let quiet: Set<String> = [
        "barge_in_ack", "status_response", "capabilities_response", "backends_response", "backend_schema_response",
        "reload_response",
    ]

    func received(_ link: LinkID, _ kind: LinkMessageKind, _ payload: Span<UInt8>, _ out: ProviderOutput) {
        guard link == Self.link, [.authenticating, .configuring, .ready].contains(phase) else { return }
        if kind == .binary { return binary(payload, out) }
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
        out.event(.notice("the server sent \(what); ignored, more of it is only counted"))
    }

    private func handle(_ type: String, _ message: JSONValue, _ out: ProviderOutput) {
        // A description belongs to the very next message.
        announced = nil
        switch type {
        case "auth_response": authenticated(message, out)
        case "mode_ready": modeReady(out)
        default: if phase == .ready { conversation(type, message, out) }
        }
    }

    private func authenticated(_ message: JSONValue, _ out: ProviderOutput) {
        guard message["status"]?.string == "ok" else {
            return end(failures.auth(message["message"]?.string ?? "no reason given"), out)
        }
        if phase == .authenticating { setMode(out) }
    }

    private func conversation(_ type: String, _ message: JSONValue, _ out: ProviderOutput) {
        switch type {
        case "stt_result": heard(message, out)
        case "llm_response": thought(message, out)
        case "llm_tool_response": toolCalls(message, out)
        case "tts_audio": announce(message, out)
        case "tts_response": synthesized(message, out)
        case "switch_response" where message["status"]?.string == "error":
            let reason = message["message"]?.string ?? "no reason given"
            out.event(.notice(failures.clean("the server did not take the prompt: \(reason)")))
        case "switch_response": break
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
            .notice("the server sent a message of the unknown type \(name); ignored, more of them are only counted"))
    }

    // MARK: The user

    private func heard(_ message: JSONValue, _ out: ProviderOutput) {
        let text = message["text"]?.string ?? ""
        if let error = message["error"]?.string {
            out.event(
                .failure(
                    failures.make("vendor", "the recogniser failed: \(error)", fix: "see the server's log", .goesOn)))
        }
        guard message["is_final"]?.bool == true else {
            guard !text.isEmpty else { return }
            user.begin(out)
            return user.partial(text, out)
        }
        guard !text.isEmpty else { return user.stop(out) }
        lastUserText = text
        user.begin(out)
        user.final(text, out)
        answers.nextMayCome()
    }

    // MARK: The agent

    /// The model's words. Those of our own questions are not spoken by the server, all others are.
    private func thought(_ message: JSONValue, _ out: ProviderOutput) {
        guard let text = message["text"]?.string, !text.isEmpty else { return }
        let isOurs = message["request_id"]?.string.map { asked.remove($0) != nil } ?? false
        if text.contains("<tool_call"), !context.tools.isEmpty, options.toolPolicy != "off" {
            return out.send(
                Self.link,
                wire.toolRequest(
                    text, id: nextID("tool"), userText: lastUserText, tools: context.tools, policy: options.toolPolicy))
        }
        if isOurs { return speak(text, out) }
        answers.nextMayCome()
        answers.say(text, out)
        timeAnswer(out)
    }

    private func toolCalls(_ message: JSONValue, _ out: ProviderOutput) {
        let request = message["request_id"]?.string ?? nextID("tool")
        let found = message["tool_calls"]?.array ?? []
        for (number, call) in found.enumerated() {
            let id = "\(request)-\(number)"
            guard let name = call["name"]?.string, calls.add(id, name: name) else { continue }
            let arguments = (call["parameters"] ?? call["arguments"]).map { $0.string ?? $0.text } ?? "{}"
            out.event(.toolCall(ToolCall(id: id, name: name, arguments: arguments)))
        }
        if found.isEmpty, let text = message["text"]?.string, !text.isEmpty { speak(text, out) }
    }

    // MARK: Audio of the agent

    /// `tts_audio` describes the binary message behind it.
    private func announce(_ message: JSONValue, _ out: ProviderOutput) {
        let id = message["utterance_id"]?.string
        let isDropped = id != nil && id == cutUtterance
        announced = (id, message["is_final"]?.bool, isDropped || !takeFormat(message, out))
        if let id { utterance = id }
        if !isDropped, id != nil { answers.nextMayCome() }
    }

    private func takeFormat(_ message: JSONValue, _ out: ProviderOutput) -> Bool {
        guard let format = AVALocalMessage.format(message) else {
            garbage("audio of the unknown encoding \(failures.clean(message["encoding"]?.string ?? "?"))", out)
            return false
        }
        guard format != decoder?.format else { return true }
        guard let made = try? VendorCodec.decoder(format, to: Self.outputRate) else {
            garbage("audio of the impossible rate \(format.rate)", out)
            return false
        }
        decoder = made
        out.event(.audioFormat(VendorAudioFormat(.agent, encoding: format.encoding.rawValue, rate: format.rate)))
        return true
    }

    private func binary(_ payload: Span<UInt8>, _ out: ProviderOutput) {
        guard phase == .ready else { return }
        out.trace(WireMessage(source: "", direction: .received, type: "audio", bytes: payload.count))
        let told = announced
        announced = nil
        guard told?.isDropped != true, payload.count > 0 else { return }
        if told == nil, decoder == nil, !takeFormat(.object([]), out) { return }
        guard payload.withUnsafeBufferPointer({ play($0, out) }) else { return }
        // Without these words it is one piece, unless more follow at once.
        if let told, told.isFinal ?? (told.utterance == nil) { answers.end(.completed, out) }
        timeAnswer(out)
    }

    private func play(_ bytes: UnsafeBufferPointer<UInt8>, _ out: ProviderOutput) -> Bool {
        guard answers.admits(out) else { return false }
        if answers.samples == 0 { decoder?.reset() }
        let start = out.pcm.count
        decoder?.decode(bytes, into: &out.pcm)
        answers.took(from: start, out)
        return true
    }

    /// `tts_response`: what we asked to be spoken. One that was cut meanwhile is not heard.
    private func synthesized(_ message: JSONValue, _ out: ProviderOutput) {
        guard let id = message["request_id"]?.string, spoken.remove(id) != nil else { return }
        var bytes: [UInt8] = []
        let letters = Array((message["audio_data"]?.string ?? "").utf8)
        do throws(Base64Error) { try Base64.decode(letters.span, into: &bytes, options: .unpadded) } catch {
            oddities.badAudio += 1
            return garbage("audio that is not base64", out)
        }
        guard !bytes.isEmpty, takeFormat(message, out) else {
            return answers.end(.failed("the server synthesised nothing"), out)
        }
        if bytes.withUnsafeBufferPointer({ play($0, out) }) { answers.end(.completed, out) }
    }
}
