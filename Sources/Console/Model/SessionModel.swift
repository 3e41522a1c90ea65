import Core

/// All that the screen knows of one session: a fold of its events. Live, attached and replayed sessions come the same
/// way.
struct SessionModel: Sendable, Equatable {
    let id: SessionID
    /// Number of the last event taken.
    private(set) var lastSequence: UInt64 = 0
    var start: SessionStart?
    var startedAt: MonotonicTime?
    var startedWall: WallTime?
    var end: SessionEnd?
    var endedAt: MonotonicTime?

    var state = ConversationState.connecting
    var stateReason: String?
    var stateSince: MonotonicTime?
    var provider = ""
    var providerState: ProviderChange?
    var previousProvider: String?
    var pendingSwitch: ProviderSwitch?

    var transcript = Transcript()
    var lanes = SpeechLanes()
    var talk = TalkFigures()
    var latency = LatencyModel()
    var tools: [ToolEntry] = []
    var usage = UsageTotals()
    var troubles = TroubleList()
    var recording: RecordingChange?
    var recordingSince: MonotonicTime?
    var health = Health()
    var format: AudioFormat?
    var turn = 0
    var digits = ""
    var bargeIns = 0
    /// Speech over the agent that did not interrupt it, by why.
    var ignored: [SpeechIgnored.Kind: Int] = [:]
    /// How the microphone is used, once that was said.
    var talkMode: TalkMode?
    /// Push-to-talk has the microphone open.
    var isTalking = false
    /// The operator speaks to the caller.
    var isTakenOver = false
    /// The caller does not hear the agent.
    var isAgentMuted = false

    init(id: SessionID) { self.id = id }

    /// Whether it goes on.
    var isLive: Bool { end == nil }
    /// A phone call, not our own conversation.
    var isCall: Bool { start?.leg == .audioSocket }
    var isRecording: Bool { recording?.state == .on && isLive }

    /// Who is at the other end of a call.
    var callerName: String { start?.caller ?? start?.peer ?? "unknown caller" }

    /// Takes one event. `record.session` is this session.
    mutating func apply(_ record: EventRecord) {
        let wall = record.wall
        lastSequence = max(lastSequence, record.sequence)
        transcript.clock = record.time
        switch record.event {
        case .sessionStarted, .sessionEnded, .stateChanged, .providerChanged, .providerSwitch:
            applyCourse(record)
        case .userSpeechStarted, .userSpeechStopped, .agentSpeechStarted, .agentSpeechProgress, .agentSpeechStopped,
            .bargeIn, .agentYielded, .speechIgnored, .turnStarted, .turnEnded:
            applySpeech(record)
        case .userTranscript(let said): transcript.user(said, wall: wall)
        case .agentText(let text): transcript.agent(text, wall: wall)
        case .textSubmitted(let text): transcript.typed(text, wall: wall)
        case .toolCallStarted, .toolCallEnded: applyTool(record)
        default: applyOperation(record)
        }
    }

    private mutating func applyCourse(_ record: EventRecord) {
        switch record.event {
        case .sessionStarted(let new):
            start = new
            startedAt = record.time
            startedWall = record.wall
            provider = new.provider
        case .sessionEnded(let last):
            end = last
            endedAt = record.time
            state = .ended
            lanes.closeAll(record.time)
            talk.finish(record.time)
            transcript.mark(
                MarkerEntry(kind: .end, text: "ended by \(last.by.rawValue): \(last.reason)", wall: record.wall))
        case .stateChanged(let change):
            state = change.state
            stateReason = change.reason
            stateSince = record.time
            if change.state == .failedOver {
                mark(.providerSwitch, "failed over  " + (change.reason ?? "to another provider"), record)
            }
        case .providerChanged(let change):
            providerState = change
            if change.state == .ready, pendingSwitch == nil { provider = change.provider }
        case .providerSwitch(let change): applySwitch(change, record.wall)
        default: break
        }
    }

    private mutating func applySwitch(_ change: ProviderSwitch, _ wall: WallTime) {
        var text: String
        switch change.phase {
        case .requested, .preparing:
            pendingSwitch = change
            return
        case .done:
            text = "provider switched  \(change.from) → \(change.to)"
            if let turns = change.contextTurns { text += "  (context carried: \(turns) turns)" }
            if let ms = change.ms { text += "  in \(Format.milliseconds(ms))" }
            previousProvider = change.from
            provider = change.to
        case .undone:
            text = "switch undone  \(change.from) → \(change.to)"
            previousProvider = nil
            provider = change.to
        case .failed:
            text = "switch failed  \(change.from) → \(change.to): \(change.reason ?? "no reason given")"
            provider = change.from
        }
        pendingSwitch = nil
        transcript.mark(MarkerEntry(kind: .providerSwitch, text: text, wall: wall))
    }

