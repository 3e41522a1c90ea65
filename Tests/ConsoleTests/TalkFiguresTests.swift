import Core
import Testing

@testable import Console

@Suite struct TalkFiguresTests {
    private func at(_ seconds: Double) -> MonotonicTime {
        MonotonicTime(nanoseconds: 1_000_000_000_000 + Int64(seconds * 1e9))
    }

    @Test func sharesCountFromTheFirstSpeech() throws {
        var talk = TalkFigures()
        #expect(talk.shares(at(5)) == nil && talk.longestSilence == nil)
        talk.open(isUser: true, at(10))
        talk.close(isUser: true, at(14))
        talk.open(isUser: false, at(15))
        talk.close(isUser: false, at(20))
        let shares = try #require(talk.shares(at(20)))
        #expect(shares.user == 0.4 && shares.agent == 0.5 && shares.silence == 0.1)
        #expect(talk.longestSilence == .seconds(1))
        let later = try #require(talk.shares(at(30)))
        #expect(later.user == 0.2 && later.silence == 0.55)
        // Silence that has not ended is no dead air yet: the caller may have gone.
        #expect(talk.longestSilence == .seconds(1))
    }

    @Test func bothAtOnceIsNoSilence() throws {
        var talk = TalkFigures()
        talk.open(isUser: false, at(0))
        talk.open(isUser: true, at(2))
        talk.close(isUser: false, at(3))
        talk.close(isUser: true, at(4))
        talk.close(isUser: true, at(9))
        talk.finish(at(4))
        #expect(try #require(talk.shares(at(100))) == TalkFigures.Shares(user: 0.5, agent: 0.75, silence: 0))
    }

    @Test func theDetectorsHistoryKeepsTheHighest() {
        var history = ProbabilityHistory()
        history.add(nil, at(0))
        for step in 0..<10 { history.add(Double(step) / 10, at(Double(step) * 0.2)) }
        #expect(history.highest(from: at(0), step: .seconds(1), count: 3) == [0.4, 0.9, nil])
    }
}
