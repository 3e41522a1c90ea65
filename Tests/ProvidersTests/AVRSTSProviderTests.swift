import Core
import ProviderKit
import TestKit
import Testing

@testable import Providers

@Suite struct AVRSTSProviderTests {
    private typealias S = AVRScript

    @Test func optionsShownAreOptionsTaken() {
        #expect(AVRSTS.descriptor.options.map(\.name).sorted() == AVRSTSOptions.names.sorted())
    }

    @Test func connectsWithTheCallsArguments() throws {
        let harness = ProviderHarness(
            try S.provider(["url": "ws://avr-sts-openai:6030/x", "query": ["from": "100", "to": 200]]))
        harness.start()
        guard case .webSocket(let endpoint)? = harness.endpoints[S.link] else {
            Issue.record("no WebSocket")
            return
        }
        #expect(endpoint.url.description == "ws://avr-sts-openai:6030/x?from=100&to=200")
        harness.open(S.link)
        #expect(
            harness.sent.map(\.text) == [#"{"type":"init","uuid":"00000000-0000-4000-8000-000000000001"}"#])
        #expect(harness.isReady)
    }

    private static let bad: [(JSONValue, String)] = [
        (["url": "http://x"], "option url"), (["adress": "x"], "option adress"),
        (["query": ["a": [1]]], "option query.a"), (["on_close": "hangup"], "option on_close"),
    ]

    @Test(arguments: bad)
    func badOptionsAreNamed(_ options: JSONValue, _ place: String) throws {
        let error = #expect(throws: ConfigurationError.self) { try S.provider(options) }
        #expect(error?.place.hasSuffix(place) == true)
    }

    @Test func uuidsAreOfVersionFour() {
        let made = AVRSTSProvider.randomUUID()
        #expect(made.count == 36 && Array(made)[14] == "4" && made != AVRSTSProvider.randomUUID())
    }

    /// However the caller's audio is cut, each message holds 20 ms.
    @Test func framesAreOfTwentyMilliseconds() throws {
        let harness = try S.ready()
        var random = SeededRandom(3)
        var given = 0
        for _ in 0..<200 {
            let count = Int.random(in: 1...500, using: &random)
            given += count
            harness.audio([Int16](repeating: 7, count: count))
        }
        #expect(harness.sent.count == given / 160)
        #expect(harness.sent.allSatisfy { $0.json["audio"]?.string?.utf8.count == 428 })
    }

    @Test func silenceEndsAnAnswer() throws {
        let harness = try S.ready()
        S.audio(harness, frames: 50)
        harness.advance(by: .milliseconds(500))
        S.audio(harness, frames: 50)
        S.say(harness, S.transcript("agent", "Hello."))
        harness.advance(by: .seconds(1))
        let kinds = harness.events.map { String("\($0)".prefix { $0 != "(" }) }.filter { $0 != "agentAudio" }
        #expect(kinds == ["responseStarted", "agentText", "agentAudioEnded", "agentTextEnded", "responseEnded"])
        #expect(harness.pcm.count == 16000)
    }

    @Test func wordsBehindTheirAnswerAreStillItsWords() throws {
        let harness = try S.ready()
        S.audio(harness, frames: 5)
        harness.advance(by: .seconds(1))
        harness.forget()
        S.say(harness, S.transcript("agent", "Hello."))
        #expect(harness.events == [.agentTextEnded(item: ItemHandle(0), text: "Hello.")])
    }

    /// Adapters pass on what their vendor still sends of a cut answer.
    @Test func lateAudioBehindAnInterruptionIsDropped() throws {
        let harness = try S.ready()
        S.audio(harness, frames: 5)
        S.say(harness, ["type": "interruption"])
        harness.forget()
        S.audio(harness, frames: 5)
        S.say(harness, S.transcript("agent", "What was cut."))
        #expect(harness.pcm.isEmpty && !harness.visible.contains("What was cut"))
        harness.advance(by: .seconds(1))
        S.audio(harness, frames: 5)
        #expect(harness.pcm.count == 800)
    }

    @Test func theGreetingOfASecondConnectionIsNotHeard() throws {
        var context = ConformanceSuite.context
        context.history = [.user("Hello.")]
        let harness = try S.ready(context: context)
        S.audio(harness, frames: 50)
        #expect(harness.pcm.isEmpty)
        harness.advance(by: .seconds(3))
        S.audio(harness, frames: 5)
        #expect(harness.pcm.count == 800)
    }

    @Test func errorsAreToldAndTheCloseDecides() throws {
        let harness = try S.ready()
        S.say(harness, ["type": "error", "message": "provider connection failed"])
        #expect(harness.failures.map(\.consequence) == [.goesOn])
        harness.close(S.link, LinkClosure(.remote, code: 1000))
        #expect(harness.failures.last?.consequence == .reconnect(after: nil))
        let hanging = try S.ready(["on_close": "hang_up"])
        hanging.close(S.link, LinkClosure(.remote, code: 1000))
        #expect(hanging.events == [.hangUpRequested(reason: "the adapter closed")])
    }

    @Test func failedToolsAreToldAsFailed() throws {
        let harness = try S.ready()
        S.say(harness, S.call("i1", "get_time"), S.call("i2", "get_time"))
        harness.perform(.toolResult(callID: "i1", output: "no clock", isError: true))
        harness.perform(.toolResult(callID: "i2", output: "14:05", isError: false))
        #expect(
            harness.sent.map(\.text) == [
                #"{"type":"tool_result","invocationId":"i1","errorType":"implementation-error","errorMessage":"no clock"}"#,
                #"{"type":"tool_result","invocationId":"i2","result":"14:05"}"#,
            ])
    }

    @Test func typedTextIsRefusedInWords() throws {
        let harness = try S.ready()
        harness.perform(.userText("hello"))
        harness.perform(.userText("hello"))
        #expect(harness.sent.isEmpty && harness.events.count == 1)
    }
}
