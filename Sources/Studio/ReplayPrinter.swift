import Core
import Recording

/// A stored session as lines of text: for `sidetone replay --plain` and `--json`.
public enum ReplayPrinter {
    /// One line of JSON for each record, as in `events.jsonl`.
    public static func json(_ replay: SessionReplay, _ line: (String) -> Void) {
        for record in replay.timeline.records {
            if let bytes = try? EventCodec.encode(record) { line(String(decoding: bytes, as: UTF8.self)) }
        }
    }

    /// One line for each record a reader cares for: time, what, text. Text from outside is made harmless.
    public static func plain(_ replay: SessionReplay, _ line: (String) -> Void) {
        for said in lines(replay.timeline) { line("\(TranscriptVTT.time(said.time, "."))  \(said.text)") }
    }

    /// The same lines with their times in seconds beside them.
    static func lines(_ timeline: ReplayTimeline) -> [(time: Double, text: String)] {
        zip(timeline.records, timeline.times).compactMap { record, time in
            words(record.event).map { (Double(time.wholeNanoseconds) / 1e9, TranscriptVTT.plain($0)) }
        }
    }

    /// What a record says; nil for those that only move a meter.
    static func words(_ event: Event) -> String? {
        switch event {
        case .sessionStarted(let s):
            "session with \(s.provider), agent \(s.agent), \(s.leg.rawValue) at \(s.sampleRate) Hz"
        case .sessionEnded(let e): "ended by \(e.by.rawValue): \(e.reason)"
        case .stateChanged(let c): "state \(c.state.rawValue)" + because(c.reason)
        case .providerChanged(let p): "provider \(p.provider) \(p.state.rawValue)" + because(p.reason)
        case .userTranscript(let t) where t.isFinal: "you: \(t.text)"
        case .agentText(let t) where t.isFinal: "agent: \(t.text)"
        case .textSubmitted(let t): "you (typed): \(t.text)"
        case .bargeIn(let b): "barge-in: \(whole(b.heardMs)) of \(whole(b.generatedMs)) ms heard" + because(b.reason)
        case .speechIgnored(let s): s.reason
        case .turnStarted(let t): "turn \(t.turn) (\(t.trigger.rawValue))"
        case .turnEnded(let t):
            "turn \(t.turn) \(t.outcome.rawValue)" + (t.e2eMs.map { ", \(whole($0)) ms" } ?? "")
        case .toolCallStarted(let t): "tool \(t.name) \(t.arguments)"
        case .toolCallEnded(let t): "tool \(t.name) \(t.outcome.rawValue) in \(whole(t.ms)) ms: \(t.output)"
        case .providerSwitch(let s): "switch \(s.from) to \(s.to): \(s.phase.rawValue)" + because(s.reason)
        case .dtmf(let d): "key \(d.digit)"
        case .trouble(let t): "\(t.severity.rawValue) \(t.code): \(t.text)" + (t.fix.map { " — \($0)" } ?? "")
        case .troubleCleared(let t): "cleared \(t.code)"
        case .recording(let r): "recording \(r.state.rawValue)" + because(r.reason)
        case .gap(let g): "gap in \(g.channel.rawValue) audio, \(g.samples) samples" + because(g.reason)
        case .operatorAction(let a): "operator: \(a.action)"
        case .commandRefused(let c): "refused \(c.command)" + because(c.reason)
        case .note(let n): "note: \(n.text)"
        case .userSpeechStarted, .userSpeechStopped, .userTranscript, .agentText, .agentSpeechStarted,
            .agentSpeechProgress, .agentSpeechStopped, .agentYielded, .usage, .health, .audioFormat, .wire, .system:
            nil
        }
    }

    private static func because(_ reason: String?) -> String { reason.map { " (\($0))" } ?? "" }

    /// A figure from a file, rounded, where an Int holds it.
    static func whole(_ ms: Double) -> Int { ms.isFinite ? Int(min(max(ms, -1e12), 1e12).rounded()) : 0 }
}
