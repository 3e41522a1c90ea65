/// What a synthesiser should say of a text that a model wrote for a screen: no markdown marks, no emoji. Pure.
public enum SpeakableText {
    /// The text without marks, its spaces joined; empty when nothing in it can be spoken.
    public static func from(_ text: String) -> String {
        var lines: [Substring] = []
        for line in text.split(whereSeparator: \.isNewline) {
            let bare = withoutLead(line)
            if !bare.isEmpty { lines.append(bare) }
        }
        let plain = withoutMarks(links(lines.joined(separator: "\n")))
        let words = plain.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return words.contains { $0.isLetter || $0.isNumber } ? words : ""
    }

    /// The text without spaces at its ends.
    static func trimmed(_ text: String) -> String {
        var rest = text.drop(while: \.isWhitespace)
        while let last = rest.last, last.isWhitespace { rest = rest.dropLast() }
        return String(rest)
    }

    /// A line without heading, bullet, quote, fence and rule marks at its front.
    private static func withoutLead(_ line: Substring) -> Substring {
        var rest = line.drop(while: \.isWhitespace)
        if rest.hasPrefix("```") { return "" }
        while let first = rest.first, first == ">" || first == "#" {
            rest = rest.dropFirst().drop(while: \.isWhitespace)
        }
        let bullets = ["- ", "* ", "+ ", "• "]
        if let bullet = bullets.first(where: { rest.hasPrefix($0) }) { rest = rest.dropFirst(bullet.count) }
        return rest.allSatisfy { "-*_=|: ".contains($0) } ? "" : rest
    }

    /// `[words](address)` and `![words](address)` become the words.
    private static func links(_ text: String) -> String {
        guard text.contains("](") else { return text }
        var out = ""
        var rest = Substring(text)
        while let open = rest.firstIndex(of: "[") {
            let tail = rest[open...].dropFirst()
            guard let close = tail.firstIndex(of: "]"), tail[close...].dropFirst().first == "(",
                let end = tail[close...].firstIndex(of: ")")
            else { break }
            out += rest[..<open].hasSuffix("!") ? rest[..<open].dropLast() : rest[..<open]
            out += tail[..<close]
            rest = tail[end...].dropFirst()
        }
        return out + rest
    }

    /// Without emphasis, code and emoji; a star or line with spaces on both sides is no emphasis ("3 * 4").
    private static func withoutMarks(_ text: String) -> String {
        let characters = Array(text)
        var out = ""
        for (i, character) in characters.enumerated() {
            let before = i > 0 ? characters[i - 1] : " "
            let after = i + 1 < characters.count ? characters[i + 1] : " "
            switch character {
            case "`": continue
            case "~" where before == "~" || after == "~": continue
            case "*" where !(before.isWhitespace && after.isWhitespace): continue
            case "_" where !(isWord(before) && isWord(after)): continue
            case "|": out.append(",")
            default: if isEmoji(character) { out.append(" ") } else { out.append(character) }
            }
        }
        return out
    }

    private static func isWord(_ character: Character) -> Bool { character.isLetter || character.isNumber }

    /// Whether a character is a picture: digits and signs that only may become one are not.
    private static func isEmoji(_ character: Character) -> Bool {
        let scalars = character.unicodeScalars
        if scalars.contains(where: { $0.value == 0x20E3 || $0.value == 0xFE0F }) { return true }
        return scalars.contains { scalar in
            scalar.properties.isEmojiPresentation || scalar.properties.isEmojiModifier
                || (scalar.properties.isEmoji && scalar.value >= 0x2600)
        }
    }
}
