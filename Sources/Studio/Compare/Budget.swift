import Core

/// A limit that decides whether a comparison is good: `e2e<0.8`, `wer.mean<=10%`, `cost.run<$0.01`, `tools=same`,
/// `e2e.p50<1.2*recorded`.
public struct Budget: Sendable, Equatable {
    /// What is measured.
    public enum Figure: String, Sendable, CaseIterable {
        case e2e
        case heardE2e = "heard_e2e"
        case wer, cost, tokens, audio, connect, tools, outcome

        /// Whether it is a word and not a number.
        var isWord: Bool { self == .tools || self == .outcome }
    }

    /// Over what.
    public enum Aggregate: String, Sendable, CaseIterable {
        /// Each turn of each run is judged.
        case each
        /// One figure over all turns of all runs.
        case p50, p95, max, mean
        /// The sum over the turns of a run; each run is judged.
        case run
    }

    public enum Comparator: String, Sendable, CaseIterable {
        case atMost = "<="
        case atLeast = ">="
        case isNot = "!="
        case below = "<"
        case above = ">"
        case equal = "="
    }

    public enum Value: Sendable, Equatable {
        /// Seconds for times, dollars, a share for `wer`, a count.
        case number(Double)
        /// So many times what was recorded.
        case recorded(Double)
        case word(String)
    }

    public var figure: Figure
    public var aggregate: Aggregate
    public var comparator: Comparator
    public var value: Value
    /// As it was written.
    public var text: String

    /// Reads a budget. Throws naming the part that is wrong and what could stand there.
    public init(parsing text: String) throws(BudgetError) {
        let whole = text.filter { !$0.isWhitespace }
        guard text.utf8.count <= 100 else {
            throw BudgetError(String(text.prefix(40)) + "…", "it is too long", Self.example)
        }
        // Two-character signs stand first in the list.
        guard
            let sign = Comparator.allCases.compactMap({ sign in
                Self.range(of: sign.rawValue, in: whole).map { (sign, $0) }
            })
            .min(by: { ($0.1.lowerBound, -$0.0.rawValue.count) < ($1.1.lowerBound, -$1.0.rawValue.count) })
        else { throw BudgetError(text, "it has no sign of comparison", Self.example) }
        let left = whole[..<sign.1.lowerBound]
        var right = whole[sign.1.upperBound...]
        if sign.0 == .equal, right.first == "=" { right = right.dropFirst() }
        let (figure, aggregate) = try Self.figure(left, text)
        value = try Self.value(right, figure, text)
        (self.text, self.figure, self.aggregate, comparator) = (whole, figure, aggregate, sign.0)
        try check()
    }

    private static let example = "write it as e2e<0.8, cost<0.01, wer<20% or tools=same"

    private static func range(of sign: String, in text: String) -> Range<String.Index>? {
        let letters = Array(sign)
        var index = text.startIndex
        while index < text.endIndex {
            if text[index...].starts(with: letters) { return index..<text.index(index, offsetBy: letters.count) }
            index = text.index(after: index)
        }
        return nil
    }

    private static func figure(_ left: Substring, _ text: String) throws(BudgetError) -> (Figure, Aggregate) {
        let parts = left.lowercased().split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard let name = parts.first, let figure = Figure(rawValue: name) else {
            throw BudgetError(
                text, "there is no figure \"\(parts.first ?? "")\"",
                nearest(parts.first ?? "", Figure.allCases.map(\.rawValue)))
        }
        guard parts.count > 1 else { return (figure, .each) }
        guard parts.count == 2, let aggregate = Aggregate(rawValue: parts[1]) else {
            throw BudgetError(
                text, "\"\(parts.dropFirst().joined(separator: "."))\" cannot stand behind \(name)",
                nearest(parts[1], Aggregate.allCases.map(\.rawValue)))
        }
        return (figure, aggregate)
    }

    private static func nearest(_ word: String, _ all: [String]) -> String {
        Spelling.nearest(to: word, among: all).map { "did you mean \($0)?" }
            ?? "choose one of \(all.joined(separator: ", "))"
    }

