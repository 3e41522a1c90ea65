import Core
import Recording

/// A stored session, folded once for every form of export. Pure but for the audio, which is read when a form needs it.
public struct ExportDocument: Sendable {
    /// Folder name.
    public let name: String
    public let meta: SessionMeta
    /// Length.
    public let seconds: Double
    /// Records in order with their times; masked when `isRedacted`.
    public let timeline: ReplayTimeline
    /// Who said what, by start.
    public let utterances: [Utterance]
    /// The same as subtitles.
    public let cues: [TranscriptCue]
    /// Turns by number.
    public let turns: [ExportTurn]
    /// What happened beside turns, by time.
    public let incidents: [Incident]
    /// What could not be read, in words.
    public let faults: [String]
    /// The audio; nil when there is none, or when it had to be left out.
    public let audio: SessionAudio?
    /// Why there is no audio, in words; nil when there is.
    public let audioReason: String?
    /// Whether rules of redaction were applied.
    public let isRedacted: Bool

    /// Folds a session. With `mask` every text from outside passes through it, numbers of the caller and keys pressed are hidden,
    /// and the audio is left out: speech cannot be masked.
    public init(_ stored: StoredSession, mask: (@Sendable (String) -> String)? = nil) {
        let redactor = mask.map(ExportRedactor.init)
        let read = stored.faults + stored.log.faults.map { "\($0.file) line \($0.line): \($0.cause)" }
        let measured = HeardTurns.records(stored)
        let records = redactor?.records(measured) ?? measured
        let rate = stored.audio?.sampleRate ?? stored.meta.start.sampleRate
        name = stored.name
        meta = redactor?.meta(stored.meta) ?? stored.meta
        faults = mask.map { read.map($0) } ?? read
        isRedacted = mask != nil
        timeline = ReplayTimeline(records: records, sampleRate: rate, frames: stored.audio?.frames ?? 0)
        seconds = timeline.length.seconds
        var builder = TranscriptBuilder(sampleRate: rate)
        for record in records { builder.add(record) }
        if !stored.isLive { builder.close() }
        cues = builder.cues
        utterances = UtteranceBuilder.utterances(records, sampleRate: rate)
        turns = ExportTurn.turns(timeline, utterances)
        incidents = Incident.all(timeline)
        audio = mask == nil ? stored.audio : nil
        audioReason =
            mask != nil
            ? "The audio is left out because the text is redacted: speech cannot be masked."
            : stored.audio == nil ? "There is no audio." : nil
    }

    /// End-to-end latencies of the turns that have one.
    var latencies: [Double] { turns.compactMap(\.e2eMs).filter(\.isFinite).sorted() }

    /// The value below which `share` of the latencies lie; nil below five, where it says nothing.
    func percentile(_ share: Double) -> Double? {
        let all = latencies
        guard all.count >= 5 else { return nil }
        return all[min(all.count - 1, max(0, Int((share * Double(all.count)).rounded(.up)) - 1))]
    }

    /// Dollars of all turns; nil when no price is known.
    var dollars: Double? { turns.compactMap(\.dollars).reduce(nil) { ($0 ?? 0) + $1 } }

    /// Facts of the session for people, in order.
    var facts: [(name: String, value: String)] {
        let start = meta.start
        let joined = { (parts: [String?]) in parts.compactMap { $0 }.joined(separator: ", ") }
        return [
            ("started", meta.started), ("length", ExportNumber.clock(seconds)),
            ("provider", joined([start.provider, start.model, start.voice])), ("agent", start.agent),
            ("caller", joined([start.leg.rawValue, start.caller, start.peer])),
            ("state", joined([meta.state.rawValue, meta.endReason])),
            ("audio", "\(timeline.sampleRate) Hz, left the caller, right the agent as played"),
            ("written by", meta.application),
        ]
    }

    /// What is missing or damaged, in words.
    var shortcomings: [String] { meta.degradedReasons + faults }
}

extension Duration {
    /// As a number of seconds.
    var seconds: Double { Double(wholeNanoseconds) / 1e9 }
}
