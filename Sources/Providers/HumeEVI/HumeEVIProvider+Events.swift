import AudioKit
import Core
import ProviderKit

/// What the vendor says (wire reference 5.3). Unknown types and fields are ignored, missing ones survived.
extension HumeEVIProvider {
    private static let quiet: Set<String> = [
        "assistant_prosody", "session_settings", "tool_response", "tool_error", "assistant_input", "user_input",
        "pause_assistant_message", "resume_assistant_message",
    ]

    func received(_ link: LinkID, _ kind: LinkMessageKind, _ payload: Span<UInt8>, _ out: ProviderOutput) {
        guard link == Self.link, phase == .configuring || phase == .ready else { return }
        if payload.withUnsafeBufferPointer({ takeAudio($0, out) }) { return }
        guard let message = try? JSONParser.parse(payload), let type = message["type"]?.string else {
            return noticeGarbage("a message that is not JSON with a type", out)
        }
        out.trace(
            WireMessage(source: "", direction: .received, type: String(type.prefix(80)), bytes: payload.count))
        if type == "chat_metadata" { return chatMetadata(message, out) }
        if type == "error" { return vendorError(message, out) }
        if phase == .ready { handle(type, message, out) }
    }

    private func handle(_ type: String, _ message: JSONValue, _ out: ProviderOutput) {
        switch type {
        case "user_message": userMessage(message, out)
        case "user_interruption": interrupted(out)
        case "assistant_message": assistantMessage(message, out)
        case "audio_output":
            guard let id = message["id"]?.string, let data = message["data"]?.string else { return }
            audioOutput(id, Array(data.utf8).span, out)
        case "assistant_end": assistantEnd(out)
        case "tool_call": toolCall(message, out)
        default: if !Self.quiet.contains(type) { noticeUnknown(type, out) }
        }
    }

    private func noticeUnknown(_ type: String, _ out: ProviderOutput) {
        unknown += 1
        guard !hasNoticedUnknown else { return }
        hasNoticedUnknown = true
        let name = failures.clean(String(type.prefix(80)))
        out.event(
            .notice("the vendor sent a message of the unknown type \(name); ignored, more of them are only counted"))
    }

    /// Says once that something unreadable came.
    func noticeGarbage(_ what: String, _ out: ProviderOutput) {
        guard !hasNoticedGarbage else { return }
        hasNoticedGarbage = true
        out.event(.notice("the vendor sent \(failures.clean(what)); ignored"))
    }

    /// Errors that end a chat say so by their slug; a close follows them.
    private func vendorError(_ error: JSONValue, _ out: ProviderOutput) {
        let parts = [error["code"]?.string, error["slug"]?.string, error["message"]?.string].compactMap { $0 }
        let words = parts.isEmpty ? "no message" : parts.joined(separator: ": ")
        let text = words.lowercased()
        let says = { (names: [String]) in names.contains { text.firstRange(of: $0) != nil } }
        if says(["credit", "billing", "subscription"]) { return end(failures.quota(words), out) }
        if says(["unauthorized", "invalid_api_key", "authentication"]) { return end(failures.auth(words), out) }
        if says(["max_duration", "inactivity_timeout"]) {
            return end(failures.make("lost", words, .reconnect(after: nil)), out)
        }
        out.event(.failure(failures.make("vendor", words, .goesOn)))
    }

    // MARK: The user

    private func userMessage(_ message: JSONValue, _ out: ProviderOutput) {
        guard message["from_text"]?.bool != true, let text = message["message"]?["content"]?.string, !text.isEmpty
        else { return }
        let isFinal = message["interim"]?.bool != true
        let item = userItem ?? newUserItem()
        // Words while the agent sounds interrupt only when the vendor says so.
        if speech != .active, sounding == nil { userBegan(item, out) }
        if isFinal { userPaused(out) }
        out.event(.userTranscript(item: item, text: text, isFinal: isFinal))
        guard isFinal else { return }
        userItem = nil
        if options.tellsEmotions { tellEmotions(message["models"]?["prosody"]?["scores"], out) }
    }

