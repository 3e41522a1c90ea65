import Core
import ProviderKit
import TestKit
import Testing

@testable import Providers

@Suite struct UltravoxProviderTests {
    private typealias Script = UltravoxScript

    private func kinds(_ harness: ProviderHarness) -> [String] {
        harness.events.compactMap { event in
            switch event {
            case .userSpeechStarted: "began"
            case .userSpeechStopped: "paused"
            case .userTranscript(_, let text, let isFinal): "\(isFinal ? "final" : "partial"):\(text)"
            case .responseStarted: "response"
            case .responseEnded(_, let status): "ended:\(status)"
            case .agentText(_, let delta): "text:\(delta)"
            case .agentTextEnded(_, let text): "said:\(text)"
            default: nil
            }
        }
    }

    /// The context's restoring goes by the call's body, which the suite does not see: `theCallIsMadeWithEverything` looks at it.
    @Test(arguments: ConformanceSuite.Case.allCases.filter { $0 != .contextIsRestored })
    func keeps(_ rule: ConformanceSuite.Case) { #expect(ConformanceSuite.run(rule, Script.subject()) == []) }

    @Test func theCallIsMadeWithEverything() throws {
        let harness = ProviderHarness(
            try Script.provider([
                "temperature": 0.4, "language_hint": "de", "max_duration": 600, "join_timeout": 30,
                "time_exceeded_message": "Time is up.", "recording": true, "metadata": ["a": "b"],
                "inactivity_messages": [["duration": 8.5, "message": "Hello?"]],
                "vad": ["turn_endpoint_delay": 0.384, "frame_activation_threshold": 0.1], "input_rate": 8000,
                "output_rate": 8000, "client_buffer_ms": 60,
            ]))
        var context = ConformanceSuite.context
        context.greeting = "Welcome!"
        context.history = [
            .user("One"), .agent("Two"),
            .tool(call: ToolCall(id: "1", name: "get_time", arguments: "{}"), output: "noon"), .user("Three"),
        ]
        context.answerPending = true
        harness.start(context)
        let body = Script.body(harness.endpoints[Script.link])
        #expect(GoldenText().difference(body.text + "\n", "ultravox-call") == nil)
        guard case .http(let http)? = harness.endpoints[Script.link] else { return #expect(Bool(false)) }
        #expect(http.url.description == "https://api.ultravox.ai/api/calls" && http.method == "POST")
        #expect(http.headers.contains(HeaderField("X-API-Key", Script.key, secret: true)))
    }

    @Test func theSocketIsTheJoinURLAndWhatWasAskedIsAnswered() throws {
        let harness = try Script.ready(
            context: ProviderContext(history: [.agent("Hi"), .user("What now?")], answerPending: true))
        guard case .webSocket(let socket)? = harness.endpoints[Script.link] else { return #expect(Bool(false)) }
        #expect(socket.url.description == "wss://voice.test/calls/c1?t=2" && socket.headers.isEmpty)
        #expect(
            harness.sent.map(\.json) == [
                ["type": "user_text_message", "text": "What now?", "urgency": "immediate"]
            ])
        #expect(harness.events.contains(.expires(after: .seconds(1800))) && harness.violations == [])
    }

    @Test func aSpokenTurnAndLateWords() throws {
        let harness = try Script.ready()
        harness.forget()
        Script.say(harness, Script.text("user", 1, "what ti", final: false), Script.text("user", 1, "what time"))
        Script.answer(harness, 2)
        #expect(
            kinds(harness) == [
                "began", "partial:what ti", "paused", "final:what time", "response", "text:It is mild.",
                "said:It is mild.", "ended:completed",
            ])
        #expect(harness.pcm.count == 4800 && harness.pcm.allSatisfy { $0 == 1234 })
        harness.forget()
        Script.say(harness, Script.text("user", 0, "earlier"))
        #expect(kinds(harness) == ["final:earlier"])
    }

    @Test func deltasAddUpAndOddBytesAreCarried() throws {
        let harness = try Script.ready()
        harness.forget()
        Script.say(harness, Script.text("agent", 4, "It", final: false))
        Script.say(
            harness,
            ["type": "transcript", "role": "agent", "medium": "voice", "delta": " is.", "final": true, "ordinal": 4])
        #expect(kinds(harness) == ["response", "text:It", "text: is.", "said:It is."])
        harness.receive(Script.link, [1, 0, 2], kind: .binary)
        harness.receive(Script.link, [0, 3, 0], kind: .binary)
        #expect(harness.pcm == [1, 2, 3])
    }

    @Test func theVendorClearsOnBargeIn() throws {
        let harness = try Script.ready()
        Script.say(harness, Script.state("speaking"))
        Script.audio(harness, ms: 100)
        harness.forget()
        Script.say(harness, ["type": "playback_clear_buffer"], Script.state("listening"))
        #expect(kinds(harness) == ["began", "ended:cancelled"])
        harness.perform(.userText("hi"))
        Script.say(harness, Script.state("speaking"))
        harness.perform(.userText("stop"))
        harness.forget()
        Script.say(harness, ["type": "playback_clear_buffer"])
        #expect(kinds(harness) == ["ended:cancelled"])
    }

    @Test func toolsAndRequests() throws {
        let harness = try Script.ready(["agent_reaction": "speaks-once"])
        Script.say(harness, Script.call("c1", "get_time"), Script.call("c2", "get_time"))
        harness.forget()
        harness.perform(.toolResult(callID: "c1", output: "noon", isError: false))
        harness.perform(.toolResult(callID: "c2", output: "broken", isError: true))
        harness.perform(.updateInstructions("Sing."))
        #expect(
            harness.sent.map(\.json) == [
                [
                    "type": "client_tool_result", "invocationId": "c1", "result": "noon",
                    "responseType": "tool-response", "agentReaction": "speaks-once",
                ],
                [
                    "type": "client_tool_result", "invocationId": "c2", "errorType": "implementation-error",
                    "errorMessage": "broken", "agentReaction": "speaks-once",
                ],
                [
                    "type": "user_text_message",
                    "text": "<instruction>Your instructions have changed. From now on: Sing.</instruction>",
                    "urgency": "later",
                ],
            ])
    }

