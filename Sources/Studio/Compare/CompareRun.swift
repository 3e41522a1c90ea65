import Core

/// One conversation of a comparison: says the script's turns one after the other, each when the answer to the one before is over, and
/// keeps what comes of them. It is the session's tap: it hears and sees all of it. Engine thread.
///
/// connecting ─▶ settling ─▶ speaking ─▶ answering ─▶ speaking … ─▶ leaving ─▶ `onEnd`
@EngineActor
final class CompareRun: SessionTap {
    private enum Phase { case connecting, settling, speaking, answering, leaving, over }

    private let script: CallerScript
    private let stage: any CompareStage
    private let limits: CompareLimits
    private let leg: ScriptedLeg
    /// Told of each turn as it is begun.
    private let onTurn: @EngineActor (Int) -> Void
    /// Asked after each turn, with what the run has cost: why it must not go on, or nil.
    private let obstacle: @EngineActor (Double) -> String?
    private let onEnd: @EngineActor (CompareRunResult) -> Void

    private var result: CompareRunResult
    private var phase = Phase.connecting
    private var conversation: (any CompareConversation)?
    private var records: [EventRecord] = []
    private var windows: [(window: CompareFold.Window, sample: Int)] = []
    private var next = 0
    private var activity = RunActivity()
    /// When the phase began.
    private var since = MonotonicTime(nanoseconds: 0)
    private var lastReason: String?
    private var timer: (any EngineTimer)?

    /// How often it looks whether something is due that no event tells.
    private static let step = Duration.milliseconds(50)
    /// Longest recording kept, seconds.
    private static let longest = 3600

    init(
        _ script: CallerScript, provider: String, run: Int, stage: any CompareStage, limits: CompareLimits,
        onTurn: @escaping @EngineActor (Int) -> Void, obstacle: @escaping @EngineActor (Double) -> String?,
        onEnd: @escaping @EngineActor (CompareRunResult) -> Void
    ) {
        self.script = script
        self.stage = stage
        self.limits = limits
        self.onTurn = onTurn
        self.obstacle = obstacle
        self.onEnd = onEnd
        result = CompareRunResult(provider: provider, run: run, state: .done)
        leg = ScriptedLeg(loop: stage.loop, sampleRate: script.sampleRate, source: script.name)
    }

    /// Begins. `onEnd` comes once, later.
    func start() {
        enter(.connecting)
        leg.onSaid = { [weak self] in self?.said() }
        conversation = stage.begin(leg, provider: result.provider, script: script, tap: self)
        tick()
    }

    /// Ends it: the run counts as failed for this reason.
    func fail(_ why: String) {
        guard phase != .leaving, phase != .over else { return }
        result.state = .failed(why)
        leave()
    }

    // MARK: What happens in the conversation

    func tapUser(_ pcm: Span<Int16>, at position: Int64) { keep(pcm, at: position, in: &result.caller) }
    func tapAgent(_ pcm: Span<Int16>, at position: Int64) { keep(pcm, at: position, in: &result.agent) }

    private func keep(_ pcm: Span<Int16>, at position: Int64, in channel: inout [Int16]) {
        guard position >= channel.count, position + Int64(pcm.count) <= Self.longest * script.sampleRate else { return }
        channel.append(contentsOf: repeatElement(0, count: Int(position) - channel.count))
        for i in 0..<pcm.count { channel.append(pcm[i]) }
    }

    func tapEvent(_ record: EventRecord) {
        records.append(record)
        activity.take(record)
        switch record.event {
        case .providerChanged(let change):
            if let ms = change.connectMs, result.connectMs == nil { result.connectMs = ms }
            if let reason = change.reason { lastReason = reason }
            // Whoever cannot be had, or is lost for good, does not come back by waiting.
            if change.state == .failed { fail(change.reason ?? "the provider failed") }
            if change.state == .reconnecting, phase == .connecting, (change.attempt ?? 0) > 4 {
                fail(lastReason ?? "no connection")
            }
        case .sessionEnded(let end): lastReason = end.reason
        default: break
        }
    }

    func tapEnded() {
        guard phase != .over else { return }
        let expected = phase == .leaving || (phase == .answering && next == script.turns.count)
        if !expected {
            result.state = .failed("the conversation ended at turn \(next): \(lastReason ?? "no reason told")")
        }
        phase = .over
        timer?.cancel()
        stage.loop.post { [self] in finish() }
    }

    // MARK: What is due

    private func tick() {
        guard phase != .over else { return }
        look()
        timer = stage.loop.schedule(after: Self.step) { [weak self] in self?.tick() }
    }

    private func look() {
        let now = stage.loop.now
        let waited = now - since
        switch phase {
        case .connecting:
            if activity.isReady { return enter(.settling) }
            if waited > limits.connect {
                fail("not ready within \(seconds(limits.connect)): \(lastReason ?? "no answer")")
            }
        case .settling:
            guard !activity.isBusy, activity.isQuiet(limits.quiet, now), waited >= limits.quiet else { return }
            if stage.greets(script), script.context.isEmpty, !activity.hasSpoken, waited < limits.greeting { return }
            speak(now)
        case .answering: lookAtAnswer(waited, now)
        case .speaking, .leaving, .over: break
        }
    }

