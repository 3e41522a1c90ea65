import Core
import Recording

/// A stored session ready to be played again: records on a time line, audio by position, meters computed from the audio. Any thread.
public struct SessionReplay: Sendable {
    /// The session's name.
    public let session: SessionID
    /// Folder name.
    public let name: String
    /// The folder; nil when only a log is played.
    public let path: String?
    /// Records and times.
    public let timeline: ReplayTimeline
    /// The audio; nil when there is none.
    public let audio: SessionAudio?
    /// What could not be read, in words.
    public let faults: [String]

    /// A replay of a stored session.
    public init(_ stored: StoredSession) {
        session = stored.log.records.lazy.compactMap(\.session).first ?? stored.meta.session
        name = stored.name
        path = stored.path
        audio = stored.audio
        timeline = ReplayTimeline(
            records: HeardTurns.records(stored), sampleRate: stored.audio?.sampleRate ?? stored.meta.start.sampleRate,
            frames: stored.audio?.frames ?? 0)
        faults = stored.faults + stored.log.faults.map { "\($0.file) line \($0.line): \($0.cause)" }
    }

    /// Opens the folder at `path`.
    public init(path: String) throws(DiskError) { self.init(try StoredSession(path: path)) }

    /// Opens a log alone, such as an `events.jsonl` that somebody sent.
    public init(log file: String) throws(DiskError) {
        var log = SessionLog()
        let name = file.split(separator: "/").last.map(String.init) ?? file
        log.add(try ReadFile(file).readAll(), file: name)
        guard !log.records.isEmpty else { throw DiskError("replay", file, cause: "it holds no record of a session") }
        session = log.records.lazy.compactMap(\.session).first ?? SessionID("unknown")
        self.name = name.hasSuffix(".jsonl") ? String(name.dropLast(6)) : name
        (path, audio) = (nil, nil)
        timeline = ReplayTimeline(records: log.records, sampleRate: log.start?.sampleRate ?? 8000, frames: 0)
        faults = log.faults.map { "\($0.file) line \($0.line): \($0.cause)" }
    }

    /// Fills interleaved stereo (LEFT user, RIGHT agent) from a position; silence where there is nothing or the disk fails.
    public func fill(_ stereo: inout MutableSpan<Int16>, at position: Int64) {
        do throws(DiskError) {
            if let audio { return try audio.read(into: &stereo, at: position) }
        } catch {
            // A replay goes on in silence; what the disk said stands in the verifier's report.
        }
        for i in 0..<stereo.count { stereo[i] = 0 }
    }

    /// Levels at a place, from the 50 ms before it; the detector's figures from the log.
    public func meters(at time: Duration) -> MeterSnapshot {
        let frames = timeline.sampleRate / 20
        var samples = [Int16](repeating: 0, count: frames * 2)
        var span = samples.mutableSpan
        fill(&span, at: timeline.position(at: time) - Int64(frames))
        let (user, agent) = (Self.level(samples, side: 0), Self.level(samples, side: 1))
        let mark = detector(at: time)
        return MeterSnapshot(
            userLevel: user.rms, userPeak: user.peak, speechProbability: mark.probability,
            userSpeaking: mark.isSpeaking,
            agentLevel: agent.rms, agentPeak: agent.peak)
    }

    private func detector(at time: Duration) -> (isSpeaking: Bool, probability: Double) {
        for index in (0..<timeline.count(at: time)).reversed() {
            switch timeline.records[index].event {
            case .userSpeechStarted(let mark): return (true, mark.probability ?? 1)
            case .userSpeechStopped(let mark): return (false, mark.probability ?? 0)
            default: continue
            }
        }
        return (false, 0)
    }

    /// RMS and peak in dBFS of one side; nil is digital silence.
    private static func level(_ stereo: [Int16], side: Int) -> (rms: Double?, peak: Double?) {
        var (sum, peak, count) = (0.0, 0.0, 0)
        for i in stride(from: side, to: stereo.count, by: 2) {
            let value = abs(Double(stereo[i])) / 32768
            sum += value * value
            peak = max(peak, value)
            count += 1
        }
        guard count > 0, peak > 0 else { return (nil, nil) }
        return (10 * decimalLogarithm(sum / Double(count)), 20 * decimalLogarithm(peak))
    }
}
