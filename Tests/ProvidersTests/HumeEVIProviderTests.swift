import Core
import ProviderKit
import TestKit
import Testing

@testable import Providers

@Suite struct HumeEVIProviderTests {
    private typealias Script = HumeScript

    private func kinds(_ harness: ProviderHarness) -> [String] {
        harness.events.compactMap { event in
            switch event {
            case .userSpeechStarted: "began"
            case .userSpeechStopped: "paused"
            case .userTranscript(_, let text, let isFinal): "\(isFinal ? "final" : "partial"):\(text)"
            case .responseStarted(let id): "response:\(id)"
            case .responseEnded(let id, let status): "ended:\(id):\(status)"
            case .agentTextEnded(_, let text): "said:\(text)"
            case .agentAudioEnded(let item): "audio ended:\(harness.out.id(of: item))"
            case .toolCall(let call): "call:\(call.id)"
            case .notice(let text): text
            default: nil
            }
        }
    }

    @Test(arguments: ConformanceSuite.Case.allCases)
    func keeps(_ rule: ConformanceSuite.Case) { #expect(ConformanceSuite.run(rule, Script.subject()) == []) }

    @Test func settingsBeforeAnything() throws {
        let harness = ProviderHarness(
            try HumeEVIProvider(
                HumeEVIOptions(
                    ProviderConfiguration(
                        name: "hume", voice: "v-1", key: Secret("k&y"),
                        options: [
                            "config_id": "cfg", "config_version": 2, "variables": ["name": "Ann"],
                            "context": "Be kind.", "builtin_tools": ["hang_up"], "custom_session_id": "s1",
                            "metadata": ["a": 1], "input_rate": 44100,
                        ]))))
        Script.attach(harness)
        var context = ConformanceSuite.context
        context.history = [.user("One"), .agent("Two")]
        harness.start(context)
        guard case .webSocket(let socket)? = harness.endpoints[Script.link] else { return #expect(Bool(false)) }
        #expect(
            socket.url.description
                == "wss://api.hume.ai/v0/evi/chat?config_id=cfg&config_version=2&verbose_transcription=true&api_key=k%26y"
        )
        #expect(GoldenText().difference((harness.sent.first?.text ?? "") + "\n", "hume-settings") == nil)
        #expect(harness.events.contains(.resumable(handle: "g1")))
    }

    @Test func aChatIsResumed() throws {
        var context = ProviderContext(history: [.user("One"), .agent("Two"), .user("Three")], answerPending: true)
        context.resumption = Resumption(handle: "g1", knownItems: 0)
        let harness = try Script.ready(context: context)
        guard case .webSocket(let socket)? = harness.endpoints[Script.link] else { return #expect(Bool(false)) }
        #expect(socket.url.query.hasSuffix("resumed_chat_group_id=g1"))
        #expect(harness.sent.first?.json["context"] == nil)
        #expect(harness.sent.last?.json == ["type": "user_input", "text": "Three"])
    }

    @Test func aSpokenTurn() throws {
        let harness = try Script.ready(["emotions": true])
        harness.forget()
        Script.say(harness, Script.user("what", interim: true), Script.user("what time"))
        Script.say(harness, Script.message("m1", "It is"), Script.audio("m1", ms: 100), Script.message("m2", "mild."))
        Script.say(harness, Script.audio("m2", ms: 100), Script.end)
        #expect(
            kinds(harness) == [
                "began", "partial:what", "paused", "final:what time",
                "the user's voice: Calmness 0.9, Joy 0.7, Awe 0.2", "response:h-response2", "said:It is",
                "audio ended:h-m1", "said:mild.", "audio ended:h-m2", "ended:h-response2:completed",
            ])
        #expect(harness.pcm.count == 9600 && harness.pcm.allSatisfy { $0 == 1234 })
    }

    @Test func theVendorInterruptsItself() throws {
        let harness = try Script.ready()
        Script.say(harness, Script.message("m1", "One two"), Script.audio("m1", ms: 100))
        harness.forget()
        Script.say(harness, Script.interruption, Script.audio("m1", ms: 100), Script.message("m1", "late"))
        #expect(kinds(harness) == ["began", "ended:h-response1:cancelled"] && harness.pcm.isEmpty)
        harness.forget()
        Script.say(harness, Script.user("stop"))
        Script.answer(harness, "m2")
        #expect(kinds(harness).prefix(2) == ["paused", "final:stop"] && harness.pcm.count == 9600)
    }

    @Test func ratesAndChannelsAreReadFromTheHeader() throws {
        let harness = try Script.ready()
        harness.forget()
        for index in 0..<10 { Script.say(harness, Script.audio("m1", ms: 100, rate: 16000, channels: 2, index: index)) }
        #expect(harness.events.contains(.audioFormat(VendorAudioFormat(.agent, encoding: "wav", rate: 16000))))
        #expect(abs(harness.pcm.count - 48000) < 400)
    }

    @Test func toolsAndRequests() throws {
        let harness = try Script.ready()
        harness.forget()
        Script.say(harness, Script.call("c1", "get_time"), Script.call("c2", "get_time"))
        Script.say(harness, Script.call("c3", "web_search", type: "builtin"), Script.call("c1", "get_time"))
        #expect(kinds(harness).suffix(2) == ["call:c1", "call:c2"])
        harness.perform(.toolResult(callID: "c1", output: "noon", isError: false))
        harness.perform(.toolResult(callID: "c2", output: "broken", isError: true))
        harness.perform(.speak("Hello"))
        harness.perform(.updateInstructions("Sing."))
        #expect(
            harness.sent.map(\.json) == [
                ["type": "tool_response", "tool_call_id": "c1", "content": "noon"],
                ["type": "tool_error", "tool_call_id": "c2", "error": "broken", "content": "broken"],
                ["type": "assistant_input", "text": "Hello"],
                ["type": "session_settings", "system_prompt": "Sing."],
            ])
    }

