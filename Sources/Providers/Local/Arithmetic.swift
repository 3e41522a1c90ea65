/// A sum in words or signs: "twelve times seven", "12 * 7 + 1".
struct Arithmetic: Equatable {
    /// What is done with two numbers.
    enum Operation: Character {
        case plus = "+", minus = "-", times = "*", over = "/"

        /// As the agent says it.
        var word: String {
            switch self {
            case .plus: "plus"
            case .minus: "minus"
            case .times: "times"
            case .over: "divided by"
            }
        }
    }

    /// Numbers, one more than operations.
    let numbers: [Double]
    let operations: [Operation]

    /// Reads a sum that fills all of `words`; nil when something else is among them or nothing is to be done.
    init?(_ words: [String]) {
        var rest = words[...]
        guard let first = SpokenNumbers.take(&rest) else { return nil }
        var numbers = [first]
        var operations: [Operation] = []
        while let operation = Self.takeOperation(&rest) {
            guard let next = SpokenNumbers.take(&rest), numbers.count < 10 else { return nil }
            operations.append(operation)
            numbers.append(next)
        }
        guard rest.isEmpty, !operations.isEmpty else { return nil }
        self.numbers = numbers
        self.operations = operations
    }

    private static func takeOperation(_ words: inout ArraySlice<String>) -> Operation? {
        guard let word = words.first else { return nil }
        let next = words.dropFirst().first
        let found: (Operation, Int)? =
            switch word {
            case "plus", "+": (.plus, 1)
            case "minus", "-": (.minus, 1)
            case "times", "*", "x": (.times, 1)
            case "multiplied" where next == "by": (.times, 2)
            case "divided" where next == "by": (.over, 2)
            case "over", "/": (.over, 1)
            default: nil
            }
        guard let (operation, length) = found else { return nil }
        words = words.dropFirst(length)
        return operation
    }

    /// As the tool `calculate` takes it: `12*7`.
    var expression: String {
        zip(operations, numbers.dropFirst()).reduce(Self.plain(numbers[0])) { text, step in
            text + String(step.0.rawValue) + (step.1 < 0 ? "(\(Self.plain(step.1)))" : Self.plain(step.1))
        }
    }

    private static func plain(_ number: Double) -> String {
        number.rounded() == number && abs(number) < 1e15 ? String(Int(number)) : "\(number)"
    }

    /// As the agent says it.
    var spoken: String {
        zip(operations, numbers.dropFirst()).reduce(SpokenNumbers.words(numbers[0])) { text, step in
            text + " " + step.0.word + " " + SpokenNumbers.words(step.1)
        }
    }

    /// The outcome, products before sums; nil for a division by zero.
    var value: Double? {
        var terms = [numbers[0]]
        for (operation, number) in zip(operations, numbers.dropFirst()) {
            let last = terms[terms.count - 1]
            switch operation {
            case .plus: terms.append(number)
            case .minus: terms.append(-number)
            case .times: terms[terms.count - 1] = last * number
            case .over:
                guard number != 0 else { return nil }
                terms[terms.count - 1] = last / number
            }
        }
        return terms.reduce(0, +)
    }
}
