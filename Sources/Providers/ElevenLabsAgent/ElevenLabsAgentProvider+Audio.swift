import AudioKit
import Core
import ProviderKit

/// Audio both ways: the hot path. No JSON value, no allocation once the arenas have grown.
extension ElevenLabsAgentProvider {
    private static let typeName = Array("type".utf8)
    private static let audioType = Array("audio".utf8)
    private static let dataName = Array("audio_base_64".utf8)
    private static let eventName = Array("event_id".utf8)
    /// Most samples in one message: a quarter of a second, as the vendor's own client sends.
    private static let largestChunk = 4000

    func audio(_ pcm: Span<Int16>, _ out: ProviderOutput) {
        guard phase == .ready, pcm.count > 0 else { return }
        user.listen(pcm, out.now)
        var at = 0
        while at < pcm.count {
            let end = min(pcm.count, at + Self.largestChunk)
            sendChunk(pcm.extracting(at..<end), out)
            at = end
        }
    }

    private func sendChunk(_ pcm: Span<Int16>, _ out: ProviderOutput) {
        scratch.removeAll(keepingCapacity: true)
        encoder?.encode(pcm, into: &scratch)
        guard !scratch.isEmpty else { return }
        let start = out.bytes.count
        out.bytes.append(contentsOf: ElevenLabsMessage.chunkHead)
        scratch.withUnsafeBufferPointer { Base64.encode(bytes: $0.span, into: &out.bytes) }
        out.bytes.append(contentsOf: ElevenLabsMessage.chunkTail)
        let end = out.bytes.count
        out.add(.send(Self.link, .text, range: start..<end))
        out.trace(WireMessage(source: "", direction: .sent, type: "user_audio_chunk", bytes: end - start))
    }

    /// Takes an audio event as it usually looks; false when the general way must look at the message.
    func takeAudio(_ message: UnsafeBufferPointer<UInt8>, _ out: ProviderOutput) -> Bool {
        guard phase == .ready, message.last == UInt8(ascii: "}"),
            JSONFieldScanner.isString(Self.typeName, Self.audioType, in: message),
            let data = JSONFieldScanner.string(Self.dataName, in: message),
            let event = JSONFieldScanner.int(Self.eventName, in: message), event <= Self.highestEvent
        else { return false }
        out.trace(WireMessage(source: "", direction: .received, type: "audio", bytes: message.count))
        play(UnsafeBufferPointer(rebasing: message[data]), event: event, out)
        return true
    }

    /// The general way for an audio event.
    func audioEvent(_ event: JSONValue?, _ out: ProviderOutput) {
        guard let text = event?["audio_base_64"]?.string else {
            oddities.badAudio += 1
            return
        }
        let number = Self.number(event) ?? lastEvent
        let letters = Array(text.utf8)
        letters.withUnsafeBufferPointer { play($0, event: number, out) }
    }

    /// Late audio of an answer that was cut does come (wire reference 4.5 no. 1).
    private func play(_ letters: UnsafeBufferPointer<UInt8>, event: Int, _ out: ProviderOutput) {
        lastEvent = max(lastEvent, event)
        guard !mute.isOn else { return mute.sign(out.now) }
        guard event > gate || event == 0 else {
            oddities.lateAudio += 1
            return
        }
        if !isCutHere { answers.nextMayCome() }
        guard answers.admits(out) else { return }
        scratch.removeAll(keepingCapacity: true)
        do throws(Base64Error) { try Base64.decode(letters.span, into: &scratch, options: .unpadded) } catch {
            oddities.badAudio += 1
            return garbage("audio that is not base64", out)
        }
        if answers.samples == 0 { decoder?.reset() }
        let start = out.pcm.count
        scratch.withUnsafeBufferPointer { decoder?.decode($0, into: &out.pcm) }
        answers.took(from: start, out)
        timeAnswer(out)
    }
}
