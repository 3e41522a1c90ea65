import AudioKit
import Core
import ProviderKit

/// The recogniser type `google-speech`.
enum GoogleSpeech {
    static let rate = 16000

    static let descriptor = RecognizerDescriptor(
        name: "google-speech", title: "Google Speech-to-Text",
        summary: "A request a turn to Google's recogniser (REST; v1 with a key, v2 with a token)",
        keyVariables: ["GOOGLE_API_KEY"],
        models: ["latest_short", "latest_long", "telephony", "telephony_short", "chirp_2", "chirp_3"],
        options: VendorOptions.options + options, capabilities: capabilities,
        make: { (configuration) throws(ConfigurationError) in
            GoogleSpeechRecognizer(try GoogleSpeechOptions(configuration))
        })

    static let capabilities = RecognizerCapabilities(
        inputRate: rate, encoding: "pcm16", streams: false, partials: false, costTier: .medium)

    private static let options = [
        ProviderOption("version", "v1, or v2 (needs project and an OAuth token as key)", default: "v1"),
        ProviderOption("project", "project of Google Cloud (v2)"),
        ProviderOption("location", "region of the recogniser (v2)", default: "global"),
        ProviderOption("auth", "key or token: what the key is", default: "key with v1, token with v2"),
        ProviderOption("punctuation", "automatic punctuation", default: "true"),
        ProviderOption("profanity_filter", "mask swear words", default: "vendor's"),
        ProviderOption("enhanced", "the enhanced variant of a model (v1)", default: "vendor's"),
        ProviderOption("alternative_languages", "list of further languages that may be spoken"),
        ProviderOption("boost", "weight of keyterms, 0 to 20 (v1)", default: "vendor's"),
        ProviderOption("preroll_ms", "kept from before the turn, 0 to 3000", default: "500"),
    ]
}

/// What a Google recogniser is set to, checked (wire-telephony reference 6.3).
struct GoogleSpeechOptions: Sendable, Equatable {
    private static let names = [
        "version", "project", "location", "auth", "punctuation", "profanity_filter", "enhanced",
        "alternative_languages", "boost", "preroll_ms",
    ]

    var common: VendorOptions
    var model: String?
    var isVersion2: Bool
    var usesToken: Bool
    var punctuation: Bool
    var profanityFilter: Bool?
    var enhanced: Bool?
    var alternatives: [String]
    var boost: Double?
    var preRollMs: Int

    init(_ configuration: ProviderConfiguration) throws(ConfigurationError) {
        let reader = OptionReader(configuration)
        try reader.refuseUnknown(VendorOptions.names + Self.names)
        isVersion2 = try reader.text("version", oneOf: ["v1", "v2"]) == "v2"
        let auth = try reader.text("auth", oneOf: ["key", "token"])
        usesToken = auth.map { $0 == "token" } ?? isVersion2
        if isVersion2, !usesToken {
            throw reader.fault("auth", "v2 takes no API key", "set auth: token or version: v1")
        }
        let address = try Self.address(reader, isVersion2: isVersion2)
        common = try VendorOptions(
            configuration, reader, Vendor(url: address, keyVariable: "GOOGLE_API_KEY", patienceMs: 15000))
        model = common.model ?? (isVersion2 ? "chirp_2" : nil)
        punctuation = try reader.flag("punctuation") ?? true
        profanityFilter = try reader.flag("profanity_filter")
        enhanced = try reader.flag("enhanced")
        alternatives = try VendorOptions.words("alternative_languages", reader)
        boost = try reader.number("boost", 0...20)
        preRollMs = try reader.int("preroll_ms", 0...3000) ?? 500
    }

    private static func address(_ reader: OptionReader, isVersion2: Bool) throws(ConfigurationError) -> String {
        guard isVersion2 else { return "https://speech.googleapis.com/v1/speech:recognize" }
        guard let project = try VendorOptions.word(reader.text("project"), "project", reader) else {
            throw reader.fault("project", "is needed for v2", "write the name of the project of Google Cloud")
        }
        let location = try VendorOptions.word(reader.text("location"), "location", reader) ?? "global"
        let host = location == "global" ? "speech.googleapis.com" : "\(URLParts.encode(location))-speech.googleapis.com"
        return "https://\(host)/v2/projects/\(URLParts.encode(project))/locations/\(URLParts.encode(location))"
            + "/recognizers/_:recognize"
    }

