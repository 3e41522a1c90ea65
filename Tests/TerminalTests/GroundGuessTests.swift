import Core
import Testing

@testable import Terminal

@Suite struct GroundGuessTests {
    @Test(arguments: [
        ("15;0", false), ("0;15", true), ("0;default;7", true), ("12;8", false), ("default", nil), ("0;99", nil),
        ("", nil),
    ])
    func colorVariable(text: String, isLight: Bool?) { #expect(GroundGuess.hint(text) == isLight) }

    @Test func theAnswerWins() {
        var guess = GroundGuess(environment: ["COLORFGBG": "15;0"])
        guess.take(.kittyKeyboard(flags: 0))
        #expect(guess.isOpen)
        guess.take(.background(red: 250, green: 250, blue: 240))
        #expect(!guess.isOpen && guess.isLight == true)
    }

    @Test func anotherAnswerFirstMeansItDoesNotKnow() {
        var guess = GroundGuess(environment: ["COLORFGBG": "0;15"])
        guess.take(.deviceAttributes)
        #expect(!guess.isOpen && guess.isLight == true)
        guess.take(.background(red: 0, green: 0, blue: 0))
        #expect(guess.isLight == true, "too late to change the colours")
    }

    @Test func silenceLeavesItOpenUntilClosed() {
        var guess = GroundGuess(environment: [:])
        guess.close()
        #expect(!guess.isOpen && guess.isLight == nil)
    }
}

@Suite struct OutputBudgetTests {
    @Test func manyFramesAreSpreadOut() {
        var budget = OutputBudget()
        var now = MonotonicTime(nanoseconds: 0)
        var drawn = 0
        // 30 frames a second of 3 KB for a minute.
        for _ in 0..<1_800 {
            if budget.wait(now: now) == nil {
                budget.spend(3_000, now: now)
                drawn += 3_000
            }
            now = now + .nanoseconds(33_333_333)
        }
        #expect(drawn <= Int(OutputBudget.burst + 61 * OutputBudget.rate) + 3_000)
        #expect(drawn >= Int(58 * OutputBudget.rate))
    }

    @Test func theWaitIsAsLongAsTheDebt() {
        var budget = OutputBudget()
        let now = MonotonicTime(nanoseconds: 0)
        #expect(budget.wait(now: now) == nil)
        budget.spend(Int(OutputBudget.burst + OutputBudget.rate), now: now)
        #expect(budget.wait(now: now) == .seconds(1))
        #expect(budget.wait(now: now + .seconds(1)) == nil)
    }
}
