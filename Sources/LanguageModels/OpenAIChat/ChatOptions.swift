import Core
import ProviderKit

/// What a Chat Completions model is set to, beyond what all models have.
struct ChatOptions: Sendable {
    static let names = [
        "seed", "presence_penalty", "frequency_penalty", "verbosity", "service_tier", "prompt_cache_key", "user",
        "store", "thoughts", "text_calls", "max_tokens_field", "prompt_role", "organization", "project",
    ]

    /// Fields of the body that come straight from options, in this order.
    var fields: [JSONValue.Member] = []
    var promptRole: String
    var limitField: String
    var thoughts: SpokenFilter.Thoughts
    /// Whether calls that a model writes as text are looked for.
    var textCalls: Bool
    var headers: [HeaderField] = []

    /// Reads a configuration.
    init(_ configuration: ProviderConfiguration, _ quirks: ChatQuirks) throws(ConfigurationError) {
        let reader = OptionReader(configuration)
        for name in ["tool_choice", "seed", "user", "parallel_tool_calls", "store", "service_tier", "verbosity"]
        where quirks.lacks.contains(name) && reader.raw(name) != nil {
            throw reader.fault(name, "this server does not take it", "leave the option out")
        }
        promptRole =
            try reader.text("prompt_role", oneOf: ["developer", "system", "user"]) ?? quirks.promptRole
        limitField =
            try reader.text("max_tokens_field", oneOf: ["max_tokens", "max_completion_tokens"]) ?? quirks.limitField
        let kinds = SpokenFilter.Thoughts.allCases.map(\.rawValue)
        let fallback = quirks.mayLeak ? SpokenFilter.Thoughts.hide : .speak
        thoughts = try reader.text("thoughts", oneOf: kinds).flatMap { SpokenFilter.Thoughts(rawValue: $0) } ?? fallback
        textCalls = try reader.flag("text_calls") ?? quirks.mayLeak
        let limit = Int(Int32.max)
        add("seed", try reader.int("seed", -limit...limit).map { .int(Int64($0)) })
        for name in ["presence_penalty", "frequency_penalty"] {
            add(name, try reader.number(name, -2...2).map { .double($0) })
        }
        add("verbosity", try reader.text("verbosity", oneOf: ["low", "medium", "high"]).map { .string($0) })
        for name in ["service_tier", "prompt_cache_key", "user"] {
            add(name, try reader.text(name).map { .string($0) })
        }
        let store = try reader.flag("store")
        add("store", (store ?? (quirks.refusesStorage ? false : nil)).map { .bool($0) })
        headers = try OpenAIChat.accountHeaders(reader)
    }

    private mutating func add(_ name: String, _ value: JSONValue?) {
        if let value { fields.append(JSONValue.Member(name, value)) }
    }
}
