/// Reads the text of a `Pattern`.
struct PatternParser {
    static let digit = Pattern.CharacterSet(ranges: [0x30...0x39])
    static let word = Pattern.CharacterSet(ranges: [0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A])
    static let space = Pattern.CharacterSet(ranges: [0x09...0x0D, 0x20...0x20, 0xA0...0xA0, 0x2028...0x2029])

    private let text: String
    private let scalars: [Unicode.Scalar]
    private var at = 0

    init(_ text: String) {
        self.text = text
        scalars = Array(text.unicodeScalars)
    }

    private var peek: Unicode.Scalar? { at < scalars.count ? scalars[at] : nil }

    private func refuse(_ why: String) -> ToolFailure { ToolFailure("the pattern \"\(text)\" \(why)") }

    /// The whole pattern.
    mutating func parse() throws(ToolFailure) -> Pattern.Node {
        guard scalars.count <= 1000 else { throw ToolFailure("a pattern of more than 1000 characters") }
        let node = try choice(depth: 0)
        guard at == scalars.count else { throw refuse("has a ) too many") }
        return node
    }

    private mutating func choice(depth: Int) throws(ToolFailure) -> Pattern.Node {
        guard depth < 50 else { throw refuse("is nested too deeply") }
        var parts = [try sequence(depth)]
        while peek == "|" {
            at += 1
            parts.append(try sequence(depth))
        }
        return parts.count == 1 ? parts[0] : .choice(parts)
    }

    private mutating func sequence(_ depth: Int) throws(ToolFailure) -> Pattern.Node {
        var parts: [Pattern.Node] = []
        while let next = peek, next != "|", next != ")" { parts.append(try repeated(try atom(depth))) }
        return parts.isEmpty ? .empty : .sequence(parts)
    }

    private mutating func atom(_ depth: Int) throws(ToolFailure) -> Pattern.Node {
        let scalar = scalars[at]
        at += 1
        switch scalar {
        case "^": return .start
        case "$": return .end
        case ".": return .set(Pattern.CharacterSet(ranges: [0x0A...0x0A, 0x0D...0x0D], isNegated: true))
        case "[": return .set(try set())
        case "(": return try group(depth)
        case "\\": return try escape()
        case "*", "+", "?": throw refuse("repeats nothing at \(scalar)")
        default: return .set(Pattern.CharacterSet(ranges: [scalar.value...scalar.value]))
        }
    }

    private mutating func group(_ depth: Int) throws(ToolFailure) -> Pattern.Node {
        if peek == "?" {
            guard at + 1 < scalars.count, scalars[at + 1] == ":" else {
                throw refuse("uses look-around or a named group, which is not understood")
            }
            at += 2
        }
        let inner = try choice(depth: depth + 1)
        guard peek == ")" else { throw refuse("has a ( without )") }
        at += 1
        return inner
    }

    private mutating func escape() throws(ToolFailure) -> Pattern.Node {
        if peek == "b" {
            at += 1
            return .border
        }
        return .set(try escapedSet())
    }

    /// What follows a backslash.
    private mutating func escapedSet() throws(ToolFailure) -> Pattern.CharacterSet {
        guard let scalar = peek else { throw refuse("ends in a backslash") }
        at += 1
        switch scalar {
        case "d": return Self.digit
        case "D": return negated(Self.digit)
        case "w": return Self.word
        case "W": return negated(Self.word)
        case "s": return Self.space
        case "S": return negated(Self.space)
        case "n": return single(0x0A)
        case "r": return single(0x0D)
        case "t": return single(0x09)
        case "u": return single(try hexadecimal(4))
        case "x": return single(try hexadecimal(2))
        default:
            let isLetterOrDigit = Self.word.holds(scalar.value) && scalar != "_"
            guard !isLetterOrDigit else { throw refuse("uses \\\(scalar), which is not understood") }
            return single(scalar.value)
        }
    }

    private mutating func hexadecimal(_ count: Int) throws(ToolFailure) -> UInt32 {
        guard at + count <= scalars.count else { throw refuse("has a short escape") }
        let digits = String(String.UnicodeScalarView(scalars[at..<at + count]))
        guard let value = UInt32(digits, radix: 16) else { throw refuse("has a broken escape") }
        at += count
        return value
    }

    private func single(_ value: UInt32) -> Pattern.CharacterSet { Pattern.CharacterSet(ranges: [value...value]) }

    private func negated(_ set: Pattern.CharacterSet) -> Pattern.CharacterSet {
        Pattern.CharacterSet(ranges: set.ranges, isNegated: !set.isNegated)
    }

    private mutating func set() throws(ToolFailure) -> Pattern.CharacterSet {
        var result = Pattern.CharacterSet()
        if peek == "^" {
            result.isNegated = true
            at += 1
        }
        var isFirst = true
        while let scalar = peek, scalar != "]" || isFirst {
            isFirst = false
            at += 1
            var low = single(scalar.value)
            if scalar == "\\" { low = try escapedSet() }
            if low.isNegated { low.ranges = complement(low.ranges) }
            if peek == "-", at + 1 < scalars.count, scalars[at + 1] != "]", low.ranges.count == 1,
                low.ranges[0].count == 1
            {
                at += 1
                let high = scalars[at]
                at += 1
                let top = high == "\\" ? try escapedSet().ranges[0].lowerBound : high.value
                guard low.ranges[0].lowerBound <= top else { throw refuse("has a range that runs backwards") }
                low.ranges = [low.ranges[0].lowerBound...top]
            }
            result.ranges += low.ranges
        }
        guard peek == "]" else { throw refuse("has a [ without ]") }
        at += 1
        return result
    }

    private func complement(_ ranges: [ClosedRange<UInt32>]) -> [ClosedRange<UInt32>] {
        var result: [ClosedRange<UInt32>] = []
        var next: UInt32 = 0
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if range.lowerBound > next { result.append(next...(range.lowerBound - 1)) }
            next = range.upperBound + 1
        }
        return result + [next...0x10FFFF]
    }

    private mutating func repeated(_ node: Pattern.Node) throws(ToolFailure) -> Pattern.Node {
        var result = node
        while let mark = peek, let (least, most) = try bounds(mark) {
            guard !isRepetition(result) else { throw refuse("repeats a repetition") }
            result = .repetition(result, least: least, most: most)
            // A lazy mark changes where a match ends, not whether there is one.
            if peek == "?" { at += 1 }
        }
        return result
    }

    private func isRepetition(_ node: Pattern.Node) -> Bool { if case .repetition = node { true } else { false } }

    private mutating func bounds(_ mark: Unicode.Scalar) throws(ToolFailure) -> (Int, Int?)? {
        switch mark {
        case "*": at += 1; return (0, nil)
        case "+": at += 1; return (1, nil)
        case "?": at += 1; return (0, 1)
        case "{":
            guard let close = scalars[at...].firstIndex(of: "}") else { throw refuse("has a { without }") }
            let inner = String(String.UnicodeScalarView(scalars[(at + 1)..<close]))
            let parts = inner.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            guard let least = Int(parts[0]), (0...500).contains(least), parts.count <= 2 else {
                throw refuse("has a repetition {\(inner)} that is not understood")
            }
            at = close + 1
            if parts.count == 1 { return (least, least) }
            if parts[1].isEmpty { return (least, nil) }
            guard let most = Int(parts[1]), (least...500).contains(most) else {
                throw refuse("has a repetition {\(inner)} that is not understood")
            }
            return (least, most)
        default: return nil
        }
    }
}
