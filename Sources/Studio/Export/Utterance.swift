import Core
import Recording

/// What one side said, word for word with the time at which each was heard.
public struct Utterance: Sendable, Equatable {
    /// A word and when it was heard.
    public struct Word: Sendable, Equatable {
        public var text: String
        /// Seconds of the session's audio, by the share of the text; the recogniser's own times are not in the log.
        public var start: Double
        /// False for what was generated but cut before anybody heard it.
        public var isHeard: Bool
    }

    public var speaker: TranscriptCue.Speaker
    public var turn: Int
    /// From and to in seconds of the session's audio.
    public var start: Double
    public var end: Double
    /// The whole text, what was not heard included.
    public var text: String
    public var words: [Word]
    public var wasCut: Bool
    /// Whether it was typed.
    public var isTyped = false
    /// Played to the listener, and received from the provider; 0 for the user.
    public var heardMs = 0.0
    public var generatedMs = 0.0
}

/// Folds records into utterances with the same times as `TranscriptBuilder`. Pure.
struct UtteranceBuilder {
    private struct Item {
        var turn = 0
        var text = ""
        var start: Double?
        var end: Double?
        var wasCut = false
        var heardMs = 0.0
        var generatedMs = 0.0
        /// How much was heard when, in order.
        var progress: [(ms: Double, at: Double)] = []
    }

    private let rate: Double
    private var items: [String: Item] = [:]
    private var order: [String] = []
    private var speech: [Int: (start: Double, end: Double?)] = [:]
    private var done: [Utterance] = []

    /// Everything said in `records`, by start.
    static func utterances(_ records: [EventRecord], sampleRate: Int) -> [Utterance] {
        var builder = UtteranceBuilder(rate: Double(max(1, sampleRate)))
        for record in records { builder.add(record) }
        let all = builder.done + builder.order.compactMap { builder.items[$0].flatMap(builder.utterance) }
        return all.enumerated().sorted { ($0.element.start, $0.offset) < ($1.element.start, $1.offset) }.map(\.element)
    }

    private init(rate: Double) { self.rate = rate }

    private mutating func add(_ record: EventRecord) {
        let now = Double(record.audio) / rate
        switch record.event {
        case .userSpeechStarted(let mark): speech[mark.turn] = (seconds(mark.at) ?? now, nil)
        case .userSpeechStopped(let mark):
            let end = seconds(mark.at) ?? now
            speech[mark.turn]?.end = end
        case .userTranscript(let said) where said.isFinal:
            let place = speech[said.turn]
            let start = place?.start ?? max(0, now - 1)
            user(said.turn, start, max(start + 0.2, place?.end ?? now), said.text, isTyped: false)
        case .textSubmitted(let typed): user(typed.turn, now, now + 1, typed.text, isTyped: true)
        case .agentText(let text):
            edit(text.item, text.turn) { $0.text = text.isFinal ? text.text : $0.text + text.text }
        case .agentSpeechStarted(let speech): edit(speech.item, speech.turn) { $0.start = $0.start ?? now }
        case .agentSpeechProgress(let speech):
            edit(speech.item, speech.turn) { item in
                (item.heardMs, item.generatedMs) = (speech.heardMs, max(item.generatedMs, speech.generatedMs))
                item.progress.append((speech.heardMs, now))
            }
        case .agentSpeechStopped(let speech):
            edit(speech.item, speech.turn) { item in
                (item.end, item.wasCut) = (now, speech.wasCut)
                (item.heardMs, item.generatedMs) = (speech.heardMs, speech.generatedMs)
                item.progress.append((speech.heardMs, now))
            }
        default: break
        }
    }

    private func seconds(_ position: Int64?) -> Double? { position.map { Double($0) / rate } }

    private mutating func edit(_ name: String, _ turn: Int, _ body: (inout Item) -> Void) {
        if items[name] == nil { order.append(name) }
        var item = items[name] ?? Item()
        item.turn = turn
        body(&item)
        items[name] = item
    }

    private mutating func user(_ turn: Int, _ from: Double, _ to: Double, _ text: String, isTyped: Bool) {
        guard !text.isEmpty else { return }
        let words = Self.words(text).map { word in
            Utterance.Word(text: word.text, start: from + (to - from) * word.share, isHeard: true)
        }
        done.append(
            Utterance(
                speaker: .user, turn: turn, start: from, end: to, text: text, words: words, wasCut: false,
                isTyped: isTyped))
    }

    private func utterance(_ item: Item) -> Utterance? {
        guard let start = item.start, !item.text.isEmpty else { return nil }
        let end = max(start + 0.2, item.end ?? start + item.heardMs / 1000)
        let isShort = item.wasCut && item.generatedMs > item.heardMs && item.generatedMs > 0
        let letters = item.text.count
        let heard = isShort ? Int(Double(letters) * min(1, max(0, item.heardMs / item.generatedMs))) : letters
        let words = Self.words(item.text).map { word in
            let time = Self.time(of: word.share * item.generatedMs, item, start: start, end: end, share: word.share)
            return Utterance.Word(text: word.text, start: time, isHeard: word.place <= heard)
        }
        return Utterance(
            speaker: .agent, turn: item.turn, start: start, end: end, text: item.text, words: words,
            wasCut: item.wasCut, heardMs: item.heardMs, generatedMs: item.generatedMs)
    }

    /// When so many milliseconds of an item had been heard, by its progress.
    private static func time(of ms: Double, _ item: Item, start: Double, end: Double, share: Double) -> Double {
        guard item.generatedMs > 0 else { return start + (end - start) * share }
        var (lastMs, lastAt) = (0.0, start)
        for mark in item.progress {
            if mark.ms >= ms, mark.ms > lastMs {
                return min(end, max(start, lastAt + (mark.at - lastAt) * (ms - lastMs) / (mark.ms - lastMs)))
            }
            (lastMs, lastAt) = (max(lastMs, mark.ms), max(lastAt, mark.at))
        }
        return end
    }

    /// Words with their place in letters and its share of the whole.
    private static func words(_ text: String) -> [(text: String, place: Int, share: Double)] {
        var words: [(text: String, place: Int, share: Double)] = []
        var word = ""
        var count = 0
        let all = Double(max(1, text.count))
        for letter in text {
            if letter.isWhitespace {
                if !word.isEmpty { words.append((word, count - word.count, Double(count - word.count) / all)) }
                word = ""
            } else {
                word.append(letter)
            }
            count += 1
        }
        if !word.isEmpty { words.append((word, count - word.count, Double(count - word.count) / all)) }
        return words
    }
}
