/// Comparing what a vendor said with what it says later.
enum SegmentText {
    /// Letters and digits in small letters: what is left when a vendor formats its text later.
    static func bare(_ text: String) -> String { String(text.lowercased().filter { $0.isLetter || $0.isNumber }) }

    /// Whether one is the beginning of the other.
    static func isSame(_ a: String, _ b: String) -> Bool {
        let (a, b) = (bare(a), bare(b))
        return a.hasPrefix(b) || b.hasPrefix(a)
    }

    /// Without white space around it.
    static func trimmed(_ text: String) -> String {
        var rest = Substring(text)
        while let first = rest.first, first.isWhitespace { rest.removeFirst() }
        while let last = rest.last, last.isWhitespace { rest.removeLast() }
        return String(rest)
    }
}
