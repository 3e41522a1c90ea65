import Testing

@testable import Providers

@Suite struct LocalSpokenNumbersTests {
    private func read(_ text: String) -> Double? {
        var words = IntentMatcher.words(text)[...]
        guard let number = SpokenNumbers.take(&words), words.isEmpty else { return nil }
        return number
    }

    @Test(arguments: [
        ("zero", 0.0), ("twelve", 12), ("twenty one", 21), ("two hundred and five", 205), ("a hundred", 100),
        ("three hundred forty two", 342), ("one thousand and one", 1001),
        ("two million three thousand four", 2_003_004),
        ("minus five", -5), ("two point five", 2.5), ("12", 12), ("3.5", 3.5),
        ("nine hundred ninety nine thousand", 999_000),
    ])
    func numbersAreRead(_ text: String, _ value: Double) {
        #expect(abs((read(text) ?? .nan) - value) < 1e-9)
    }

    @Test(arguments: ["", "five five", "hundred", "twenty eleven", "and", "a", "one point", "twelve times", "1.2.3"])
    func otherWordsAreNoNumber(_ text: String) { #expect(read(text) == nil) }

    @Test func wordsComeBackAsTheSameNumber() {
        for number in Array(0...1200) + [9999, 10_000, 123_456, 1_000_000, 987_654_321, 1_000_000_007] {
            #expect(read(SpokenNumbers.words(number)) == Double(number), "\(SpokenNumbers.words(number))")
        }
        #expect(SpokenNumbers.words(-2.5) == "minus two point five")
        #expect(SpokenNumbers.words(1.0 / 3) == "zero point three three three three")
        #expect(SpokenNumbers.words(Double.infinity) == "inf")
    }
}
