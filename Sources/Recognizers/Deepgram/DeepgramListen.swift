import Core
import ProviderKit

/// The recogniser type `deepgram-listen`.
enum DeepgramListen {
    static let descriptor = RecognizerDescriptor(
        name: "deepgram-listen", title: "Deepgram Listen",
        summary: "Streaming recogniser of Deepgram (Nova): partials, endpointing, utterance ends",
        keyVariables: ["DEEPGRAM_API_KEY"],
        models: ["nova-3", "nova-3-general", "nova-3-medical", "nova-2", "nova-2-phonecall"],
        options: VendorOptions.options + options,
        capabilities: capabilities(rate: 16000, encoding: .pcm16, detectsTurns: true),
        make: { (configuration) throws(ConfigurationError) in
            DeepgramListenRecognizer(try DeepgramListenOptions(configuration))
        })

    static func capabilities(rate: Int, encoding: WireEncoding, detectsTurns: Bool) -> RecognizerCapabilities {
        RecognizerCapabilities(
            inputRate: rate, encoding: encoding.rawValue, detectsTurns: detectsTurns, costTier: .low)
    }

    private static let options = [
        ProviderOption("encoding", "pcm16, mulaw or alaw on the wire", default: "pcm16"),
        ProviderOption("sample_rate", "8000, 16000, 24000 or 48000", default: "16000"),
        ProviderOption("interim_results", "partial transcripts", default: "true"),
        ProviderOption("endpointing", "silence in ms that ends a segment, 10 to 10000, or false", default: "300"),
        ProviderOption(
            "utterance_end_ms", "gap between words that ends an utterance, 1000 to 10000, or false", default: "1000"),
        ProviderOption("vad_events", "tell when speech begins", default: "true"),
        ProviderOption("smart_format", "dates, numbers and names written as people write them", default: "true"),
        ProviderOption("punctuate", "punctuation", default: "vendor's"),
        ProviderOption("numerals", "numbers as digits", default: "vendor's"),
        ProviderOption("dictation", "spoken punctuation becomes signs", default: "vendor's"),
        ProviderOption("profanity_filter", "mask swear words", default: "vendor's"),
        ProviderOption("detect_entities", "mark entities", default: "vendor's"),
        ProviderOption("mip_opt_out", "keep the audio out of the vendor's model improvement", default: "vendor's"),
        ProviderOption("diarize_model", "latest or v1: tell speakers apart", default: "off"),
        ProviderOption("keywords", "list of WORD or WORD:BOOST for models before nova-3"),
        ProviderOption("language_hint", "list of languages to expect (nova-3 with language multi)"),
        ProviderOption("replace", "list of WORD:REPLACEMENT"),
        ProviderOption("search", "list of words to search for"),
        ProviderOption("redact", "list of pci, numbers, ssn …"),
        ProviderOption("tag", "list of labels for the vendor's reports"),
        ProviderOption("version", "version of the model", default: "latest"),
    ]
}

/// What a Deepgram Listen recogniser is set to, checked (wire reference 6.1).
struct DeepgramListenOptions: Sendable, Equatable {
    static let flags = [
        "punctuate", "numerals", "dictation", "profanity_filter", "detect_entities", "mip_opt_out",
    ]
    static let lists = ["keywords", "language_hint", "replace", "search", "redact", "tag"]

    var common: VendorOptions
    var model: String
    var rate: Int
    var encoding: WireEncoding
    /// Silence that ends a segment, in ms; nil turns it off.
    var endpointingMs: Int?
    var utteranceEndMs: Int?
    var interim: Bool
    var vadEvents: Bool
    /// The remaining query arguments, in the order in which they are sent.
    var query: [(name: String, value: String)] = []

