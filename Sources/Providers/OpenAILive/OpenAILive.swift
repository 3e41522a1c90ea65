import Core
import ProviderKit

/// The provider type `openai-live`: OpenAI's full-duplex voice model (wire reference 1B).
enum OpenAILive {
    static let descriptor = ProviderDescriptor(
        name: "openai-live", title: "OpenAI Live",
        summary: "Full-duplex voice model of OpenAI, with a second model that does the work",
        keyVariables: [account.keyVariable], models: [OpenAILiveOptions.defaultModel],
        voices: [
            "alloy", "ash", "ballad", "beacon", "bossa", "cedar", "cinder", "coral", "delta", "echo", "gleam", "marin",
            "meridian", "quartz", "ripple", "sage", "shida", "shimmer", "stone", "tempo", "verse", "vesper", "willow",
        ],
        options: options, capabilities: OpenAILiveProvider.capabilities(rate: 24000, encoding: .pcm16),
        make: { (configuration) throws(ConfigurationError) in
            OpenAILiveProvider(try OpenAILiveOptions(configuration))
        })

    static let account = OpenAIRealtime.dialect.account

    static let options = [
        ProviderOption("encoding", "audio on the wire: pcm16, or mulaw or alaw at 8 kHz", default: "pcm16"),
        ProviderOption("rate", "rate of pcm16: 16000 or 24000", default: "24000"),
        ProviderOption(
            "backend_model", "model that does the delegated work", default: OpenAILiveOptions.defaultBackend),
        ProviderOption("backend_instructions", "what that model is told", default: "the agent's instructions"),
        ProviderOption("backend_reasoning", "none, minimal, low, medium, high or xhigh"),
        ProviderOption("backend_verbosity", "low, medium or high"),
        ProviderOption("backend_tools", "tools that the vendor runs: names, or maps with type and fields"),
        ProviderOption("max_output_tokens", "longest answer of the backend, 1 to 128000"),
        ProviderOption("parallel_tool_calls", "whether several tools may be called at once"),
        ProviderOption("tool_choice", "auto, none, required, or the name of a tool"),
        ProviderOption("acknowledgement_delay_ms", "wait before the model says that it is at work", default: "0"),
        ProviderOption("turn_gap_ms", "silence that ends what one side says, 200 to 5000", default: "800"),
        ProviderOption("store", "whether the vendor keeps the session", default: "false"),
        ProviderOption("safety_identifier", "stable name of the end user for abuse detection"),
        ProviderOption("price_per_minute", "US dollars for a minute of session", default: "0.05"),
        ProviderOption("prices", "US dollars for a million tokens of the backend: text_in, text_cached, text_out"),
        ProviderOption("organization", "value of the header OpenAI-Organization"),
        ProviderOption("project", "value of the header OpenAI-Project"),
    ]
}
