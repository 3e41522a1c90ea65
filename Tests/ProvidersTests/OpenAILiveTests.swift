import Core
import ProviderKit
import TestKit
import Testing

@testable import Providers

@Suite struct OpenAILiveTests {
    private typealias S = LiveScript

    @Test(arguments: ConformanceSuite.Case.allCases)
    func keeps(_ rule: ConformanceSuite.Case) { #expect(ConformanceSuite.run(rule, S.subject()) == []) }

    @Test func connectsWithoutAQuery() throws {
        let harness = ProviderHarness(try S.provider(["project": "p"]))
        harness.start()
        guard case .webSocket(let endpoint)? = harness.endpoints[S.link] else {
            Issue.record("no WebSocket")
            return
        }
        #expect(endpoint.url.description == "wss://api.openai.com/v1/live/sessions")
        #expect(endpoint.headers.map(\.name) == ["Authorization", "OpenAI-Project"])
        let local = try S.provider(base: "http://127.0.0.1:9000")
        #expect(local.options.endpoint.description == "ws://127.0.0.1:9000/v1/live/sessions")
    }

    /// Options, and the session object that they make (wire reference 1B).
    @Test(
        arguments: [
            (
                .object([]),
                """
                {"model":"gpt-live-1","instructions":"Hi.","audio":{"format":{"type":"audio/pcm","rate":24000},"output":\
                {"voice":"marin"}},"delegation":{"type":"responses","responses":{"model":"gpt-5.6-luna","instructions":\
                "Hi.","tools":[]}}}
                """
            ),
            (
                [
                    "encoding": "alaw", "backend_model": "b", "backend_instructions": "Work.",
                    "backend_reasoning": "low",
                    "backend_verbosity": "high",
                    "backend_tools": ["web_search", ["type": "mcp", "server_label": "s"]],
                    "max_output_tokens": 500, "parallel_tool_calls": false, "acknowledgement_delay_ms": 300,
                    "store": true,
                    "safety_identifier": "u1",
                ],
                """
                {"model":"gpt-live-1","instructions":"Hi.","audio":{"format":{"type":"audio/pcma","rate":8000},"output":\
                {"voice":"marin"}},"delegation":{"type":"responses","responses":{"model":"b","reasoning":{"effort":"low"},\
                "text":{"verbosity":"high"},"max_output_tokens":500,"parallel_tool_calls":false,"instructions":"Work.",\
                "tools":[{"type":"web_search"},{"type":"mcp","server_label":"s"}]},"acknowledgement_delay_ms":300},"store":\
                true,"safety_identifier":"u1"}
                """
            ),
        ] as [(JSONValue, String)])
    func session(_ options: JSONValue, _ golden: String) throws {
        let json = OpenAILiveMessage.session(try S.provider(options).options, ProviderContext(instructions: "Hi."))
        #expect(json == (try JSONParser.parse(golden)), "\(json.text)")
    }

    @Test(
        arguments: [
            (["rate": 8000], "16000"), (["rate": 16000, "encoding": "mulaw"], "8000"), (["turn_gap_ms": 10], "200"),
            (["backend_tools": ["function"]], "web_search"), (["backend_tools": "web_search"], "list"),
            (["backend_reasoning": "most"], "xhigh"), (["turn_detection": "none"], "no such option"),
            (["price_per_minute": "x"], "0 to 1000"), (["tool_choice": 1], "must be text"),
        ] as [(JSONValue, String)])
    func refuses(_ options: JSONValue, _ hint: String) {
        let error = #expect(throws: ConfigurationError.self) { try S.provider(options) }
        #expect(error?.description.contains(hint) == true, "\(error?.description ?? "")")
    }

    @Test func nothingButTheStartBeforeStarted() throws {
        let harness = ProviderHarness(try S.provider())
        harness.start(ProviderContext(greeting: "Good morning."))
        harness.open(S.link)
        harness.audio([1, 2, 3])
        harness.perform(.userText("early"))
        #expect(harness.sent.compactMap { $0.json["type"]?.string } == ["session.start"] && !harness.isReady)
        S.say(harness, S.started)
        #expect(harness.events == [.expires(after: .seconds(1800)), .ready])
        let greeting = harness.sent("session.commentary.append")
        #expect(greeting.count == 1 && greeting[0]["delegation_id"] == .null)
        #expect(greeting[0]["content"]?.string?.hasSuffix("Good morning.") == true)
    }

    @Test func silentVendorIsReplaced() throws {
        let harness = ProviderHarness(try S.provider())
        harness.start()
        harness.open(S.link)
        harness.advance(by: .seconds(11))
        #expect(harness.failures.first?.code == "protocol")
    }

    @Test func refusedFieldIsLeftOutOnce() throws {
        let harness = ProviderHarness(try S.provider(["store": true]))
        harness.start()
        harness.open(S.link)
        let refusal = OpenAIScript.error(
            "unknown_parameter", "Unknown parameter: 'session.store'.", param: "session.store")
        S.say(harness, refusal)
        let starts = harness.sent("session.start")
        #expect(starts.count == 2 && starts[1]["session"]?["store"] == nil)
        S.say(harness, refusal)
        #expect(harness.failures.first?.code == "refused" && harness.sent("session.start").count == 2)
    }

    @Test func historyIsTextWithinTheLimits() throws {
        let call = ToolCall(id: "c", name: "get_time", arguments: "{}")
        let items = OpenAILiveMessage.history([.user("a"), .agent("b"), .tool(call: call, output: "14:05")])
        #expect(items.compactMap { $0["role"]?.string } == ["user", "assistant", "developer"])
        #expect(items[1]["content"]?[0]?["type"]?.string == "output_text")
        let many = OpenAILiveMessage.history((0..<500).map { .user("number \($0)") })
        #expect(many.count == 128 && many.last?["content"]?[0]?["text"]?.string == "number 499")
        let long = OpenAILiveMessage.history([.user(String(repeating: "x", count: 30_000)), .user("short")])
        #expect(long.count == 1)
    }

    @Test func longTextIsCutBetweenWords() {
        let text = (0..<600).map { "word\($0)" }.joined(separator: " ")
        let pieces = OpenAILiveMessage.pieces(text)
        #expect(pieces.count > 2 && pieces.allSatisfy { $0.utf8.count <= OpenAILiveMessage.longestPiece })
        #expect(pieces.joined(separator: " ") == text)
        let solid = OpenAILiveMessage.pieces(String(repeating: "日", count: 3000))
        #expect(solid.joined().count == 3000 && solid.allSatisfy { $0.utf8.count <= OpenAILiveMessage.longestPiece })
    }

    // MARK: Speech

    @Test func soundBeginsAnItemAndSilenceEndsIt() throws {
        let harness = try S.ready()
        S.silence(harness)
        #expect(harness.events.isEmpty && harness.pcm.isEmpty)
        S.answer(harness)
        let item = ItemHandle(0)
        let rest = harness.events.filter { if case .agentAudio = $0 { false } else { true } }
        #expect(
            rest == [
                .responseStarted(id: "agent_1"), .agentText(item: item, delta: "It is"),
                .agentText(item: item, delta: " mild."), .agentAudioEnded(item: item),
                .agentTextEnded(item: item, text: "It is mild."), .responseEnded(id: "agent_1", status: .completed),
            ])
        // 400 ms of sound and the 600 ms of silence before the gap was long enough.
        #expect(harness.pcm.count == 24 * 1000)
        harness.forget()
        S.say(harness, S.words("output", " Too late.", 100, 300))
        #expect(harness.events == [.agentTextEnded(item: item, text: "It is mild. Too late.")])
        S.say(harness, S.words("output", " Next", 4000, 4200), S.audio(200))
        #expect(harness.events.contains(.agentText(item: ItemHandle(1), delta: "Next")))
    }

