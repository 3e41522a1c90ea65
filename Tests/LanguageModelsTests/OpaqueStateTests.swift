import Core
import ProviderKit
import Testing

@testable import LanguageModels

/// What a vendor wants back with a tool result comes back unchanged, and is forgotten with its call.
@Suite struct OpaqueStateTests {
    private func answered(_ rig: ModelRig) -> [ModelMessage] {
        let results = rig.calls.map {
            ModelMessage.toolResult(callID: $0.id, name: $0.name, output: "ok", isError: false)
        }
        return [.user("Hello"), .agent(rig.text, calls: rig.calls)] + results
    }

    @Test func thinkingBlocksComeBackBeforeTheirCall() throws {
        let rig = try ModelRig("anthropic", ["thinking": 1024])
        rig.ask()
        rig.open()
        rig.feed(
            #"{"type":"message_start","message":{"usage":{"input_tokens":10,"cache_read_input_tokens":5,"output_tokens":1}}}"#,
            #"{"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"","signature":""}}"#,
            #"{"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"hm"}}"#,
            #"{"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"c2ln"}}"#,
            #"{"type":"content_block_stop","index":0}"#,
            #"{"type":"content_block_start","index":1,"content_block":{"type":"redacted_thinking","data":"x"}}"#,
            #"{"type":"content_block_stop","index":1}"#,
            #"{"type":"content_block_start","index":2,"content_block":{"type":"tool_use","id":"t1","name":"get_weather","input":{}}}"#,
            #"{"type":"content_block_stop","index":2}"#,
            #"{"type":"message_delta","delta":{"stop_reason":"tool_use"},"usage":{"output_tokens":9}}"#,
            #"{"type":"message_stop"}"#)
        #expect(rig.text.isEmpty && rig.calls == [ToolCall(id: "t1", name: "get_weather", arguments: "")])
        #expect(rig.usage == Usage(provider: "llm", inputTokens: 15, cachedTokens: 5, outputTokens: 9))
        rig.ask(answered(rig))
        let blocks = rig.body["messages"]?[1]?["content"]
        #expect(blocks?[0] == ["type": "thinking", "thinking": "hm", "signature": "c2ln"])
        #expect(blocks?[1] == ["type": "redacted_thinking", "data": "x"])
        #expect(blocks?[2]?["input"] == .object([]))
        rig.cancel()
        rig.ask()
        rig.cancel()
        rig.ask(answered(rig))
        #expect(rig.body["messages"]?[1]?["content"]?[0]?["type"] == "tool_use")
    }

    @Test func signaturesComeBackWithTheirPart() throws {
        let rig = try ModelRig("gemini")
        rig.ask()
        rig.open()
        rig.feed(
            #"{"candidates":[{"content":{"parts":[{"text":"hm","thought":true},{"functionCall":{"name":"get_weather","args":{"city":"Bern"}},"thoughtSignature":"c2ln"},{"functionCall":{"name":"get_weather","args":{},"id":"x"}}]},"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":9,"candidatesTokenCount":3,"thoughtsTokenCount":4}}"#
        )
        rig.end()
        #expect(rig.text.isEmpty && rig.calls.map(\.id) == ["call_1_1", "x"])
        #expect(rig.usage?.outputTokens == 7)
        rig.ask(answered(rig))
        let parts = rig.body["contents"]?[1]?["parts"]
        #expect(parts?[0]?["thoughtSignature"] == "c2ln" && parts?[0]?["functionCall"]?["id"] == nil)
        #expect(parts?[1]?["thoughtSignature"] == nil && parts?[1]?["functionCall"]?["id"] == "x")
        #expect(rig.body["contents"]?[2]?["parts"]?[1]?["functionResponse"]?["id"] == "x")
    }

    @Test func callsWithoutSignatureAreToldInWordsWhereRefused() throws {
        let rig = try ModelRig("gemini")
        rig.ask(ModelRequestTests.conversation)
        rig.reject(
            400,
            #"[{"error":{"code":400,"message":"Function call is missing a thought_signature","status":"INVALID_ARGUMENT"}}]"#
        )
        #expect(rig.endpoints.count == 2 && rig.notices.count == 1)
        #expect(!rig.body.text.contains("functionCall") && rig.body.text.contains("Result of get_weather: 7 °C"))
    }

    @Test func reasoningItemsComeBackBeforeTheirCall() throws {
        let rig = try ModelRig("openai-responses")
        rig.ask()
        rig.open()
        rig.feed(
            #"{"type":"response.output_item.done","item":{"id":"rs","type":"reasoning","encrypted_content":"e","summary":[],"status":"completed"}}"#,
            #"{"type":"response.output_item.added","item":{"id":"fc_1","type":"function_call","call_id":"c1","name":"get_weather","arguments":""}}"#,
            #"{"type":"response.function_call_arguments.delta","item_id":"fc_1","delta":"{}"}"#,
            #"{"type":"response.function_call_arguments.done","item_id":"fc_1","arguments":"{}"}"#,
            #"{"type":"response.completed","response":{"usage":{"input_tokens":20,"input_tokens_details":{"cached_tokens":8},"output_tokens":4}}}"#
        )
        #expect(rig.calls == [ToolCall(id: "c1", name: "get_weather", arguments: "{}")])
        #expect(rig.usage?.cachedTokens == 8)
        rig.ask(answered(rig))
        let input = rig.body["input"]
        #expect(input?[1] == ["id": "rs", "type": "reasoning", "encrypted_content": "e", "summary": []])
        #expect(input?[2]?["call_id"] == "c1" && input?[3]?["type"] == "function_call_output")
    }

    @Test func extraContentOfACallComesBack() throws {
        let rig = try ModelRig("openai-compatible", base: "http://127.0.0.1:1")
        rig.ask()
        rig.open()
        rig.feed(
            #"{"choices":[{"delta":{"tool_calls":[{"id":"","function":{"name":"get_weather","arguments":"{}"},"extra_content":{"google":{"thought_signature":"s"}}}]},"finish_reason":"stop"}]}"#,
            "[DONE]")
        #expect(rig.calls.map(\.id) == ["call_1_1"])
        rig.ask(answered(rig))
        let call = rig.body["messages"]?[2]?["tool_calls"]?[0]
        #expect(call?["extra_content"] == ["google": ["thought_signature": "s"]])
    }
}
