import Core
import Recording

/// A turn with all that belongs to it.
public struct ExportTurn: Sendable, Equatable {
    /// A tool call of it.
    public struct Call: Sendable, Equatable {
        public var id: String
        public var name: String
        /// Seconds of the session's audio.
        public var start: Double
        public var arguments: String
        /// Nil when the log has no end of it.
        public var outcome: ToolCallEnd.Outcome?
        public var output = ""
        public var ms: Double?
    }

    public var number: Int
    /// Seconds of the session's audio.
    public var start: Double
    public var trigger: TurnStart.Trigger?
    /// All that was said or typed in it.
    public var userText = ""
    public var agentText = ""
    /// Played to the listener, and received from the provider.
    public var heardMs = 0.0
    public var generatedMs = 0.0
    /// Nil when the session ended before the turn.
    public var outcome: TurnReport.Outcome?
    public var e2eMs: Double?
    /// The same from the audio alone.
    public var heardE2eMs: Double?
    public var parts: [TurnReport.Part] = []
    public var calls: [Call] = []
    public var provider = ""
    /// What the usage reported during the turn cost; nil without a price.
    public var dollars: Double?

    /// Of what the agent generated, how much was heard, 0...1; nil when it said nothing.
    public var heardShare: Double? {
        generatedMs > 0 && heardMs.isFinite ? min(1, max(0, heardMs / generatedMs)) : nil
    }

    /// The turns of a session by number.
    static func turns(_ timeline: ReplayTimeline, _ utterances: [Utterance]) -> [ExportTurn] {
        var fold = Fold()
        for (record, time) in zip(timeline.records, timeline.times) { fold.add(record.event, time.seconds) }
        for said in utterances { fold.add(said) }
        return fold.turns.values.sorted { $0.number < $1.number }
    }

    private struct Fold {
        var turns: [Int: ExportTurn] = [:]
        private var current: Int?
        private var provider = ""

        mutating func add(_ event: Event, _ now: Double) {
            switch event {
            case .sessionStarted(let start): provider = start.provider
            case .providerSwitch(let change) where change.phase == .done || change.phase == .undone:
                provider = change.to
            case .turnStarted(let start):
                current = start.turn
                edit(start.turn, now) { $0.trigger = start.trigger }
            case .turnEnded(let end):
                edit(end.turn, now) { turn in
                    (turn.outcome, turn.e2eMs, turn.parts) = (end.outcome, end.e2eMs, end.parts)
                    turn.heardE2eMs = end.heardE2eMs
                    turn.provider = end.provider
                }
            case .toolCallStarted(let call):
                edit(call.turn, now) {
                    $0.calls.append(Call(id: call.id, name: call.name, start: now, arguments: call.arguments))
                }
            case .toolCallEnded(let end): self.end(end, now)
            case .usage(let usage):
                guard let current, let dollars = usage.dollars, dollars.isFinite else { return }
                edit(current, now) { $0.dollars = ($0.dollars ?? 0) + dollars }
            default: break
            }
        }

        private mutating func end(_ end: ToolCallEnd, _ now: Double) {
            edit(end.turn, now) { turn in
                if let index = turn.calls.lastIndex(where: { $0.id == end.id && $0.outcome == nil }) {
                    (turn.calls[index].outcome, turn.calls[index].output) = (end.outcome, end.output)
                    turn.calls[index].ms = end.ms
                } else {
                    turn.calls.append(
                        Call(
                            id: end.id, name: end.name, start: now, arguments: "", outcome: end.outcome,
                            output: end.output, ms: end.ms))
                }
            }
        }

        mutating func add(_ said: Utterance) {
            edit(said.turn, said.start) { turn in
                if said.speaker == .user {
                    turn.userText += (turn.userText.isEmpty ? "" : " ") + said.text
                } else {
                    turn.agentText += (turn.agentText.isEmpty ? "" : " ") + said.text
                    turn.heardMs += said.heardMs
                    turn.generatedMs += said.generatedMs
                }
            }
        }

        private mutating func edit(_ number: Int, _ now: Double, _ body: (inout ExportTurn) -> Void) {
            var turn = turns[number] ?? ExportTurn(number: number, start: now, provider: provider)
            body(&turn)
            turns[number] = turn
        }
    }
}
