import Core
import Testing

@testable import Console

@Suite struct InterruptionWordsTests {
    private func cut(
        _ detector: Detector, _ reason: String, probability: Double? = nil, detectMs: Double? = nil
    ) -> String {
        InterruptionWords.describe(
            BargeIn(
                item: "a", turn: 1, detector: detector, heardMs: 2_310, generatedMs: 5_000, detectMs: detectMs,
                probability: probability, reason: reason), speaker: "you")
    }

    @Test func eachCauseIsASentence() {
        #expect(
            cut(.local, "user speech p 0.83 while agent at 2.3 s", probability: 0.83, detectMs: 240)
                == "you spoke 2.31s into the answer, speech probability 0.83 for 240 ms")
        #expect(cut(.provider, "provider") == "the provider heard you speak 2.31s into the answer")
        #expect(cut(.local, "operator") == "operator, 2.31s into the answer")
    }
}