    init(_ configuration: ProviderConfiguration) throws(ConfigurationError) {
        let reader = OptionReader(configuration)
        try reader.refuseUnknown(
            VendorOptions.names + Self.flags + Self.lists + [
                "encoding", "sample_rate", "interim_results", "endpointing", "utterance_end_ms", "vad_events",
                "smart_format", "diarize_model", "version",
            ])
        let vendor = Vendor(url: "wss://api.deepgram.com/v1/listen", keyVariable: "DEEPGRAM_API_KEY")
        common = try VendorOptions(configuration, reader, vendor)
        model = common.model ?? "nova-3"
        encoding = WireEncoding(rawValue: try reader.text("encoding", oneOf: WireEncoding.names) ?? "") ?? .pcm16
        rate = try StreamRate.read(reader, [8000, 16000, 24000, 48000]) ?? 16000
        interim = try reader.flag("interim_results") ?? true
        vadEvents = try reader.flag("vad_events") ?? true
        endpointingMs = try Self.milliseconds("endpointing", 10...10000, 300, reader)
        utteranceEndMs = try Self.milliseconds("utterance_end_ms", 1000...10000, interim ? 1000 : nil, reader)
        if utteranceEndMs != nil, !interim {
            throw reader.fault("utterance_end_ms", "needs interim_results", "set interim_results: true")
        }
        try readQuery(reader)
    }

    private mutating func readQuery(_ reader: OptionReader) throws(ConfigurationError) {
        query.append(("smart_format", String(try reader.flag("smart_format") ?? true)))
        for name in Self.flags {
            if let flag = try reader.flag(name) { query.append((name, String(flag))) }
        }
        if let diarize = try reader.text("diarize_model", oneOf: ["latest", "v1", "off"]), diarize != "off" {
            query.append(("diarize_model", diarize))
        }
        if let version = try VendorOptions.word(reader.text("version"), "version", reader) {
            query.append(("version", version))
        }
        for name in Self.lists {
            for text in try VendorOptions.words(name, reader) { query.append((name, text)) }
        }
    }

    /// A time in ms, or false for none.
    static func milliseconds(
        _ name: String, _ range: ClosedRange<Int>, _ usual: Int?, _ reader: OptionReader
    ) throws(ConfigurationError) -> Int? {
        if reader.raw(name) == .bool(false) { return nil }
        return try reader.int(name, range) ?? usual
    }

    static func == (a: Self, b: Self) -> Bool {
        a.common == b.common && a.address(PartContext()) == b.address(PartContext())
    }

    /// The address with every argument; list arguments are repeated.
    func address(_ context: PartContext) -> URLParts {
        var url = common.url
        url.addQuery("model", model)
        url.addQuery("language", common.language(context) ?? "en")
        url.addQuery("encoding", encoding == .pcm16 ? "linear16" : encoding.rawValue)
        url.addQuery("sample_rate", String(rate))
        url.addQuery("channels", "1")
        url.addQuery("interim_results", String(interim))
        url.addQuery("endpointing", endpointingMs.map(String.init) ?? "false")
        if let utteranceEndMs { url.addQuery("utterance_end_ms", String(utteranceEndMs)) }
        url.addQuery("vad_events", String(vadEvents))
        for (name, value) in query { url.addQuery(name, value) }
        // Older models know keywords instead and refuse keyterm.
        let terms = model.hasPrefix("nova-3") ? "keyterm" : "keywords"
        for term in common.keyterms(context) { url.addQuery(terms, term) }
        return url
    }
}

/// A sample rate out of those that a vendor takes.
enum StreamRate {
    static func read(_ reader: OptionReader, _ allowed: [Int]) throws(ConfigurationError) -> Int? {
        guard reader.raw("sample_rate") != nil else { return nil }
        let rate = try reader.int("sample_rate", 8000...48000)
        guard let rate, allowed.contains(rate) else {
            throw reader.fault(
                "sample_rate", "the vendor does not take this rate",
                "use one of \(allowed.map(String.init).joined(separator: ", "))")
        }
        return rate
    }
}
