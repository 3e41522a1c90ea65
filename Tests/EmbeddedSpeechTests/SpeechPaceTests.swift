import Testing

@testable import EmbeddedSpeech

@Suite struct SpeechPaceTests {
    @Test func pausesDoNotCount() {
        let tone = (0..<8000).map { Int16($0 % 40 < 20 ? 3000 : -3000) }
        let quiet = [Int16](repeating: 0, count: 8000)
        #expect(SpeechPace.activeFrames(quiet + tone + quiet + tone) == 100)
        #expect(SpeechPace.activeFrames(quiet) == 0 && SpeechPace.activeFrames([]) == 0)
    }

    @Test func sentencesForcedOntoLongSpeechAreImplausible() {
        #expect(SpeechPace.isPlausible(frames: 65, phones: 10))
        #expect(!SpeechPace.isPlausible(frames: 107, phones: 6))
        #expect(!SpeechPace.isPlausible(frames: 20, phones: 12))
    }
}
