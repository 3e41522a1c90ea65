/// Cuts text into pieces that are synthesised one after the other, so that the first sound comes early.
enum Sentences {
    /// Longest piece in characters; longer sentences are cut at a comma or a space.
    static let longest = 240

    /// The sentences of `text`, trimmed, none empty. A point inside a number or a word ("3.5", "e.g") ends nothing.
    static func split(_ text: String) -> [String] {
        var pieces: [String] = []
        var current = ""
        let characters = Array(text)
        for (i, character) in characters.enumerated() {
            current.append(character.isNewline ? " " : character)
            let followedBySpace = i + 1 >= characters.count || characters[i + 1].isWhitespace
            let ends = ".!?;:".contains(character) && followedBySpace || character.isNewline
            if ends || current.count >= longest && (character == "," || character == " ")
                || current.count >= 2 * longest
            {
                add(current, to: &pieces)
                current = ""
            }
        }
        add(current, to: &pieces)
        return pieces
    }

    private static func add(_ piece: String, to pieces: inout [String]) {
        let trimmed = trim(piece)
        if trimmed.contains(where: { $0.isLetter || $0.isNumber }) { pieces.append(trimmed) }
    }

    private static func trim(_ text: String) -> String {
        var rest = Substring(text)
        while let first = rest.first, first.isWhitespace { rest.removeFirst() }
        while let last = rest.last, last.isWhitespace { rest.removeLast() }
        return String(rest)
    }

    /// What the voice can read: ASCII with typographic marks replaced, everything else a space.
    static func readable(_ text: String) -> String {
        var out = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\u{2018}", "\u{2019}": out.append("'")
            case "\u{201C}", "\u{201D}": out.append("\"")
            case "\u{2013}", "\u{2014}": out.append(", ")
            case "\u{2026}": out.append("...")
            case "\u{00D7}": out.append(" times ")
            case _ where scalar.isASCII && scalar.value >= 0x20 && scalar.value != 0x7F:
                out.unicodeScalars.append(scalar)
            default: out.append(" ")
            }
        }
        return out
    }
}
