import Core
import ProviderKit
import TestKit
import Testing

@testable import LanguageModels

/// 10,000 broken messages a dialect: nothing crashes, and each request ends exactly once.
@Suite struct LanguageModelFuzzTests {
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

    @Test(arguments: ["openai-chat", "openai-responses", "anthropic", "gemini", "ollama", "avr-llm"])
    func survives(_ type: String) throws {
        var random = SeededRandom(20_26)
        var mutator = MessageMutator(seeds: (Self.seeds[type] ?? []).map { Array($0.utf8) }, seed: 11)
        var rig = try ModelRig(type, base: "http://127.0.0.1:1", type == "ollama" ? ["num_ctx": 4096] : .object([]))
        var fed = 0
        var conversation: [ModelMessage] = [.user("Hello")]
        while fed < 10_000 {
            rig.forget()
            rig.ask(conversation)
            rig.open()
            for _ in 0..<Int.random(in: 1...12, using: &random) {
                rig.feed(mutator.next())
                fed += 1
            }
            if rig.endings.isEmpty {
                rig.end(Bool.random(using: &random) ? LinkClosure(.remote) : LinkClosure(.broken))
            }
            if rig.endings.isEmpty { rig.wait(.milliseconds(20_000)) }
            if rig.endings.isEmpty { rig.end(LinkClosure(.broken)) }
            if rig.endings.isEmpty { rig.wait(.milliseconds(20_000)) }
            if rig.endings.isEmpty { rig.end(LinkClosure(.broken)) }
            #expect(rig.endings.count == 1)
            // What it made must go into the next request.
            conversation = [.user("Hello"), .agent(rig.text, calls: rig.calls), .user("More")]
            if rig.failures.contains(where: { $0.consequence != .goesOn }) {
                rig = try ModelRig(type, base: "http://127.0.0.1:1", type == "ollama" ? ["num_ctx": 4096] : .object([]))
            }
        }
    }
}
