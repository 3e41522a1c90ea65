/// The head of a WAV file: 16-bit PCM, little-endian. Pure: bytes in, bytes out.
///
///     RIFF size WAVE | JUNK 28 bytes (room for the ds64 of RF64) | fmt  16 bytes | data size | samples …
///
/// The size fields of a file that is still being written, or whose writer died, are wrong; `repaired` makes a head that
/// fits the size of the file.
public struct WAVHeader: Sendable, Equatable {
    public var sampleRate: Int
    public var channels: Int
    /// Bits a sample: 16 for what this module writes.
    public var bitsPerSample: Int = 16
    /// Bytes of samples, as the header says.
    public var dataBytes: Int
    /// Where samples begin in the file.
    public var dataOffset: Int = WAVHeader.length

    /// Length of a head as `bytes` makes it.
    public static let length = 80

    public init(sampleRate: Int, channels: Int, dataBytes: Int = 0) {
        self.sampleRate = sampleRate
        self.channels = channels
        self.dataBytes = dataBytes
    }

    /// Bytes of one sample of every channel.
    public var frameBytes: Int { channels * bitsPerSample / 8 }
    /// Samples of each channel.
    public var frames: Int { frameBytes > 0 ? dataBytes / frameBytes : 0 }

    /// The head: 80 bytes. Beyond 4 GB it becomes RF64, whose 64-bit sizes stand where the JUNK chunk was.
    public var bytes: [UInt8] {
        let large = dataBytes > Int(UInt32.max) - Self.length
        var out = ByteWriter()
        out.text(large ? "RF64" : "RIFF")
        out.word32(large ? .max : UInt32(Self.length - 8 + dataBytes + (dataBytes & 1)))
        out.text("WAVE")
        out.text(large ? "ds64" : "JUNK")
        out.word32(28)
        out.word64(large ? UInt64(Self.length - 8 + dataBytes) : 0)
        out.word64(large ? UInt64(dataBytes) : 0)
        out.word64(large ? UInt64(frames) : 0)
        out.word32(0)
        out.text("fmt ")
        out.word32(16)
        out.word16(1)
        out.word16(UInt16(clamping: channels))
        out.word32(UInt32(clamping: sampleRate))
        out.word32(UInt32(clamping: sampleRate * frameBytes))
        out.word16(UInt16(clamping: frameBytes))
        out.word16(UInt16(clamping: bitsPerSample))
        out.text("data")
        out.word32(large ? .max : UInt32(dataBytes))
        return out.bytes
    }

    /// Reads the head of a file. Chunks it does not know are skipped; a size of 0, of all ones, or beyond the end of
    /// the file (the writer was cut off) becomes what the file really holds.
    /// - Parameters:
    ///   - start: the first bytes of the file: at least up to the samples, 4 KB will do.
    ///   - fileBytes: size of the whole file.
    /// - Throws: `AudioKitError.badFile` saying what is wrong.
    public static func parse(_ start: Span<UInt8>, fileBytes: Int) throws(AudioKitError) -> WAVHeader {
        var parser = WAVParser(fileBytes: fileBytes)
        return try parser.parse(start)
    }

    /// This header with the sizes that fit a file of `fileBytes`; half a frame at the end is left out.
    public func repaired(fileBytes: Int) -> WAVHeader {
        var result = self
        let rest = max(0, fileBytes - dataOffset)
        result.dataBytes = frameBytes > 0 ? rest / frameBytes * frameBytes : 0
        return result
    }
}

/// Little-endian fields, one after the other.
private struct ByteWriter {
    var bytes: [UInt8] = []
    mutating func text(_ value: StaticString) { value.withUTF8Buffer { bytes.append(contentsOf: $0) } }
    mutating func word16(_ value: UInt16) { integer(value) }
    mutating func word32(_ value: UInt32) { integer(value) }
    mutating func word64(_ value: UInt64) { integer(value) }
    private mutating func integer<T: FixedWidthInteger>(_ value: T) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }
}
