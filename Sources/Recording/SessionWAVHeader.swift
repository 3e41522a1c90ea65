/// The 80 bytes before the samples of `audio.wav`, little-endian:
///
///     0  RIFF size WAVE | 12 JUNK 28 (28 bytes) | 48 fmt 16 (PCM, channels, rate, …, 16 bits) | 72 data size | 80 samples
///
/// The JUNK chunk keeps room for RF64: beyond 4 GiB `RIFF` becomes `RF64`, `JUNK` becomes `ds64` with 64-bit sizes and both
/// 32-bit sizes become 0xFFFFFFFF (EBU Tech 3306). Samples never move.
public struct SessionWAVHeader: Sendable, Equatable {
    /// Bytes of the header that we write.
    public static let size = 80

    /// Samples per second.
    public var sampleRate: Int
    /// Channels, interleaved.
    public var channels: Int
    /// Where the samples begin.
    public var dataOffset: Int64
    /// Bytes of samples that the header declares.
    public var dataBytes: Int64

    /// A header of ours for `dataBytes` bytes of 16-bit samples.
    public init(sampleRate: Int, channels: Int = 2, dataBytes: Int64) {
        self.sampleRate = sampleRate
        self.channels = channels
        self.dataOffset = Int64(Self.size)
        self.dataBytes = dataBytes
    }

    /// Bytes of one sample of all channels.
    public var frameBytes: Int { channels * 2 }

    /// The header as it stands in the file.
    public var bytes: [UInt8] {
        let isLarge = dataBytes + Int64(Self.size) - 8 > Int64(UInt32.max)
        let riffSize = UInt64(dataBytes) + UInt64(Self.size - 8)
        var out: [UInt8] = []
        out.reserveCapacity(Self.size)
        out.append(contentsOf: (isLarge ? "RF64" : "RIFF").utf8)
        append(isLarge ? UInt32.max : UInt32(riffSize), to: &out)
        out.append(contentsOf: (isLarge ? "WAVEds64" : "WAVEJUNK").utf8)
        append(UInt32(28), to: &out)
        append(isLarge ? riffSize : 0, to: &out)
        append(isLarge ? UInt64(dataBytes) : 0, to: &out)
        append(isLarge ? UInt64(dataBytes) / UInt64(frameBytes) : 0, to: &out)
        append(UInt32(0), to: &out)
        out.append(contentsOf: "fmt ".utf8)
        append(UInt32(16), to: &out)
        append(UInt16(1), to: &out)
        append(UInt16(channels), to: &out)
        append(UInt32(sampleRate), to: &out)
        append(UInt32(sampleRate * frameBytes), to: &out)
        append(UInt16(frameBytes), to: &out)
        append(UInt16(16), to: &out)
        out.append(contentsOf: "data".utf8)
        append(isLarge ? UInt32.max : UInt32(dataBytes), to: &out)
        return out
    }

    private func append(_ value: some FixedWidthInteger, to out: inout [UInt8]) {
        withUnsafeBytes(of: value.littleEndian) { out.append(contentsOf: $0) }
    }
}

extension SessionWAVHeader {
    /// Why bytes are no header that can be read.
    public struct Fault: Error, Sendable, Equatable, CustomStringConvertible {
        /// What is wrong, with its place.
        public var description: String
    }

    /// Reads the beginning of a file (up to 4 KiB is enough). Sizes are taken as declared: the caller compares them with
    /// the file's. Accepts any 16-bit PCM WAV or RF64 of 1 or 2 channels whose `fmt ` and `data` chunks begin in `bytes`.
    public init(parsing bytes: [UInt8]) throws(Fault) {
        guard bytes.count >= 12 else { throw Fault(description: "only \(bytes.count) bytes; a WAV file has at least 44") }
        let form = Self.tag(bytes, 0)
        guard form == "RIFF" || form == "RF64", Self.tag(bytes, 8) == "WAVE" else {
            throw Fault(description: "bytes 0 to 11 are not those of a WAV file")
        }
        var format: (channels: Int, rate: Int)?
        var large: UInt64?
        var at = 12
        while at + 8 <= bytes.count {
            let size = Int(Self.number(bytes, at + 4, 4))
            switch Self.tag(bytes, at) {
            case "ds64" where at + 24 <= bytes.count: large = Self.number(bytes, at + 16, 8)
            case "fmt ": format = try Self.format(bytes, at + 8, size)
            case "data":
                guard let format else { throw Fault(description: "the data chunk at byte \(at) comes before fmt") }
                let declared = size == Int(UInt32.max) ? Int64(clamping: large ?? UInt64(UInt32.max)) : Int64(size)
                self.init(sampleRate: format.rate, channels: format.channels, dataBytes: declared)
                dataOffset = Int64(at + 8)
                return
            default: break
            }
            at += 8 + size + size % 2
        }
        throw Fault(description: "no data chunk in the first \(bytes.count) bytes")
    }

    private static func format(_ b: [UInt8], _ at: Int, _ size: Int) throws(Fault) -> (channels: Int, rate: Int) {
        guard size >= 16, at + 16 <= b.count else { throw Fault(description: "the fmt chunk is cut short") }
        let (code, channels, rate) = (number(b, at, 2), Int(number(b, at + 2, 2)), Int(number(b, at + 4, 4)))
        guard code == 1 || code == 0xFFFE, number(b, at + 14, 2) == 16 else {
            throw Fault(description: "the samples are not 16-bit PCM")
        }
        guard (1...2).contains(channels) else { throw Fault(description: "\(channels) channels; 1 or 2 can be read") }
        guard (1000...384_000).contains(rate) else { throw Fault(description: "\(rate) samples a second cannot be") }
        return (channels, rate)
    }

    private static func tag(_ b: [UInt8], _ at: Int) -> String { String(decoding: b[at..<at + 4], as: UTF8.self) }

    private static func number(_ b: [UInt8], _ at: Int, _ count: Int) -> UInt64 {
        var value: UInt64 = 0
        for i in (0..<count).reversed() { value = value << 8 | UInt64(b[at + i]) }
        return value
    }
}
