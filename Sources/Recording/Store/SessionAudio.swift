import AudioKit
import Core

/// The audio of a stored session as one stereo stream: frame n is position n of the session's audio clock, LEFT user, RIGHT agent.
/// Any thread.
public final class SessionAudio: Sendable {
    /// One file of it.
    public struct Part: Sendable {
        /// Position of its first frame.
        public var at: Int64
        /// Whole frames that the file really holds, whatever its header says.
        public var frames: Int64
        /// What the head says.
        let head: AudioHead
        let file: ReadFile
    }

    /// Samples per second of each channel.
    public let sampleRate: Int
    /// Files in order; where they overlap the later holds.
    public let parts: [Part]
    /// Length.
    public let frames: Int64

    /// Opens the audio files of a folder. Header sizes are not believed: the file's size counts. Throws when a file cannot be
    /// opened or is no stereo WAV.
    public init(folder: String, segments: [SessionMeta.Segment]) throws(DiskError) {
        var parts: [Part] = []
        for segment in segments { parts.append(try Self.open(folder + "/" + segment.file, at: segment.at)) }
        guard let first = parts.first else { throw DiskError("open", folder, cause: "there is no audio file") }
        sampleRate = first.head.header.sampleRate
        self.parts = parts
        frames = parts.map { $0.at + $0.frames }.max() ?? 0
    }

    private static func open(_ path: String, at: Int64) throws(DiskError) -> Part {
        let file = try ReadFile(path)
        let start = try file.read(at: 0, count: AudioHead.length)
        let head: AudioHead
        do throws(AudioKitError) { head = try AudioHead(start, fileBytes: file.size) } catch {
            throw DiskError("read", path, cause: "\(error)")
        }
        guard head.header.channels == 2 else {
            throw DiskError("read", path, cause: "it has \(head.header.channels) channels; two are needed")
        }
        let frames = Int64(head.header.frames)
        return Part(at: min(max(0, at), SessionLog.farthest), frames: frames, head: head, file: file)
    }

    /// Fills `stereo` with frames from `position` on, silence where there is nothing. Throws when the disk fails.
    public func read(into stereo: inout MutableSpan<Int16>, at position: Int64) throws(DiskError) {
        let wanted = Int64(stereo.count / 2)
        for i in 0..<stereo.count { stereo[i] = 0 }
        guard position > -wanted, position < frames else { return }
        for part in parts {
            let from = max(position, part.at)
            let to = min(position + wanted, part.at + part.frames)
            guard from < to else { continue }
            let bytes = try part.file.read(
                at: Int64(part.head.header.dataOffset) + (from - part.at) * 4, count: Int(to - from) * 4)
            let start = Int(from - position) * 2
            for i in 0..<bytes.count / 2 {
                stereo[start + i] = Int16(bitPattern: UInt16(bytes[2 * i]) | UInt16(bytes[2 * i + 1]) << 8)
            }
        }
    }

    /// Interleaved frames in an array; at most 10 minutes at once.
    public func samples(at position: Int64, frames count: Int) throws(DiskError) -> [Int16] {
        var out = [Int16](repeating: 0, count: 2 * min(max(count, 0), 600 * sampleRate))
        var span = out.mutableSpan
        try read(into: &span, at: position)
        return out
    }
}
