import Core
import ProviderKit

/// Makes words of ElevenLabs' alignment of characters (wire reference agents 8). Characters come in chunks whose times begin at 0;
/// a chunk starts where the audio before it ends, and a word may be cut between chunks.
struct ElevenLabsWords {
    private var word = ""
    private var start = 0
    private var end = 0

    /// Adds characters with their times in ms from the start of the utterance; the words that they complete.
    mutating func add(_ characters: [(text: String, startMs: Int, endMs: Int)]) -> [SpokenWord] {
        var done: [SpokenWord] = []
        for each in characters {
            if each.text.allSatisfy(\.isWhitespace) {
                done += finish()
            } else {
                if word.isEmpty { start = each.startMs }
                word += each.text
                end = each.endMs
            }
        }
        return done
    }

    /// The word that is still open.
    mutating func finish() -> [SpokenWord] {
        guard !word.isEmpty else { return [] }
        defer { word = "" }
        return [SpokenWord(word, startMs: start, endMs: max(start, end))]
    }

    /// The characters of a chunk that begins `offsetMs` into the utterance; nil without an alignment, or with a broken one.
    static func characters(
        _ alignment: JSONValue?, offsetMs: Int
    ) -> [(text: String, startMs: Int, endMs: Int)]? {
        guard let alignment else { return nil }
        if let texts = alignment["chars"]?.array {
            return zipped(
                texts, alignment["charStartTimesMs"]?.array, alignment["charDurationsMs"]?.array, scale: 1,
                isDuration: true, offsetMs)
        }
        guard let texts = alignment["characters"]?.array else { return nil }
        return zipped(
            texts, alignment["character_start_times_seconds"]?.array, alignment["character_end_times_seconds"]?.array,
            scale: 1000, isDuration: false, offsetMs)
    }

    private static func zipped(
        _ texts: [JSONValue], _ starts: [JSONValue]?, _ ends: [JSONValue]?, scale: Double, isDuration: Bool,
        _ offsetMs: Int
    ) -> [(text: String, startMs: Int, endMs: Int)]? {
        guard let starts, let ends, starts.count == texts.count, ends.count == texts.count else { return nil }
        return texts.indices.compactMap { index in
            guard let text = texts[index].string, let start = ms(starts[index], scale), let end = ms(ends[index], scale)
            else { return nil }
            return (text, offsetMs + start, offsetMs + (isDuration ? start + end : end))
        }
    }

    /// A time within a day; whatever else is no time.
    private static func ms(_ value: JSONValue, _ scale: Double) -> Int? {
        guard let number = value.double, number.isFinite, 0...86_400_000 ~= number * scale else { return nil }
        return Int(number * scale)
    }
}
