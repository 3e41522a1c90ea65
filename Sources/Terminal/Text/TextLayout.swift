extension SafeText {
    /// At most `width` cells; what is cut ends in the ellipsis.
    public func truncated(to limit: Int, ellipsis: SafeText = "…") -> SafeText {
        guard width > limit else { return self }
        guard limit > ellipsis.width else { return limit > 0 ? prefix(limit) : .empty }
        return prefix(limit - ellipsis.width) + ellipsis
    }

    /// The first cells of the text; a wide character that does not fit is left out.
    public func prefix(_ limit: Int) -> SafeText {
        var cells = 0
        var taken = String.UnicodeScalarView()
        for scalar in string.unicodeScalars {
            cells += DisplayWidth.of(scalar)
            if cells > limit { break }
            taken.append(scalar)
        }
        return SafeText(cleaned: String(taken))
    }

    /// Without the blanks at its end.
    var withoutTrailingBlanks: SafeText {
        var scalars = string.unicodeScalars
        while scalars.last == " " { scalars.removeLast() }
        return SafeText(cleaned: String(scalars))
    }

    /// Filled with blanks up to a width, or truncated to it.
    public func padded(to wanted: Int, ellipsis: SafeText = "…") -> SafeText {
        let shown = truncated(to: wanted, ellipsis: ellipsis)
        return SafeText(cleaned: shown.string + String(repeating: " ", count: max(0, wanted - shown.width)))
    }

    /// Filled with blanks at the left up to a width, or truncated to it.
    public func padded(leftTo wanted: Int, ellipsis: SafeText = "…") -> SafeText {
        let shown = truncated(to: wanted, ellipsis: ellipsis)
        return SafeText(cleaned: String(repeating: " ", count: max(0, wanted - shown.width)) + shown.string)
    }
}

/// A run of text in one style: what a paragraph is made of.
public struct TextRun: Sendable, Hashable {
    public var text: SafeText
    public var style: Style
    public init(_ text: SafeText, _ style: Style = .plain) {
        self.text = text
        self.style = style
    }
}

/// Breaks paragraphs of styled text into lines. Never asks curses about widths.
public enum TextLayout {
    /// Lines of at most `width` cells, broken at blanks, inside a word only when the word is longer than a line.
    /// At least one line. Blanks at a break are dropped.
    public static func wrap(_ spans: [TextRun], width: Int) -> [[TextRun]] {
        guard width > 0 else { return [[]] }
        var lines = LineBuilder(width: width)
        for span in spans {
            for word in words(of: span.text) { lines.add(word, span.style) }
        }
        return lines.finish()
    }

    /// Words and the blanks between them, in order.
    private static func words(of text: SafeText) -> [SafeText] {
        var result: [SafeText] = []
        var current = String.UnicodeScalarView()
        var blank = false
        for scalar in text.string.unicodeScalars {
            if !current.isEmpty, (scalar == " ") != blank {
                result.append(SafeText(cleaned: String(current)))
                current = String.UnicodeScalarView()
            }
            blank = scalar == " "
            current.append(scalar)
        }
        if !current.isEmpty { result.append(SafeText(cleaned: String(current))) }
        return result
    }
}

/// Collects words into lines. A word that goes on in the next span may be broken between the two: spans begin at words.
private struct LineBuilder {
    let width: Int
    var lines: [[TextRun]] = []
    var line: [TextRun] = []
    var used = 0

    init(width: Int) { self.width = width }

    mutating func add(_ word: SafeText, _ style: Style) {
        let isBlank = word.string.first == " "
        if used + word.width > width {
            if isBlank {
                breakLine()
                return
            }
            if used > 0 { breakLine() }
        }
        if isBlank, used == 0, !lines.isEmpty { return }
        var rest = word
        while rest.width > width {
            let head = rest.prefix(width)
            guard !head.isEmpty else { return }
            append(head, style)
            breakLine()
            rest = SafeText(cleaned: String(rest.string.unicodeScalars.dropFirst(head.string.unicodeScalars.count)))
        }
        append(rest, style)
    }

    private mutating func append(_ text: SafeText, _ style: Style) {
        guard !text.isEmpty else { return }
        if let last = line.last, last.style == style {
            line[line.count - 1].text = last.text + text
        } else {
            line.append(TextRun(text, style))
        }
        used += text.width
    }

    private mutating func breakLine() {
        while let last = line.last, last.text.string.last == " " {
            line[line.count - 1].text = last.text.withoutTrailingBlanks
            if line[line.count - 1].text.isEmpty { line.removeLast() }
        }
        lines.append(line)
        line = []
        used = 0
    }

    mutating func finish() -> [[TextRun]] {
        if !line.isEmpty || lines.isEmpty { lines.append(line) }
        return lines
    }
}
