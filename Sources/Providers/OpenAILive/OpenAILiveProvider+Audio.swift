import AudioKit
import Core
import ProviderKit

/// Audio both ways: the hot path. No JSON value, no allocation once the arenas have grown.
extension OpenAILiveProvider {
    private static let audioDelta: StaticString = "session.output_audio.delta"
    /// Largest piece of audio in one message, in samples: 100 ms of the highest rate.
    private static let largestAppend = 2400

    func audio(_ pcm: Span<Int16>, _ out: ProviderOutput) {
        guard phase == .ready, pcm.count > 0 else { return }
        var at = 0
        while at < pcm.count {
            let end = min(pcm.count, at + Self.largestAppend)
            let piece = pcm.extracting(at..<end)
            if pace.admits(piece, now: out.now) { append(piece, out) }
            at = end
        }
    }

    private func append(_ pcm: Span<Int16>, _ out: ProviderOutput) {
        let start = out.bytes.count
        out.bytes.append(contentsOf: OpenAILiveMessage.appendHead)
        codec.encode(pcm, into: &out.bytes)
        out.bytes.append(contentsOf: OpenAILiveMessage.appendTail)
        let end = out.bytes.count
        out.add(.send(Self.link, .text, range: start..<end))
        out.trace(WireMessage(source: "", direction: .sent, type: "session.input_audio.append", bytes: end - start))
    }

    /// Takes a plain audio delta; false when the general way must look at the message.
    func takeDelta(_ message: UnsafeBufferPointer<UInt8>, _ out: ProviderOutput) -> Bool {
        guard phase == .ready, carry == nil,
            let hit = AudioDeltaScanner.scan(message, type: Self.audioDelta, hasItem: false)
        else { return false }
        let start = out.pcm.count
        let text = UnsafeBufferPointer(rebasing: message[hit.delta])
        do throws(Base64Error) { try codec.decode(text.span, into: &out.pcm) } catch {
            out.pcm.removeSubrange(start...)
            return false
        }
        out.trace(
            WireMessage(source: "", direction: .received, type: "\(Self.audioDelta)", bytes: message.count))
        deliver(start, out)
        return true
    }

    /// The general way for an audio delta: any form of JSON, half samples, missing padding.
    func audioDelta(_ message: JSONValue, _ out: ProviderOutput) {
        guard let text = message["delta"]?.string else { return noticeGarbage("audio without a delta", out) }
        let start = out.pcm.count
        do throws(Base64Error) { try codec.decode(loose: text, carry: &carry, into: &out.pcm) } catch {
            return noticeGarbage("audio that is not base64", out)
        }
        deliver(start, out)
    }

    /// Sorts the samples in the arena from `start` on: sound and short silence belong to an item, the rest is dropped.
    private func deliver(_ start: Int, _ out: ProviderOutput) {
        let end = out.pcm.count
        guard end > start else { return }
        let step = speech.take(out.pcm[start..<end])
        switch step {
        case .silence: out.pcm.removeSubrange(start...)
        case .begins, .continues:
            if step == .begins { itemBegan(out) }
            out.timer(Self.speechTimer, after: options.turnGap + .milliseconds(700))
            guard !isCut else { return out.pcm.removeSubrange(start...) }
            out.event(.agentAudio(item: item, range: start..<end))
        case .ends:
            out.pcm.removeSubrange(start...)
            itemEnded(out)
        }
    }

    // MARK: Items of the agent

    private func itemBegan(_ out: ProviderOutput) {
        agent.begin()
        item = out.item(agent.item)
        isCut = false
        // What the user said is answered now; the words of it may still come.
        tellUserStopped(out)
        out.event(.responseStarted(id: agent.item))
        agentWords(earlyText, endMs: nil, out)
        earlyText = ""
    }

    /// Silence has ended what the agent said, or a cut has.
    func itemEnded(_ out: ProviderOutput) {
        out.add(.cancelTimer(Self.speechTimer))
        guard agent.end() else { return }
        guard !isCut else {
            isCut = false
            return
        }
        // Talked over, the model falls silent by itself: that is its interruption, there is no message for it.
        if user.isOpen { tellUserStarted(out) }
        out.event(.agentAudioEnded(item: item))
        if !agent.text.isEmpty { out.event(.agentTextEnded(item: item, text: agent.trimmed)) }
        out.event(.responseEnded(id: agent.item, status: user.isOpen ? .cancelled : .completed))
    }

    /// Words of the agent: of the item under way, of the one just ended, or of the next.
    func agentWords(_ words: String, endMs: Int?, startMs: Int? = nil, _ out: ProviderOutput) {
        guard !words.isEmpty else { return }
        guard agent.isOpen else {
            if let startMs, !agent.text.isEmpty, startMs < speech.lastSoundMs {
                agent.add(words, endMs: endMs)
                return out.event(.agentTextEnded(item: item, text: agent.trimmed))
            }
            if earlyText.utf8.count < LiveTranscript.longest { earlyText += words }
            return
        }
        guard !isCut else { return }
        let delta = agent.text.isEmpty ? String(words.drop { $0 == " " }) : words
        agent.add(words, endMs: endMs)
        if !delta.isEmpty { out.event(.agentText(item: item, delta: delta)) }
    }
}