    private func newUserItem() -> String {
        number += 1
        let item = "\(prefix)-user\(number)"
        userItem = item
        return item
    }

    private func userBegan(_ item: String, _ out: ProviderOutput) {
        guard !isUserSpeaking else { return }
        isUserSpeaking = true
        out.event(.userSpeechStarted(item: item))
    }

    private func userPaused(_ out: ProviderOutput) {
        guard isUserSpeaking else { return }
        isUserSpeaking = false
        out.event(.userSpeechStopped(item: nil))
    }

    private func tellEmotions(_ scores: JSONValue?, _ out: ProviderOutput) {
        let found = (scores?.members ?? []).compactMap { member in member.value.double.map { (member.key, $0) } }
        let top = found.sorted { $0.1 > $1.1 }.prefix(3)
        guard !top.isEmpty else { return }
        let words = top.map { "\(failures.clean(String($0.0.prefix(40)))) \(($0.1 * 100).rounded() / 100)" }
        out.event(.notice("the user's voice: \(words.joined(separator: ", "))"))
    }

    /// The vendor heard the user over its answer, and has stopped.
    private func interrupted(_ out: ProviderOutput) {
        userBegan(userItem ?? newUserItem(), out)
        dropItems()
        if speech == .active { finish(.cancelled, out) }
        speech = .idle
        sounding = nil
    }

    // MARK: The agent

    /// The item of an agent message; begins a response where one is due. Nil for what was cut.
    func currentItem(_ id: String, _ out: ProviderOutput) -> ItemHandle? {
        guard speech != .cut, !dropped.contains(id) else { return nil }
        if speech == .idle { begin(out) }
        if items.last != id, !items.contains(id) {
            if let last = items.last, hasAudio { out.event(.agentAudioEnded(item: out.item("\(prefix)-\(last)"))) }
            items.append(id)
        }
        return out.item("\(prefix)-\(id)")
    }

    private func begin(_ out: ProviderOutput) {
        userPaused(out)
        number += 1
        speech = .active
        items = []
        hasAudio = false
        response = "\(prefix)-response\(number)"
        out.event(.responseStarted(id: response))
    }

    /// The response under way is over.
    func finish(_ status: ResponseStatus, _ out: ProviderOutput) {
        if status == .completed, hasAudio, let last = items.last {
            out.event(.agentAudioEnded(item: out.item("\(prefix)-\(last)")))
        }
        speech = .idle
        items = []
        out.event(.responseEnded(id: response, status: status))
        guard let price = options.pricePerMinute else { return }
        let minutes = (out.now - startedAt).milliseconds / 60000
        startedAt = out.now
        out.event(.usage(Usage(provider: options.name, dollars: price * minutes)))
    }

    /// What still comes of the messages under way is not to be heard.
    func dropItems() {
        dropped += items
        if dropped.count > 256 { dropped.removeFirst(dropped.count - 256) }
    }

    private func assistantMessage(_ message: JSONValue, _ out: ProviderOutput) {
        guard let text = message["message"]?["content"]?.string, !text.isEmpty else { return }
        let id = message["id"]?.string ?? "message"
        guard !id.isEmpty, let item = currentItem(id, out) else { return }
        out.event(.agentText(item: item, delta: text))
        out.event(.agentTextEnded(item: item, text: text))
    }

    private func assistantEnd(_ out: ProviderOutput) {
        switch speech {
        case .active: if calls.isEmpty { finish(.completed, out) }
        case .cut: speech = .idle
        case .idle: break
        }
    }

    /// Only functions that want an answer are ours; the vendor runs its own tools.
    private func toolCall(_ message: JSONValue, _ out: ProviderOutput) {
        guard let id = message["tool_call_id"]?.string, !id.isEmpty, let name = message["name"]?.string, !name.isEmpty,
            message["tool_type"]?.string != "builtin", message["response_required"]?.bool != false,
            seenCalls.insert(id).inserted
        else { return }
        if speech == .idle { begin(out) }
        calls.insert(id)
        out.event(.toolCall(ToolCall(id: id, name: name, arguments: message["parameters"]?.string ?? "{}")))
    }
}
