import Core
import ProviderKit

/// The provider type `gemini-live-vertex`: the protocol of `gemini-live` on Vertex AI.
enum GeminiLiveVertex {
    static let descriptor = ProviderDescriptor(
        name: "gemini-live-vertex", title: "Google Gemini Live on Vertex AI",
        summary: "Speech-to-speech agent of Google (Vertex AI, by OAuth token)",
        keyVariables: GeminiDialect.vertex(
            .init(project: "", location: "", quotaProject: nil, usesKey: false)
        ).keyVariables,
        models: ["gemini-3.8-live", "gemini-live-2.5-flash-native-audio"], voices: GeminiLive.voices,
        options: GeminiLive.options + options, capabilities: GeminiLiveProvider.capabilities(),
        make: { (configuration) throws(ConfigurationError) in
            GeminiLiveProvider(try GeminiLiveOptions(configuration, vertex: true))
        })

    private static let options = [
        ProviderOption("project", "id of the Google Cloud project (needed)"),
        ProviderOption("location", "region, or global", default: "us-central1"),
        ProviderOption("quota_project", "project that is billed, when it is another one"),
        ProviderOption("auth", "token, or key (express mode)", default: "token"),
        ProviderOption("labels", "map of labels for the bill"),
        ProviderOption("explicit_vad_signal", "true: the vendor tells of speech it hears"),
    ]
}