    /// The body around the audio: what stands before the base64 text and what after.
    func envelope(_ context: PartContext) -> (head: [UInt8], tail: [UInt8]) {
        let config = JSONValue.object([.init("config", isVersion2 ? config2(context) : config1(context))]).bytes
        let isOpen = Array(config.dropLast())
        return isVersion2
            ? (isOpen + #","content":""#.utf8, Array(#""}"#.utf8))
            : (isOpen + #","audio":{"content":""#.utf8, Array(#""}}"#.utf8))
    }

    private func languages(_ context: PartContext) -> [JSONValue] {
        ([common.language(context) ?? "en-US"] + alternatives).map { .string(LanguageTag.regional($0)) }
    }

    private func config1(_ context: PartContext) -> JSONValue {
        let languages = languages(context)
        var config: JSONValue = [
            "encoding": "LINEAR16", "sampleRateHertz": .int(Int64(GoogleSpeech.rate)), "languageCode": languages[0],
            "enableAutomaticPunctuation": .bool(punctuation),
        ]
        if languages.count > 1 { config["alternativeLanguageCodes"] = .array(Array(languages.dropFirst())) }
        config["model"] = model.map { .string($0) }
        config["profanityFilter"] = profanityFilter.map { .bool($0) }
        config["useEnhanced"] = enhanced.map { .bool($0) }
        let terms = common.keyterms(context)
        if !terms.isEmpty {
            var hints: JSONValue = ["phrases": .array(terms.map { .string($0) })]
            hints["boost"] = boost.map { .double($0) }
            config["speechContexts"] = [hints]
        }
        return config
    }

    private func config2(_ context: PartContext) -> JSONValue {
        var features: JSONValue = ["enableAutomaticPunctuation": .bool(punctuation)]
        features["profanityFilter"] = profanityFilter.map { .bool($0) }
        var config: JSONValue = [
            "explicitDecodingConfig": [
                "encoding": "LINEAR16", "sampleRateHertz": .int(Int64(GoogleSpeech.rate)), "audioChannelCount": 1,
            ],
            "languageCodes": .array(languages(context)), "features": features,
        ]
        config["model"] = model.map { .string($0) }
        let terms = common.keyterms(context)
        if !terms.isEmpty {
            let phrases = JSONValue.array(terms.map { ["value": .string($0)] })
            config["adaptation"] = ["phraseSets": [["inlinePhraseSet": ["phrases": phrases]]]]
        }
        return config
    }
}

/// One JSON request a turn with the samples as base64; an answer to silence has no results.
final class GoogleSpeechRecognizer: BatchRecognizer {
    private let options: GoogleSpeechOptions

    init(_ options: GoogleSpeechOptions) {
        self.options = options
        super.init(
            options.common, capabilities: GoogleSpeech.capabilities,
            limits: BatchLimits(preRollMs: options.preRollMs))
    }

    override func request(_ samples: [Int16]) -> HTTPEndpoint {
        let (head, tail) = options.envelope(context)
        var body = head
        body.reserveCapacity(head.count + tail.count + Base64.encodedLength(bytes: samples.count * 2))
        Base64.encode(pcm: samples.span, into: &body)
        body += tail
        let key =
            options.usesToken ? common.authorization(scheme: "Bearer") : common.authorization("x-goog-api-key")
        return HTTPEndpoint(
            method: "POST", url: common.url, headers: key + [HeaderField("Content-Type", "application/json")],
            body: .whole(body), timeout: common.patience)
    }

    override func answer(_ body: [UInt8]) -> BatchAnswer {
        guard let json = try? JSONParser.parse(body), json.members != nil else {
            return .failure(failures.make("protocol", "the answer is not JSON", .reconnect(after: nil)))
        }
        if let cause = json["error"]?["message"]?.string {
            return .failure(failures.make("vendor", cause, .reconnect(after: nil)))
        }
        let parts = (json["results"]?.array ?? []).compactMap { $0["alternatives"]?[0]?["transcript"]?.string }
        return .text(parts.map(SegmentText.trimmed).joined(separator: " "))
    }
}
