import Core
import TestKit
import Testing

@testable import Tools

@Suite struct BuiltInToolsTests {
    private static let phone = ToolScope(
        isPhoneCall: true, callID: "u-1", variables: ["call": ["uuid": "u-1"]])

    @Test func digitsGoOnlyToPhoneCalls() {
        EngineActor.executor.occupy {
            let bench = ToolBench([SendDTMF.tool])
            bench.call("send_dtmf", #"{"digits":"1,2#"}"#)
            #expect(bench.last.contains("no phone call"))
            bench.use([SendDTMF.tool], Self.phone)
            bench.call("send_dtmf", #"{"digits":"1,2#"}"#)
            #expect(bench.last.hasPrefix("result") && bench.ends.last?.effect == .digits("1,2#"))
            bench.call("send_dtmf", #"{"digits":"x"}"#)
            #expect(bench.last.contains("should match"))
        }
    }

    @Test func transfersGoOnlyWhereTheConfigurationSays() throws {
        try EngineActor.executor.occupy { () throws in
            let bench = ToolBench([TransferCall.tool], scope: Self.phone)
            bench.call("transfer_call", #"{"destination":"100"}"#)
            #expect(bench.last.contains("not set up"))
            let base = try URLParts(parsing: "http://127.0.0.1:6006")
            bench.ports.telephony = AMIService(base: base, opener: bench.network)
            let sales = TransferTarget(exten: "100", context: "internal", priority: 2)
            let tool = TransferCall(destinations: [("sales", sales)], numbers: try Pattern("^[0-9]{3}$")).tool
            bench.use([tool], Self.phone)
            bench.call("transfer_call", #"{"destination":"0900123"}"#)
            #expect(bench.last.hasPrefix("error") && bench.network.exchanges.isEmpty)
            bench.call("transfer_call", #"{"destination":"sales"}"#)
            let exchange = try #require(bench.network.exchanges.first)
            #expect(exchange.endpoint?.url.path == "/transfer")
            #expect(exchange.body == #"{"uuid":"u-1","exten":"100","context":"internal","priority":2}"#)
            exchange.answer(200, #"{"message":"ok"}"#)
            #expect(bench.last == #"result {"status":"transferred","destination":"sales"}"#)
            bench.call("transfer_call", #"{"destination":"200"}"#)
            bench.network.exchanges[1].answer(404, #"{"message":"Call with UUID u-1 not found"}"#)
            #expect(bench.last.contains("not found"))
            bench.use([tool])
            bench.call("transfer_call", #"{"destination":"sales"}"#)
            #expect(bench.last.contains("no phone call"))
        }
    }

    @Test func waitingTakesItsTimeAndNotesAreKept() {
        EngineActor.executor.occupy {
            let bench = ToolBench([Wait.tool, EndOfCallNote.tool])
            bench.call("wait", #"{"seconds":2}"#)
            bench.loop.advance(by: .milliseconds(1900))
            #expect(bench.last == "none")
            bench.loop.advance(by: .milliseconds(200))
            #expect(bench.last.hasPrefix("result"))
            bench.call("end_of_call_note", #"{"note":"wants a refund"}"#)
            #expect(bench.ends.last?.effect == .note("wants a refund"))
        }
    }

    @Test func aRegistryKnowsWhoMayAsk() {
        EngineActor.executor.occupy {
            var secret = Calculate.tool
            secret.audience = ToolAudience(agents: ["boss"], providers: ["p"])
            var after = EndOfCallNote.tool
            after.phase = .after
            let registry = ToolRegistry([secret, after, Wait.tool], selection: ["calc*", "wait", "end_of_call_note"])
            #expect(registry.definitions.map(\.name) == ["calculate", "wait"])
            #expect(registry.of(agent: "clerk").definitions.map(\.name) == ["wait"])
            #expect(registry.adding([HangUp.tool])["hang_up"] == nil)
            let bench = ToolBench([secret, after], scope: ToolScope(agent: "boss", provider: "q"))
            bench.call("calculate", #"{"expression":"1"}"#)
            #expect(bench.last.contains("no tool named"))
            bench.call("end_of_call_note", #"{"note":"x"}"#)
            #expect(bench.last.contains("there are: none"))
            bench.call("end_of_call_note", #"{"note":"x"}"#, phase: .after)
            #expect(bench.last.hasPrefix("result"))
        }
    }

    @Test func slowToolsAreToldOnceAndLongResultsCut() {
        EngineActor.executor.occupy {
            var slow = Wait.tool
            slow.slow = SlowNotice(after: .seconds(1), text: "One moment.")
            let bench = ToolBench([slow])
            bench.call("wait", #"{"seconds":3}"#)
            bench.loop.advance(by: .seconds(4))
            bench.call("wait", #"{"seconds":0.5}"#)
            bench.loop.advance(by: .seconds(4))
            #expect(bench.slow == ["wait: One moment."] && bench.ends.count == 2)
            let cut = ToolRunner.bounded(.string(String(repeating: "ä", count: 100)), 51)
            #expect(cut.contains("202 bytes") && cut.utf8.count < 200)
        }
    }
}
