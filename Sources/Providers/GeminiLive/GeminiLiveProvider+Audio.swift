import AudioKit
import Core
import ProviderKit

/// Audio both ways: the hot path. No JSON value, no allocation once the arenas have grown.
extension GeminiLiveProvider {
    /// Largest piece of audio in one message, in samples: what is more goes into several.
    private static let largestMessage = 8000
    /// A response that is cut or generated, and silent so long, is over, whether the vendor said so or not.
    private static let itIsOver = Duration.seconds(3)

    func audio(_ pcm: Span<Int16>, _ out: ProviderOutput) {
        guard phase == .ready, pcm.count > 0 else { return }
        if options.isManual, !isUserSpeaking { return preRoll.add(pcm) }
        append(pcm, out)
    }

    /// Sends samples.
    func append(_ pcm: Span<Int16>, _ out: ProviderOutput) {
        var at = 0
        while at < pcm.count {
            let end = min(pcm.count, at + Self.largestMessage)
            appendOne(pcm.extracting(at..<end), out)
            at = end
        }
    }

    private func appendOne(_ pcm: Span<Int16>, _ out: ProviderOutput) {
        let start = out.bytes.count
        out.bytes.append(contentsOf: GeminiLiveMessage.audioHead)
        Base64.encode(pcm: pcm, into: &out.bytes)
        out.bytes.append(contentsOf: GeminiLiveMessage.audioTail)
        let end = out.bytes.count
        out.add(.send(Self.link, .text, range: start..<end))
        out.trace(WireMessage(source: "", direction: .sent, type: "realtimeInput.audio", bytes: end - start))
    }

    /// Takes a message that carries audio and nothing else; false when the general way must look at it.
    func takeAudio(_ message: UnsafeBufferPointer<UInt8>, _ out: ProviderOutput) -> Bool {
        guard phase == .ready, outputFormat == Self.outputRate, let place = GeminiAudioScanner.scan(message) else {
            return false
        }
        out.trace(
            WireMessage(source: "", direction: .received, type: "serverContent.audio", bytes: message.count))
        guard takesAudio(out) else { return true }
        let text = UnsafeBufferPointer(rebasing: message[place])
        let start = out.pcm.count
        do throws(Base64Error) {
            try Base64.decode(text.span, into: &out.pcm, options: [.unpadded, .urlSafe])
        } catch {
            oddities.badAudio += 1
            noticeGarbage("audio that is not base64 of samples", out)
            return true
        }
        deliver(from: start, out)
        return true
    }

    /// Whether audio that comes now is to be heard; begins a response where one is due.
    private func takesAudio(_ out: ProviderOutput) -> Bool {
        switch turns.phase {
        case .active: return true
        case .idle: break
        case .generated, .cut:
            let silence = out.now - lastDropped
            lastDropped = out.now
            guard silence > Self.itIsOver else {
                oddities.lateAudio += 1
                return false
            }
        }
        beginResponse(out)
        return true
    }

    private func deliver(from start: Int, _ out: ProviderOutput) {
        let end = out.pcm.count
        guard end > start else { return }
        if !turns.hasAudio {
            turns.hasAudio = true
            sounding = turns.item
        }
        out.event(.agentAudio(item: currentItem(out), range: start..<end))
    }

    /// The general way for a piece of audio: any form of JSON, any rate that the vendor names.
    func audioPart(_ data: String, mime: String, _ out: ProviderOutput) {
        guard let rate = Self.rate(mime), takesFormat(rate, out) else {
            oddities.badAudio += 1
            return noticeGarbage("audio of the kind \(failures.clean(String(mime.prefix(60))))", out)
        }
        guard takesAudio(out) else { return }
        var samples: [Int16] = []
        do throws(Base64Error) {
            try Base64.decode(Array(data.utf8).span, into: &samples, options: [.unpadded, .urlSafe])
        } catch {
            oddities.badAudio += 1
            return noticeGarbage("audio that is not base64 of samples", out)
        }
        let start = out.pcm.count
        if let resampler {
            let room = resampler.maximumOutput(for: samples.count)
            if resampled.count < room { resampled = [Int16](repeating: 0, count: room) }
            var scratch: [Int16] = []
            swap(&scratch, &resampled)
            var target = scratch.mutableSpan
            let made = resampler.process(samples.span, into: &target)
            out.pcm.append(contentsOf: scratch[..<made])
            swap(&scratch, &resampled)
        } else {
            out.pcm.append(contentsOf: samples)
        }
        deliver(from: start, out)
    }

    /// `audio/pcm;rate=24000`; without a rate the vendor's own (wire reference 2.3). Nil for anything but PCM.
    static func rate(_ mime: String) -> Int? {
        let parts = mime.split(separator: ";").map { $0.drop { $0 == " " } }
        guard let kind = parts.first, kind == "audio/pcm" || kind == "audio/L16" else { return nil }
        guard let named = parts.dropFirst().first(where: { $0.hasPrefix("rate=") }) else { return outputRate }
        return Int(named.dropFirst(5))
    }

    /// Tells a format that is new, and makes ready to convert it.
    private func takesFormat(_ rate: Int, _ out: ProviderOutput) -> Bool {
        guard rate != outputFormat else { return true }
        guard rate == Self.outputRate || SampleRate.supported.contains(rate) else { return false }
        resampler = rate == Self.outputRate ? nil : try? Resampler(from: rate, to: Self.outputRate)
        outputFormat = rate
        out.event(.audioFormat(VendorAudioFormat(.agent, encoding: "pcm16", rate: rate)))
        return true
    }
}
