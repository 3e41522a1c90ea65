import Glibc

/// Interleaved 16-bit samples with their rate.
public struct AudioClip: Sendable, Equatable {
    public var sampleRate: Int
    public var channels: Int
    /// Channel after channel for every moment.
    public var samples: [Int16]

    public init(sampleRate: Int, channels: Int = 1, samples: [Int16]) {
        self.sampleRate = sampleRate
        self.channels = max(1, channels)
        self.samples = samples
    }

    public var frames: Int { samples.count / channels }
    public var milliseconds: Int { sampleRate > 0 ? frames * 1000 / sampleRate : 0 }

    /// The samples of one channel (0 first); none for a channel that is not there.
    public func channel(_ index: Int) -> [Int16] {
        guard 0..<channels ~= index else { return [] }
        return stride(from: index, to: frames * channels, by: channels).map { samples[$0] }
    }
}

/// Reads a whole WAV file from bytes.
public enum WAVReader {
    /// - Throws: `AudioKitError.badFile`.
    public static func read(_ bytes: Span<UInt8>) throws(AudioKitError) -> AudioClip {
        let header = try WAVHeader.parse(bytes, fileBytes: bytes.count)
        var samples = [Int16](repeating: 0, count: header.dataBytes / 2)
        for i in samples.indices {
            let place = header.dataOffset + 2 * i
            samples[i] = Int16(bitPattern: UInt16(bytes[place]) | UInt16(bytes[place + 1]) << 8)
        }
        return AudioClip(sampleRate: header.sampleRate, channels: header.channels, samples: samples)
    }
}

/// Makes the bytes of a WAV file.
public enum WAVWriter {
    /// A whole file.
    public static func bytes(of clip: AudioClip) -> [UInt8] {
        let header = WAVHeader(
            sampleRate: clip.sampleRate, channels: clip.channels, dataBytes: clip.samples.count * 2)
        var result = header.bytes
        result.reserveCapacity(result.count + clip.samples.count * 2)
        append(clip.samples.span, to: &result)
        return result
    }

    /// Appends samples as little-endian bytes: the body of a file written piece by piece.
    public static func append(_ samples: Span<Int16>, to bytes: inout [UInt8]) {
        for i in 0..<samples.count {
            bytes.append(UInt8(truncatingIfNeeded: samples[i]))
            bytes.append(UInt8(truncatingIfNeeded: samples[i] >> 8))
        }
    }
}

/// Whole audio files, for replay, tests and benchmarks. Blocks on the disk: never on the engine.
public enum AudioFile {
    /// Larger files are refused: they are no recordings to hold in memory.
    public static let mostBytes = 1 << 31

    /// Reads a WAV or Ogg Opus file, told apart by its first bytes.
    /// - Throws: `AudioKitError.badFile` naming the file and the cause.
    public static func read(_ path: String) throws(AudioKitError) -> AudioClip {
        let bytes = try contents(path)
        do {
            if bytes.starts(with: Array("OggS".utf8)) { return try OggOpusReader.read(bytes.span) }
            return try WAVReader.read(bytes.span)
        } catch { throw .badFile("\(path): \(error)") }
    }

    /// Writes a WAV file, replacing what was there.
    public static func write(_ clip: AudioClip, to path: String) throws(AudioKitError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .badFile("\(path): \(String(cString: strerror(errno)))") }
        defer { close(descriptor) }
        let bytes = WAVWriter.bytes(of: clip)
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes { all in
                Glibc.write(descriptor, all.baseAddress.map { $0 + done }, all.count - done)
            }
            guard count > 0 else { throw .badFile("\(path): \(String(cString: strerror(errno)))") }
            done += count
        }
    }

    private static func contents(_ path: String) throws(AudioKitError) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .badFile("\(path): \(String(cString: strerror(errno)))") }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_size <= mostBytes else {
            throw .badFile("\(path): too large to read at once")
        }
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeMutableBytes { all in
                Glibc.read(descriptor, all.baseAddress.map { $0 + done }, all.count - done)
            }
            guard count >= 0 else { throw .badFile("\(path): \(String(cString: strerror(errno)))") }
            if count == 0 { break }
            done += count
        }
        bytes.removeLast(bytes.count - done)
        return bytes
    }
}
