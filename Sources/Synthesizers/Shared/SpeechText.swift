/// What may be sent to a vendor as one text.
enum SpeechText {
    /// Whether there is anything to say: a letter or a digit of any script (vendors fail on bare punctuation), or a sign that is read.
    static func isSpeakable(_ text: String) -> Bool {
        text.unicodeScalars.contains { scalar in
            scalar.properties.isAlphabetic || scalar.properties.numericType != nil
                || (scalar.properties.generalCategory == .currencySymbol)
                || (scalar.properties.generalCategory == .mathSymbol)
        }
    }

    /// The text in pieces of at most `bytes` UTF-8 bytes, cut after sentences, else commas, else spaces, else between characters.
    /// Pieces with nothing to say are left out.
    static func pieces(_ text: String, bytes: Int) -> [String] {
        var rest = Substring(cleaned(text))
        var found: [String] = []
        while !rest.isEmpty {
            let end = rest.utf8.count <= bytes ? rest.endIndex : cut(rest, bytes)
            let piece = rest[..<end].drop { $0 == " " }
            if isSpeakable(String(piece)) { found.append(String(piece)) }
            rest = rest[end...]
        }
        return found
    }

    /// Control characters become spaces; broken characters (U+FFFD) go.
    private static func cleaned(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F || $0.value == 0xFFFD }) else {
            return text
        }
        var out = String.UnicodeScalarView()
        for scalar in text.unicodeScalars where scalar.value != 0xFFFD {
            out.append(scalar.value < 0x20 || scalar.value == 0x7F ? " " : scalar)
        }
        return String(out)
    }

    private static func cut(_ text: Substring, _ bytes: Int) -> String.Index {
        var best: (sentence: String.Index?, comma: String.Index?, space: String.Index?) = (nil, nil, nil)
        var at = text.startIndex
        var used = 0
        while at < text.endIndex {
            let character = text[at]
            used += character.utf8.count
            let next = text.index(after: at)
            if used > bytes { break }
            if ".!?。！？".contains(character) { best.sentence = next }
            if ",;:，、".contains(character) { best.comma = next }
            if character == " " { best.space = next }
            at = next
        }
        return best.sentence ?? best.comma ?? best.space ?? (at > text.startIndex ? at : text.index(after: at))
    }
}