    @Test func aRefusedFieldIsLeftOutOnceAndBadAnswersFail() throws {
        let harness = ProviderHarness(try Script.provider(["temperature": 0.4]))
        var bodies: [JSONValue] = []
        harness.onConnect = { harness, link, endpoint in
            bodies.append(Script.body(endpoint))
            let answer = Array(#"{"temperature":["no"],"systemPrompt":["no"]}"#.utf8)
            harness.close(link, LinkClosure(.rejected(status: 400), body: answer))
        }
        harness.start(ConformanceSuite.context)
        #expect(bodies.count == 2 && bodies[0]["temperature"] != nil && bodies[1]["temperature"] == nil)
        #expect(harness.failures.map(\.code) == ["refused"] && harness.violations == [])
        let empty = ProviderHarness(try Script.provider())
        empty.onConnect = { harness, link, _ in
            harness.open(link, LinkOpening(status: 201))
            harness.receive(link, Array(#"{"joinUrl":"ws://evil.test/x"}"#.utf8), kind: .chunk)
            harness.close(link, LinkClosure(.remote))
        }
        empty.start()
        #expect(empty.failures.map(\.code) == ["protocol"])
    }

    @Test func minutesArePriced() throws {
        let harness = try Script.ready(["price_per_minute": 0.06])
        harness.advance(by: .seconds(30))
        Script.answer(harness, 2)
        let dollars = harness.events.compactMap { if case .usage(let usage) = $0 { usage.dollars } else { nil } }
        #expect(dollars.count == 1 && abs((dollars.first ?? 0) - 0.03) < 0.002)
    }

    /// Options and what the message must say.
    @Test(
        arguments: [
            (["temprature": 1], "temperature"), (["temperature": 2], "0 to 1"), (["input_rate": 11025], "16000"),
            (["vad": ["turn_delay": 1]], "turn_endpoint_delay"), (["metadata": ["a": 1]], "map of texts"),
            (["inactivity_messages": [["duration": 3]]], "duration and message"),
            (["inactivity_messages": [1]], "maps"),
            (["agent_reaction": "sings"], "speaks"), (["agent_id": "a/../b"], "sign"), (["max_duration": 1], "10 to"),
        ] as [(JSONValue, String)])
    func refuses(_ json: JSONValue, _ hint: String) {
        let error = #expect(throws: ConfigurationError.self) { try Script.provider(json) }
        #expect(error?.description.contains(hint) == true, "\(error?.description ?? "")")
    }

    @Test func agentsKeysAndNames() throws {
        let options = try UltravoxOptions(
            ProviderConfiguration(name: "a", key: Secret("k"), options: ["agent_id": "ag-1"]))
        #expect(options.endpoint.path == "/api/agents/ag-1/calls" && options.usesAgent)
        #expect(UltravoxMessage.call(options, ConformanceSuite.context, history: [])["systemPrompt"] == nil)
        let missing = #expect(throws: ConfigurationError.self) {
            try UltravoxOptions(ProviderConfiguration(name: "a"))
        }
        #expect(missing?.fix.contains("ULTRAVOX_API_KEY") == true)
        #expect(Ultravox.descriptor.options.map(\.name).sorted() == UltravoxOptions.names.sorted())
    }
}
