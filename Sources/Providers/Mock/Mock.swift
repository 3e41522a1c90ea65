import Core
import ProviderKit

/// The provider type `mock`.
enum Mock {
    static let descriptor = ProviderDescriptor(
        name: "mock", title: "Scripted agent",
        summary: "Answers by script, without network: for trying out, tests, load",
        models: ["scripted"], options: options, capabilities: MockProvider.capabilities(MockScenario()),
        make: { (configuration) throws(ConfigurationError) in
            MockProvider(name: configuration.name, try MockScenario(configuration))
        })

    private static let options = [
        ProviderOption("scenario", "path of a JSON file with any of the following options"),
        ProviderOption("seed", "decides every random choice", default: "1"),
        ProviderOption("rate", "sample rate both ways, 8000 to 48000", default: "24000"),
        ProviderOption("connect_ms", "time to connect", default: "20"),
        ProviderOption("latency_ms", "time from the end of a turn to the answer", default: "300"),
        ProviderOption("jitter_ms", "random addition to the latency", default: "0"),
        ProviderOption("chunk_ms", "audio in one piece", default: "100"),
        ProviderOption("speed", "delivery, times real time", default: "4"),
        ProviderOption("tone_hz", "answers are a steady tone of this frequency, 50 to 3800"),
        ProviderOption("error_rate", "share of answers that fail, 0 to 1", default: "0"),
        ProviderOption("endpointing", "provider (by loudness) or local (the session decides)", default: "provider"),
        ProviderOption("barge_in", "whether its detector cancels its answer", default: "true"),
        ProviderOption("threshold_dbfs", "loudness that counts as speech", default: "-40"),
        ProviderOption("onset_ms", "speech before a turn begins", default: "60"),
        ProviderOption("silence_ms", "silence that ends a turn", default: "500"),
        ProviderOption("disconnect_after_ms", "loses the connection after this time"),
        ProviderOption("session_limit_ms", "announces its end for this time"),
        ProviderOption("refuse", "refuses to connect: auth, quota, rate-limit or lost"),
        ProviderOption("transcripts", "what the user is said to have said, in turn"),
        ProviderOption("replies", "what it answers, in turn: texts or maps"),
        ProviderOption("repeat", "begin again after the last reply", default: "true"),
    ]
}
