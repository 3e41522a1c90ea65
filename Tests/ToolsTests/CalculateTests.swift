import Core
import Testing

@testable import Tools

@Suite struct CalculateTests {
    @Test(arguments: [
        ("12*7", 84.0), ("(1+2)*3", 9), ("2^10", 1024), ("-3+5", 2), ("10/4", 2.5), ("7 % 4", 3), ("1,000+1", 1001),
        ("2^-1", 0.5),
    ])
    func computes(_ text: String, _ value: Double) throws {
        var expression = Calculate.Expression(text)
        #expect(try expression.result() == value)
    }

    @Test(arguments: ["", "1+", "(1", "1/0", "x", "1..2", String(repeating: "(", count: 150), "9^9^9^9"])
    func refusesInWords(_ text: String) {
        var expression = Calculate.Expression(text)
        #expect(throws: ToolFailure.self) { try expression.result() }
    }

    @Test func survivesRandomText() {
        var random = SystemRandomNumberGenerator()
        let pieces = Array("0123456789+-*/^%(). x")
        var refused = 0
        for _ in 0..<10_000 {
            let text = String(
                (0..<Int.random(in: 0...30, using: &random)).map { _ in pieces.randomElement(using: &random) ?? "0" })
            var expression = Calculate.Expression(text)
            if (try? expression.result()) == nil { refused += 1 }
        }
        #expect(refused > 0)
    }
}
