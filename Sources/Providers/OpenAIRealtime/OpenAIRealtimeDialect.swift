import Core
import ProviderKit

/// What differs between the vendors that speak the Realtime protocol, as data: the provider branches on these values,
/// never on a vendor's name.
struct OpenAIRealtimeDialect: Sendable {
    /// How the key is called and where its owner finds it and the account, for the fixes of failures.
    struct Account: Sendable {
        /// Environment variable: `OPENAI_API_KEY`.
        var keyVariable: String
        /// Where keys are made.
        var keys: String
        /// Where plan and billing are looked at.
        var billing: String
    }

    var account: Account
    /// Options besides model and voice; one that is not here is refused.
    var options: [ProviderOption]
    var defaultModel: String
    var defaultVoice: String
    /// Model that writes down the user when the options say nothing; nil for none.
    var defaultTranscription: String?
    /// Longest connection.
    var longest: Duration
    /// PCM rate that the vendor takes when none is named, and the only one of most.
    var rate = 24000
    /// Reads the option `turn_detection`.
    var detector: @Sendable (OptionReader) throws(ConfigurationError) -> OpenAIRealtimeOptions.TurnDetection = {
        (reader) throws(ConfigurationError) in
        try OpenAIRealtimeOptions.TurnDetection(reader, ["server_vad", "semantic_vad", "none"])
    }
    /// Values of `noise_reduction`.
    var noiseReductions = ["near_field", "far_field", "none"]
    var speed = 0.25...1.5
    /// `type` of a session object; nil where there is none.
    var sessionType: String?
    /// Kind of the agent's text in a history item.
    var agentTextKind = "output_text"
    /// Type of the message that carries audio: the hot path looks for it.
    var audioDelta: StaticString = "response.output_audio.delta"
    /// Whether a `response.create` may choose tools.
    var choosesToolsPerResponse = true
    /// US dollars for a minute of connection; nil where tokens are billed.
    var perMinute: Double?
    /// Token prices of a model.
    var prices: @Sendable (String) -> OpenAIRealtimePrices? = { _ in nil }
    /// The session object of `session.update`.
    var session: @Sendable (OpenAIRealtimeOptions, ProviderContext) -> JSONValue
    /// Headers of the vendor's answer that explain a refusal.
    var answerHeaders: [String] = []
    /// Fills in what only this vendor has: address, headers, its own options.
    var complete:
        @Sendable (inout OpenAIRealtimeOptions, OptionReader, ProviderConfiguration) throws(ConfigurationError) -> Void

    /// `Authorization: Bearer …`; nothing without a key.
    static func bearer(_ key: Secret?) -> [HeaderField] {
        guard let key else { return [] }
        return [HeaderField("Authorization", "Bearer \(key.reveal())", secret: true)]
    }
}
