import Core

/// Compares what the log says the listener heard with the agent's channel: speech must begin where it says so, and be silent
/// after a cut.
struct SpeechCheck {
    /// An agent item as the log tells it.
    private struct Item {
        var name: String
        var start: Int64
        var end: Int64?
        var heardMs = 0.0
        var wasCut = false
    }

    let records: [EventRecord]
    let audio: SessionAudio
    let rate: Int
    /// What an operator did to the agent's channel.
    private let hand: OperatorStretches

    init(records: [EventRecord], audio: SessionAudio, rate: Int) {
        (self.records, self.audio, self.rate) = (records, audio, rate)
        hand = OperatorStretches(records, rate: rate)
    }

    /// How far an event may be from the audio.
    private static let tolerance = 60
    /// Synthesised speech often begins with up to this much silence, ms: more is told as an error.
    private static let leadLimit = 400
    /// Loudest sample that counts as silence (-60 dBFS).
    private static let silence = 33

    /// The findings and the largest distance in ms.
    func run() -> (findings: [VerifyReport.Finding], worstMs: Double?) {
        var report = VerifyReport(name: "", state: "")
        var worst: Double?
        let items = collect()
        for (index, item) in items.enumerated() {
            let before = index > 0 ? items[index - 1].end : 0
            checkHeard(item, &report)
            if let distance = checkStart(item, freeFrom: before, &report) { worst = max(worst ?? 0, distance) }
            let next = index + 1 < items.count ? items[index + 1].start : Int64.max
            checkCut(item, next, &report)
        }
        return (report.findings, worst)
    }

    private func collect() -> [Item] {
        var items: [Item] = []
        for record in records {
            switch record.event {
            case .agentSpeechStarted(let speech): items.append(Item(name: speech.item, start: record.audio))
            case .agentSpeechProgress(let speech):
                update(&items, speech) { $0.heardMs = Self.believable(speech.heardMs) }
            case .agentSpeechStopped(let speech):
                update(&items, speech) { item in
                    (item.end, item.wasCut) = (record.audio, speech.wasCut)
                    item.heardMs = Self.believable(speech.heardMs)
                }
            default: break
            }
        }
        return items
    }

    /// A figure from a file, kept where arithmetic is safe (0 to 30 years).
    private static func believable(_ ms: Double) -> Double { ms.isFinite ? min(max(ms, 0), 1e12) : 0 }

    private func update(_ items: inout [Item], _ speech: AgentSpeech, _ body: (inout Item) -> Void) {
        if let index = items.lastIndex(where: { $0.name == speech.item && $0.end == nil }) { body(&items[index]) }
    }

    /// Nobody can have heard more than there was time for.
    private func checkHeard(_ item: Item, _ report: inout VerifyReport) {
        guard let end = item.end else { return }
        let time = ms(end - item.start)
        if item.heardMs > time + Double(Self.tolerance) {
            report.add(.error, "speech.heard", "\(label(item)): heard \(Int(item.heardMs)) ms in \(Int(time)) ms")
        }
    }

    /// The distance in ms from the event to the first sound; nil when it cannot be told.
    private func checkStart(_ item: Item, freeFrom: Int64?, _ report: inout VerifyReport) -> Double? {
        let look = samples(Self.tolerance)
        let earliest = max(item.start - 2 * look, (freeFrom ?? item.start) + look, 0)
        let heard = Int64(item.heardMs / 1000 * Double(rate))
        guard !hand.isMuted(from: item.start, to: item.end ?? item.start + heard), !hand.sounds(at: item.start) else {
            return nil
        }
        let latest = min(max(item.end ?? item.start + heard, item.start + look), audio.frames)
        guard let onset = firstSound(from: min(earliest, item.start), to: latest) else {
            if item.heardMs > Double(Self.leadLimit) {
                report.add(
                    .error, "speech.silent",
                    "\(label(item)): \(Int(item.heardMs)) ms heard, but the agent's channel is silent")
            }
            return nil
        }
        let distance = ms(onset - item.start)
        if distance < -Double(Self.tolerance) {
            report.add(
                .error, "speech.early", "\(label(item)): sound begins \(Int(-distance)) ms before the log says so")
        } else if distance > Double(Self.leadLimit) {
            report.add(.error, "speech.late", "\(label(item)): sound begins \(Int(distance)) ms after the log says so")
        } else if distance > Double(Self.tolerance) {
            report.add(.info, "speech.lead", "\(label(item)): begins with \(Int(distance)) ms of silence")
            return nil
        }
        return abs(distance)
    }

    /// After a cut the channel is silent, until the next item.
    private func checkCut(_ item: Item, _ next: Int64, _ report: inout VerifyReport) {
        guard item.wasCut, let end = item.end else { return }
        let from = end + samples(Self.tolerance)
        let to = min(next - samples(Self.tolerance), from + samples(500), audio.frames)
        if from < to, let sound = firstSound(from: from, to: to) {
            report.add(.error, "speech.uncut", "\(label(item)): sound \(Int(ms(sound - end))) ms after it was cut")
        }
    }

    /// The first agent sample that is not silence.
    private func firstSound(from: Int64, to: Int64) -> Int64? {
        var at = from
        while at < to {
            let count = Int(min(4096, to - at))
            guard let block = try? audio.samples(at: at, frames: count) else { return nil }
            for i in 0..<count where abs(Int(block[2 * i + 1])) > Self.silence && !hand.sounds(at: at + Int64(i)) {
                return at + Int64(i)
            }
            at += Int64(count)
        }
        return nil
    }

    private func samples(_ ms: Int) -> Int64 { Int64(rate * ms / 1000) }

    private func ms(_ samples: Int64) -> Double { Double(samples) * 1000 / Double(max(1, rate)) }

    private func label(_ item: Item) -> String {
        "agent item \(TranscriptVTT.plain(item.name)) at \((ms(item.start) / 100).rounded() / 10) s"
    }
}
