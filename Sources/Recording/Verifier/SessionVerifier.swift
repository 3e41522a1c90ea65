import Core

/// Checks that a session folder is whole and that its audio and its log agree. Reads only; blocking.
public struct SessionVerifier {
    private let session: StoredSession
    private var report: VerifyReport
    private let rate: Int

    /// Checks the folder at `path`.
    public static func verify(path: String) -> VerifyReport {
        do throws(DiskError) {
            var verifier = SessionVerifier(try StoredSession(path: path))
            return verifier.run()
        } catch {
            var report = VerifyReport(name: path, state: "unknown")
            report.add(.error, "folder", error.description)
            return report
        }
    }

    private init(_ session: StoredSession) {
        self.session = session
        rate = session.audio?.sampleRate ?? session.meta.start.sampleRate
        report = VerifyReport(name: session.name, state: session.isLive ? "live" : session.meta.state.rawValue)
        report.records = session.log.records.count
        report.frames = session.audio?.frames ?? 0
        report.sampleRate = rate
    }

    /// Whether the recording was ended in order.
    private var isEnded: Bool { session.meta.state == .ended }

    private mutating func run() -> VerifyReport {
        checkMeta()
        checkSizes()
        checkLines()
        checkSequence()
        checkClocks()
        checkLength()
        checkTools()
        checkTranscript()
        checkGaps()
        if let audio = session.audio {
            let speech = SpeechCheck(records: session.log.records, audio: audio, rate: rate)
            let result = speech.run()
            for finding in result.findings { report.add(finding.severity, finding.code, finding.text) }
            report.alignmentMs = result.worstMs
        }
        return report
    }

    // MARK: files

    private mutating func checkMeta() {
        for fault in session.faults { report.add(.error, "file", fault) }
        let meta = session.meta
        if session.isLive { report.add(.info, "live", "it is being recorded now") }
        if meta.state == .recording, !session.isLive, session.hasMeta {
            report.add(.info, "cut", "it was cut off and is not repaired yet")
        }
        if meta.isDegraded { report.add(.warning, "degraded", meta.degradedReasons.joined(separator: "; ")) }
        if isEnded, let records = meta.records, records != session.log.records.count {
            report.add(
                .error, "log.count", "meta.json says \(records) records, the log has \(session.log.records.count)")
        }
        if isEnded, let frames = meta.frames, let audio = session.audio, frames != audio.frames {
            report.add(.error, "audio.count", "meta.json says \(frames) frames, the audio has \(audio.frames)")
        }
        if session.audio == nil, !meta.audio.isEmpty {
            report.add(.error, "audio.missing", "there is no audio to read")
        }
        if let audio = session.audio, audio.sampleRate != meta.start.sampleRate {
            let words =
                "the audio runs at \(audio.sampleRate), the session at \(meta.start.sampleRate) samples a second"
            report.add(.error, "audio.rate", words)
        }
    }

    /// Header against file. While a recording is not ended, its header may lag by what is written between two updates.
    private mutating func checkSizes() {
        let parts = session.audio?.parts ?? []
        for (index, part) in parts.enumerated() {
            let (real, declared) = (part.head.realBytes, part.head.declaredBytes)
            let lag = real - declared
            let mayLag = session.meta.state == .recording
            let limit = Int64(rate) * 4 * 3 / 2
            if mayLag, (0...limit).contains(lag) { continue }
            if part.head.isHealthy { continue }
            let words = "header says \(declared) bytes of audio, the file has \(real)"
            // A file given up after a fault of the medium may not have let its header be written any more.
            let isGivenUp = session.meta.isDegraded && index < parts.count - 1
            report.add(isGivenUp ? .warning : .error, "audio.size", words)
        }
    }

    // MARK: log

    private mutating func checkLines() {
        for fault in session.log.faults {
            report.add(.error, "log.line", "\(fault.file) line \(fault.line): \(fault.cause)")
        }
        let last = session.meta.logs.last ?? "events.jsonl"
        for (file, bytes) in session.log.torn.sorted(by: { $0.key < $1.key }) {
            let isAllowed = !isEnded || file != last && session.meta.isDegraded
            report.add(isAllowed ? .info : .error, "log.torn", "\(file): the last line is torn (\(bytes) bytes)")
        }
        if session.log.records.isEmpty { report.add(.error, "log.empty", "there is no record in the log") }
    }

