import Core
import ProviderKit
import TestKit
import Testing

@testable import Providers

@Suite struct OpenAIRealtimeToolTests {
    private typealias S = OpenAIScript

    private func kinds(_ harness: ProviderHarness) -> [String] { harness.sent.compactMap { $0.json["type"]?.string } }

    @Test func continuesOnceWhenAllAreAnswered() throws {
        let harness = try S.ready()
        S.say(harness, S.responseCreated("r"), S.call("c1", "get_time", "r"), S.call("c2", "get_weather", "r"))
        #expect(harness.toolCalls.map(\.id) == ["c1", "c2"])
        harness.perform(.toolResult(callID: "c1", output: "{}", isError: false))
        #expect(kinds(harness) == ["conversation.item.create"])
        S.say(harness, S.done("r"))
        #expect(kinds(harness).count == 1)
        harness.perform(.toolResult(callID: "c2", output: "{}", isError: false))
        #expect(kinds(harness) == ["conversation.item.create", "conversation.item.create", "response.create"])
        S.say(harness, S.responseCreated("r2"), S.done("r2"))
        #expect(kinds(harness).count == 3)
    }

    @Test func answeredBeforeTheResponseEnds() throws {
        let harness = try S.ready()
        S.say(harness, S.responseCreated("r"), S.call("c1", "get_time", "r"))
        harness.perform(.toolResult(callID: "c1", output: "{}", isError: false))
        #expect(!kinds(harness).contains("response.create"))
        S.say(harness, S.done("r"))
        #expect(kinds(harness).last == "response.create")
    }

    @Test func oneCallToldByManyEvents() throws {
        let harness = try S.ready()
        let added: JSONValue = [
            "type": "response.output_item.added", "response_id": "r",
            "item": ["id": "f", "type": "function_call", "name": "get_time", "call_id": "c1", "arguments": ""],
        ]
        let arguments: JSONValue = [
            "type": "response.function_call_arguments.done", "response_id": "r", "call_id": "c1",
            "arguments": "{broken",
        ]
        S.say(harness, S.responseCreated("r"), added, arguments, S.call("c1", "get_time", "r"), S.done("r"))
        #expect(harness.toolCalls == [ToolCall(id: "c1", name: "get_time", arguments: "{broken")])
    }

    @Test func callToldByTheEndAlone() throws {
        let harness = try S.ready()
        var done = S.done("r")
        done["response"]?["output"] = .array([S.call("c1", "get_time", "r")["item"] ?? .null])
        S.say(harness, S.responseCreated("r"), done)
        #expect(harness.toolCalls.map(\.id) == ["c1"])
        harness.perform(.toolResult(callID: "c1", output: "1", isError: false))
        #expect(kinds(harness) == ["conversation.item.create", "response.create"])
    }

    @Test func cancelledResponseIsNotContinued() throws {
        let harness = try S.ready()
        S.say(harness, S.responseCreated("r"), S.call("c1", "get_time", "r"), S.user("speech_started", "u"))
        S.say(harness, S.done("r", "cancelled"))
        harness.perform(.toolResult(callID: "c1", output: "late", isError: true))
        #expect(kinds(harness) == ["conversation.item.create"])
        let output = harness.sent[0].json["item"]?["output"]?.string
        #expect(output == #"{"error":"late"}"#)
    }

    @Test func resultWhileTheUserSpeaksWaitsForTheVendorsOwnAnswer() throws {
        let harness = try S.ready()
        S.say(
            harness, S.responseCreated("r"), S.call("c1", "get_time", "r"), S.done("r"), S.user("speech_started", "u"))
        harness.perform(.toolResult(callID: "c1", output: "{}", isError: false))
        #expect(kinds(harness) == ["conversation.item.create"])
        S.say(harness, S.user("speech_stopped", "u"), S.responseCreated("r2"), S.done("r2"))
        #expect(kinds(harness) == ["conversation.item.create"])
    }

    @Test func ledger() {
        var ledger = ToolLedger()
        #expect(ledger.add("a", response: "r") && !ledger.add("a", response: "r") && ledger.add("b", response: "s"))
        #expect(!ledger.answer("x") && ledger.answer("a") && !ledger.answer("a"))
        #expect(!ledger.takeContinuation() && ledger.openCount == 1)
        ledger.responseDone("r", continues: true)
        #expect(ledger.takeContinuation() && !ledger.takeContinuation())
    }
}
