import Core
import ProviderKit
import Testing

@testable import Synthesizers

@Suite struct SocketSynthesizerTests {
    private func begun(_ name: String, options: JSONValue = .object([])) throws -> PartScript {
        let script = try PartScript(name, options: options)
        script.start()
        script.speak(1, "One.")
        script.speak(2, "Two.")
        script.open(0, status: 101)
        return script
    }

    @Test func deepgramMakesOneAtATimeAndClearsBeforeItGoesOn() throws {
        let script = try begun("deepgram-speak")
        #expect(script.events.first == .ready)
        #expect(script.sent.map(\.text) == [#"{"type":"Speak","text":"One."}"#, #"{"type":"Flush"}"#])
        script.receive(0, [1, 0, 1, 0, 7], .binary)
        script.cancel()
        #expect(script.sent.last?.text == #"{"type":"Clear"}"#)
        script.receive(0, [2, 0, 2, 0], .binary)
        script.speak(3, "Three.")
        #expect(script.sent.count == 3)
        script.receive(0, #"{"type":"Flushed","sequence_id":0}"#)
        script.receive(0, #"{"type":"Cleared","sequence_id":0}"#)
        #expect(script.sent.count == 5)
        script.receive(0, [3, 0, 3, 0], .binary)
        script.receive(0, #"{"type":"Flushed","sequence_id":1}"#)
        #expect(script.heard == [1, 3] && script.ended == [3])
        #expect(script.audio.last?.pcm == [3, 3])
    }

    @Test func aClearThatIsNotConfirmedCostsTheSocketNotTheCall() throws {
        let script = try begun("deepgram-speak")
        script.receive(0, [1, 0, 1, 0], .binary)
        script.cancel()
        script.speak(3, "Three.")
        script.fire(952, after: .seconds(3))
        #expect(script.links.count == 2)
        script.open(1, status: 101)
        #expect(script.sent.last?.link == script.links[1].id)
        #expect(script.failures.isEmpty)
    }

    @Test func anIdleSocketIsOpenedAgainWithTheNextSentence() throws {
        let script = try begun("deepgram-speak")
        script.receive(0, [1, 0, 1, 0], .binary)
        script.receive(0, #"{"type":"Flushed"}"#)
        script.receive(0, [1, 0, 1, 0], .binary)
        script.receive(0, #"{"type":"Flushed"}"#)
        script.close(0, LinkClosure(.remote, code: 1000))
        #expect(script.failures.isEmpty && script.links.count == 1)
        script.speak(3, "Three.")
        #expect(script.links.count == 2)
        script.open(1, status: 101)
        #expect(script.sent.last?.link == script.links[1].id)
        #expect(script.events.filter { $0 == .ready }.count == 1)
    }

    @Test func whatWasNotHeardIsAskedForAgainAfterALoss() throws {
        let script = try begun("deepgram-speak")
        script.receive(0, [1, 0, 1, 0], .binary)
        script.close(0, LinkClosure(.broken))
        #expect(script.failures.map(\.consequence) == [.goesOn])
        #expect(script.ended == [1])
        script.open(1, status: 101)
        #expect(script.sent.suffix(2).first?.text.contains("Two.") == true)
    }

    @Test func aRefusedConnectionEndsThePart() throws {
        let script = try PartScript("cartesia-tts")
        script.start()
        script.close(0, LinkClosure(.rejected(status: 401)))
        #expect(script.failures.map(\.code) == ["auth"])
        #expect(script.failures.map(\.consequence) == [.fatal])
        script.speak(1)
        #expect(script.links.count == 1 && script.events.count == 1)
    }

    @Test func elevenLabsGivesEachSentenceAContextAndClosesIt() throws {
        let script = try begun("elevenlabs-tts", options: ["stability": 0.5])
        #expect(
            script.sent.map(\.text) == [
                #"{"text":" ","voice_settings":{"stability":0.5},"context_id":"s1"}"#,
                #"{"text":"One. ","context_id":"s1","flush":true}"#, #"{"context_id":"s1","close_context":true}"#,
            ])
        script.receive(
            0,
            #"{"audio":"AQABAA==","contextId":"s1","alignment":{"chars":["O","n","e"," ","m"],"charStartTimesMs":[0,10,20,30,40],"charDurationsMs":[10,10,10,10,10]}}"#
        )
        #expect(script.words == [SpokenWord("One", startMs: 0, endMs: 30)])
        #expect(script.sent.count == 6)
        script.cancel()
        script.receive(0, #"{"audio":"AgACAA==","contextId":"s1"}"#)
        script.receive(0, #"{"audio":null,"isFinal":true,"contextId":"s2"}"#)
        script.speak(3, "Three.")
        script.receive(0, #"{"audio":"AwADAA==","contextId":"s3"}"#)
        script.receive(0, #"{"audio":null,"isFinal":true,"contextId":"s3"}"#)
        #expect(script.heard == [1, 3] && script.ended == [3])
    }

    @Test func elevenLabsQuotaEndsThePart() throws {
        let script = try begun("elevenlabs-tts")
        script.close(0, LinkClosure(.remote, code: 1008, reason: "quota_exceeded"))
        #expect(script.failures.map(\.code) == ["quota"])
    }

    @Test func cartesiaCancelsByNameAndTellsWords() throws {
        let script = try begun("cartesia-tts")
        script.receive(0, #"{"type":"chunk","context_id":"s1","data":"AQABAA=="}"#)
        script.receive(
            0, #"{"type":"timestamps","context_id":"s1","word_timestamps":{"words":["One"],"start":[0.1],"end":[0.5]}}"#
        )
        #expect(script.words == [SpokenWord("One", startMs: 100, endMs: 500)])
        script.cancel()
        #expect(
            script.sent.suffix(2).map(\.text)
                == [#"{"context_id":"s1","cancel":true}"#, #"{"context_id":"s2","cancel":true}"#])
    }

    @Test func anErrorOfOneContextIsOneSentence() throws {
        let script = try begun("cartesia-tts")
        script.receive(0, #"{"type":"chunk","context_id":"s1","data":"AQABAA=="}"#)
        script.receive(0, #"{"type":"error","context_id":"s1","status_code":500,"message":"internal"}"#)
        #expect(script.failures.map(\.consequence) == [.goesOn] && script.ended == [1])
        script.receive(0, #"{"type":"chunk","context_id":"s2","data":"AQABAA=="}"#)
        script.receive(0, #"{"type":"done","context_id":"s2"}"#)
        #expect(script.ended == [1, 2])
    }
}
