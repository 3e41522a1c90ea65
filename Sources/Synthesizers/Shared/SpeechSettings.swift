import Core
import ProviderKit

/// What every synthesiser is set to, checked.
struct SpeechSettings: Sendable {
    /// Names of the options read here.
    static let names = ["parallel", "first_audio_timeout_ms", "stall_timeout_ms", "price_per_million_characters"]
    static let options = [
        ProviderOption("parallel", "sentences asked for at once, 1 to 4", default: "2"),
        ProviderOption("first_audio_timeout_ms", "longest wait for the first audio of a sentence", default: "10000"),
        ProviderOption("stall_timeout_ms", "longest silence in the middle of a sentence", default: "10000"),
        ProviderOption("price_per_million_characters", "US dollars, for the costs", default: "none"),
    ]

    /// The user's name for this part.
    var name: String
    /// Sentences asked for at once.
    var parallel: Int
    var firstAudio: Duration
    var stall: Duration
    /// US dollars a character.
    var price: Double?
    /// Longest text of one request, in UTF-8 bytes.
    var textBytes: Int
    /// Samples per second of what is told.
    var rate: Int
    /// Makes failures of the vendor's answers.
    var failures: VendorFailure

    /// Reads the shared options.
    init(
        _ configuration: ProviderConfiguration, _ reader: OptionReader, url: URLParts, keyVariable: String?, rate: Int,
        textBytes: Int, parallel most: Int = 4
    ) throws(ConfigurationError) {
        name = configuration.name
        parallel = try min(most, reader.int("parallel", 1...4) ?? 2)
        firstAudio = .milliseconds(try reader.int("first_audio_timeout_ms", 500...120_000) ?? 10_000)
        stall = .milliseconds(try reader.int("stall_timeout_ms", 500...120_000) ?? 10_000)
        price = try reader.number("price_per_million_characters", 0...10_000).map { $0 / 1e6 }
        failures = VendorFailure(
            provider: configuration.name, url: url, key: configuration.key, keyVariable: keyVariable)
        self.rate = rate
        self.textBytes = textBytes
    }

    /// The key, checked; needed unless a base URL leads elsewhere.
    static func key(
        _ configuration: ProviderConfiguration, _ variable: String, isNeeded: Bool = true
    ) throws(ConfigurationError) -> Secret? {
        guard let key = configuration.key, !key.isEmpty else {
            guard isNeeded, configuration.baseURL == nil else { return nil }
            throw ConfigurationError(
                place: "provider \"\(configuration.name)\"", cause: "there is no API key",
                fix: "set the environment variable \(variable) (export \(variable)=...)")
        }
        guard key.reveal().utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw ConfigurationError(
                place: "provider \"\(configuration.name)\"",
                cause: "the API key has a space or a character that no key has",
                fix: "copy the key again into \(variable)")
        }
        return key
    }

    /// Model and voice go into URLs and headers: no control characters, not endless.
    static func word(_ text: String?, _ name: String, _ reader: OptionReader) throws(ConfigurationError) -> String? {
        guard let text, !text.isEmpty else { return nil }
        guard text.utf8.count <= 256, text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) else {
            throw reader.fault(
                name, "has a space or control character, or is too long", "write the vendor's name for it")
        }
        return text
    }

    /// One of a few numbers.
    static func rate(_ reader: OptionReader, _ allowed: [Int], default usual: Int) throws(ConfigurationError) -> Int {
        guard let rate = try reader.int("sample_rate", 1...1_000_000) else { return usual }
        guard allowed.contains(rate) else {
            throw reader.fault(
                "sample_rate", "\(rate) is not possible",
                "use one of \(allowed.map(String.init).joined(separator: ", "))")
        }
        return rate
    }
}
