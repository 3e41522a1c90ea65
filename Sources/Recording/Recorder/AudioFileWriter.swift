import AudioKit
import Core
import Glibc

/// Writes `audio.wav` and, after a fault of the medium, `audio-2.wav` … Recorder thread.
///
/// Whatever has been handed over is in the file; only the header's sizes lag (`updateHeader`).
struct AudioFileWriter {
    private let disk: any Disk
    private let folder: String
    private let sampleRate: Int
    private var file: Int32 = -1
    private var frames: Int64 = 0
    private var declaredFrames: Int64 = 0
    private(set) var segments: [SessionMeta.Segment] = []

    init(disk: any Disk, folder: String, sampleRate: Int) {
        self.disk = disk
        self.folder = folder
        self.sampleRate = sampleRate
    }

    private static let frameBytes: Int64 = 4

    var isOpen: Bool { file >= 0 }

    /// Name of the file that the next `open` makes.
    var nextName: String { segments.isEmpty ? "audio.wav" : "audio-\(segments.count + 1).wav" }

    private var path: String { folder + "/" + (segments.last?.file ?? nextName) }

    /// Makes the next file, whose first sample is `position`.
    mutating func open(at position: Int64) throws(DiskError) {
        close()
        let path = folder + "/" + nextName
        let made = try disk.create(path)
        do throws(DiskError) {
            let header = WAVHeader(sampleRate: sampleRate, channels: 2)
            try disk.write(header.bytes.span.bytes, to: made, at: 0, path: path)
        } catch {
            disk.close(made)
            try? disk.remove(path)
            throw error
        }
        segments.append(SessionMeta.Segment(file: nextName, at: position))
        (file, frames, declaredFrames) = (made, 0, 0)
    }

    /// Writes whole frames at a position of the session's clock; those before the segment are in the one before.
    mutating func write(_ samples: RawSpan, at position: Int64) throws(DiskError) {
        guard let base = segments.last?.at, isOpen else { return }
        let skipped = min(max(0, base - position) * Self.frameBytes, Int64(samples.byteCount))
        let rest = samples.extracting(droppingFirst: Int(skipped))
        guard rest.byteCount > 0 else { return }
        let frame = max(position, base) - base
        try disk.write(rest, to: file, at: Int64(WAVHeader.length) + frame * Self.frameBytes, path: path)
        frames = max(frames, frame + Int64(rest.byteCount) / Self.frameBytes)
    }

    /// Puts one channel's samples into frames that are in the file already; what the other channel has there stays. Returns
    /// false when the place is not in this file.
    mutating func insert(
        _ channel: AudioGap.Channel, _ pcm: Span<Int16>, at position: Int64
    ) throws(DiskError) -> Bool {
        guard isOpen, let base = segments.last?.at, position >= base, position - base + Int64(pcm.count) <= frames
        else {
            return false
        }
        let offset = Int64(WAVHeader.length) + (position - base) * Self.frameBytes
        let samples = try stereo(pcm.count, at: offset, merging: pcm, side: channel == .user ? 0 : 1)
        try disk.write(samples.span.bytes, to: file, at: offset, path: path)
        return true
    }

    private func stereo(
        _ count: Int, at offset: Int64, merging pcm: Span<Int16>, side: Int
    ) throws(DiskError) -> [Int16] {
        var samples = [Int16](repeating: 0, count: 2 * count)
        let got = samples.withUnsafeMutableBytes { pread(file, $0.baseAddress, $0.count, off_t(offset)) }
        guard got >= 0 else { throw DiskError("read", path, number: errno) }
        for i in 0..<count { samples[2 * i + side] = pcm[i] }
        return samples
    }

    /// Makes the header's sizes true.
    mutating func updateHeader() throws(DiskError) {
        guard isOpen, declaredFrames != frames else { return }
        let header = WAVHeader(sampleRate: sampleRate, channels: 2, dataBytes: Int(frames * Self.frameBytes))
        try disk.write(header.bytes.span.bytes, to: file, at: 0, path: path)
        declaredFrames = frames
    }

    /// Waits for the medium.
    func sync() throws(DiskError) { if isOpen { try disk.sync(file, path: path) } }

    /// Closes the file that is open.
    mutating func close() {
        guard isOpen else { return }
        disk.close(file)
        file = -1
    }
}
