/// In what a server of the Chat Completions API differs from OpenAI's own, as data (wire reference 5.5).
struct ChatQuirks: Sendable, Equatable {
    /// Role of the prompt and of instructions: `developer` or `system`.
    var promptRole = "system"
    /// Name of the limit of the answer: `max_completion_tokens` at OpenAI, `max_tokens` at most others.
    var limitField = "max_tokens"
    /// Whether `stream_options.include_usage` is asked for.
    var asksUsage = true
    /// Whether `stream_options.include_obfuscation: false` is sent.
    var refusesObfuscation = false
    /// Whether `store: false` is sent.
    var refusesStorage = false
    /// Fields that the server does not take; an option for one of them is refused at the start.
    var lacks: Set<String> = []
    /// Smallest temperature; a smaller one is raised to it.
    var leastTemperature = 0.0
    /// Whether the text may hold thoughts and calls that belong elsewhere (open models).
    var mayLeak = true
}
