import Core
import ProviderKit

/// The recogniser type `openai-transcription`: OpenAI's transcription endpoint, and every server of its shape.
enum OpenAITranscription {
    static let descriptor = RecognizerDescriptor(
        name: "openai-transcription", title: "OpenAI transcription",
        summary: "A request a turn to OpenAI's transcription endpoint, or a server of its shape",
        keyVariables: ["OPENAI_API_KEY"],
        models: [
            "gpt-transcribe", "gpt-4o-transcribe", "gpt-4o-mini-transcribe", "gpt-4o-transcribe-diarize", "whisper-1",
        ],
        options: VendorOptions.options + options, capabilities: capabilities(partials: true),
        make: { (configuration) throws(ConfigurationError) in
            OpenAITranscriptionRecognizer(try OpenAITranscriptionOptions(configuration))
        })

    static func capabilities(partials: Bool) -> RecognizerCapabilities {
        RecognizerCapabilities(
            inputRate: 16000, encoding: "wav", streams: false, partials: partials, costTier: .low)
    }

    private static let options = [
        ProviderOption("path", "path of the endpoint", default: "/v1/audio/transcriptions"),
        ProviderOption("prompt", "words and style to expect"),
        ProviderOption("temperature", "0 to 1", default: "vendor's"),
        ProviderOption("stream", "text as it comes (not with whisper-1)", default: "true, false with whisper models"),
        ProviderOption("languages", "list of languages to expect (gpt-transcribe)"),
        ProviderOption("chunking_strategy", "auto: the vendor cuts the recording at pauses", default: "vendor's"),
        ProviderOption("preroll_ms", "kept from before the turn, 0 to 3000", default: "500"),
    ]
}

/// What an OpenAI transcription recogniser is set to, checked (wire-telephony reference 6.1).
struct OpenAITranscriptionOptions: Sendable, Equatable {
    static let names = ["path", "prompt", "temperature", "stream", "languages", "chunking_strategy", "preroll_ms"]
    /// Known models of the newest family, which take lists of languages and keywords.
    static let listModel = "gpt-transcribe"

    var common: VendorOptions
    var model: String
    var prompt: String?
    var temperature: Double?
    var stream: Bool
    var languages: [String]
    var chunking: String?
    var preRollMs: Int

    init(_ configuration: ProviderConfiguration) throws(ConfigurationError) {
        let reader = OptionReader(configuration)
        try reader.refuseUnknown(VendorOptions.names + Self.names)
        let path = try VendorOptions.path(reader) ?? "/v1/audio/transcriptions"
        // Dollars a minute: gpt-transcribe, developersdigest.tech, seen 2026-11.
        let known = configuration.model ?? Self.listModel
        let vendor = Vendor(
            url: "https://api.openai.com\(path)", keyVariable: "OPENAI_API_KEY", patienceMs: 15000,
            pricePerMinute: known == Self.listModel && configuration.baseURL == nil ? 0.0045 : nil)
        common = try VendorOptions(configuration, reader, vendor)
        model = common.model ?? Self.listModel
        prompt = try reader.text("prompt")
        temperature = try reader.number("temperature", 0...1)
        stream = try reader.flag("stream") ?? !model.contains("whisper")
        if stream, model == "whisper-1" {
            throw reader.fault("stream", "whisper-1 does not stream", "set stream: false or another model")
        }
        languages = try VendorOptions.words("languages", reader)
        if !languages.isEmpty, model != Self.listModel {
            throw reader.fault("languages", "only gpt-transcribe takes several", "use language")
        }
        chunking = try reader.text("chunking_strategy", oneOf: ["auto"])
        preRollMs = try reader.int("preroll_ms", 0...3000) ?? 500
    }
}

/// One multipart request a turn; the answer is JSON or server-sent events with the text as it comes.
final class OpenAITranscriptionRecognizer: BatchRecognizer {
    private let options: OpenAITranscriptionOptions

    init(_ options: OpenAITranscriptionOptions) {
        self.options = options
        super.init(
            options.common, capabilities: OpenAITranscription.capabilities(partials: options.stream),
            limits: BatchLimits(longestSeconds: 600, preRollMs: options.preRollMs))
    }

    override func request(_ samples: [Int16]) -> HTTPEndpoint {
        var form = MultipartForm()
        form.field("model", options.model)
        fields(&form)
        form.field("response_format", "json")
        if options.stream { form.field("stream", "true") }
        form.file(
            "file", filename: "turn.wav", type: "audio/wav", Recording.wav(samples, rate: capabilities.inputRate))
        return HTTPEndpoint(
            method: "POST", url: common.url,
            headers: common.authorization(scheme: "Bearer") + [HeaderField("Content-Type", form.contentType)],
            body: .whole(form.body), serverSentEvents: options.stream, timeout: common.patience)
    }

    private func fields(_ form: inout MultipartForm) {
        let terms = common.keyterms(context)
        if options.model == OpenAITranscriptionOptions.listModel {
            let own = common.language(context).map { [LanguageTag.base($0)] } ?? []
            for language in options.languages.isEmpty ? own : options.languages { form.field("languages[]", language) }
            for term in terms { form.field("keywords[]", term) }
            form.field("prompt", options.prompt)
        } else {
            form.field("language", common.language(context).map(LanguageTag.base))
            let words = terms.isEmpty ? nil : terms.joined(separator: ", ")
            let prompt = [options.prompt, words].compactMap(\.self).joined(separator: " ")
            form.field("prompt", prompt.isEmpty ? nil : prompt)
        }
        form.field("temperature", options.temperature.map { "\($0)" })
        form.field("chunking_strategy", options.chunking)
    }

    override func answer(_ body: [UInt8]) -> BatchAnswer {
        guard let json = try? JSONParser.parse(body), json.members != nil else {
            return .failure(failures.make("protocol", "the answer is not JSON", .reconnect(after: nil)))
        }
        if let text = json["text"]?.string { return .text(text) }
        return failed(json)
    }

    override func event(_ json: JSONValue, _ partial: inout String) -> BatchAnswer? {
        switch json["type"]?.string {
        case "transcript.text.delta": partial += json["delta"]?.string ?? ""
        case "transcript.text.done": return .text(json["text"]?.string ?? partial)
        case "error": return failed(json)
        // A server of this shape may answer in one piece although it was asked to stream.
        case nil: if let text = json["text"]?.string { return .text(text) }
        default: break
        }
        return nil
    }

    private func failed(_ json: JSONValue) -> BatchAnswer {
        let cause = json["error"]?["message"]?.string ?? json["error"]?.string ?? "the answer holds no text"
        return .failure(failures.make("vendor", cause, .reconnect(after: nil)))
    }
}
