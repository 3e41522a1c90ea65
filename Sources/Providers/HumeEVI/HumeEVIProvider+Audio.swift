import AudioKit
import Core
import ProviderKit

/// Audio both ways. Out: base64 of samples. In: each message is a whole WAV file with a rate of its own (wire reference 5.3).
extension HumeEVIProvider {
    func audio(_ pcm: Span<Int16>, _ out: ProviderOutput) {
        guard phase == .ready, pcm.count > 0 else { return }
        let largest = options.inputRate / 2
        var at = 0
        while at < pcm.count {
            let end = min(pcm.count, at + largest)
            let start = out.bytes.count
            out.bytes.append(contentsOf: HumeEVIMessage.audioHead)
            Base64.encode(pcm: pcm.extracting(at..<end), into: &out.bytes)
            out.bytes.append(contentsOf: HumeEVIMessage.audioTail)
            out.add(.send(Self.link, .text, range: start..<out.bytes.count))
            out.trace(
                WireMessage(source: "", direction: .sent, type: "audio_input", bytes: out.bytes.count - start))
            at = end
        }
    }

    /// Takes an `audio_output`; false when the general way must look at the message.
    func takeAudio(_ message: UnsafeBufferPointer<UInt8>, _ out: ProviderOutput) -> Bool {
        guard phase == .ready, let hit = HumeAudioScanner.scan(message) else { return false }
        out.trace(WireMessage(source: "", direction: .received, type: "audio_output", bytes: message.count))
        let id = String(decoding: message[hit.id], as: UTF8.self)
        audioOutput(id, UnsafeBufferPointer(rebasing: message[hit.data]).span, out)
        return true
    }

    /// A piece of the agent's speech.
    func audioOutput(_ id: String, _ text: Span<UInt8>, _ out: ProviderOutput) {
        guard !id.isEmpty, let item = currentItem(id, out) else { return }
        bytes.removeAll(keepingCapacity: true)
        samples.removeAll(keepingCapacity: true)
        do throws(Base64Error) {
            try Base64.decode(text, into: &bytes, options: .unpadded)
        } catch {
            return noticeGarbage("audio that is not base64", out)
        }
        guard readWAV(out) else { return }
        let start = out.pcm.count
        if let resampler {
            let room = resampler.maximumOutput(for: samples.count)
            if resampled.count < room { resampled = [Int16](repeating: 0, count: room) }
            var scratch: [Int16] = []
            swap(&scratch, &resampled)
            var target = scratch.mutableSpan
            let source = samples
            let made = resampler.process(source.span, into: &target)
            out.pcm.append(contentsOf: scratch[..<made])
            swap(&scratch, &resampled)
        } else {
            out.pcm.append(contentsOf: samples)
        }
        guard out.pcm.count > start else { return }
        hasAudio = true
        sounding = out.id(of: item)
        out.event(.agentAudio(item: item, range: start..<out.pcm.count))
    }

    /// Reads the WAV file in `bytes` into `samples`, channels mixed, and makes ready to convert its rate.
    private func readWAV(_ out: ProviderOutput) -> Bool {
        do throws(AudioKitError) {
            let file = bytes
            let head = try WAVHeader.parse(file.span, fileBytes: file.count)
            guard takesFormat(head.sampleRate, out) else { return false }
            let channels = head.channels
            var at = head.dataOffset
            let end = min(bytes.count, head.dataOffset + head.dataBytes)
            while at + 2 * channels <= end {
                var sum = 0
                for channel in 0..<channels {
                    let place = at + 2 * channel
                    sum += Int(Int16(bitPattern: UInt16(bytes[place]) | UInt16(bytes[place + 1]) << 8))
                }
                samples.append(Int16(clamping: sum / channels))
                at += 2 * channels
            }
            return true
        } catch {
            noticeGarbage("audio that is no WAV file (\(error))", out)
            return false
        }
    }

    private func takesFormat(_ rate: Int, _ out: ProviderOutput) -> Bool {
        guard rate != outputFormat else { return true }
        guard rate == Self.outputRate || SampleRate.supported.contains(rate) else {
            noticeGarbage("audio at \(rate) Hz", out)
            return false
        }
        resampler = rate == Self.outputRate ? nil : try? Resampler(from: rate, to: Self.outputRate)
        outputFormat = rate
        out.event(.audioFormat(VendorAudioFormat(.agent, encoding: "wav", rate: rate)))
        return true
    }
}
