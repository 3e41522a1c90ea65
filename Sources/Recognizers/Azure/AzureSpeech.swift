import Core
import ProviderKit

/// The recogniser type `azure-speech`.
enum AzureSpeech {
    static let descriptor = RecognizerDescriptor(
        name: "azure-speech", title: "Azure Speech",
        summary: "A request a turn to Azure's recogniser (short audio or fast transcription)",
        keyVariables: ["AZURE_SPEECH_KEY"], options: VendorOptions.options + options,
        capabilities: capabilities(rate: 16000),
        make: { (configuration) throws(ConfigurationError) in
            AzureSpeechRecognizer(try AzureSpeechOptions(configuration))
        })

    static func capabilities(rate: Int) -> RecognizerCapabilities {
        RecognizerCapabilities(
            inputRate: rate, encoding: "wav", streams: false, partials: false, costTier: .medium)
    }

    private static let options = [
        ProviderOption("region", "region of the resource: westeurope; needed without a base URL"),
        ProviderOption("mode", "short (short audio) or fast (fast transcription)", default: "short"),
        ProviderOption("auth", "key, or token: what the key is", default: "key"),
        ProviderOption("sample_rate", "8000 or 16000", default: "16000"),
        ProviderOption("format", "simple or detailed answer (short)", default: "simple"),
        ProviderOption("profanity", "masked, removed or raw", default: "vendor's"),
        ProviderOption("custom_model", "id of a custom endpoint (short)"),
        ProviderOption("api_version", "version of the fast transcription", default: "2024-11-15"),
        ProviderOption("preroll_ms", "kept from before the turn, 0 to 3000", default: "500"),
    ]
}

/// What an Azure recogniser is set to, checked (wire-telephony reference 6.2).
struct AzureSpeechOptions: Sendable, Equatable {
    private static let names = [
        "region", "mode", "auth", "sample_rate", "format", "profanity", "custom_model", "api_version", "preroll_ms",
    ]

    var common: VendorOptions
    var isFast: Bool
    var usesToken: Bool
    var rate: Int
    var isDetailed: Bool
    var profanity: String?
    var customModel: String?
    var preRollMs: Int

    init(_ configuration: ProviderConfiguration) throws(ConfigurationError) {
        let reader = OptionReader(configuration)
        try reader.refuseUnknown(VendorOptions.names + Self.names)
        isFast = try reader.text("mode", oneOf: ["short", "fast"]) == "fast"
        usesToken = try reader.text("auth", oneOf: ["key", "token"]) == "token"
        let address = try Self.address(reader, configuration, isFast: isFast)
        common = try VendorOptions(
            configuration, reader, Vendor(url: address, keyVariable: "AZURE_SPEECH_KEY", patienceMs: 15000))
        rate = try StreamRate.read(reader, [8000, 16000]) ?? 16000
        isDetailed = try reader.text("format", oneOf: ["simple", "detailed"]) == "detailed"
        profanity = try reader.text("profanity", oneOf: ["masked", "removed", "raw"])
        customModel = try VendorOptions.word(reader.text("custom_model"), "custom_model", reader)
        preRollMs = try reader.int("preroll_ms", 0...3000) ?? 500
    }

    private static func address(
        _ reader: OptionReader, _ configuration: ProviderConfiguration, isFast: Bool
    ) throws(ConfigurationError) -> String {
        let region = try VendorOptions.word(reader.text("region"), "region", reader)
        guard let region = region ?? configuration.baseURL.map({ _ in "region" }) else {
            throw reader.fault("region", "is missing", "write the region of the resource, as westeurope")
        }
        guard region.utf8.allSatisfy({ (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D }) else {
            throw reader.fault("region", "\"\(region)\" is no region", "write it as the portal does, as westeurope")
        }
        let version = try VendorOptions.word(reader.text("api_version"), "api_version", reader) ?? "2024-11-15"
        return isFast
            ? "https://\(region).api.cognitive.microsoft.com/speechtotext/transcriptions:transcribe?api-version="
                + URLParts.encode(version)
            : "https://\(region).stt.speech.microsoft.com/speech/recognition/conversation/cognitiveservices/v1"
    }
}

/// One request a turn: the WAV file itself, or a form with it.
final class AzureSpeechRecognizer: BatchRecognizer {
    private let options: AzureSpeechOptions

    init(_ options: AzureSpeechOptions) {
        self.options = options
        // Short audio may last 60 s.
        super.init(
            options.common, capabilities: AzureSpeech.capabilities(rate: options.rate),
            limits: BatchLimits(longestSeconds: options.isFast ? 600 : 55, preRollMs: options.preRollMs))
    }

    private var language: String { LanguageTag.regional(common.language(context) ?? "en-US") }

    override func request(_ samples: [Int16]) -> HTTPEndpoint {
        let wav = Recording.wav(samples, rate: options.rate)
        let key =
            options.usesToken
            ? common.authorization(scheme: "Bearer") : common.authorization("Ocp-Apim-Subscription-Key")
        guard !options.isFast else { return fast(wav, key) }
        var url = common.url
        url.addQuery("language", language)
        url.addQuery("format", options.isDetailed ? "detailed" : "simple")
        if let profanity = options.profanity { url.addQuery("profanity", profanity) }
        if let model = options.customModel { url.addQuery("cid", model) }
        let type = "audio/wav; codecs=audio/pcm; samplerate=\(options.rate)"
        return HTTPEndpoint(
            method: "POST", url: url,
            headers: key + [HeaderField("Content-Type", type), HeaderField("Accept", "application/json")],
            body: .whole(wav), timeout: common.patience)
    }

    private func fast(_ wav: [UInt8], _ key: [HeaderField]) -> HTTPEndpoint {
        var definition: JSONValue = ["locales": [.string(language)]]
        let filters = ["masked": "Masked", "removed": "Removed", "raw": "None"]
        definition["profanityFilterMode"] = options.profanity.flatMap { filters[$0] }.map { .string($0) }
        let terms = common.keyterms(context)
        if !terms.isEmpty { definition["phraseList"] = ["phrases": .array(terms.map { .string($0) })] }
        var form = MultipartForm()
        form.field("definition", definition.text)
        form.file("audio", filename: "turn.wav", type: "audio/wav", wav)
        return HTTPEndpoint(
            method: "POST", url: common.url, headers: key + [HeaderField("Content-Type", form.contentType)],
            body: .whole(form.body), timeout: common.patience)
    }

    override func answer(_ body: [UInt8]) -> BatchAnswer {
        guard let json = try? JSONParser.parse(body), json.members != nil else {
            return .failure(failures.make("protocol", "the answer is not JSON", .reconnect(after: nil)))
        }
        if let cause = json["error"]?["message"]?.string {
            return .failure(failures.make("vendor", cause, .reconnect(after: nil)))
        }
        if options.isFast { return .text(json["combinedPhrases"]?[0]?["text"]?.string ?? "") }
        switch json["RecognitionStatus"]?.string {
        case "Success": return .text(json["DisplayText"]?.string ?? json["NBest"]?[0]?["Display"]?.string ?? "")
        case "NoMatch", "InitialSilenceTimeout", "BabbleTimeout": return .text("")
        case let status:
            return .failure(failures.make("vendor", "recognition ended as \(status ?? "?")", .reconnect(after: nil)))
        }
    }
}
