import AudioKit
import Core
import ProviderKit

/// Audio both ways: the hot path. No JSON value, no allocation once the arenas have grown.
///
/// ```
///  audio(pcm)  ─ head + base64 + tail ─▶ out.bytes ─▶ send
///  delta ─ scan ─ item by its bytes ─ base64 ─▶ out.pcm ─▶ agentAudio
/// ```
extension OpenAIRealtimeProvider {
    /// Largest piece of audio in one message, in samples: what is more goes into several.
    private static let largestAppend = 12000

    func audio(_ pcm: Span<Int16>, _ out: ProviderOutput) {
        guard phase == .ready, pcm.count > 0 else { return }
        if options.turnDetection == .none, !isUserSpeaking { return preRoll.add(pcm) }
        append(pcm, out)
    }

    /// Sends samples to the vendor's input buffer.
    func append(_ pcm: Span<Int16>, _ out: ProviderOutput) {
        guard pcm.count > Self.largestAppend else { return appendOne(pcm, out) }
        var at = 0
        while at < pcm.count {
            let end = min(pcm.count, at + Self.largestAppend)
            appendOne(pcm.extracting(at..<end), out)
            at = end
        }
    }

    private func appendOne(_ pcm: Span<Int16>, _ out: ProviderOutput) {
        let start = out.bytes.count
        out.bytes.append(contentsOf: OpenAIRealtimeMessage.appendHead)
        codec.encode(pcm, into: &out.bytes)
        out.bytes.append(contentsOf: OpenAIRealtimeMessage.appendTail)
        let end = out.bytes.count
        out.add(.send(Self.link, .text, range: start..<end))
        appendedSamples += pcm.count
        out.trace(
            WireMessage(source: "", direction: .sent, type: "input_audio_buffer.append", bytes: end - start))
    }

    /// Takes an audio delta of a known item; false when the general way must look at the message.
    func takeDelta(_ message: UnsafeBufferPointer<UInt8>, _ out: ProviderOutput) -> Bool {
        guard phase == .ready, let hit = AudioDeltaScanner.scan(message, type: options.dialect.audioDelta),
            let index = items.recent(UnsafeBufferPointer(rebasing: message[hit.item])), items.all[index].carry == nil
        else { return false }
        if items.all[index].isCut {
            oddities.lateAudio += 1
        } else {
            let start = out.pcm.count
            let text = UnsafeBufferPointer(rebasing: message[hit.delta])
            do throws(Base64Error) { try codec.decode(text.span, into: &out.pcm) } catch { return false }
            deliver(index, start, out)
        }
        out.trace(
            WireMessage(
                source: "", direction: .received, type: "\(options.dialect.audioDelta)", bytes: message.count))
        return true
    }

    /// Tells of the samples in the arena from `start` on.
    private func deliver(_ index: Int, _ start: Int, _ out: ProviderOutput) {
        let end = out.pcm.count
        guard end > start else { return }
        items.received(index, samples: end - start)
        out.event(.agentAudio(item: items.all[index].handle, range: start..<end))
    }

    /// The general way for an audio delta: any form of JSON, a new item, half samples, missing padding.
    func audioDelta(_ message: JSONValue, _ out: ProviderOutput) {
        guard let text = message["delta"]?.string, let index = agentItem(message, out) else {
            oddities.badAudio += 1
            return
        }
        guard !items.all[index].isCut else {
            oddities.lateAudio += 1
            return
        }
        if items.all[index].samples == 0, let content = message["content_index"]?.int, (0..<1000).contains(content) {
            items.setContentIndex(index, content)
        }
        let start = out.pcm.count
        var carry = items.all[index].carry
        do throws(Base64Error) { try codec.decode(loose: text, carry: &carry, into: &out.pcm) } catch {
            oddities.badAudio += 1
            return noticeGarbage("audio that is not base64", out)
        }
        items.setCarry(index, carry)
        deliver(index, start, out)
    }

    /// Tells of the formats that the vendor names in `session.updated`; another rate than ours would be heard as another
    /// speed.
    func tellFormats(_ session: JSONValue, _ out: ProviderOutput) {
        let nested = session["audio"]
        let sides: [(VendorAudioFormat.Direction, JSONValue?, JSONValue?)] = [
            (
                .user, nested?["input"]?["format"] ?? session["input_audio_format"],
                session["input_audio_sampling_rate"]
            ),
            (.agent, nested?["output"]?["format"] ?? session["output_audio_format"], nil),
        ]
        for (direction, format, rate) in sides {
            guard let named = OpenAIRealtimeEncoding.named(format, rate: rate) else { continue }
            out.event(
                .audioFormat(VendorAudioFormat(direction, encoding: named.encoding.rawValue, rate: named.rate)))
        }
    }

    /// The item that a message names, new or known; nil when it names none.
    func agentItem(_ message: JSONValue, _ out: ProviderOutput) -> Int? {
        guard let id = message["item_id"]?.string, !id.isEmpty else { return nil }
        if let index = items.index(of: id) { return index }
        return items.add(id, handle: out.item(id), response: message["response_id"]?.string ?? gate.activeID)
    }
}
