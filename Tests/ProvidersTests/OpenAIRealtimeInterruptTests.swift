import Core
import ProviderKit
import TestKit
import Testing

@testable import Providers

/// Interruptions: what the vendor is told of what was heard (wire reference 1A.5, 1A.9).
@Suite struct OpenAIRealtimeInterruptTests {
    private typealias S = OpenAIScript

    /// A connection on which `ms` of item `a` of response `r` came.
    private func speaking(_ ms: Int, _ options: JSONValue = .object([])) throws -> ProviderHarness {
        let harness = try S.ready(options)
        S.say(harness, S.responseCreated("r"), S.itemAdded("a", "r"))
        if ms > 0 { S.say(harness, S.delta("a", "r", ms: ms)) }
        harness.forget()
        return harness
    }

    /// `type item ms` of all that was sent.
    private func told(_ harness: ProviderHarness) -> [String] {
        harness.sent.map(\.json).map { json in
            [json["type"]?.string, json["item_id"]?.string, json["audio_end_ms"]?.int.map(String.init)]
                .compactMap { $0 }.joined(separator: " ")
        }
    }

    @Test(arguments: [
        (500, 320, "conversation.item.truncate a 320"), (500, 500, "conversation.item.truncate a 500"),
        (500, 9000, "conversation.item.truncate a 500"), (500, 0, "conversation.item.delete a"),
        (0, 100, "conversation.item.delete a"), (500, -5, "conversation.item.delete a"),
    ])
    func tellsWhatWasHeard(_ receivedMs: Int, _ heardMs: Int, _ expected: String) throws {
        let harness = try speaking(receivedMs)
        S.say(harness, S.user("speech_started", "u1"))
        harness.perform(.interrupt(item: "a", heardMs: heardMs, cancelledByProvider: true))
        #expect(told(harness) == [expected])
    }

    @Test func cancelsOnlyWhatTheVendorDidNot() throws {
        let harness = try speaking(400)
        harness.perform(.interrupt(item: "a", heardMs: 100, cancelledByProvider: false))
        #expect(told(harness) == ["response.cancel", "conversation.item.truncate a 100"])
        S.say(harness, S.user("speech_started", "u1"))
        harness.perform(.interrupt(item: "a", heardMs: 100, cancelledByProvider: true))
        harness.perform(.interrupt(item: "a", heardMs: 100, cancelledByProvider: false))
        #expect(harness.sent.count == 2)
        S.say(harness, S.error("response_cancel_not_active"), S.done("r", "cancelled"))
        #expect(harness.failures.isEmpty)
        #expect(harness.events.contains(.responseEnded(id: "r", status: .cancelled)))
    }

    @Test func finishedResponseIsNotCancelled() throws {
        let harness = try speaking(400)
        S.say(harness, S.done("r"))
        harness.perform(.interrupt(item: "a", heardMs: 100, cancelledByProvider: false))
        #expect(told(harness) == ["conversation.item.truncate a 100"])
    }

    @Test func laterItemsThatNobodyHeardAreDeleted() throws {
        let harness = try speaking(400)
        S.say(harness, S.itemAdded("b", "r"), S.delta("b", "r", ms: 200))
        harness.perform(.interrupt(item: "a", heardMs: 300, cancelledByProvider: false))
        #expect(
            told(harness) == ["response.cancel", "conversation.item.truncate a 300", "conversation.item.delete b"])
    }

    @Test func playedItemsStay() throws {
        let harness = try speaking(400)
        harness.perform(.playedOut(item: "a"))
        S.say(harness, S.itemAdded("b", "r"), S.delta("b", "r", ms: 200))
        harness.perform(.interrupt(item: "b", heardMs: 50, cancelledByProvider: false))
        #expect(told(harness) == ["response.cancel", "conversation.item.truncate b 50"])
    }

    @Test func whatCameAfterTheUserSpokeStays() throws {
        let harness = try speaking(400)
        S.say(harness, S.user("speech_started", "u1"), S.done("r", "cancelled"), S.user("speech_stopped", "u1"))
        S.say(harness, S.responseCreated("r2"), S.itemAdded("b", "r2"), S.delta("b", "r2", ms: 100))
        harness.forget()
        harness.perform(.interrupt(item: "a", heardMs: 50, cancelledByProvider: true))
        #expect(told(harness) == ["conversation.item.truncate a 50"])
        S.say(harness, S.delta("b", "r2", ms: 100))
        #expect(harness.pcm.count == 2400)
    }

    @Test func cutWhileThinkingDropsTheAnswer() throws {
        let harness = try S.ready()
        harness.perform(.userText("hello"))
        harness.perform(.interrupt(item: nil, heardMs: 0, cancelledByProvider: false))
        S.say(harness, S.responseCreated("r"), S.itemAdded("a", "r"), S.delta("a", "r", ms: 100))
        #expect(harness.pcm.isEmpty)
        #expect(told(harness).filter { $0 == "response.cancel" }.count == 2)
        S.say(harness, S.done("r", "cancelled"))
        harness.perform(.userText("again"))
        S.say(harness, S.responseCreated("r2"), S.itemAdded("b", "r2"), S.delta("b", "r2", ms: 100))
        #expect(harness.pcm.count == 2400)
    }

    @Test func truncationErrorsAreHarmless() throws {
        let harness = try speaking(400)
        harness.perform(.interrupt(item: "a", heardMs: 100, cancelledByProvider: false))
        let id = harness.sent[1].json["event_id"]?.string
        S.say(harness, S.error("invalid_value", "whatever", eventID: id))
        S.say(harness, S.error(nil, "Audio content of 100ms is already shorter than 900ms"))
        S.say(harness, S.done("r", "cancelled"))
        #expect(harness.failures.isEmpty)
        OpenAIScript.answer(harness, 7)
        #expect(!harness.pcm.isEmpty)
    }

    @Test func thousandRandomInterruptions() throws {
        var random = SeededRandom(25)
        let harness = try S.ready()
        for turn in 0..<1000 {
            let item = "i\(turn)"
            let response = "r\(turn)"
            S.say(harness, S.user("speech_started", "u\(turn)"), S.user("speech_stopped", "u\(turn)"))
            S.say(harness, S.responseCreated(response), S.itemAdded(item, response))
            let received = Int.random(in: 0...8, using: &random) * 20
            if received > 0 { S.say(harness, S.delta(item, response, ms: received)) }
            let isDone = Bool.random(using: &random)
            if isDone { S.say(harness, S.done(response)) }
            harness.forget()
            let heard = Int.random(in: 0...200, using: &random)
            harness.perform(.interrupt(item: item, heardMs: heard, cancelledByProvider: Bool.random(using: &random)))
            let end = harness.sent("conversation.item.truncate").first?["audio_end_ms"]?.int
            #expect(end == (min(heard, received) > 0 ? min(heard, received) : nil))
            S.say(harness, S.delta(item, response, ms: 20))
            #expect(harness.pcm.isEmpty)
            if !isDone { S.say(harness, S.done(response, "cancelled")) }
        }
        #expect(harness.failures.isEmpty && harness.violations == [])
        S.answer(harness, 1)
        #expect(!harness.pcm.isEmpty)
    }
}
