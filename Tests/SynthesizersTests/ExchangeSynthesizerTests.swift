import Core
import ProviderKit
import Testing

@testable import Synthesizers

@Suite struct ExchangeSynthesizerTests {
    private func begun() throws -> PartScript {
        let script = try PartScript("openai-speech")
        script.start()
        script.speak(1)
        script.speak(2)
        script.speak(3)
        return script
    }

    @Test func asksForOneUntilTheVendorAnswersThenForTwo() throws {
        let script = try begun()
        #expect(script.events == [.ready])
        #expect(script.links.count == 1)
        script.open(0)
        #expect(script.links.count == 2)
        script.receive(0, [1, 0, 2])
        script.receive(0, [0])
        script.close(0)
        #expect(script.links.count == 3)
        #expect(script.ended == [1])
        #expect(script.audio.flatMap(\.pcm) == [1, 2])
    }

    @Test func audioLeavesInTheOrderOfTheSentences() throws {
        let script = try begun()
        script.open(0)
        script.open(1)
        script.receive(1, [9, 0, 9, 0])
        script.close(1)
        #expect(script.audio.isEmpty && script.ended.isEmpty)
        script.receive(0, [1, 0, 1, 0])
        script.close(0)
        #expect(script.heard == [1, 2])
        #expect(script.ended == [1, 2])
        #expect(script.audio[1].pcm == [9, 9])
    }

    @Test func cancelClosesWhatRunsAndTellsNothingMore() throws {
        let script = try begun()
        script.open(0)
        script.receive(0, [1, 0, 1, 0])
        script.cancel()
        #expect(script.closed.count == 2)
        let before = script.events.count
        script.receive(0, [1, 0, 1, 0])
        script.close(0, LinkClosure(.local))
        script.fire(0, after: .seconds(60))
        #expect(script.events.count == before)
        script.speak(4)
        script.open(2)
        script.receive(2, [5, 0, 5, 0])
        script.close(2)
        #expect(script.ended == [4])
    }

    @Test func waitsAsLongAsARateLimitSays() throws {
        let script = try begun()
        script.close(0, LinkClosure(.rejected(status: 429), headers: [HeaderField("retry-after", "2")]))
        #expect(script.timers[ProviderTimer(950)] == .seconds(2))
        script.fire(950, after: .milliseconds(1990))
        #expect(script.links.count == 1)
        script.fire(950, after: .milliseconds(10))
        #expect(script.links.count == 2)
        #expect(script.failures.isEmpty)
    }

    @Test func aSentenceThatBreaksOffIsToldAndTheNextGoOn() throws {
        let script = try begun()
        script.open(0)
        script.receive(0, [1, 0, 1, 0])
        script.close(0, LinkClosure(.broken))
        #expect(script.failures.map(\.consequence) == [.goesOn])
        #expect(script.failures[0].text.contains("the rest of the sentence is lost"))
        #expect(script.ended == [1])
        script.open(1)
        script.receive(1, [1, 0, 1, 0])
        script.close(1)
        #expect(script.ended == [1, 2])
    }

    @Test func aRefusedKeyEndsThePart() throws {
        let script = try begun()
        script.close(
            0, LinkClosure(.rejected(status: 401), body: Array(#"{"error":{"message":"bad sk-test-key-123456"}}"#.utf8))
        )
        #expect(script.failures.map(\.code) == ["auth"])
        #expect(!script.failures[0].text.contains("sk-test"))
        script.speak(4)
        script.fire(950, after: .seconds(5))
        #expect(script.links.count == 1)
    }

    @Test func oneTextThatIsRefusedDoesNotEndACall() throws {
        let script = try begun()
        script.open(0)
        script.receive(0, [1, 0, 1, 0])
        script.close(0)
        script.close(1, LinkClosure(.rejected(status: 400)))
        #expect(script.failures.map(\.consequence) == [.goesOn])
        #expect(script.ended == [1, 2])
        let fresh = try begun()
        fresh.close(0, LinkClosure(.rejected(status: 400)))
        #expect(fresh.failures.map(\.consequence) == [.fatal])
    }

    @Test func errorsWhereAudioWasExpectedAreErrors() throws {
        for type in ["application/json", "application/octet-stream"] {
            let script = try PartScript("openai-speech")
            script.start()
            script.speak(1)
            for attempt in 0..<2 {
                script.open(attempt, type: type)
                script.receive(attempt, #"{"error":{"message":"overloaded"}}"#, .chunk)
                script.close(attempt)
                script.fire(950, after: .milliseconds(250))
            }
            #expect(script.failures.map(\.consequence) == [.goesOn] && script.ended == [1], "\(type)")
            #expect(script.audio.isEmpty, "\(type)")
            #expect(script.failures.first?.text.contains("overloaded") == true, "\(type)")
        }
    }

    @Test func silenceIsNotEndless() throws {
        let script = try begun()
        script.open(0)
        script.receive(0, [1, 0, 1, 0])
        #expect(script.timers[ProviderTimer(0)] == .seconds(10))
        script.fire(0, after: .seconds(9))
        #expect(script.failures.isEmpty)
        script.fire(0, after: .seconds(2))
        #expect(script.failures.map(\.consequence) == [.goesOn])
        #expect(script.closed.contains(script.links[0].id))
    }

    @Test func nothingToSayEndsInItsTurn() throws {
        let script = try PartScript("openai-speech")
        script.start()
        script.speak(1)
        script.speak(2, "...")
        #expect(script.ended.isEmpty)
        script.open(0)
        script.receive(0, [1, 0, 1, 0])
        script.close(0)
        #expect(script.ended == [1, 2])
        #expect(script.links.count == 1)
    }

    @Test func aLongSentenceIsSeveralRequestsOfOneNumber() throws {
        let script = try PartScript("google-tts", options: ["parallel": 1])
        script.start()
        script.speak(1, String(repeating: "Many words. ", count: 600))
        for index in 0..<2 {
            script.open(index)
            script.receive(index, #"{"audioContent":"AQABAAEA"}"#, .chunk)
            script.close(index)
        }
        #expect(script.links.count == 2)
        #expect(script.heard == [1, 1])
        #expect(script.ended == [1])
    }

    @Test func costsAreCountedByCharacters() throws {
        let script = try PartScript("avr-tts", options: ["price_per_million_characters": 10])
        script.start()
        script.speak(1, "0123456789")
        script.open(0)
        script.receive(0, [1, 0, 1, 0])
        script.close(0)
        let dollars = script.events.compactMap { if case .usage(let usage) = $0 { usage.dollars } else { nil } }
        #expect(dollars.map { ($0 * 1e9).rounded() } == [100_000])
    }
}
