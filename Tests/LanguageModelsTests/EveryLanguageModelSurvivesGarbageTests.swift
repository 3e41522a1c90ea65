import Core
import ProviderKit
import TestKit
import Testing

@testable import LanguageModels

/// Each type of the list hears 10,000 broken messages of its vendor: nothing crashes, each request ends exactly once, and
/// one message makes a bounded number of events.
@Suite struct EveryLanguageModelSurvivesGarbageTests {
    private static let seeds: [String: [String]] = [
        "openai-chat": [
            #"{"choices":[{"index":0,"delta":{"content":"Grüß"},"finish_reason":null}],"usage":null}"#,
            #"{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"{}"}}]}}]}"#,
            #"{"choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]}"#,
            #"{"choices":[],"usage":{"prompt_tokens":1,"completion_tokens":2}}"#,
            #"{"error":{"message":"m","code":502}}"#, "[DONE]",
        ],
        "openai-responses": [
            #"{"type":"response.output_item.added","item":{"id":"i","type":"function_call","call_id":"c","name":"f"}}"#,
            #"{"type":"response.function_call_arguments.delta","item_id":"i","delta":"{}"}"#,
            #"{"type":"response.output_item.done","item":{"id":"r","type":"reasoning","encrypted_content":"x"}}"#,
            #"{"type":"response.output_text.delta","delta":"Hi"}"#,
            #"{"type":"response.completed","response":{"usage":{"input_tokens":1,"output_tokens":2}}}"#,
            #"{"type":"error","message":"m","code":"server_error"}"#,
        ],
        "anthropic": [
            #"{"type":"message_start","message":{"usage":{"input_tokens":3,"cache_read_input_tokens":1}}}"#,
            #"{"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"t","name":"f","input":{}}}"#,
            #"{"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"{}"}}"#,
            #"{"type":"content_block_delta","index":1,"delta":{"type":"thinking_delta","thinking":"x"}}"#,
            #"{"type":"content_block_stop","index":0}"#,
            #"{"type":"message_delta","delta":{"stop_reason":"tool_use"},"usage":{"output_tokens":5}}"#,
            #"{"type":"message_stop"}"#, #"{"type":"error","error":{"type":"overloaded_error","message":"m"}}"#,
        ],
        "gemini": [
            #"{"candidates":[{"content":{"role":"model","parts":[{"text":"Hi"},{"text":"x","thought":true}]}}]}"#,
            #"{"candidates":[{"content":{"parts":[{"functionCall":{"name":"f","args":{}},"thoughtSignature":"s"}]},"finishReason":"STOP"}]}"#,
            #"{"usageMetadata":{"promptTokenCount":1,"candidatesTokenCount":2}}"#,
            #"{"error":{"code":503,"message":"m","status":"UNAVAILABLE"}}"#,
        ],
        "ollama": [
            #"{"message":{"role":"assistant","content":"Grüß"},"done":false}"# + "\n",
            #"{"message":{"content":"","tool_calls":[{"function":{"name":"f","arguments":{"a":1}}}]},"done":false}"#
                + "\n",
            #"{"done":true,"done_reason":"stop","prompt_eval_count":9,"eval_count":3}"# + "\n",
            #"{"error":"m"}"# + "\n",
        ],
        "avr-llm": [
            #"{"type":"text","content":"Grüß \" } {"}"#, #"{"type":"error","message":"m"}"#, "bare text 😀",
        ],
    ]

    /// Valid messages of a type; nil for one that nobody has described here: then a new line in the list fails this test.
    private static func messages(_ type: String) -> [String]? {
        OpenAICompatible.presets.contains { $0.name == type } ? seeds["openai-chat"] : seeds[type]
    }

    private func rig(_ type: String) throws -> ModelRig {
        try ModelRig(type, base: "http://127.0.0.1:1/v1", type == "ollama" ? ["num_ctx": 4096] : .object([]))
    }

    @Test(arguments: LanguageModelList.all.map(\.name).filter { $0 != Scripted.descriptor.name })
    func survives(_ type: String) throws {
        let seeds = try #require(Self.messages(type), "\(type) has no messages to be broken: add it to the table")
        var random = SeededRandom(20_26)
        var mutator = MessageMutator(seeds: seeds.map { Array($0.utf8) }, seed: 11)
        var rig = try rig(type)
        var fed = 0
        var conversation: [ModelMessage] = [.user("Hello")]
        while fed < 10_000 {
            rig.forget()
            rig.ask(conversation)
            rig.open()
            for _ in 0..<Int.random(in: 1...12, using: &random) {
                let bytes = mutator.next()
                let before = rig.events.count
                rig.feed(bytes, kind: kind(&random))
                fed += 1
                #expect(rig.events.count - before <= 16 + bytes.count)
            }
            finish(&rig, &random)
            #expect(rig.endings.count == 1)
            // What it made must go into the next request.
            conversation = [.user("Hello"), .agent(rig.text, calls: rig.calls), .user("More")]
            let terminal = rig.events.firstIndex { event in
                if case .failure(let failure) = event { failure.consequence != .goesOn } else { false }
            }
            if let terminal {
                #expect(terminal >= rig.events.count - 2, "\(rig.events[terminal...])")
                rig = try self.rig(type)
            }
        }
    }

    /// Its peer is the configuration alone; what comes from outside is what the user says.
    @Test func theScriptSurvivesWhatIsSaid() throws {
        let options: JSONValue = ["rules": [["when": "weather", "say": "You said {user}."]], "delay_ms": 0]
        let said = ["what is the weather", "{user}{result.a}", "\u{1B}[2J\u{202E}", ""].map { Array($0.utf8) }
        var mutator = MessageMutator(seeds: said, seed: 12)
        let rig = try ModelRig(Scripted.descriptor.name, model: nil, key: nil, options)
        for _ in 0..<10_000 {
            rig.forget()
            rig.ask([.user(String(decoding: mutator.next(), as: UTF8.self))])
            var steps = 0
            while rig.due != nil, steps < 2000 {
                rig.wait(.milliseconds(500))
                steps += 1
            }
            #expect(rig.endings.count == 1 && rig.failures.isEmpty)
        }
    }

    private func kind(_ random: inout SeededRandom) -> LinkMessageKind {
        let kinds: [LinkMessageKind] = [.serverSentEvent, .serverSentEvent, .serverSentEvent, .chunk, .text, .binary]
        return kinds.randomElement(using: &random) ?? .serverSentEvent
    }

    /// Ends the exchange as a network may, twice at the most (a request may be tried again).
    private func finish(_ rig: inout ModelRig, _ random: inout SeededRandom) {
        if rig.endings.isEmpty {
            rig.end(Bool.random(using: &random) ? LinkClosure(.remote) : LinkClosure(.broken))
        }
        for _ in 0..<2 {
            if rig.endings.isEmpty { rig.wait(.milliseconds(20_000)) }
            if rig.endings.isEmpty { rig.end(LinkClosure(.broken)) }
        }
    }
}
