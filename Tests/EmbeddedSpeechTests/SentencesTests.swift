import Testing

@testable import EmbeddedSpeech

@Suite struct SentencesTests {
    @Test func textIsCutAtSentences() {
        #expect(Sentences.split("Hello. How are you?  Fine!") == ["Hello.", "How are you?", "Fine!"])
        #expect(Sentences.split("It is 3.5 now") == ["It is 3.5 now"])
        #expect(Sentences.split(" ... \n - ").isEmpty)
        #expect(Sentences.split("one\ntwo") == ["one", "two"])
    }

    @Test func longTextIsCutBetweenWords() {
        let pieces = Sentences.split(String(repeating: "word ", count: 200))
        #expect(pieces.count > 2 && pieces.allSatisfy { $0.count <= 2 * Sentences.longest })
        #expect(pieces.joined(separator: " ").split(separator: " ").count == 200)
    }

    @Test func theVoiceGetsAsciiOnly() {
        #expect(Sentences.readable("it’s 2 × 3 – “ok”\u{1F600}\u{7}") == "it's 2  times  3 ,  \"ok\"  ")
    }
}
