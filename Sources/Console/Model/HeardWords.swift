/// Which words of an agent's text have been heard: the text is spread evenly over the audio, as no provider tells more.
struct HeardWords: Equatable {
    /// Words heard and words in all.
    let heard: Int
    let total: Int
    /// How many characters of the text belong to heard words.
    let characters: Int

    /// `fraction` is heard audio over generated audio, 0…1. A word counts when its middle was heard.
    init(_ text: String, fraction: Double) {
        let share = min(1, max(0, fraction.isNaN ? 0 : fraction))
        let length = text.count
        let reached = share * Double(length)
        var position = 0
        var heard = 0
        var total = 0
        var lit = 0
        for word in text.split(whereSeparator: \.isWhitespace) {
            let start =
                text.distance(from: text.index(text.startIndex, offsetBy: position), to: word.startIndex) + position
            position = start + word.count
            total += 1
            if share >= 1 || Double(start) + Double(word.count) / 2 <= reached, share > 0 {
                heard = total
                lit = position
            }
        }
        self.heard = heard
        self.total = total
        characters = lit
    }
}

extension AgentEntry {
    /// Words heard so far.
    var heardWords: HeardWords {
        if playing == .done { return HeardWords(text, fraction: 1) }
        return HeardWords(text, fraction: generatedMs > 0 ? heardMs / generatedMs : 0)
    }
}