    @Test func outputThatStopsEndsTheItem() throws {
        let harness = try S.ready()
        S.say(harness, S.audio(200))
        harness.advance(by: .seconds(2))
        #expect(harness.events.contains(.responseEnded(id: "agent_1", status: .completed)))
    }

    @Test func fragmentsMakeTurns() throws {
        let harness = try S.ready()
        S.say(harness, S.words("input", " what", 0, 200), S.words("input", " time", 200, 400))
        harness.advance(by: .seconds(1))
        S.say(harness, S.words("input", " hello", 3000, 3200), S.words("input", " again", 6000, 6200))
        #expect(
            harness.events == [
                .userSpeechStarted(item: "user_1"), .userTranscript(item: "user_1", text: "what", isFinal: false),
                .userTranscript(item: "user_1", text: "what time", isFinal: false),
                .userSpeechStopped(item: "user_1"),
                .userTranscript(item: "user_1", text: "what time", isFinal: true),
                .userSpeechStarted(item: "user_2"), .userTranscript(item: "user_2", text: "hello", isFinal: false),
                .userSpeechStopped(item: "user_2"), .userTranscript(item: "user_2", text: "hello", isFinal: true),
                .userSpeechStarted(item: "user_3"), .userTranscript(item: "user_3", text: "again", isFinal: false),
            ])
    }

    @Test func answeringEndsTheUsersTurn() throws {
        let harness = try S.ready()
        S.say(harness, S.words("input", " hello", 0, 200), S.audio(200))
        #expect(harness.events.contains(.userSpeechStopped(item: "user_1")))
    }

    /// A "yes" while the agent speaks cuts nothing; when the model falls silent it was interrupted.
    @Test(arguments: [true, false])
    func talkingOverTheAgent(_ fallsSilent: Bool) throws {
        let harness = try S.ready(["turn_gap_ms": 400])
        S.say(harness, S.audio(200), S.words("input", " wait", 200, 400))
        let told = harness.events.contains { if case .userSpeechStarted = $0 { true } else { false } }
        #expect(!told)
        if fallsSilent {
            S.silence(harness, 400)
            #expect(harness.events.contains(.userSpeechStarted(item: "user_1")))
            #expect(harness.events.contains(.responseEnded(id: "agent_1", status: .cancelled)))
        } else {
            harness.advance(by: .milliseconds(500))
            S.say(harness, S.audio(200))
            S.silence(harness, 400)
            #expect(harness.events.contains(.responseEnded(id: "agent_1", status: .completed)))
            #expect(!harness.events.contains(.userSpeechStarted(item: "user_1")))
        }
    }

    @Test func cutSpeechIsDroppedUntilThePause() throws {
        let harness = try S.ready()
        S.say(harness, S.audio(200))
        harness.perform(.interrupt(item: "agent_1", heardMs: 100, cancelledByProvider: false))
        harness.forget()
        S.say(harness, S.audio(200), S.words("output", " more", 200, 400))
        S.silence(harness)
        #expect(harness.events.isEmpty && harness.pcm.isEmpty)
        S.say(harness, S.audio(200))
        #expect(harness.events.first == .responseStarted(id: "agent_2") && harness.pcm.count == 24 * 200)
    }

    // MARK: Work

    @Test func continuesOnceAllCallsAreAnswered() throws {
        let harness = try S.ready()
        S.say(harness, S.nested("response.created"), S.call("c1", "get_time"), S.call("c2", "get_time"))
        harness.perform(.toolResult(callID: "c1", output: "1", isError: false))
        S.say(harness, S.completed)
        #expect(harness.sent("response.create").isEmpty)
        harness.perform(.toolResult(callID: "c2", output: "no", isError: true))
        #expect(harness.sent("response.create").count == 1)
        #expect(harness.sent("response.item.create").last?["item"]?["output"]?.string == #"{"error":"no"}"#)
    }

    @Test func typedTextWaitsForOpenCalls() throws {
        let harness = try S.ready()
        S.say(harness, S.nested("response.created"), S.call("c1", "get_time"), S.completed)
        harness.perform(.userText("hello"))
        #expect(harness.sent("response.create").isEmpty)
        harness.perform(.toolResult(callID: "c1", output: "1", isError: false))
        #expect(harness.sent("response.create").count == 1)
    }

    @Test func callsOfAFailedResponseAreWithdrawn() throws {
        let harness = try S.ready()
        S.say(harness, S.nested("response.created"), S.call("c1", "get_time"))
        S.say(harness, S.nested("response.failed", ["response": ["error": ["code": "server_error", "message": "x"]]]))
        #expect(harness.events.contains(.toolCallCancelled(callID: "c1")) && harness.failures.first?.code == "vendor")
        harness.perform(.toolResult(callID: "c1", output: "1", isError: false))
        #expect(harness.sent.isEmpty)
    }

    @Test func instructionsAreAdded() throws {
        let harness = try S.ready()
        harness.perform(.updateInstructions("Be kind."))
        let sent = harness.sent("session.instructions.append")
        #expect(sent.count == 1 && sent[0]["content"]?.string?.hasSuffix("Be kind.") == true)
    }

    // MARK: Money and ends

    @Test func minutesAndTokensArePriced() throws {
        let harness = try S.ready(["prices": ["text_in": 1, "text_cached": 0.1, "text_out": 8]])
        for seconds in [60, 90, 90] {
            S.say(harness, ["type": "session.usage.updated", "usage": ["seconds": .int(Int64(seconds))]])
        }
        S.say(harness, S.completed)
        let usages = harness.events.compactMap { if case .usage(let usage) = $0 { usage } else { nil } }
        #expect(usages.count == 3)
        let dollars = usages.map { $0.dollars ?? 0 }
        let minutes = dollars[0] + dollars[1]
        let tokens = 60.0 + 4 + 80
        #expect(abs(minutes - 0.075) < 1e-12 && usages[2].cachedTokens == 40)
        #expect(abs(dollars[2] - tokens / 1_000_000) < 1e-12)
    }

    @Test(arguments: [("expired", "longest"), ("content", "safety"), ("remote_hangup", "remote_hangup")])
    func vendorEndsTheSession(_ reason: String, _ word: String) throws {
        let harness = try S.ready()
        S.say(harness, ["type": "session.closed", "reason": .string(reason), "usage": ["seconds": 60]])
        #expect(harness.failures.first?.consequence == .reconnect(after: nil))
        #expect(harness.failures.first?.text.contains(word) == true)
        #expect(harness.events.contains(.usage(Usage(provider: "live", dollars: 0.05))))
    }

    @Test func closeIsForcedWhenTheVendorSaysNothing() throws {
        let harness = try S.ready()
        harness.onSend = { _, _ in }
        harness.perform(.close)
        #expect(harness.sent("session.close").count == 1 && harness.links[S.link] == .open)
        harness.advance(by: .seconds(3))
        #expect(harness.links[S.link] == .closed)
    }

    // MARK: Audio in

    @Test func heldBackAudioIsCaughtUpInQuiet() throws {
        let harness = try S.ready()
        let quiet = [Int16](repeating: 3, count: 480)
        let loud = (0..<480).map { Int16($0 % 2 == 0 ? 5000 : -5000) }
        for _ in 0..<50 { harness.audio(loud) }
        #expect(harness.sent.count == 50, "speech is never left out")
        harness.forget()
        for _ in 0..<100 {
            harness.advance(by: .milliseconds(20))
            harness.audio(quiet)
        }
        // 800 ms of lead beyond the 200 ms allowed: 40 pieces, every second one.
        #expect((58...62).contains(harness.sent.count))
    }

    @Test func halfSamplesAreJoined() throws {
        let harness = try S.ready()
        for text in ["6AP8GOg", "D/Bg=", "6AP8GA=="] {
            S.say(harness, ["type": "session.output_audio.delta", "delta": .string(text)])
        }
        #expect(harness.pcm.prefix(2) == [1000, 6396])
        S.say(harness, ["type": "session.output_audio.delta", "delta": "!!"], ["type": "session.output_audio.delta"])
        #expect(harness.events.filter { if case .notice = $0 { true } else { false } }.count == 1)
    }
}
