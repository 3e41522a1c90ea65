import ArgumentParser
import Core
import Recording
import Terminal

/// `sidetone sessions show`.
struct SessionsShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show a session: what it was, every turn's latency, the transcript.",
        discussion: "Exit codes: 0 done, 1 it cannot be read, 64 wrong arguments, 78 wrong configuration.")

    @OptionGroup var store: StoreOptions

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    @Argument(help: ArgumentHelp("Folder, name or unique part of the name.", valueName: "session"))
    var session: String

    func run() throws {
        let folder = try store.folder()
        let page = SessionPage(try reportingDisk { try SessionStore(folder: folder).session(session) })
        if json { return Output.line(page.json.text) }
        for line in page.lines { Output.line(line) }
    }
}

/// What `show` tells of a session.
struct SessionPage {
    private let session: StoredSession
    private let turns: [TurnReport]
    private let cues: [TranscriptCue]

    init(_ session: StoredSession) {
        self.session = session
        turns = HeardTurns.records(session).compactMap { if case .turnEnded(let turn) = $0.event { turn } else { nil } }
        var builder = TranscriptBuilder(sampleRate: session.audio?.sampleRate ?? session.meta.start.sampleRate)
        for record in session.log.records { builder.add(record) }
        if !session.isLive { builder.close() }
        cues = builder.cues
    }

    /// The JSON form.
    var json: JSONValue {
        [
            "name": .string(session.name), "seconds": .double(session.seconds), "isLive": .bool(session.isLive),
            "meta": JSONValue(encoding: session.meta), "records": .int(Int64(session.log.records.count)),
            "faults": .array(session.faults.map { .string($0) }), "turns": JSONValue(encoding: turns),
            "transcript": JSONValue(encoding: cues),
        ]
    }

    /// For people.
    var lines: [String] { head + latency + transcript }

    private var head: [String] {
        let meta = session.meta
        let caller = [meta.start.leg.rawValue, meta.start.caller, meta.start.peer].compactMap { $0 }
        let facts = [
            ("session", session.name), ("started", meta.started), ("length", Columns.clock(session.seconds)),
            (
                "provider",
                [meta.start.provider, meta.start.model, meta.start.voice].compactMap { $0 }.joined(separator: ", ")
            ),
            ("agent", meta.start.agent), ("caller", caller.joined(separator: ", ")),
            (
                "state",
                session.isLive
                    ? "live" : [meta.state.rawValue, meta.endReason].compactMap { $0 }.joined(separator: ", ")
            ),
            ("audio", session.audio.map { "\($0.sampleRate) Hz, \($0.frames) frames" } ?? "none"),
        ]
        let troubles = meta.degradedReasons + session.faults
        return facts.map { Columns.row([($0.0, 10)], $0.1) } + troubles.map { Columns.row([("missing", 10)], $0) }
    }

    // MARK: latency

    private var latency: [String] {
        guard !turns.isEmpty else { return ["", "no turn was completed"] }
        let rows = turns.map { turn in
            [
                "\(turn.turn)", turn.outcome.rawValue, turn.e2eMs.map { "\(Columns.number($0, 0)) ms" } ?? "–",
                turn.heardE2eMs.map { "\(Columns.number($0, 0)) ms\(turn.heardDisagrees ? " !" : "")" } ?? "–",
                turn.parts.map { "\($0.name) \(Columns.number($0.ms, 0))" }.joined(separator: ", "),
            ]
        }
        return [""] + Columns.table(["TURN", "OUTCOME", "E2E", "HEARD", "PARTS (ms)"], rows) + percentiles
            + disagreement
    }

    /// From five turns on; with fewer a percentile says nothing.
    private var percentiles: [String] {
        let all = turns.compactMap(\.e2eMs).sorted()
        guard all.count >= 5 else { return [] }
        let nearest = { (share: Double) in all[min(all.count - 1, Int((share * Double(all.count)).rounded(.up)) - 1)] }
        return ["e2e p50 \(Columns.number(nearest(0.5), 0)) ms, p95 \(Columns.number(nearest(0.95), 0)) ms"]
    }

    /// Turns whose audio tells another wait than their events.
    private var disagreement: [String] {
        let odd = turns.filter(\.heardDisagrees).map { "\($0.turn)" }
        guard !odd.isEmpty else { return [] }
        return [
            "! turn \(odd.joined(separator: ", ")): what was heard is more than "
                + "\(Columns.number(TurnReport.heardTolerance, 0)) ms from what was reported"
        ]
    }

    // MARK: transcript

    private var transcript: [String] {
        guard !cues.isEmpty else { return [] }
        return [""]
            + cues.map { cue in
                Columns.row([(Columns.clock(cue.start), 8), (cue.speaker.rawValue, 7)], cue.text)
            }
    }
}
