/// Which words of an agent's text have been heard: the text is spread evenly over the audio, as no provider tells more.
struct HeardWords: Equatable {
    /// Words heard and words in all.
    private(set) var heard = 0
    private(set) var total = 0
    /// How many characters of the text belong to heard words.
    private(set) var characters = 0

    /// `fraction` is heard audio over generated audio, 0…1. A word counts when its middle was heard. O(length).
    init(_ text: String, fraction: Double) {
        let share = min(1, max(0, fraction.isNaN ? 0 : fraction))
        let reached = share * Double(text.count)
        var start: Int?
        var position = 0
        for character in text {
            if character.isWhitespace {
                if let begun = start { end(begun, position, share, reached) }
                start = nil
            } else if start == nil {
                start = position
            }
            position += 1
        }
        if let begun = start { end(begun, position, share, reached) }
    }

    private mutating func end(_ start: Int, _ end: Int, _ share: Double, _ reached: Double) {
        total += 1
        guard share > 0, share >= 1 || Double(start + end) / 2 <= reached else { return }
        heard = total
        characters = end
    }
}

extension AgentEntry {
    /// Words heard so far.
    var heardWords: HeardWords {
        if playing == .done { return HeardWords(text, fraction: 1) }
        return HeardWords(text, fraction: generatedMs > 0 ? heardMs / generatedMs : 0)
    }
}
