import AudioKit

/// Bytes of audio, cut anywhere, to PCM16 mono at one rate.
///
/// ```
/// bytes ─▶ first four "RIFF"? ─▶ WAV head (skipped, its format taken) ─▶ whole frames (rest carried) ─▶ mono ─▶ rate ─▶ PCM
/// ```
/// A WAV head is taken off wherever one comes: some services send one although none was asked for, and it would be heard as a click.
struct SpeechPCM {
    /// How samples are written.
    enum Encoding: String, Sendable { case pcm16, mulaw, alaw }

    private enum Stage { case sniffing, head, samples, rest }

    private let outputRate: Int
    private var encoding: Encoding
    private var rate: Int
    private var channels = 1
    private var stage = Stage.sniffing
    private var head: [UInt8] = []
    private var carry: [UInt8] = []
    /// Bytes of samples that the WAV head announced; nil when it does not know.
    private var left: Int?
    private var resampler: Resampler?
    private var scratch: [Int16] = []
    /// Bytes of samples seen.
    private(set) var bytes = 0

    /// Audio of `encoding` at `rate` (a WAV head overrules both), wanted at `outputRate`.
    init(_ encoding: Encoding, rate: Int, outputRate: Int) {
        self.encoding = encoding
        self.rate = rate
        self.outputRate = outputRate
    }

    /// The format that the peer announces by other means, before the first byte.
    mutating func format(rate: Int, channels: Int) throws(SpeechFault) {
        guard rate != self.rate || channels != self.channels else { return }
        guard SampleRate.supported.contains(rate), 1...8 ~= channels else {
            throw .format("audio at \(rate) Hz with \(channels) channels is not understood")
        }
        (self.rate, self.channels) = (rate, channels)
        resampler = nil
    }

    /// Appends the PCM of the next bytes.
    mutating func append(_ span: Span<UInt8>, to pcm: inout [Int16]) throws(SpeechFault) {
        switch stage {
        case .samples: try samples(span, &pcm)
        case .rest: break
        case .sniffing:
            span.withUnsafeBufferPointer { head.append(contentsOf: $0) }
            try sniff(&pcm)
        case .head:
            span.withUnsafeBufferPointer { head.append(contentsOf: $0) }
            try readHead(&pcm)
        }
    }

    /// The audio is over: what was held back to look at it is samples too. Half a sample is dropped.
    mutating func end(to pcm: inout [Int16]) throws(SpeechFault) {
        guard stage == .sniffing else { return }
        let early = head
        startSamples()
        try samples(early.span, &pcm)
    }

    private mutating func startSamples() {
        stage = .samples
        head = []
    }

    private mutating func sniff(_ pcm: inout [Int16]) throws(SpeechFault) {
        guard head.count >= 4 else { return }
        if head.starts(with: Array("RIFF".utf8)) {
            stage = .head
            return try readHead(&pcm)
        }
        for (mark, name) in [("ID3", "MP3"), ("OggS", "Ogg"), ("fLaC", "FLAC")] where head.starts(with: mark.utf8) {
            throw .format("the vendor sent \(name), not PCM")
        }
        try end(to: &pcm)
    }

    private mutating func readHead(_ pcm: inout [Int16]) throws(SpeechFault) {
        guard let found = try WAVHead(head.span) else { return }
        encoding = found.encoding
        try format(rate: found.rate, channels: found.channels)
        left = found.dataBytes
        let rest = Array(head[found.length...])
        startSamples()
        try samples(rest.span, &pcm)
    }

    // MARK: - Samples

    private mutating func samples(_ all: Span<UInt8>, _ pcm: inout [Int16]) throws(SpeechFault) {
        var span = all
        if let bound = left {
            span = all.extracting(first: min(bound, all.count))
            left = bound - span.count
            if left == 0 { stage = .rest }
        }
        guard !span.isEmpty else { return }
        bytes += span.count
        if channels == 1, rate == outputRate { return decode(span, &pcm) }
        var frames: [Int16] = []
        swap(&frames, &scratch)
        frames.removeAll(keepingCapacity: true)
        decode(span, &frames)
        try resample(frames, &pcm)
        scratch = frames
    }

    /// Whole frames of `carry` and `span` as mono samples; what is left of a frame is carried.
    private mutating func decode(_ span: Span<UInt8>, _ pcm: inout [Int16]) {
        let width = (encoding == .pcm16 ? 2 : 1) * channels
        var at = 0
        if !carry.isEmpty {
            while carry.count < width, at < span.count {
                carry.append(span[at])
                at += 1
            }
            guard carry.count == width else { return }
            pcm.append(carry.withUnsafeBytes { frame($0, 0) })
            carry.removeAll(keepingCapacity: true)
        }
        let whole = (span.count - at) / width
        pcm.reserveCapacity(pcm.count + whole)
        span.withUnsafeBytes { raw in
            for index in 0..<whole { pcm.append(frame(raw, at + index * width)) }
        }
        for index in (at + whole * width)..<span.count { carry.append(span[index]) }
    }

    /// The mean of a frame's channels.
    private func frame(_ raw: UnsafeRawBufferPointer, _ at: Int) -> Int16 {
        guard channels > 1 else { return sample(raw, at) }
        let width = encoding == .pcm16 ? 2 : 1
        let sum = (0..<channels).reduce(0) { $0 + Int(sample(raw, at + $1 * width)) }
        return Int16(clamping: sum / channels)
    }

    private func sample(_ raw: UnsafeRawBufferPointer, _ at: Int) -> Int16 {
        switch encoding {
        case .pcm16: Int16(littleEndian: raw.loadUnaligned(fromByteOffset: at, as: Int16.self))
        case .mulaw: G711.ulaw.decode(raw[at])
        case .alaw: G711.alaw.decode(raw[at])
        }
    }

    private mutating func resample(_ frames: [Int16], _ pcm: inout [Int16]) throws(SpeechFault) {
        guard rate != outputRate else { return pcm.append(contentsOf: frames) }
        do {
            let filter = try resampler ?? Resampler(from: rate, to: outputRate)
            resampler = filter
            let before = pcm.count
            pcm.append(contentsOf: repeatElement(0, count: filter.maximumOutput(for: frames.count)))
            let made = pcm.withUnsafeMutableBufferPointer { all in
                var room = MutableSpan(_unsafeElements: UnsafeMutableBufferPointer(rebasing: all[before...]))
                return filter.process(frames.span, into: &room)
            }
            pcm.removeLast(pcm.count - before - made)
        } catch {
            throw .format("audio at \(rate) Hz cannot be brought to \(outputRate) Hz")
        }
    }
}
