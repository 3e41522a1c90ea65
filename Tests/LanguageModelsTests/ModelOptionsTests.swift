import Core
import ProviderKit
import Testing

@testable import LanguageModels

@Suite struct ModelOptionsTests {
    private struct Mistake: Sendable {
        var type: String
        var options: JSONValue
        var says: String
    }

    private static let mistakes = [
        Mistake(type: "openai-chat", options: ["temprature": 1], says: "Did you mean temperature?"),
        Mistake(type: "openai-chat", options: ["temperature": 3], says: "0 to 2"),
        Mistake(type: "openai-chat", options: ["headers": ["X Y": "1"]], says: "is no header"),
        Mistake(type: "openai-chat", options: ["headers": ["X": "a\nb"]], says: "is no header"),
        Mistake(type: "openai-chat", options: ["thoughts": "xyzzyx"], says: "Use one of"),
        Mistake(type: "ollama", options: ["tool_choice": "auto"], says: "does not take it"),
        Mistake(type: "gemini", options: ["parallel_tool_calls": true], says: "there is no such option"),
        Mistake(type: "openai-responses", options: ["stop": "x"], says: "there is no such option"),
        Mistake(type: "anthropic", options: ["thinking": 10], says: "1024"),
        Mistake(type: "anthropic", options: ["version": ""], says: "no header takes"),
        Mistake(type: "anthropic", options: ["prices": ["inputs": 1]], says: "Did you mean input?"),
        Mistake(type: "avr-llm", options: ["uuid": "7"], says: "is no UUID"),
    ]

    @Test(arguments: Self.mistakes.indices) func namesTheMistake(_ index: Int) throws {
        let item = Self.mistakes[index]
        let error = #expect(throws: ConfigurationError.self) {
            _ = try ModelRig(item.type, base: "http://127.0.0.1:1", item.options)
        }
        let text = error.map { "\($0)" } ?? ""
        #expect(text.contains(item.says), "\(text)")
    }

    @Test func keysAreNeededAtTheVendorsAddressOnly() throws {
        #expect(throws: ConfigurationError.self) { _ = try ModelRig("groq", key: nil) }
        #expect(throws: ConfigurationError.self) { _ = try ModelRig("groq", key: "two words") }
        _ = try ModelRig("groq", base: "http://127.0.0.1:1", key: nil)
        _ = try ModelRig("ollama", key: nil)
    }

    @Test(
        arguments: [
            ("openai-chat", nil, "https://api.openai.com/v1/chat/completions"),
            ("openai-chat", "http://h:8000", "http://h:8000/v1/chat/completions"),
            ("openai-chat", "http://h:8000/proxy/v2/", "http://h:8000/proxy/v2/chat/completions"),
            ("openai-responses", "http://h", "http://h/v1/responses"),
            ("anthropic", nil, "https://api.anthropic.com/v1/messages"),
            ("gemini", nil, "https://generativelanguage.googleapis.com/v1beta/models/m:streamGenerateContent?alt=sse"),
            ("nvidia-nim", nil, "https://integrate.api.nvidia.com/v1/chat/completions"),
            ("huggingface", nil, "https://router.huggingface.co/v1/chat/completions"),
            ("groq", nil, "https://api.groq.com/openai/v1/chat/completions"),
            ("groq", "http://h", "http://h/openai/v1/chat/completions"),
            ("openrouter", nil, "https://openrouter.ai/api/v1/chat/completions"),
            ("ollama", nil, "http://localhost:11434/v1/chat/completions"),
            ("vllm", nil, "http://localhost:8000/v1/chat/completions"),
            ("llamacpp", nil, "http://127.0.0.1:8080/v1/chat/completions"),
            ("avr-llm", "http://h:6002", "http://h:6002/prompt-stream"),
        ] as [(String, String?, String)])
    func asksAtTheRightAddress(_ type: String, _ base: String?, _ address: String) throws {
        let rig = try ModelRig(type, base: base)
        rig.ask()
        #expect(rig.endpoints.first?.url.description == address)
    }

    @Test func someTypesNeedMoreThanTheirName() {
        #expect(throws: ConfigurationError.self) { _ = try ModelRig("openai-compatible") }
        #expect(throws: ConfigurationError.self) { _ = try ModelRig("huggingface", model: nil) }
        #expect(throws: ConfigurationError.self) { _ = try ModelRig("gemini", model: "a/b?c") }
        #expect(throws: ConfigurationError.self) { _ = try ModelRig("avr-llm") }
    }

    @Test func theListNamesEveryOptionThatIsTaken() throws {
        for descriptor in LanguageModelList.all {
            for option in descriptor.options {
                let url = try URLParts(parsing: "http://127.0.0.1:1")
                let configuration = ProviderConfiguration(
                    name: "llm", model: "m", baseURL: url, options: .object([.init(option.name, .null)]))
                #expect(throws: Never.self, "\(descriptor.name) \(option.name)") {
                    _ = try descriptor.make(configuration)
                }
            }
        }
    }
}
