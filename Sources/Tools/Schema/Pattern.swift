/// A regular expression that runs in time proportional to pattern times text, whatever both are: schemas and rules come from
/// outside, and a backtracking engine can be made to stand still by one.
///
/// Understood: literals, `.`, classes `[a-z0-9_]` and `[^…]`, `\d \w \s \D \W \S`, `\b`, `^`, `$`, groups `( )` and `(?: )`,
/// `|`, and `* + ? {n} {n,} {n,m}`, lazily or not. Look-around and back references are refused.
public struct Pattern: Sendable, Equatable {
    indirect enum Node: Equatable {
        case empty
        case set(CharacterSet)
        case start, end, border
        case sequence([Node])
        case choice([Node])
        case repetition(Node, least: Int, most: Int?)
    }

    /// One step of the compiled program.
    enum Step: Equatable, Sendable {
        case take(CharacterSet)
        case split(Int, Int)
        case jump(Int)
        case start, end, border, match
    }

    /// The scalars that a place in a pattern takes.
    struct CharacterSet: Equatable, Sendable {
        var ranges: [ClosedRange<UInt32>] = []
        var isNegated = false

        func holds(_ scalar: UInt32) -> Bool { ranges.contains { $0.contains(scalar) } != isNegated }
    }

    /// The text it was made from.
    public let text: String
    private var program: [Step] = []

    /// Reads a pattern. Throws `ToolFailure` in words for what is not understood or too large (10,000 steps).
    public init(_ text: String) throws(ToolFailure) {
        self.text = text
        var parser = PatternParser(text)
        let node = try parser.parse()
        try emit(node)
        program.append(.match)
    }

    private mutating func emit(_ node: Node) throws(ToolFailure) {
        guard program.count < 10_000 else { throw ToolFailure("the pattern \"\(text)\" is too large") }
        switch node {
        case .empty: break
        case .set(let set): program.append(.take(set))
        case .start: program.append(.start)
        case .end: program.append(.end)
        case .border: program.append(.border)
        case .sequence(let parts): for part in parts { try emit(part) }
        case .choice(let parts): try emit(choice: parts)
        case .repetition(let part, let least, let most): try emit(part, least, most)
        }
    }

    private mutating func emit(choice parts: [Node]) throws(ToolFailure) {
        var jumps: [Int] = []
        for (index, part) in parts.enumerated() {
            guard index < parts.count - 1 else {
                try emit(part)
                break
            }
            let split = program.count
            program.append(.split(split + 1, 0))
            try emit(part)
            jumps.append(program.count)
            program.append(.jump(0))
            program[split] = .split(split + 1, program.count)
        }
        for jump in jumps { program[jump] = .jump(program.count) }
    }

    private mutating func emit(_ part: Node, _ least: Int, _ most: Int?) throws(ToolFailure) {
        for _ in 0..<least { try emit(part) }
        guard let most else {
            let split = program.count
            program.append(.split(split + 1, 0))
            try emit(part)
            program.append(.jump(split))
            program[split] = .split(split + 1, program.count)
            return
        }
        var splits: [Int] = []
        for _ in least..<max(least, most) {
            splits.append(program.count)
            program.append(.split(program.count + 1, 0))
            try emit(part)
        }
        for split in splits { program[split] = .split(split + 1, program.count) }
    }

    // MARK: Running

    /// Whether the pattern is found anywhere in `text` (JSON Schema's meaning).
    public func isFound(in text: String) -> Bool {
        let scalars = text.unicodeScalars.map(\.value)
        return match(scalars, from: 0, anywhere: true) != nil
    }

    /// The longest match at each place, from left to right, as ranges of Unicode scalars; never empty ones.
    func matches(in scalars: [UInt32]) -> [Range<Int>] {
        var found: [Range<Int>] = []
        var at = 0
        while at < scalars.count {
            if let end = match(scalars, from: at, anywhere: false), end > at {
                found.append(at..<end)
                at = end
            } else {
                at += 1
            }
        }
        return found
    }

    /// The end of the longest match that begins at `from`, or (anywhere) of the first one found.
    private func match(_ text: [UInt32], from: Int, anywhere: Bool) -> Int? {
        var current = ThreadList(program.count)
        var next = ThreadList(program.count)
        var longest: Int?
        var at = from
        while at <= text.count {
            if anywhere || at == from { follow(0, at, text, &current) }
            if current.hasMatched {
                longest = at
                if anywhere { return at }
            }
            guard at < text.count, anywhere || !current.places.isEmpty else { return longest }
            next.clear()
            for place in current.places {
                if case .take(let set) = program[place], set.holds(text[at]) { follow(place + 1, at + 1, text, &next) }
            }
            swap(&current, &next)
            at += 1
        }
        return longest
    }

    private func follow(_ place: Int, _ at: Int, _ text: [UInt32], _ list: inout ThreadList) {
        var open = [place]
        while let place = open.popLast() {
            guard list.add(place) else { continue }
            switch program[place] {
            case .take: list.places.append(place)
            case .match: list.hasMatched = true
            case .jump(let to): open.append(to)
            case .split(let a, let b): open += [b, a]
            case .start: if at == 0 { open.append(place + 1) }
            case .end: if at == text.count { open.append(place + 1) }
            case .border:
                let before = at > 0 && PatternParser.word.holds(text[at - 1])
                let after = at < text.count && PatternParser.word.holds(text[at])
                if before != after { open.append(place + 1) }
            }
        }
    }

    /// The places in the program that are tried at one place of the text.
    private struct ThreadList {
        var places: [Int] = []
        var hasMatched = false
        private var seen: [Bool]

        init(_ count: Int) { seen = [Bool](repeating: false, count: count) }

        mutating func add(_ place: Int) -> Bool {
            guard !seen[place] else { return false }
            seen[place] = true
            return true
        }

        mutating func clear() {
            places.removeAll(keepingCapacity: true)
            hasMatched = false
            for i in seen.indices { seen[i] = false }
        }
    }
}
