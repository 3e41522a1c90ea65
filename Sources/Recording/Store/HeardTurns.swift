import AudioKit
import Core

/// The wait for each turn's answer, computed from a session's recorded audio alone. The log only says which turn an answer belongs to.
public enum HeardTurns {
    /// How far a figure from the audio may be from the one that was reported before they are said to disagree, ms. The
    /// recording does not know the delay of a speaker, and speech ends more softly than a detector's threshold.
    public static let tolerance = TurnReport.heardTolerance

    /// Milliseconds by turn; a turn is missing when its audio shows no answer to speech. Reads all audio once: any thread but
    /// the engine's. What the disk cannot give counts as silence.
    public static func measure(_ audio: SessionAudio, _ records: [EventRecord]) -> [Int: Double] {
        var meter = HeardLatency(rate: audio.sampleRate)
        var reader = Reader(audio: audio)
        var found: [Int: Double] = [:]
        for record in records {
            switch record.event {
            case .turnStarted(let turn):
                reader.read(to: record.audio, into: &meter)
                if turn.trigger != .speech { meter.reset() }
            case .turnEnded(let report):
                reader.read(to: record.audio, into: &meter)
                if let answer = meter.takeAnswer() { found[report.turn] = answer.ms }
            default: break
            }
        }
        return found
    }

    /// The records of a stored session with the figure in every turn's report where the audio has one.
    public static func records(_ session: StoredSession) -> [EventRecord] {
        guard let audio = session.audio else { return session.log.records }
        let found = measure(audio, session.log.records)
        return session.log.records.map { record in
            guard case .turnEnded(var report) = record.event, let ms = found[report.turn] else { return record }
            var record = record
            report.heardE2eMs = ms
            record.event = .turnEnded(report)
            return record
        }
    }

    /// Feeds both channels in step, in blocks of 20 ms.
    private struct Reader {
        let audio: SessionAudio
        private var at: Int64 = 0
        private let block: Int
        /// Frames read from the disk at once, in blocks.
        private let chunk: Int
        private var stereo: [Int16] = []
        private var start: Int64 = 0
        private var user: [Int16]
        private var agent: [Int16]

        init(audio: SessionAudio) {
            self.audio = audio
            block = max(1, audio.sampleRate / 50)
            chunk = block * 250
            user = [Int16](repeating: 0, count: block)
            agent = user
        }

        mutating func read(to end: Int64, into meter: inout HeardLatency) {
            let end = min(end, audio.frames)
            while at < end {
                let count = Int(min(Int64(block), end - at))
                load()
                for i in 0..<count {
                    let place = Int(at - start) + i
                    user[i] = stereo[2 * place]
                    agent[i] = stereo[2 * place + 1]
                }
                meter.takeUser(user.span.extracting(first: count), at: at)
                meter.takeAgent(agent.span.extracting(first: count), at: at)
                at += Int64(count)
            }
        }

        /// The chunk that holds the next block.
        private mutating func load() {
            if !stereo.isEmpty, at + Int64(block) <= start + Int64(stereo.count / 2) { return }
            start = at
            stereo = (try? audio.samples(at: at, frames: chunk)) ?? [Int16](repeating: 0, count: 2 * chunk)
        }
    }
}