    @Test(arguments: [
        ("E0102", "max_duration_timeout", "lost"), ("E0300", "credits_exhausted", "quota"),
        ("I0100", "internal_error", "vendor"), ("E0200", "unauthorized", "auth"),
    ])
    func errors(_ code: String, _ slug: String, _ expected: String) throws {
        let harness = try Script.ready()
        Script.say(harness, ["type": "error", "code": .string(code), "slug": .string(slug), "message": "m"])
        #expect(harness.failures.map(\.code) == [expected] && harness.isOver == (expected != "vendor"))
    }

    /// The hot path says what the general parser says.
    @Test func theScannerNeverDisagreesWithTheParser() {
        var mutator = MessageMutator(seeds: [Script.audio("m1", ms: 1).bytes, Script.user("x").bytes], seed: 9)
        for _ in 0..<10_000 {
            let bytes = mutator.next()
            let found = bytes.withUnsafeBufferPointer { message in
                HumeAudioScanner.scan(message).map {
                    (String(decoding: message[$0.id], as: UTF8.self), String(decoding: message[$0.data], as: UTF8.self))
                }
            }
            guard let found, let json = try? JSONParser.parse(bytes) else { continue }
            guard found.1.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") }) else { continue }
            #expect(json["id"]?.string == found.0 && json["data"]?.string == found.1)
        }
    }

    /// Options and what the message must say.
    @Test(
        arguments: [
            (["config": 1], "config_id"), (["input_rate": 11025], "44100"), (["variables": 1], "map"),
            (["builtin_tools": [1]], "names"), (["auth": "basic"], "token"), (["max_duration": 1], "10 to"),
        ] as [(JSONValue, String)])
    func refuses(_ json: JSONValue, _ hint: String) {
        let error = #expect(throws: ConfigurationError.self) { try Script.provider(json) }
        #expect(error?.description.contains(hint) == true, "\(error?.description ?? "")")
    }

    @Test func shownOptionsAreTaken() {
        #expect(HumeEVI.descriptor.options.map(\.name).sorted() == HumeEVIOptions.names.sorted())
    }
}