    private mutating func checkSequence() {
        let lost = session.log.remarks.filter { $0.kind == .lost }
        var last: UInt64?
        for record in session.log.records {
            defer { last = record.sequence }
            guard let last, record.sequence != last &+ 1 else { continue }
            guard record.sequence > last else {
                report.add(.error, "log.order", "record \(record.sequence) follows \(last)")
                continue
            }
            let hole = (last + 1)...(record.sequence - 1)
            if let why = lost.first(where: { $0.first ?? 0 <= hole.lowerBound && $0.last ?? 0 >= hole.upperBound }) {
                report.add(.warning, "log.lost", "records \(hole) were lost: \(why.reason ?? "no reason given")")
            } else {
                report.add(.error, "log.hole", "records \(hole) are missing and nothing says why")
            }
        }
    }

    private mutating func checkClocks() {
        var before: EventRecord?
        for record in session.log.records {
            if let before, record.audio < before.audio {
                report.add(
                    .error, "clock.audio",
                    "record \(record.sequence): audio position \(record.audio) after \(before.audio)")
            }
            if let before, record.time < before.time {
                report.add(.error, "clock.time", "record \(record.sequence): the monotonic time goes back")
            }
            if let id = record.session, id != session.meta.session, session.hasMeta {
                report.add(.error, "log.session", "record \(record.sequence) is of session \(id)")
            }
            before = record
        }
    }

    /// The audio must reach to the last event: within 20 ms when ended, 100 ms when cut off.
    private mutating func checkLength() {
        guard let audio = session.audio, let last = session.log.records.last else { return }
        let limit = Int64(rate) * (isEnded ? 20 : 100) / 1000
        let missing = last.audio - audio.frames
        if missing > limit {
            report.add(.error, "audio.short", "the audio ends \(ms(missing)) ms before the last record")
        } else if isEnded, -missing > limit, session.log.end != nil {
            report.add(.error, "audio.long", "the audio goes on for \(ms(-missing)) ms after the last record")
        }
    }

    private mutating func checkTools() {
        var open: [String: String] = [:]
        for record in session.log.records {
            switch record.event {
            case .toolCallStarted(let call): open[call.id] = call.name
            case .toolCallEnded(let call):
                if open.removeValue(forKey: call.id) == nil {
                    report.add(.error, "tool.order", "tool call \(call.id) ended without a start, or twice")
                }
            default: break
            }
        }
        guard isEnded, session.log.end != nil else { return }
        for (id, name) in open.sorted(by: { $0.key < $1.key }) {
            report.add(.error, "tool.open", "tool call \(id) (\(name)) has no end")
        }
    }

    // MARK: what follows

    private mutating func checkTranscript() {
        do {
            let bytes = try ReadFile(session.path + "/transcript.vtt").readAll(limit: 64 << 20)
            _ = try TranscriptVTT.check(bytes)
        } catch {
            // It is rebuilt from the log by a repair; only an ended session must have it.
            report.add(isEnded ? .error : .warning, "transcript", "transcript.vtt: \(error)")
        }
    }

    private mutating func checkGaps() {
        for remark in session.log.remarks where remark.kind == .gap {
            let side = remark.channel?.rawValue ?? "?"
            let words =
                "\(side) audio at \(seconds(remark.at ?? 0)) s, \(ms(abs(remark.samples ?? 0))) ms: \(remark.reason ?? "")"
            report.add((remark.reason ?? "").isEmpty ? .error : .warning, "audio.gap", words)
        }
        for remark in session.log.remarks where remark.kind == .failed {
            report.add(.warning, "recording.failed", remark.reason ?? "no reason given")
        }
    }

    private func ms(_ samples: Int64) -> Int64 { Int64((Double(samples) * 1000 / Double(max(1, rate))).rounded()) }

    private func seconds(_ samples: Int64) -> Double { (Double(samples) * 10 / Double(max(1, rate))).rounded() / 10 }
}
