import Core
import ProviderKit
import TestKit
import Testing

@testable import LanguageModels

/// Requests of every dialect against goldens: a conversation with everything in it, and one that the agent opened.
@Suite struct ModelRequestTests {
    static let conversation: [ModelMessage] = [
        .agent("Welcome!", calls: []), .user("Wetter in Zürich?"), .instruction("Be quick."),
        .agent(
            "One moment.",
            calls: [
                ToolCall(id: "c1", name: "get_weather", arguments: #"{"city":"Zürich"}"#),
                ToolCall(id: "c2", name: "get_weather", arguments: ""),
            ]),
        .toolResult(callID: "c1", name: "get_weather", output: "7 °C", isError: false), .user("Hello?"),
        .user("Anybody?"), .agent("Seven", calls: []),
    ]

    private static let options: [String: JSONValue] = [
        "openai-chat": [
            "temperature": 0.5, "top_p": 0.9, "max_tokens": 100, "stop": ["END"], "seed": 7,
            "tool_choice": "get_weather", "parallel_tool_calls": false, "reasoning_effort": "low", "verbosity": "low",
            "presence_penalty": 0.5, "service_tier": "flex", "user": "u",
            "body": ["metadata": ["a": "b"], "store": nil],
            "headers": ["X-Extra": "1"], "organization": "org",
        ],
        "openai-responses": [
            "temperature": 0.5, "max_tokens": 4, "tool_choice": "required", "reasoning_effort": "low",
            "verbosity": "high", "parallel_tool_calls": true, "prompt_cache_key": "k",
        ],
        "anthropic": [
            "temperature": 2, "top_p": 0.9, "thinking": 2048, "stop": "END", "tool_choice": "auto", "top_k": 5,
            "parallel_tool_calls": false, "reasoning_effort": "low", "cache_prompt": true, "beta": "b-1",
        ],
        "gemini": [
            "temperature": 0.5, "top_p": 0.9, "max_tokens": 100, "stop": "END", "seed": 7, "thinking_budget": 0,
            "tool_choice": "get_weather", "top_k": 4,
            "safety_settings": [["category": "HARM_CATEGORY_HARASSMENT", "threshold": "BLOCK_NONE"]],
        ],
        "avr-llm": ["uuid": "01234567-89ab-cdef-0123-456789abcdef"],
        "ollama": ["reasoning_effort": "none"],
        "groq": ["temperature": 0],
    ]

    @Test(arguments: ["openai-chat", "openai-responses", "anthropic", "gemini", "avr-llm", "ollama", "groq"])
    func matchesTheGolden(_ type: String) throws {
        let base = type == "avr-llm" ? "http://127.0.0.1:6002" : nil
        let rig = try ModelRig(type, base: base, key: "sk-test", Self.options[type] ?? .object([]))
        rig.ask(Self.conversation)
        let endpoint = try #require(rig.endpoints.first)
        let headers = endpoint.headers.map { "\($0.name): \($0.isSecret ? "***" : $0.value)" }.joined(separator: "\n")
        let body = (rig.body.members ?? []).map { member in
            let items = member.value.array ?? []
            guard items.count > 1 else { return "\(member.key): \(member.value.text)" }
            return "\(member.key):\n" + items.map { "  " + $0.text }.joined(separator: "\n")
        }.joined(separator: "\n")
        let text = "\(endpoint.method) \(endpoint.url)\n\(headers)\n\n\(body)\n"
        let difference = GoldenText().difference(text, "request-\(type)")
        #expect(difference == nil, "\(difference ?? "")")
    }

    @Test(arguments: LanguageModelList.all.map(\.name))
    func anEmptyStartIsStillARequest(_ type: String) throws {
        let rig = try ModelRig(type, base: "http://127.0.0.1:1")
        rig.ask([.agent("Welcome!", calls: [])], instructions: "", tools: [])
        #expect(rig.endpoints.count == 1)
        #expect(rig.body["tools"] == nil && rig.body["tool_choice"] == nil && rig.body["system"] == nil)
        if case .whole(let bytes)? = rig.endpoints.first?.body { #expect(!bytes.isEmpty) }
    }
}
