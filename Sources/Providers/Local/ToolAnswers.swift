import Core

/// Turns what tools answer into sentences. Their output comes from outside: whatever it is, a sentence comes out.
enum ToolAnswers {
    /// `{"time":"14:03", …}`: "It is fourteen oh three."
    static func time(_ json: JSONValue?, _ output: String) -> String {
        guard let parts = json?["time"]?.string.map({ numbers($0) }), parts.count >= 2, parts[0] < 24, parts[1] < 60
        else {
            return "The clock says: \(shortened(output))."
        }
        return "It is \(clock(parts[0], parts[1]))."
    }

    /// `{"date":"2026-11-21","weekday":"Saturday", …}`: "Today is Saturday, November twenty first, twenty twenty six."
    static func date(_ json: JSONValue?, _ output: String) -> String {
        guard let parts = json?["date"]?.string.map({ numbers($0) }), parts.count == 3, (1...12).contains(parts[1]),
            (1...31).contains(parts[2]), (1000...9999).contains(parts[0])
        else { return "The calendar says: \(shortened(output))." }
        let weekday = json?["weekday"]?.string.map { shortened($0) + ", " } ?? ""
        return "Today is \(weekday)\(months[parts[1] - 1]) \(ordinal(parts[2])), \(year(parts[0]))."
    }

    /// `{"result":84}` or a bare number.
    static func result(of sum: Arithmetic, _ json: JSONValue?, _ output: String) -> String {
        guard let value = json?["result"]?.double ?? json?.double ?? Double(output) else {
            return "The calculator says: \(shortened(output))."
        }
        return sentence(sum, value)
    }

    /// "Twelve times seven is eighty four."
    static func sentence(_ sum: Arithmetic, _ value: Double) -> String {
        let text = "\(sum.spoken) is \(SpokenNumbers.words(value))."
        return text.prefix(1).uppercased() + text.dropFirst()
    }

    /// Text from outside as it may be said: one line, at most 120 characters.
    static func shortened(_ text: String) -> String {
        let line = text.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? " " : Character($0) }
        return String(String(line).prefix(120))
    }

    /// A 12-hour clock: "three minutes past two p m" is hard to follow, so "two oh three p m".
    static func clock(_ hour: Int, _ minute: Int) -> String {
        let half = hour < 12 ? "A M" : "P M"
        let twelve = SpokenNumbers.words(hour % 12 == 0 ? 12 : hour % 12)
        switch minute {
        case 0: return hour == 0 ? "midnight" : hour == 12 ? "noon" : "\(twelve) o'clock \(half)"
        case 1..<10: return "\(twelve) oh \(SpokenNumbers.words(minute)) \(half)"
        default: return "\(twelve) \(SpokenNumbers.words(minute)) \(half)"
        }
    }

    private static let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ]

    private static func ordinal(_ day: Int) -> String {
        let special = [
            1: "first", 2: "second", 3: "third", 5: "fifth", 8: "eighth", 9: "ninth", 12: "twelfth", 20: "twentieth",
            30: "thirtieth",
        ]
        if let word = special[day] { return word }
        if day > 20, let unit = special[day % 10] { return SpokenNumbers.words(day / 10 * 10) + " " + unit }
        return SpokenNumbers.words(day) + "th"
    }

    private static func year(_ year: Int) -> String {
        let rest = year % 100
        if year % 1000 < 10 { return SpokenNumbers.words(year) }
        return SpokenNumbers.words(year / 100) + (rest < 10 ? " oh " : " ") + SpokenNumbers.words(rest)
    }

    private static func numbers(_ text: String) -> [Int] {
        text.split { $0 == ":" || $0 == "-" }.map { $0.count <= 4 ? Int($0) ?? -1 : -1 }.filter { $0 >= 0 }
    }
}

/// Spelling back.
enum Spelled {
    /// "ada" becomes "Ada: A, D, A."
    static func out(_ text: String) -> String {
        let word = String(text.prefix(60))
        let letters = word.filter { !$0.isWhitespace }.map { $0.isLetter || $0.isNumber ? $0.uppercased() : sign($0) }
        return "\(word.prefix(1).uppercased())\(word.dropFirst()): \(letters.joined(separator: ", "))."
    }

    private static func sign(_ character: Character) -> String { character == "'" ? "apostrophe" : "\(character)" }
}
