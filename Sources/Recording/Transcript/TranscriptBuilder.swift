import Core

/// One utterance with its place in the audio.
public struct TranscriptCue: Sendable, Equatable, Codable {
    /// Who speaks.
    public enum Speaker: String, Sendable, Codable { case user = "You", agent = "Agent" }

    public var speaker: Speaker
    public var turn: Int
    /// From and to in seconds of the session's audio.
    public var start: Double
    public var end: Double
    /// What was said; may hold text from outside.
    public var text: String
    /// Whether the speaker was cut off.
    public var wasCut: Bool
}

/// Folds records into cues. A cue is final when its text is; agent cues end with what was heard; words of the user that the end
/// of the session cut off are kept as far as they were understood. Pure.
public struct TranscriptBuilder: Sendable {
    private struct Item {
        var turn = 0
        var text = ""
        var textIsFinal = false
        var start: Double?
        var end: Double?
        var wasCut = false
        var heardMs = 0.0
        var generatedMs = 0.0
    }

    private let rate: Double
    private var agent: [String: Item] = [:]
    private var agentOrder: [String] = []
    private var speech: [Int: (start: Double, end: Double?)] = [:]
    private var done: [TranscriptCue] = []
    /// What the user is saying, as far as it is understood.
    private var partial: (said: UserTranscript, at: Double)?

    /// A builder for a session of `sampleRate` samples a second.
    public init(sampleRate: Int) { rate = Double(max(sampleRate, 1)) }

    /// Takes a record in; true when the cues have changed.
    @discardableResult
    public mutating func add(_ record: EventRecord) -> Bool {
        let now = Double(record.audio) / rate
        switch record.event {
        case .userSpeechStarted(let mark): speech[mark.turn] = (seconds(mark.at) ?? now, nil)
        case .userSpeechStopped(let mark):
            let end = seconds(mark.at) ?? now
            speech[mark.turn]?.end = end
        case .userTranscript(let said) where said.isFinal: return finish(said, now)
        case .userTranscript(let said):
            partial = (said, now)
            return false
        case .sessionEnded: return close()
        case .textSubmitted(let typed): return append(.user, typed.turn, now, now + 1, typed.text)
        case .agentText(let text):
            return edit(text.item, text.turn) { item in
                item.text = text.isFinal ? text.text : item.text + text.text
                item.textIsFinal = text.isFinal
            }
        case .agentSpeechStarted(let speech): return edit(speech.item, speech.turn) { $0.start = $0.start ?? now }
        case .agentSpeechProgress(let speech): return edit(speech.item, speech.turn) { $0.heardMs = speech.heardMs }
        case .agentSpeechStopped(let speech):
            return edit(speech.item, speech.turn) { item in
                (item.end, item.wasCut) = (now, speech.wasCut)
                (item.heardMs, item.generatedMs) = (speech.heardMs, speech.generatedMs)
            }
        default: break
        }
        return false
    }

    /// Nothing follows: an utterance that never became final becomes a cue that is cut. True when the cues have changed.
    @discardableResult
    public mutating func close() -> Bool {
        guard let (said, now) = partial, !said.text.isEmpty else { return false }
        partial = nil
        let start = speech[said.turn]?.start ?? max(0, now - 1)
        done.append(
            TranscriptCue(
                speaker: .user, turn: said.turn, start: start, end: max(start + 0.2, now), text: said.text + " —",
                wasCut: true))
        return true
    }

    private func seconds(_ position: Int64?) -> Double? { position.map { Double($0) / rate } }

    private mutating func edit(_ name: String, _ turn: Int, _ body: (inout Item) -> Void) -> Bool {
        if agent[name] == nil { agentOrder.append(name) }
        var item = agent[name] ?? Item()
        item.turn = turn
        body(&item)
        agent[name] = item
        return item.end != nil
    }

    private mutating func finish(_ said: UserTranscript, _ now: Double) -> Bool {
        if partial?.said.turn == said.turn { partial = nil }
        let place = speech[said.turn]
        let start = place?.start ?? max(0, now - 1)
        return append(.user, said.turn, start, max(start + 0.2, place?.end ?? now), said.text)
    }

    private mutating func append(
        _ who: TranscriptCue.Speaker, _ turn: Int, _ from: Double, _ to: Double, _ text: String
    )
        -> Bool
    {
        guard !text.isEmpty else { return false }
        done.append(TranscriptCue(speaker: who, turn: turn, start: from, end: to, text: text, wasCut: false))
        return true
    }

    /// All cues so far by start; agent items that are heard or still playing included.
    public var cues: [TranscriptCue] {
        var all = done
        for name in agentOrder {
            guard let item = agent[name], let start = item.start, !item.text.isEmpty else { continue }
            let end = item.end ?? start + item.heardMs / 1000
            all.append(
                TranscriptCue(
                    speaker: .agent, turn: item.turn, start: start, end: max(start + 0.2, end), text: heard(item),
                    wasCut: item.wasCut))
        }
        return all.enumerated().sorted { ($0.element.start, $0.offset) < ($1.element.start, $1.offset) }.map(\.element)
    }

    /// What of a cut item was heard, by its share of the time, to the end of a word.
    private func heard(_ item: Item) -> String {
        guard item.wasCut, item.generatedMs > item.heardMs, item.generatedMs > 0 else { return item.text }
        let share = min(1, max(0, item.heardMs / item.generatedMs))
        let letters = Int(Double(item.text.count) * share)
        let prefix = item.text.prefix(letters)
        let rest = item.text.dropFirst(letters).prefix { !$0.isWhitespace }
        return String(prefix + rest) + " —"
    }
}