    private static func value(_ right: Substring, _ figure: Figure, _ text: String) throws(BudgetError) -> Value {
        let word = right.lowercased()
        if figure == .tools {
            guard ["same", "names"].contains(word) else {
                throw BudgetError(
                    text, "tools cannot be \"\(word)\"", "write tools=same, or tools=names to leave arguments out")
            }
            return .word(word)
        }
        if figure == .outcome {
            let names = TurnReport.Outcome.all.map { $0.rawValue }
            guard let name = names.first(where: { $0.lowercased() == word }) else {
                throw BudgetError(text, "there is no outcome \"\(word)\"", nearest(word, names))
            }
            return .word(name)
        }
        if word == "recorded" { return .recorded(1) }
        if word.hasSuffix("*recorded") {
            guard let factor = number(word.dropLast("*recorded".count)), factor > 0 else {
                throw BudgetError(text, "what stands before *recorded is no number", "write it as 1.2*recorded")
            }
            return .recorded(factor)
        }
        return .number(try amount(Substring(word), figure, text))
    }

    private static func amount(_ word: Substring, _ figure: Figure, _ text: String) throws(BudgetError) -> Double {
        var (digits, factor) = (word, 1.0)
        let isTime = [.e2e, .heardE2e, .audio, .connect].contains(figure)
        if isTime, digits.hasSuffix("ms") {
            (digits, factor) = (digits.dropLast(2), 0.001)
        } else if isTime, digits.hasSuffix("s") {
            digits = digits.dropLast()
        } else if figure == .wer, digits.hasSuffix("%") {
            (digits, factor) = (digits.dropLast(), 0.01)
        } else if figure == .cost, digits.hasPrefix("$") {
            digits = digits.dropFirst()
        }
        guard let number = number(digits) else {
            throw BudgetError(text, "\"\(word)\" is no number that fits \(figure.rawValue)", unit(figure))
        }
        return number * factor
    }

    private static func unit(_ figure: Figure) -> String {
        switch figure {
        case .e2e, .heardE2e, .audio, .connect: "times are seconds (0.8, 0.8s) or 800ms"
        case .wer: "a share (0.2) or 20%"
        case .cost: "US dollars: 0.01 or $0.01"
        default: "a count"
        }
    }

    /// Digits with at most one point: nothing like 1e9, nan or 0x1.
    private static func number(_ text: Substring) -> Double? {
        guard !text.isEmpty, text.count <= 15, text.allSatisfy({ $0.isASCII && ($0.isNumber || $0 == ".") }),
            text.contains(where: \.isNumber)
        else { return nil }
        return Double(text)
    }

    private func check() throws(BudgetError) {
        if figure.isWord, comparator != .equal {
            throw BudgetError(text, "\(figure.rawValue) has no order", "write \(figure.rawValue)=…")
        }
        if figure.isWord, aggregate != .each {
            throw BudgetError(text, "\(figure.rawValue) is judged for each turn", "leave .\(aggregate.rawValue) out")
        }
        if aggregate == .run, ![.cost, .tokens, .audio].contains(figure) {
            throw BudgetError(text, "\(figure.rawValue) has no sum over a run", "cost, tokens and audio have one")
        }
        if figure == .connect, case .recorded = value {
            throw BudgetError(text, "connect is not compared with the recording", "write it as connect<2")
        }
    }

    /// Whether a measured figure is within it.
    func allows(_ measured: Double, limit: Double) -> Bool {
        switch comparator {
        case .below: measured < limit
        case .atMost: measured <= limit
        case .above: measured > limit
        case .atLeast: measured >= limit
        case .equal: measured == limit
        case .isNot: measured != limit
        }
    }
}

/// What is wrong with a budget.
public struct BudgetError: Error, Sendable, Equatable, CustomStringConvertible {
    public var text: String
    public var cause: String
    public var fix: String

    init(_ text: String, _ cause: String, _ fix: String) {
        self.text = text
        self.cause = cause
        self.fix = fix
    }

    public var description: String { "budget \"\(text)\": \(cause); \(fix)" }
}

extension TurnReport.Outcome {
    static let all: [Self] = [
        .completed, .interrupted, .noOutput, .toolError, .modelError, .aborted, .timeout,
    ]
}
