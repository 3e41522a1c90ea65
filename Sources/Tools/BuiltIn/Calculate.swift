import Core

/// `calculate`: arithmetic with + - * / ^ % and parentheses.
public enum Calculate {
    /// The tool.
    public static let tool = Tool(
        ToolDefinition(
            name: "calculate", summary: "Computes an arithmetic expression with + - * / ^ % and parentheses.",
            parameters: [
                "type": "object",
                "properties": [
                    "expression": ["type": "string", "description": "For example (12+3)*7 or 2^10."]
                ],
                "required": ["expression"],
            ])
    ) { arguments in
        var parser = Expression(arguments["expression"]?.string ?? "")
        return ToolOutcome(["result": number(try parser.result())])
    }

    private static func number(_ value: Double) -> JSONValue {
        value.rounded() == value && abs(value) < 9e15 ? .int(Int64(value)) : .double(value)
    }

    /// A recursive-descent reader of one expression; nesting and length are bounded.
    struct Expression {
        private let text: [Character]
        private var at = 0
        private var depth = 0

        init(_ text: String) { self.text = text.filter { $0 != " " && $0 != "," } }

        mutating func result() throws -> Double {
            guard text.count <= 200 else { throw ToolFailure("the expression is longer than 200 characters") }
            let value = try sum()
            guard at == text.count else { throw ToolFailure("unexpected \"\(text[at])\" in the expression") }
            guard value.isFinite else { throw ToolFailure("the result is not a finite number") }
            return value
        }

        private mutating func take(_ wanted: Character...) -> Character? {
            guard at < text.count, wanted.contains(text[at]) else { return nil }
            at += 1
            return text[at - 1]
        }

        private mutating func sum() throws -> Double {
            var value = try product()
            while let sign = take("+", "-") { value = try sign == "+" ? value + product() : value - product() }
            return value
        }

        private mutating func product() throws -> Double {
            var value = try power()
            while let sign = take("*", "x", "×", "/", "÷", "%") {
                let right = try power()
                if sign == "*" || sign == "x" || sign == "×" { value *= right; continue }
                guard right != 0 else { throw ToolFailure("division by zero") }
                value = sign == "%" ? value.truncatingRemainder(dividingBy: right) : value / right
            }
            return value
        }

        private mutating func power() throws -> Double {
            let base = try unary()
            guard take("^") != nil else { return base }
            return raise(base, try power())
        }

        private func raise(_ base: Double, _ exponent: Double) -> Double {
            guard exponent.rounded() == exponent, abs(exponent) <= 1024 else { return .nan }
            var value = 1.0
            for _ in 0..<Int(abs(exponent)) { value *= base }
            return exponent < 0 ? 1 / value : value
        }

        private mutating func unary() throws -> Double {
            depth += 1
            defer { depth -= 1 }
            guard depth < 64 else { throw ToolFailure("the expression is nested too deeply") }
            if take("-") != nil { return try -unary() }
            if take("(") != nil {
                let value = try sum()
                guard take(")") != nil else { throw ToolFailure("a closing parenthesis is missing") }
                return value
            }
            return try literal()
        }

        private mutating func literal() throws -> Double {
            let start = at
            while at < text.count, text[at].isASCII, text[at].isNumber || text[at] == "." { at += 1 }
            guard at > start, let value = Double(String(text[start..<at])) else {
                throw ToolFailure(
                    at < text.count ? "unexpected \"\(text[at])\" in the expression" : "the expression is incomplete")
            }
            return value
        }
    }
}
