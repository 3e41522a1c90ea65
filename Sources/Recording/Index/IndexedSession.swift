import Core

/// A session as the index knows it.
public struct IndexedSession: Sendable, Equatable {
    /// Folder name.
    public var name = ""
    /// The session's id.
    public var session = ""
    /// Start.
    public var began = WallTime(nanoseconds: 0)
    public var seconds = 0.0
    /// Bytes on the disk when the index looked.
    public var bytes: Int64 = 0
    /// Provider at the start.
    public var provider = ""
    /// All that served it, in order.
    public var providers: [String] = []
    public var model: String?
    public var agent = ""
    public var leg = ""
    public var caller: String?
    public var outcome = SessionOutcome.stopped
    /// Why it ended, in words.
    public var reason: String?
    public var turns = 0
    /// End-to-end latency in milliseconds of the turns that have one; nil when none has.
    public var e2eP50Ms: Double?
    public var e2eP95Ms: Double?
    /// US dollars, of the responses that have a price; nil when none has.
    public var dollars: Double?
    /// As in `meta.json`.
    public var state = ""
    /// Whether nothing is missing: ended in order, every file read, not degraded.
    public var isWhole = false

    /// An empty one.
    init() {}

    /// Sessions are numbered by their start, so the newest come first without sorting: milliseconds since 1970 and ten bits to
    /// tell apart those of one millisecond.
    static func firstID(at time: WallTime) -> Int64 {
        min(max(time.nanoseconds / 1_000_000, 0), 1 << 52) * 1024
    }

    /// What a session folder holds.
    init(_ stored: StoredSession) {
        let turns = stored.log.records.compactMap { if case .turnEnded(let turn) = $0.event { turn } else { nil } }
        let latencies = turns.compactMap(\.e2eMs).filter(\.isFinite).sorted()
        name = stored.name
        session = stored.meta.session.text
        began = Self.began(stored)
        seconds = stored.seconds
        bytes = FolderListing.diskBytes(stored.path)
        provider = stored.meta.start.provider
        providers = Self.providers(stored)
        model = stored.meta.start.model
        agent = stored.meta.start.agent
        leg = stored.meta.start.leg.rawValue
        caller = stored.meta.start.caller
        outcome = SessionOutcome(stored)
        reason = stored.meta.endReason ?? stored.log.end?.reason
        self.turns = turns.count
        e2eP50Ms = Self.nearestRank(latencies, 0.5)
        e2eP95Ms = Self.nearestRank(latencies, 0.95)
        dollars = Self.dollars(stored)
        state = stored.meta.state.rawValue
        isWhole =
            stored.hasMeta && !stored.meta.isDegraded && stored.faults.isEmpty && stored.log.faults.isEmpty
            && (stored.meta.state == .ended || stored.meta.state == .stopped)
    }

    private static func began(_ stored: StoredSession) -> WallTime {
        if let first = stored.log.records.first { return first.wall }
        return TimeText.moment(stored.meta.started, now: WallTime(nanoseconds: 0)) ?? WallTime(nanoseconds: 0)
    }

    private static func providers(_ stored: StoredSession) -> [String] {
        var names = [stored.meta.start.provider]
        for record in stored.log.records {
            let next: String
            switch record.event {
            case .turnEnded(let turn): next = turn.provider
            case .providerSwitch(let change) where change.phase == .done: next = change.to
            default: continue
            }
            if !names.contains(next), names.count < 100 { names.append(next) }
        }
        return names
    }

    private static func dollars(_ stored: StoredSession) -> Double? {
        var sum: Double?
        for record in stored.log.records {
            if case .usage(let usage) = record.event, let more = usage.dollars, more.isFinite {
                sum = (sum ?? 0) + more
            }
        }
        return sum
    }

    /// The smallest value that at least `share` of all do not exceed.
    static func nearestRank(_ sorted: [Double], _ share: Double) -> Double? {
        guard !sorted.isEmpty else { return nil }
        return sorted[min(sorted.count - 1, max(0, Int((share * Double(sorted.count)).rounded(.up)) - 1))]
    }
}

/// What can be searched of a session. Free of control characters, so marks of our own can be told apart.
struct SessionWords: Equatable {
    var user = ""
    /// What was heard of the agent.
    var agent = ""
    /// Names, arguments and results of tool calls.
    var tools = ""

    /// More bytes than this of a column are not indexed.
    static let most = 4 << 20

    init() {}

    init(_ stored: StoredSession) {
        var builder = TranscriptBuilder(sampleRate: stored.meta.start.sampleRate)
        var spoken: Set<String> = []
        for record in stored.log.records {
            builder.add(record)
            switch record.event {
            case .agentSpeechStarted(let speech): spoken.insert(speech.item)
            case .toolCallStarted(let call): Self.add(call.name + " " + call.arguments, to: &tools)
            case .toolCallEnded(let call): Self.add(call.output, to: &tools)
            default: break
            }
        }
        if !stored.isLive { builder.close() }
        for cue in builder.cues {
            if cue.speaker == .user { Self.add(cue.text, to: &user) } else { Self.add(cue.text, to: &agent) }
        }
        // Answers to typed text where nothing is played.
        guard stored.meta.start.leg == .text else { return }
        for record in stored.log.records {
            if case .agentText(let text) = record.event, text.isFinal, !spoken.contains(text.item) {
                Self.add(text.text, to: &agent)
            }
        }
    }

    private static func add(_ text: String, to column: inout String) {
        guard column.utf8.count + text.utf8.count < most else { return }
        if !column.isEmpty { column += "\n" }
        column += TranscriptVTT.plain(text)
    }
}
