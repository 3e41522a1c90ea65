import AudioKit

/// The head of a WAV stream up to its samples: what a streaming service sends before the audio, with sizes that mean nothing.
struct WAVHead: Equatable {
    /// Longest head read.
    static let longest = 64 << 10

    var encoding = SpeechPCM.Encoding.pcm16
    var rate = 0
    var channels = 0
    /// Bytes of samples announced; nil when the size is 0 or absurd (a stream whose writer did not know).
    var dataBytes: Int?
    /// Bytes before the first sample.
    var length = 0

    /// Reads a head; nil when more bytes are needed. Throws what is wrong with it.
    init?(_ bytes: Span<UInt8>) throws(SpeechFault) {
        guard bytes.count >= 12 else { return nil }
        guard Self.tag(bytes, 8) == "WAVE" else { throw .format("the WAV head is broken: WAVE is missing") }
        var at = 12
        while at + 8 <= bytes.count {
            let size = Self.number(bytes, at + 4, 4)
            let body = at + 8
            let name = Self.tag(bytes, at)
            if name == "data" {
                guard rate > 0 else { throw .format("the WAV head is broken: no fmt before data") }
                dataBytes = size == 0 || size >= 0x7FFF_0000 ? nil : size
                length = body
                return
            }
            if name == "fmt " {
                guard size >= 16 else { throw .format("the WAV head is broken: fmt of \(size) bytes") }
                guard body + min(size, 40) <= bytes.count else { break }
                try readFormat(bytes, body, size)
            }
            guard size < Self.longest else { throw .format("the WAV head is broken: a chunk of \(size) bytes") }
            at = body + size + (size & 1)
        }
        guard bytes.count < Self.longest else { throw .format("the WAV head has no end") }
        return nil
    }

    private mutating func readFormat(_ bytes: Span<UInt8>, _ at: Int, _ size: Int) throws(SpeechFault) {
        var code = Self.number(bytes, at, 2)
        if code == 0xFFFE, size >= 26 { code = Self.number(bytes, at + 24, 2) }
        let bits = Self.number(bytes, at + 14, 2)
        channels = Self.number(bytes, at + 2, 2)
        rate = Self.number(bytes, at + 4, 4)
        switch (code, bits) {
        case (1, 16): encoding = .pcm16
        case (6, 8): encoding = .alaw
        case (7, 8): encoding = .mulaw
        default: throw .format("WAV of format \(code) with \(bits) bits is not understood; ask for 16-bit PCM")
        }
        guard 1...8 ~= channels, SampleRate.supported.contains(rate) else {
            throw .format("WAV at \(rate) Hz with \(channels) channels is not understood")
        }
    }

    private static func tag(_ bytes: Span<UInt8>, _ at: Int) -> String {
        String(decoding: (0..<4).map { bytes[at + $0] }, as: UTF8.self)
    }

    private static func number(_ bytes: Span<UInt8>, _ at: Int, _ width: Int) -> Int {
        (0..<width).reduce(0) { $0 | Int(bytes[at + $1]) << (8 * $1) }
    }
}