    private mutating func applySpeech(_ record: EventRecord) {
        switch record.event {
        case .userSpeechStarted(let mark):
            lanes.user.open(record.time)
            talk.open(isUser: true, record.time)
            turn = max(turn, mark.turn)
        case .userSpeechStopped:
            lanes.user.close(record.time)
            talk.close(isUser: true, record.time)
        case .agentSpeechStarted(let speech):
            lanes.agent.open(record.time)
            talk.open(isUser: false, record.time)
            transcript.heard(speech, state: .playing, wall: record.wall)
        case .agentSpeechProgress(let speech): transcript.heard(speech, state: .playing, wall: record.wall)
        case .agentSpeechStopped(let speech):
            lanes.agent.close(record.time)
            talk.close(isUser: false, record.time)
            transcript.heard(speech, state: speech.wasCut ? .cut : .done, wall: record.wall)
        case .bargeIn(let cut):
            bargeIns += 1
            lanes.cuts.append(record.time)
            transcript.cut(cut, wall: record.wall)
        case .agentYielded(let yield): transcript.yielded(yield)
        case .speechIgnored(let what):
            ignored[what.kind, default: 0] += 1
            mark(.ignored, what.reason, record)
        case .turnStarted(let new):
            turn = new.turn
            transcript.open(turn: new.turn, wall: record.wall, trigger: new.trigger)
            latency.open(new)
        case .turnEnded(let report):
            latency.add(report)
            transcript.report(report, wall: record.wall)
            if let e2e = report.e2eMs { lanes.marks.append(LaneMark(time: record.time, e2eMs: e2e)) }
        default: break
        }
        lanes.trim(before: record.time - .seconds(120))
    }

    private mutating func applyTool(_ record: EventRecord) {
        var entry: ToolEntry
        switch record.event {
        case .toolCallStarted(let call):
            entry = ToolEntry(id: call.id, turn: call.turn, name: call.name, arguments: call.arguments)
        case .toolCallEnded(let end):
            let known = tools.last { $0.id == end.id }
            entry = ToolEntry(
                id: end.id, turn: known?.turn ?? end.turn, name: end.name, arguments: known?.arguments ?? "")
            entry.outcome = end.outcome
            entry.output = Transcript.bounded(end.output)
            entry.ms = end.ms
        default: return
        }
        entry.arguments = Transcript.bounded(entry.arguments)
        if let index = tools.lastIndex(where: { $0.id == entry.id }) {
            tools[index] = entry
        } else {
            tools.append(entry)
            if tools.count > 200 { tools.removeFirst(tools.count - 200) }
        }
        transcript.tool(entry, wall: record.wall)
    }

    private mutating func applyOperation(_ record: EventRecord) {
        switch record.event {
        case .usage(let used): usage.add(used)
        case .trouble(let trouble):
            if troubles.set(trouble) {
                mark(.trouble, trouble.text + (trouble.fix.map { "; " + $0 } ?? ""), record)
            }
        case .troubleCleared(let cleared): troubles.clear(cleared.code)
        case .recording(let change):
            recording = change
            recordingSince = change.state == .on ? record.time : nil
        case .gap(let gap):
            if gap.samples != 0 { mark(.gap, "\(gap.channel.rawValue) audio: \(gap.reason)", record) }
        case .health(let figures): health = figures
        case .audioFormat(let found): format = found
        case .dtmf(let digit):
            digits = String((digits + digit.digit).suffix(32))
            mark(.digit, "dtmf \(digit.digit)", record)
        case .operatorAction(let action):
            note(action)
            if action.kind != .talk { mark(.operatorAction, action.action, record) }
        case .commandRefused(let refusal): mark(.refusal, "\(refusal.command) refused: \(refusal.reason)", record)
        case .note(let note): mark(.note, note.text, record)
        default: break
        }
    }

    private mutating func note(_ action: OperatorAction) {
        switch action.kind {
        case .talkMode?:
            talkMode = action.text.flatMap(TalkMode.init)
            isTalking = false
        case .talk?: isTalking = action.text == "on"
        case .takeOver?: isTakenOver = true
        case .giveBack?: isTakenOver = false
        case .agentMuted?: isAgentMuted = true
        case .agentUnmuted?: isAgentMuted = false
        case .whisper?, .digits?, .note?, nil: break
        }
    }

    private mutating func mark(_ kind: MarkerEntry.Kind, _ text: String, _ record: EventRecord) {
        transcript.mark(MarkerEntry(kind: kind, text: text, wall: record.wall))
    }
}
