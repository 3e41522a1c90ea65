import Core
import ProviderKit

/// The recogniser type `deepgram-flux`.
enum DeepgramFlux {
    static let models = ["flux-general-en", "flux-general-multi"]

    static let descriptor = RecognizerDescriptor(
        name: "deepgram-flux", title: "Deepgram Flux",
        summary: "Streaming recogniser of Deepgram with a turn model: start, likely end, resumed, end",
        keyVariables: ["DEEPGRAM_API_KEY"], models: models, options: VendorOptions.options + options,
        capabilities: capabilities(rate: 16000, encoding: .pcm16),
        make: { (configuration) throws(ConfigurationError) in
            DeepgramFluxRecognizer(try DeepgramFluxOptions(configuration))
        })

    static func capabilities(rate: Int, encoding: WireEncoding) -> RecognizerCapabilities {
        RecognizerCapabilities(inputRate: rate, encoding: encoding.rawValue, detectsTurns: true, costTier: .low)
    }

    private static let options = [
        ProviderOption("encoding", "pcm16, mulaw or alaw on the wire", default: "pcm16"),
        ProviderOption("sample_rate", "8000, 16000, 24000 or 48000", default: "16000"),
        ProviderOption("eot_threshold", "confidence that ends a turn, 0.5 to 1", default: "0.7"),
        ProviderOption("eager_eot_threshold", "confidence of a likely end, 0.3 to 0.9", default: "off"),
        ProviderOption("eot_timeout_ms", "silence that ends a turn in any case, 500 to 60000", default: "5000"),
        ProviderOption("language_hint", "list of languages to expect (flux-general-multi)"),
        ProviderOption("profanity_filter", "mask swear words", default: "vendor's"),
        ProviderOption("numerals", "numbers as digits", default: "vendor's"),
        ProviderOption("mip_opt_out", "keep the audio out of the vendor's model improvement", default: "vendor's"),
        ProviderOption("redact", "list of what to redact"),
        ProviderOption("tag", "list of labels for the vendor's reports"),
    ]
}

/// What a Flux recogniser is set to, checked (wire reference 6.2).
struct DeepgramFluxOptions: Sendable {
    private static let flags = ["profanity_filter", "numerals", "mip_opt_out"]
    private static let lists = ["redact", "tag"]

    var common: VendorOptions
    var model: String
    var rate: Int
    var encoding: WireEncoding
    var hints: [String]
    private var query: [(name: String, value: String)] = []

    init(_ configuration: ProviderConfiguration) throws(ConfigurationError) {
        let reader = OptionReader(configuration)
        try reader.refuseUnknown(
            VendorOptions.names + Self.flags + Self.lists + [
                "encoding", "sample_rate", "eot_threshold", "eager_eot_threshold", "eot_timeout_ms", "language_hint",
            ])
        let vendor = Vendor(url: "wss://api.deepgram.com/v2/listen", keyVariable: "DEEPGRAM_API_KEY")
        common = try VendorOptions(configuration, reader, vendor)
        model = common.model ?? DeepgramFlux.models[0]
        encoding = WireEncoding(rawValue: try reader.text("encoding", oneOf: WireEncoding.names) ?? "") ?? .pcm16
        rate = try StreamRate.read(reader, [8000, 16000, 24000, 48000]) ?? 16000
        hints = try VendorOptions.words("language_hint", reader)
        if !hints.isEmpty, model != DeepgramFlux.models[1] {
            throw reader.fault("language_hint", "needs the model flux-general-multi", "set model: flux-general-multi")
        }
        if let value = try reader.number("eot_threshold", 0.5...1) { query.append(("eot_threshold", "\(value)")) }
        if let value = try reader.number("eager_eot_threshold", 0.3...0.9) {
            query.append(("eager_eot_threshold", "\(value)"))
        }
        if let value = try reader.int("eot_timeout_ms", 500...60000) { query.append(("eot_timeout_ms", "\(value)")) }
        for name in Self.flags {
            if let flag = try reader.flag(name) { query.append((name, String(flag))) }
        }
        for name in Self.lists {
            for text in try VendorOptions.words(name, reader) { query.append((name, text)) }
        }
    }

    /// The address with every argument. The language is a hint and only the multilingual model takes hints.
    func address(_ context: PartContext) -> URLParts {
        var url = common.url
        url.addQuery("model", model)
        url.addQuery("encoding", encoding == .pcm16 ? "linear16" : encoding.rawValue)
        url.addQuery("sample_rate", String(rate))
        for (name, value) in query { url.addQuery(name, value) }
        for term in common.keyterms(context) { url.addQuery("keyterm", term) }
        if model == DeepgramFlux.models[1] {
            let own = common.language(context).map { [LanguageTag.base($0)] } ?? []
            for hint in hints.isEmpty ? own : hints { url.addQuery("language_hint", hint) }
        }
        return url
    }

    /// Whether the model cannot hear this language.
    func mismatch(_ context: PartContext) -> String? {
        guard model == DeepgramFlux.models[0], let language = common.language(context),
            LanguageTag.base(language) != "en"
        else { return nil }
        return language
    }
}
