import AudioKit
import Core
import ProviderKit

/// What the vendor says (wire reference 5.2). Unknown types and fields are ignored, missing ones survived.
extension UltravoxProvider {
    private static let quiet: Set<String> = ["pong", "debug", "call_event", "tool_used"]

    func received(_ link: LinkID, _ kind: LinkMessageKind, _ payload: Span<UInt8>, _ out: ProviderOutput) {
        guard link == Self.link else { return }
        switch (phase, kind) {
        case (.creating, .chunk):
            if answer.count < 1 << 16 { payload.withUnsafeBufferPointer { answer.append(contentsOf: $0) } }
        case (.ready, .binary): takeAudio(payload, out)
        case (.joining, .text), (.ready, .text): takeMessage(payload, out)
        default: break
        }
    }

    private func takeMessage(_ payload: Span<UInt8>, _ out: ProviderOutput) {
        guard let message = try? JSONParser.parse(payload), let type = message["type"]?.string else {
            return noticeGarbage("a message that is not JSON with a type", out)
        }
        out.trace(
            WireMessage(source: "", direction: .received, type: String(type.prefix(80)), bytes: payload.count))
        if type == "call_started" { return callStarted(out) }
        guard phase == .ready else { return }
        switch type {
        case "state": state(message["state"]?.string ?? "", out)
        case "transcript": transcript(message, out)
        case "playback_clear_buffer": cleared(out)
        case "client_tool_invocation": invoked(message, out)
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

    private func noticeGarbage(_ what: String, _ out: ProviderOutput) {
        guard !hasNoticedGarbage else { return }
        hasNoticedGarbage = true
        out.event(.notice("the vendor sent \(what); ignored"))
    }

    // MARK: The agent

    /// The agent's audio: s16le; the hot path.
    private func takeAudio(_ payload: Span<UInt8>, _ out: ProviderOutput) {
        out.trace(WireMessage(source: "", direction: .received, type: "audio", bytes: payload.count))
        guard payload.count > 0, speech != .cut else { return }
        if speech == .idle { begin(out) }
        guard let item else { return }
        if !hasAudio {
            hasAudio = true
            sounding = out.id(of: item)
        }
        let start = out.pcm.count
        var at = 0
        if let low = carry {
            out.pcm.append(Int16(bitPattern: UInt16(low) | UInt16(payload[0]) << 8))
            at = 1
        }
        while at + 1 < payload.count {
            out.pcm.append(Int16(bitPattern: UInt16(payload[at]) | UInt16(payload[at + 1]) << 8))
            at += 2
        }
        carry = at < payload.count ? payload[at] : nil
        guard out.pcm.count > start else { return }
        out.event(.agentAudio(item: item, range: start..<out.pcm.count))
    }

    /// The first sign of an answer.
    private func begin(_ out: ProviderOutput) {
        userPaused(out)
        answersText = false
        number += 1
        speech = .active
        hasAudio = false
        carry = nil
        item = out.item("\(prefix)-agent\(number)")
        out.event(.responseStarted(id: "\(prefix)-response\(number)"))
    }

    /// The answer under way is over.
    func finish(_ status: ResponseStatus, _ out: ProviderOutput) {
        guard speech == .active, let item else { return }
        speech = .idle
        if hasAudio, status == .completed { out.event(.agentAudioEnded(item: item)) }
        out.event(.responseEnded(id: "\(prefix)-response\(number)", status: status))
        guard let price = options.pricePerMinute else { return }
        let minutes = (out.now - startedAt).milliseconds / 60000
        startedAt = out.now
        out.event(.usage(Usage(provider: options.name, dollars: price * minutes)))
    }

    private func state(_ name: String, _ out: ProviderOutput) {
        switch name {
        case "speaking":
            if speech == .cut { speech = .idle }
            if speech == .idle { begin(out) }
        case "listening", "idle":
            if speech == .cut { speech = .idle }
            if calls.isEmpty { finish(.completed, out) }
        case "thinking":
            if speech == .cut { speech = .idle }
            if hasAudio { finish(.completed, out) }
            userPaused(out)
        default: break
        }
    }

    /// Barge-in: the vendor has stopped and wants the speaker empty.
    private func cleared(_ out: ProviderOutput) {
        let isOurs = expectsClear
        expectsClear = false
        if !isOurs { userBegan(nil, out) }
        finish(.cancelled, out)
        speech = .idle
        sounding = nil
    }

    private func invoked(_ message: JSONValue, _ out: ProviderOutput) {
        guard let id = message["invocationId"]?.string, !id.isEmpty, let name = message["toolName"]?.string,
            !name.isEmpty, seenCalls.insert(id).inserted
        else { return }
        if speech == .idle { begin(out) }
        calls.insert(id)
        let arguments = message["parameters"]?.members == nil ? "{}" : message["parameters"]?.text ?? "{}"
        out.event(.toolCall(ToolCall(id: id, name: name, arguments: arguments)))
    }

    // MARK: Transcripts

    private func transcript(_ message: JSONValue, _ out: ProviderOutput) {
        guard let ordinal = message["ordinal"]?.int, ordinal >= 0, let role = message["role"]?.string else { return }
        let isFinal = message["final"]?.bool ?? false
        if role == "user" {
            // Typed words come back as text; the session has them.
            if message["medium"]?.string != "text" { userSaid(ordinal, message, isFinal, out) }
        } else if role == "agent" {
            agentSaid(ordinal, message, isFinal, out)
        }
    }

    private func index(_ ordinal: Int, isUser: Bool, _ id: @autoclosure () -> String) -> Int {
        if let found = transcripts.lastIndex(where: { $0.ordinal == ordinal && $0.isUser == isUser }) { return found }
        if transcripts.count >= 64 { transcripts.removeFirst() }
        transcripts.append(UltravoxTranscript(ordinal: ordinal, id: id(), isUser: isUser))
        return transcripts.count - 1
    }

    private func userSaid(_ ordinal: Int, _ message: JSONValue, _ isFinal: Bool, _ out: ProviderOutput) {
        let at = index(ordinal, isUser: true, "\(prefix)-user\(ordinal)")
        guard !transcripts[at].isFinal else { return }
        _ = transcripts[at].take(message)
        transcripts[at].isFinal = isFinal
        // Words older than the agent's last are late; words while the agent sounds interrupt only when the vendor clears.
        if ordinal > lastAgentOrdinal, speech == .idle, sounding == nil { userBegan(transcripts[at].id, out) }
        if isFinal { userPaused(out) }
        guard !transcripts[at].text.isEmpty else { return }
        out.event(.userTranscript(item: transcripts[at].id, text: transcripts[at].text, isFinal: isFinal))
    }

    private func userBegan(_ id: String?, _ out: ProviderOutput) {
        guard !isUserSpeaking else { return }
        isUserSpeaking = true
        out.event(.userSpeechStarted(item: id))
    }

    private func userPaused(_ out: ProviderOutput) {
        guard isUserSpeaking else { return }
        isUserSpeaking = false
        out.event(.userSpeechStopped(item: nil))
    }

    private func agentSaid(_ ordinal: Int, _ message: JSONValue, _ isFinal: Bool, _ out: ProviderOutput) {
        let isKnown = transcripts.contains { $0.ordinal == ordinal && !$0.isUser }
        if !isKnown {
            guard speech != .cut else { return }
            if speech == .idle { begin(out) }
        }
        guard let item else { return }
        lastAgentOrdinal = max(lastAgentOrdinal, ordinal)
        let at = index(ordinal, isUser: false, out.id(of: item))
        guard !transcripts[at].isFinal else { return }
        let delta = transcripts[at].take(message)
        transcripts[at].isFinal = isFinal
        let owner = out.item(transcripts[at].id)
        if !delta.isEmpty { out.event(.agentText(item: owner, delta: delta)) }
        guard isFinal else { return }
        // Several utterances may share an item, between two calls of tools.
        let texts = transcripts.filter { $0.id == transcripts[at].id }.map(\.text)
        out.event(.agentTextEnded(item: owner, text: texts.joined(separator: " ")))
    }
}
