/// Numbers as English words, both ways: what a caller says, and what the agent answers.
enum SpokenNumbers {
    private static let units = [
        "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
        "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
    ]
    private static let tens = ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
    private static let scales = [(1_000_000_000, "billion"), (1_000_000, "million"), (1000, "thousand")]

    /// The words of a whole number below 10^12: 342 is "three hundred forty two".
    static func words(_ number: Int) -> String {
        if number < 0 { return number == .min ? "minus a very large number" : "minus " + words(-number) }
        if number < 20 { return units[number] }
        if number < 100 { return join(tens[number / 10], number % 10) }
        if number < 1000 { return join(units[number / 100] + " hundred", number % 100) }
        for (scale, name) in scales where number >= scale {
            guard number / scale < 1000 else { return "\(number)" }
            return join(words(number / scale) + " " + name, number % scale)
        }
        return "\(number)"
    }

    private static func join(_ head: String, _ rest: Int) -> String { rest == 0 ? head : head + " " + words(rest) }

    /// The words of a number with at most four decimals: 2.5 is "two point five".
    static func words(_ number: Double) -> String {
        guard number.isFinite, abs(number) < 1e12 else { return "\(number)" }
        if number.rounded() == number { return words(Int(number)) }
        let scaled = Int((abs(number) * 10000).rounded())
        var digits = String(scaled % 10000)
        digits = String(repeating: "0", count: 4 - digits.count) + digits
        while digits.hasSuffix("0") { digits.removeLast() }
        let sign = number < 0 ? "minus " : ""
        guard !digits.isEmpty else { return sign + words(scaled / 10000) }
        return sign + words(scaled / 10000) + " point "
            + digits.map { units[Int(String($0)) ?? 0] }.joined(separator: " ")
    }

    /// Takes a number from the front of `words`: words ("three hundred and five", "two point five", "minus one") or
    /// digits ("12", "3.5"). nil, and nothing taken, when there is none.
    static func take(_ words: inout ArraySlice<String>) -> Double? {
        var rest = words
        let isNegative = rest.first == "minus" || rest.first == "negative"
        if isNegative { rest = rest.dropFirst() }
        guard let value = digits(&rest) ?? spoken(&rest) else { return nil }
        let whole = fraction(&rest).map { value + $0 } ?? value
        words = rest
        return isNegative ? -whole : whole
    }

    private static func digits(_ words: inout ArraySlice<String>) -> Double? {
        guard let first = words.first, let start = first.first, start.isNumber, start.isASCII,
            first.allSatisfy({ $0.isASCII && $0.isNumber || $0 == "." }), let value = Double(first)
        else { return nil }
        words = words.dropFirst()
        return value
    }

    private static func fraction(_ words: inout ArraySlice<String>) -> Double? {
        guard words.first == "point" else { return nil }
        var rest = words.dropFirst()
        var value = 0.0
        var weight = 0.1
        while weight > 1e-6, let word = rest.first, let digit = digit(word) {
            value += Double(digit) * weight
            weight /= 10
            rest = rest.dropFirst()
        }
        guard weight < 0.1 else { return nil }
        words = rest
        return value
    }

    private static func digit(_ word: String) -> Int? {
        if word == "oh" { return 0 }
        return units.firstIndex(of: word).flatMap { $0 < 10 ? $0 : nil }
    }

    /// A whole number in words.
    private static func spoken(_ words: inout ArraySlice<String>) -> Double? {
        var rest = words
        var total = 0
        var group: Int?
        var lowest = 1000
        while let word = rest.first {
            if let unit = units.firstIndex(of: word), unit < lowest, unit < 20 {
                group = (group ?? 0) + unit
                lowest = 1
            } else if let ten = tens.firstIndex(of: word), ten > 1, lowest > 20 {
                group = (group ?? 0) + 10 * ten
                lowest = 10
            } else if word == "hundred", let g = group, (1...9).contains(g) {
                group = g * 100
                lowest = 100
            } else if let scale = scales.first(where: { $0.1 == word })?.0, let g = group, g > 0 {
                total += g * scale
                (group, lowest) = (nil, 1000)
            } else if word == "a", group == nil,
                rest.dropFirst().first == "hundred" || rest.dropFirst().first == "thousand"
            {
                (group, lowest) = (1, 1)
            } else if word != "and" || (group == nil && total == 0) || !continues(rest.dropFirst(), below: lowest) {
                break
            }
            rest = rest.dropFirst()
        }
        guard group != nil || total > 0 else { return nil }
        words = rest
        return Double(total + (group ?? 0))
    }

    /// Whether a smaller number follows "and", as in "two hundred and five".
    private static func continues(_ words: ArraySlice<String>, below lowest: Int) -> Bool {
        guard lowest >= 100, let word = words.first else { return false }
        return units.contains(word) || tens.dropFirst(2).contains(word)
    }
}
