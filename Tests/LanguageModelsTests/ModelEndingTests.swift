import Core
import ProviderKit
import Testing

@testable import LanguageModels

/// How the answers of each vendor can end, beyond the good way.
@Suite struct ModelEndingTests {
    private struct Case: Sendable {
        var type: String
        var messages: [String]
        var ending: ResponseStatus
        var code: String?
    }

    private static let cases = [
        Case(
            type: "openai-chat",
            messages: [#"{"choices":[{"delta":{"content":"x"},"finish_reason":"length"}]}"#, "[DONE]"],
            ending: .failed("the answer was cut at the limit of tokens")),
        Case(
            type: "openai-chat",
            messages: [
                #"{"choices":[{"delta":{"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"{"}}]}}]}"#,
                #"{"choices":[{"delta":{},"finish_reason":"length"}]}"#, "[DONE]",
            ], ending: .failed("the answer was cut at the limit of tokens")),
        Case(
            type: "openrouter",
            messages: [
                #"{"choices":[{"delta":{"content":"x"}}]}"#,
                #"{"choices":[],"error":{"code":502,"message":"Provider returned error"}}"#,
            ], ending: .failed("Provider returned error"), code: "vendor"),
        Case(
            type: "openrouter", messages: [#"{"error":{"code":402,"message":"credits"}}"#], ending: .failed("credits"),
            code: "quota"),
        Case(
            type: "anthropic",
            messages: [
                #"{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"x"}}"#,
                #"{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}"#,
            ], ending: .failed("overloaded_error: Overloaded"), code: "vendor"),
        Case(
            type: "anthropic",
            messages: [
                #"{"type":"message_delta","delta":{"stop_reason":"refusal"}}"#, #"{"type":"message_stop"}"#,
            ], ending: .failed("the model refused to answer")),
        Case(
            type: "openai-responses",
            messages: [
                #"{"type":"response.incomplete","response":{"incomplete_details":{"reason":"max_output_tokens"}}}"#
            ], ending: .failed("the answer was cut at the limit of tokens")),
        Case(
            type: "openai-responses",
            messages: [
                #"{"type":"response.failed","response":{"error":{"code":"invalid_prompt","message":"no"}}}"#
            ], ending: .failed("invalid_prompt: no"), code: "refused"),
        Case(
            type: "gemini", messages: [#"{"promptFeedback":{"blockReason":"SAFETY"}}"#],
            ending: .failed("the vendor refused the prompt: SAFETY")),
        Case(
            type: "gemini",
            messages: [#"{"candidates":[{"content":{"parts":[]},"finishReason":"MALFORMED_FUNCTION_CALL"}]}"#],
            ending: .failed("the vendor stopped the answer: MALFORMED_FUNCTION_CALL")),
        Case(
            type: "gemini", messages: [#"{"candidates":[{"content":{"parts":[{"text":"x"}]}}]}"#],
            ending: .failed("the stream ended before the answer was complete"), code: "lost"),
    ]

    @Test(arguments: Self.cases.indices) func endsAsItShould(_ index: Int) throws {
        let item = Self.cases[index]
        let rig = try ModelRig(item.type)
        rig.ask()
        rig.open()
        for message in item.messages { rig.feed(Array(message.utf8)) }
        rig.end()
        #expect(rig.endings == [item.ending])
        #expect(rig.failures.first?.code == item.code)
        #expect(rig.calls.isEmpty)
    }
}
