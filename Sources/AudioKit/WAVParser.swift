/// Walks the chunks of a WAV head. Every number comes from outside: none is used before it was held against a bound.
struct WAVParser {
    let fileBytes: Int
    private var format: (channels: Int, rate: Int, bits: Int)?
    private var longData: Int?

    init(fileBytes: Int) { self.fileBytes = fileBytes }

    mutating func parse(_ start: Span<UInt8>) throws(AudioKitError) -> WAVHeader {
        guard start.count >= 12 else { throw .badFile("WAV: \(start.count) bytes are too few for a header") }
        let kind = tag(start, 0)
        guard kind == "RIFF" || kind == "RF64", tag(start, 8) == "WAVE" else {
            throw .badFile("WAV: the file does not begin with RIFF…WAVE")
        }
        var offset = 12
        while offset + 8 <= start.count {
            let size = Int(integer(start, offset + 4, bytes: 4))
            let body = offset + 8
            switch tag(start, offset) {
            case "data": return try header(dataOffset: body, size: size, isLong: kind == "RF64")
            case "fmt ": try readFormat(start, body, size)
            case "ds64" where size >= 24 && body + 24 <= start.count:
                longData = Int(clamping: integer(start, body + 8, bytes: 8))
            default: break
            }
            // Chunks begin at even places.
            offset = body + size + (size & 1)
        }
        throw .badFile("WAV: no data chunk within the first \(start.count) bytes")
    }

    private mutating func readFormat(_ start: Span<UInt8>, _ body: Int, _ size: Int) throws(AudioKitError) {
        guard size >= 16, body + 16 <= start.count else { throw .badFile("WAV: the fmt chunk is cut short") }
        let code = integer(start, body, bytes: 2)
        let channels = Int(integer(start, body + 2, bytes: 2))
        let rate = Int(integer(start, body + 4, bytes: 4))
        let bits = Int(integer(start, body + 14, bytes: 2))
        // 0xFFFE is "extensible": the true format follows, and is PCM when there are 16 bits.
        guard code == 1 || code == 0xFFFE, bits == 16 else {
            throw .badFile("WAV: format \(code) with \(bits) bits; only 16-bit PCM is read")
        }
        guard 1...64 ~= channels, 1000...768_000 ~= rate else {
            throw .badFile("WAV: \(channels) channels at \(rate) Hz")
        }
        format = (channels, rate, bits)
    }

    private func header(dataOffset: Int, size: Int, isLong: Bool) throws(AudioKitError) -> WAVHeader {
        guard let format else { throw .badFile("WAV: the data chunk comes before the fmt chunk") }
        var result = WAVHeader(sampleRate: format.rate, channels: format.channels)
        result.bitsPerSample = format.bits
        result.dataOffset = dataOffset
        let rest = max(0, fileBytes - dataOffset)
        let stated = isLong && size == Int(UInt32.max) ? longData ?? 0 : size
        let real = stated == 0 || stated > rest ? rest : stated
        result.dataBytes = real / result.frameBytes * result.frameBytes
        return result
    }

    private func tag(_ start: Span<UInt8>, _ offset: Int) -> String {
        String(decoding: (0..<4).map { start[offset + $0] }, as: UTF8.self)
    }

    private func integer(_ start: Span<UInt8>, _ offset: Int, bytes: Int) -> UInt64 {
        (0..<bytes).reduce(0) { $0 | UInt64(start[offset + $1]) << UInt64(8 * $1) }
    }
}
