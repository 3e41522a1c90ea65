/// Word error rate: how far what was heard is from what was said.
public enum WordError {
    /// Words replaced, missing and added.
    public static func count(reference: [Substring], heard: [Substring]) -> Int {
        var row = Array(0...heard.count)
        for (i, word) in reference.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, other) in heard.enumerated() {
                let next = min(row[j] + 1, row[j + 1] + 1, diagonal + (word == other ? 0 : 1))
                diagonal = row[j + 1]
                row[j + 1] = next
            }
        }
        return row[heard.count]
    }

    /// Errors for each word of the reference; texts are compared as they are, split at spaces.
    public static func rate(reference: String, heard: String) -> Double {
        let words = reference.split(separator: " ")
        guard !words.isEmpty else { return heard.isEmpty ? 0 : 1 }
        return Double(count(reference: words, heard: heard.split(separator: " "))) / Double(words.count)
    }

    /// Lower case, letters and apostrophes only: so that case and punctuation do not count.
    public static func normalized(_ text: String) -> String {
        var out = ""
        for character in text.lowercased() {
            if character.isASCII && character.isLetter || character == "'" {
                out.append(character)
            } else {
                out.append(" ")
            }
        }
        return out.split(separator: " ").map { $0 == "mr" ? "mister" : $0 }.joined(separator: " ")
    }
}
