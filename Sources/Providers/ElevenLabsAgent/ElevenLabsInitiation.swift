import Core
import ProviderKit

/// `conversation_initiation_client_data` (wire reference 4.2): the first message, with the overrides that the agent allows.
struct ElevenLabsInitiation {
    /// What may still be replaced.
    private(set) var allowed: Set<String>
    private let options: ElevenLabsAgentOptions
    private let context: ProviderContext

    init(_ options: ElevenLabsAgentOptions, _ context: ProviderContext) {
        self.options = options
        self.context = context
        allowed = options.overrides
    }

    /// The message to send.
    var json: JSONValue {
        var json: JSONValue = ["type": "conversation_initiation_client_data"]
        let override = self.override
        if override.members?.isEmpty == false { json["conversation_config_override"] = override }
        json["custom_llm_extra_body"] = options.extraBody
        json["dynamic_variables"] = options.variables
        json["user_id"] = options.userID.map { .string($0) }
        return json
    }

    /// Whether the prompt went with it.
    var hasPrompt: Bool { allowed.contains("prompt") && !context.instructions.isEmpty }

    /// What is said first; a conversation that goes on is not greeted again.
    private var greeting: String? {
        guard !context.isContinuation, let text = context.greeting, !text.isEmpty else { return nil }
        return text
    }

    private var override: JSONValue {
        var agent: JSONValue = .object([])
        var prompt: JSONValue = .object([])
        if hasPrompt { prompt["prompt"] = .string(context.instructions) }
        if allowed.contains("llm") { prompt["llm"] = options.llm.map { .string($0) } }
        agent["prompt"] = filled(prompt)
        if allowed.contains("first_message") { agent["first_message"] = greeting.map { .string($0) } }
        if allowed.contains("language") { agent["language"] = options.language.map { .string($0) } }
        var tts = allowed.contains("tts") ? options.tts ?? .object([]) : .object([])
        if allowed.contains("voice") { tts["voice_id"] = options.voice.map { .string($0) } }
        var all: JSONValue = .object([])
        all["agent"] = filled(agent)
        all["tts"] = filled(tts)
        if allowed.contains("keywords"), !options.keywords.isEmpty {
            all["asr"] = ["keywords": .array(options.keywords.map { .string($0) })]
        }
        if allowed.contains("client_events") {
            all["conversation"] = ["client_events": .array(options.events.map { .string($0) })]
        }
        return all
    }

    private func filled(_ json: JSONValue) -> JSONValue? { json.members?.isEmpty == false ? json : Optional.none }

    /// The agent does not allow an override: leaves out the one that is named, else all. Gives what was left out, or nil
    /// when nothing was left to leave out.
    mutating func forbid(namedIn words: String) -> String? {
        guard override.members?.isEmpty == false else { return nil }
        let lower = words.lowercased()
        let named = allowed.filter {
            lower.contains($0) || lower.contains($0.split(separator: "_").joined(separator: " "))
        }
        let out = named.isEmpty ? allowed : named
        allowed.subtract(out)
        return named.isEmpty ? "all overrides" : named.sorted().joined(separator: ", ")
    }
}
