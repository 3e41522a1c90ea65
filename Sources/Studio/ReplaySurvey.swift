import Core
import Recording

/// Reads the whole audio of a replay once, for the waveform over its length, then checks that audio and log agree. Blocking: a
/// thread of its own.
public enum ReplaySurvey {
    /// Parts of the waveform at most.
    static let most = 2_000

    /// Fills the client's overview; ends early when it is closed.
    public static func run(_ client: ReplayClient) {
        let replay = client.replay
        let files = replay.path.map { SessionStore.files(at: $0) } ?? []
        client.tell { $0.files = files.map { LibraryDetail.File(name: $0.name, bytes: $0.bytes) } }
        levels(client)
        guard let path = replay.path, !client.isClosed else { return }
        let verdict = LibraryVerdict.words(SessionVerifier.verify(path: path))
        client.tell { $0.verdict = verdict }
    }

    private static func levels(_ client: ReplayClient) {
        let replay = client.replay
        let frames = replay.timeline.position(at: replay.timeline.length)
        guard replay.audio != nil, frames > 0 else { return }
        let parts = Int(min(Int64(most), max(1, frames * 50 / Int64(replay.timeline.sampleRate))))
        client.tell { $0.parts = parts }
        var (user, agent): ([UInt8], [UInt8]) = ([], [])
        for part in 0..<parts {
            if client.isClosed { return }
            let (from, to) = (frames * Int64(part) / Int64(parts), frames * Int64(part + 1) / Int64(parts))
            let peaks = peaks(replay, from, to)
            user.append(peaks.user)
            agent.append(peaks.agent)
            if part % 64 == 63 || part == parts - 1 {
                client.tell { ($0.user, $0.agent) = (user, agent) }
            }
        }
    }

    /// Peaks of a stretch; of a long one every tenth of a second, 20 ms each, is looked at.
    private static func peaks(_ replay: SessionReplay, _ from: Int64, _ to: Int64) -> (user: UInt8, agent: UInt8) {
        let rate = Int64(replay.timeline.sampleRate)
        let isLong = to - from > rate
        let (step, length) = isLong ? (rate / 10, rate / 50) : (to - from, to - from)
        var (user, agent): (Int32, Int32) = (0, 0)
        var samples = [Int16](repeating: 0, count: Int(length) * 2)
        for start in stride(from: from, to: to, by: Int(max(1, step))) {
            var span = samples.mutableSpan
            replay.fill(&span, at: start)
            for i in stride(from: 0, to: samples.count - 1, by: 2) {
                user = max(user, abs(Int32(samples[i])))
                agent = max(agent, abs(Int32(samples[i + 1])))
            }
        }
        return (above(user), above(agent))
    }

    /// dB above −60 dBFS, 0...60.
    private static func above(_ peak: Int32) -> UInt8 {
        guard peak > 0 else { return 0 }
        return UInt8(min(60, max(0, 60 + 20 * decimalLogarithm(Double(peak) / 32_768))))
    }
}

/// What the verifier says, in a line.
enum LibraryVerdict {
    static func words(_ report: VerifyReport) -> String {
        let aligned = report.alignmentMs.map {
            ", audio and events aligned within \(ReplayPrinter.whole($0.rounded(.up))) ms"
        }
        let first = report.findings.first { $0.severity == .error }.map { ": \($0.text)" } ?? ""
        return (report.isWhole ? "whole" : "NOT WHOLE\(first)") + (aligned ?? "")
    }
}
