import AudioKit
import Glibc

/// Reads a recording for the evaluation: RIFF WAVE, 16-bit PCM, first channel.
struct WAVFile {
    /// Samples of the first channel.
    let samples: [Int16]
    /// Samples per second.
    let rate: Int

    /// Reads the file at `path`; the error names it and says what is wrong.
    init(_ path: String) throws(SpeechFailure) {
        guard let bytes = SpeechFiles.bytes(path) else { throw SpeechFailure("\(path) cannot be read") }
        try self.init(bytes, name: path)
    }

    /// Reads a file's bytes.
    init(_ bytes: [UInt8], name: String) throws(SpeechFailure) {
        func number(_ at: Int, _ count: Int) -> Int {
            (0..<count).reduce(0) { $0 | (at + $1 < bytes.count ? Int(bytes[at + $1]) : 0) << (8 * $1) }
        }
        guard bytes.count >= 12, bytes[0..<4].elementsEqual("RIFF".utf8), bytes[8..<12].elementsEqual("WAVE".utf8)
        else {
            throw SpeechFailure("\(name) is not a WAV file")
        }
        var (at, channels, rate, bits) = (12, 0, 0, 0)
        while at + 8 <= bytes.count {
            let size = number(at + 4, 4)
            if bytes[at..<(at + 4)].elementsEqual("fmt ".utf8) {
                (channels, rate, bits) = (number(at + 10, 2), number(at + 12, 4), number(at + 22, 2))
            } else if bytes[at..<(at + 4)].elementsEqual("data".utf8) {
                guard bits == 16, (1...8).contains(channels), (4000...192_000).contains(rate) else {
                    throw SpeechFailure("\(name) is not 16-bit PCM")
                }
                let end = min(bytes.count, at + 8 + size)
                samples = stride(from: at + 8, to: end - 2 * channels + 1, by: 2 * channels).map {
                    Int16(bitPattern: UInt16(bytes[$0]) | UInt16(bytes[$0 + 1]) << 8)
                }
                self.rate = rate
                return
            }
            at += 8 + size + size % 2
        }
        throw SpeechFailure("\(name) has no sound in it")
    }
}

/// What the evaluation does with files and rates.
enum SpeechFiles {
    /// A file's bytes, or nil.
    static func bytes(_ path: String) -> [UInt8]? {
        let file = open(path, O_RDONLY)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var all: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65536)
        var count = read(file, &chunk, chunk.count)
        while count > 0 {
            all.append(contentsOf: chunk[..<count])
            count = read(file, &chunk, chunk.count)
        }
        return count == 0 ? all : nil
    }

    /// The sound at another rate.
    static func resampled(_ pcm: [Int16], from: Int, to: Int) throws(SpeechFailure) -> [Int16] {
        guard from != to else { return pcm }
        let resampler: Resampler
        do throws(AudioKitError) { resampler = try Resampler(from: from, to: to) } catch {
            throw SpeechFailure("no way from \(from) to \(to) Hz: \(error)")
        }
        var out: [Int16] = []
        out.reserveCapacity(pcm.count * to / from + 64)
        let step = max(1, from / 50)
        var buffer = [Int16](repeating: 0, count: resampler.maximumOutput(for: step))
        for start in stride(from: 0, to: pcm.count, by: step) {
            let input = Array(pcm[start..<min(start + step, pcm.count)])
            var span = buffer.mutableSpan
            let count = resampler.process(input.span, into: &span)
            out.append(contentsOf: buffer[..<count])
        }
        return out
    }

    /// The sound as a telephone brings it: 8 kHz mu-law and back to 16 kHz.
    static func throughPhone(_ pcm: [Int16], rate: Int) throws(SpeechFailure) -> [Int16] {
        let narrow = try resampled(pcm, from: rate, to: 8000).map { G711.ulaw.decode(G711.ulaw.encode($0)) }
        return try resampled(narrow, from: 8000, to: 16000)
    }
}
