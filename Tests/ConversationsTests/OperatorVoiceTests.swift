import Testing

@testable import Conversations

@Suite struct OperatorVoiceTests {
    private func frame(_ voice: OperatorVoice) -> [Int16] {
        var pcm = [Int16](repeating: -1, count: 160)
        var span = pcm.mutableSpan
        voice.render(into: &span)
        return pcm
    }

    @Test func collectsACushionThenPlaysInOrder() {
        let voice = OperatorVoice(rate: 8000)
        voice.feed([Int16](repeating: 1, count: 160).span)
        #expect(frame(voice) == [Int16](repeating: 0, count: 160))
        voice.feed([Int16](repeating: 2, count: 160).span)
        #expect(frame(voice) == [Int16](repeating: 1, count: 160))
        #expect(frame(voice) == [Int16](repeating: 2, count: 160))
        #expect(frame(voice) == [Int16](repeating: 0, count: 160))
    }

    @Test func whatComesTooFastLosesItsOldest() {
        let voice = OperatorVoice(rate: 8000)
        for value in 0..<50 { voice.feed([Int16](repeating: Int16(value), count: 160).span) }
        #expect(voice.dropped == 40 * 160)
        #expect(frame(voice)[0] == 40)
    }

    @Test func silenceIsNotSpeech() {
        let voice = OperatorVoice(rate: 8000)
        for _ in 0..<100 { voice.feed([Int16](repeating: 0, count: 160).span) }
        #expect(voice.spokenFor == .zero)
    }
}
