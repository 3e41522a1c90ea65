import COpus
import SystemOpus

/// Encodes samples to an Ogg Opus file, handed out in pieces as they are ready. Belongs to one thread (the recorder).
public final class OggOpusWriter {
    private let encoder: OpaquePointer
    private let sink: Sink
    private let channels: Int
    private var finished = false

    /// Where libopusenc's callbacks put bytes.
    private final class Sink {
        let write: ([UInt8]) -> Bool
        init(write: @escaping ([UInt8]) -> Bool) { self.write = write }
    }

    /// - Parameters:
    ///   - sampleRate: of the samples, 8,000 … 192,000 Hz; the encoder resamples to 48 kHz by itself.
    ///   - channels: 1 or 2.
    ///   - bitrate: bits a second for all channels together.
    ///   - complexity: 0 … 10; 5 takes half the time of 10.
    ///   - pageMilliseconds: a page is handed out at least that often: what a crash can lose.
    ///   - write: takes the next bytes of the file; false when they could not be kept, which ends encoding.
    /// - Throws: for a rate or channel count that Opus does not take.
    public init(
        sampleRate: Int, channels: Int = 1, bitrate: Int = 32000, complexity: Int = 5, pageMilliseconds: Int = 1000,
        write: @escaping ([UInt8]) -> Bool
    ) throws(AudioKitError) {
        guard 8000...192_000 ~= sampleRate else { throw .unsupportedRate(sampleRate, by: "Opus writer") }
        guard 1...2 ~= channels else { throw .library("Opus writer with \(channels) channels", code: -1) }
        guard let comments = ope_comments_create() else { throw .library("ope_comments_create", code: 0) }
        defer { ope_comments_destroy(comments) }
        let sink = Sink(write: write)
        var callbacks = OpusEncCallbacks(
            write: { user, bytes, count in
                guard let user, let bytes else { return 1 }
                let sink = Unmanaged<Sink>.fromOpaque(user).takeUnretainedValue()
                return sink.write(Array(UnsafeBufferPointer(start: bytes, count: Int(count)))) ? 0 : 1
            },
            close: { _ in 0 })
        var code: Int32 = 0
        let made = ope_encoder_create_callbacks(
            &callbacks, Unmanaged.passUnretained(sink).toOpaque(), comments, Int32(sampleRate), Int32(channels), 0,
            &code)
        guard let made, code == 0 else { throw .library("ope_encoder_create_callbacks", code: code) }
        encoder = made
        self.sink = sink
        self.channels = channels
        // None of these can fail with values in range; a refused one leaves a working default.
        _ = copus_set_bitrate(made, Int32(clamping: max(6000, min(510_000, bitrate))))
        _ = copus_set_complexity(made, Int32(min(10, max(0, complexity))))
        _ = copus_set_voice(made)
        _ = copus_set_muxing_delay(made, Int32(min(10_000, max(20, pageMilliseconds)) * 48))
    }

    deinit { ope_encoder_destroy(encoder) }

    /// Encodes interleaved samples; half a frame at the end is left out.
    /// - Throws: when encoding or writing failed; the file up to here stays readable.
    public func append(_ samples: Span<Int16>) throws(AudioKitError) {
        let code = samples.withUnsafeBufferPointer {
            ope_encoder_write(encoder, $0.baseAddress, Int32($0.count / channels))
        }
        guard code == 0 else { throw .library("ope_encoder_write", code: code) }
    }

    /// Ends the file; the last bytes are handed out. Later calls do nothing.
    public func finish() throws(AudioKitError) {
        guard !finished else { return }
        finished = true
        let code = ope_encoder_drain(encoder)
        guard code == 0 else { throw .library("ope_encoder_drain", code: code) }
    }
}

/// Decodes a whole Ogg Opus file from bytes, always at 48 kHz.
public enum OggOpusReader {
    /// A file that ends in the middle (its writer died) gives what was there.
    /// - Throws: `AudioKitError.badFile` when it is no Ogg Opus file.
    public static func read(_ bytes: Span<UInt8>) throws(AudioKitError) -> AudioClip {
        var code: Int32 = 0
        // libopusfile reads from the bytes while it decodes, so all of it happens within their scope.
        let clip = bytes.withUnsafeBufferPointer { buffer -> AudioClip? in
            guard let file = op_open_memory(buffer.baseAddress, buffer.count, &code) else { return nil }
            defer { op_free(file) }
            return decode(file)
        }
        guard let clip else { throw .badFile("Ogg Opus: not readable (libopusfile \(code))") }
        return clip
    }

    private static func decode(_ file: OpaquePointer) -> AudioClip {
        let channels = max(1, Int(op_channel_count(file, 0)))
        // 120 ms is the longest packet.
        var buffer = [Int16](repeating: 0, count: 5760 * channels)
        var samples: [Int16] = []
        var failures = 0
        while failures < 100 {
            let count = buffer.withUnsafeMutableBufferPointer {
                channels == 2
                    ? op_read_stereo(file, $0.baseAddress, Int32($0.count))
                    : op_read(file, $0.baseAddress, Int32($0.count), nil)
            }
            if count == 0 { break }
            if count < 0 {
                // A hole: the decoder goes on behind it.
                failures += 1
            } else {
                samples.append(contentsOf: buffer.prefix(Int(count) * channels))
            }
        }
        return AudioClip(sampleRate: 48000, channels: channels, samples: samples)
    }
}