    private func lookAtAnswer(_ waited: Duration, _ now: MonotonicTime) {
        if let wish = interruption, let spoke = activity.spokeAt, spoke >= since, now - spoke >= wish {
            return goOn(now)
        }
        if waited > limits.speech + limits.answer {
            conversation?.cut()
            return goOn(now)
        }
        let isOver = activity.isAnswered && !activity.isBusy && activity.isQuiet(limits.quiet, now)
        if isOver, !activity.owesAnswer(now) { return goOn(now) }
        if waited > limits.answer, !activity.isSounding, activity.isQuiet(limits.answer, now) { goOn(now) }
    }

    /// How long the agent is listened to before the next turn interrupts it, as in the recording.
    private var interruption: Duration? {
        guard next < script.turns.count, let ms = script.turns[next].interruptsAfterMs, ms.isFinite else { return nil }
        return .milliseconds(Int64(max(0, min(ms, 600_000))))
    }

    private func goOn(_ now: MonotonicTime) {
        let cost = CompareFold.turns(records, windows.map(\.window)).compactMap(\.dollars).reduce(0, +)
        if next < script.turns.count, let why = obstacle(cost) { return fail(why) }
        if next < script.turns.count { speak(now) } else { leave() }
    }

    private func speak(_ now: MonotonicTime) {
        let turn = script.turns[next]
        next += 1
        windows.append((CompareFold.Window(turn: turn, start: now), result.agent.count))
        activity.beginTurn()
        onTurn(turn.number)
        switch turn.input {
        case .speech(let pcm):
            enter(.speaking)
            leg.say(pcm)
        case .text(let text):
            enter(.answering)
            conversation?.send(text: text)
        }
    }

    private func said() { if phase == .speaking { enter(.answering) } }

    private func leave() {
        enter(.leaving)
        leg.end("the comparison is over")
    }

    private func enter(_ new: Phase) {
        phase = new
        since = stage.loop.now
    }

    private func seconds(_ limit: Duration) -> String { "\(limit.wholeNanoseconds / 1_000_000_000) s" }

    // MARK: The end

    private func finish() {
        result.lateMs = leg.lateMs
        result.turns = CompareFold.turns(records, windows.map(\.window))
        for index in result.turns.indices {
            let from = windows[index].sample
            let to = index + 1 < windows.count ? windows[index + 1].sample : result.agent.count
            result.turns[index].audioRange = Int64(from)..<Int64(max(from, to))
            if result.turns[index].outcome == nil { result.turns[index].outcome = .timeout }
            guard case .speech(let pcm) = script.turns[index].input else { continue }
            result.turns[index].heardE2eMs = heard(from, to, pcm.count)
        }
        onEnd(result)
    }

    private func heard(_ from: Int, _ to: Int, _ count: Int) -> Double? {
        // A frame may lie between the marks of the two channels.
        let reach = from + count + script.sampleRate / 25
        guard let end = AudibleMarks.end(result.caller, in: from..<max(from, reach), rate: script.sampleRate),
            let start = AudibleMarks.start(result.agent, in: end..<max(end, to), rate: script.sampleRate)
        else { return nil }
        return Double(start - end) * 1000 / Double(script.sampleRate)
    }
}

/// What goes on in a conversation, for the question whether an answer is over. Pure.
struct RunActivity {
    /// After a tool's end more is expected for this long.
    static let toolPatience = Duration.seconds(5)

    private(set) var isReady = false
    /// Whether the agent has spoken since the turn began.
    private(set) var hasSpoken = false
    /// When the agent's first sample since the turn began was heard.
    private(set) var spokeAt: MonotonicTime?
    /// Whether a turn has ended since the utterance began.
    private(set) var isAnswered = false
    private var sounding: Set<String> = []
    private var openTurn: Int?
    private var tools: Set<String> = []
    private var toolEnded: MonotonicTime?
    private var last = MonotonicTime(nanoseconds: 0)

    var isSounding: Bool { !sounding.isEmpty }
    var isBusy: Bool { isSounding || openTurn != nil || !tools.isEmpty }

    mutating func beginTurn() {
        (hasSpoken, spokeAt, isAnswered, toolEnded) = (false, nil, false, nil)
    }

    mutating func take(_ record: EventRecord) {
        switch record.event {
        case .providerChanged(let change): if change.state == .ready { isReady = true }
        case .turnStarted(let start): openTurn = start.turn
        case .turnEnded(let report):
            if openTurn == report.turn { openTurn = nil }
            isAnswered = true
        case .agentSpeechStarted(let speech):
            sounding.insert(speech.item)
            hasSpoken = true
            spokeAt = spokeAt ?? record.time
            toolEnded = nil
        case .agentSpeechProgress, .agentText, .userTranscript, .userSpeechStarted, .userSpeechStopped, .bargeIn: break
        case .agentSpeechStopped(let speech): sounding.remove(speech.item)
        case .toolCallStarted(let call): tools.insert(call.id)
        case .toolCallEnded(let end):
            tools.remove(end.id)
            toolEnded = record.time
        default: return
        }
        last = record.time
    }

    /// Whether a tool's result waits to be spoken of.
    func owesAnswer(_ now: MonotonicTime) -> Bool {
        toolEnded.map { now - $0 < Self.toolPatience } ?? false
    }

    /// Whether nothing has happened for this long.
    func isQuiet(_ length: Duration, _ now: MonotonicTime) -> Bool { now - last >= length }
}
