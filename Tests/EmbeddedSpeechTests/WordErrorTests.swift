import Testing

@testable import EmbeddedSpeech

@Suite struct WordErrorTests {
    @Test func errorsAreCounted() {
        #expect(WordError.rate(reference: "what time is it", heard: "what time is it") == 0)
        #expect(WordError.rate(reference: "what time is it", heard: "what kind is") == 0.5)
        #expect(WordError.rate(reference: "yes", heard: "") == 1)
        #expect(WordError.normalized("Mr. Smith, it's 2 pm!") == "mister smith it's pm")
    }
}
