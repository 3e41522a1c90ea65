import Core
import ProviderKit

/// The provider type `hume-evi`.
enum HumeEVI {
    static let descriptor = ProviderDescriptor(
        name: "hume-evi", title: "Hume EVI",
        summary: "Empathic speech-to-speech agent of Hume (chat socket)",
        keyVariables: ["HUME_API_KEY", "HUME_ACCESS_TOKEN"], options: options,
        capabilities: HumeEVIProvider.capabilities(),
        make: { (configuration) throws(ConfigurationError) in
            HumeEVIProvider(try HumeEVIOptions(configuration))
        })

    private static let options = [
        ProviderOption("config_id", "configuration kept at the vendor: voice, model, tools"),
        ProviderOption("config_version", "its version, from 0"),
        ProviderOption("auth", "key, or token (a short-lived access token)", default: "key"),
        ProviderOption("verbose_transcription", "false: no interim transcripts of the user", default: "true"),
        ProviderOption("event_limit", "most events that the vendor replays on a resumed chat"),
        ProviderOption("allow_connection", "true: an inactive chat may be joined", default: "false"),
        ProviderOption("resume", "false: each connection is told the conversation anew", default: "true"),
        ProviderOption("variables", "map of the values that the vendor's prompt uses"),
        ProviderOption("context", "text that the model keeps in mind"),
        ProviderOption("builtin_tools", "list of the vendor's own tools: web_search, hang_up"),
        ProviderOption("custom_session_id", "a name of yours for the session"),
        ProviderOption("metadata", "map kept with the chat"),
        ProviderOption("input_rate", "samples per second sent: 8000, 16000, 24000, 44100 or 48000", default: "16000"),
        ProviderOption("max_duration", "longest chat in seconds, as the configuration says", default: "1800"),
        ProviderOption(
            "emotions", "true: tells the strongest scores of the user's voice, once a turn", default: "false"),
        ProviderOption("price_per_minute", "US dollars a minute of a chat"),
    ]
}
