import Core
import ProviderKit

/// The recogniser type `elevenlabs-scribe`: realtime or a request a turn.
enum ElevenLabsScribe {
    static let descriptor = RecognizerDescriptor(
        name: "elevenlabs-scribe", title: "ElevenLabs Scribe",
        summary: "Recogniser of ElevenLabs: realtime over a WebSocket, or a request a turn",
        keyVariables: ["ELEVENLABS_API_KEY"], models: ["scribe_v2_realtime", "scribe_v2", "scribe_v1"],
        options: VendorOptions.options + options, capabilities: realtimeCapabilities(rate: 16000, byVAD: false),
        make: { (configuration) throws(ConfigurationError) in
            let options = try ElevenLabsScribeOptions(configuration)
            return options.isRealtime ? ScribeRealtimeRecognizer(options) : ScribeBatchRecognizer(options)
        })

    static func realtimeCapabilities(rate: Int, byVAD: Bool) -> RecognizerCapabilities {
        RecognizerCapabilities(inputRate: rate, encoding: "pcm16", detectsTurns: byVAD, costTier: .medium)
    }

    static let batchCapabilities = RecognizerCapabilities(
        inputRate: 16000, encoding: "pcm16", streams: false, partials: false, costTier: .medium)

    private static let options = [
        ProviderOption("mode", "realtime or batch", default: "realtime"),
        ProviderOption("sample_rate", "8000, 16000, 24000 or 48000 (realtime)", default: "16000"),
        ProviderOption(
            "commit_strategy", "manual: the local endpointer ends turns; vad: the vendor (realtime)", default: "manual"),
        ProviderOption("vad_silence_threshold_secs", "silence that ends a turn, 0.3 to 3 (vad)", default: "vendor's"),
        ProviderOption("vad_threshold", "0.1 to 0.9 (vad)", default: "vendor's"),
        ProviderOption("min_speech_duration_ms", "50 to 2000 (vad)", default: "vendor's"),
        ProviderOption("min_silence_duration_ms", "50 to 2000 (vad)", default: "vendor's"),
        ProviderOption("filter_background_audio", "leave out speech in the background (realtime)", default: "vendor's"),
        ProviderOption("no_verbatim", "leave out fillers and false starts", default: "vendor's"),
        ProviderOption("enable_logging", "whether the vendor may keep the audio", default: "vendor's"),
        ProviderOption("temperature", "0 to 2 (batch)", default: "vendor's"),
        ProviderOption("tag_audio_events", "write (laughter) and the like (batch)", default: "false"),
        ProviderOption("preroll_ms", "kept from before the turn, 0 to 3000 (batch)", default: "500"),
    ]
}

/// What a Scribe recogniser is set to, checked (wire-telephony reference 6.5, wire reference 8).
struct ElevenLabsScribeOptions: Sendable {
    private static let realtimeNames = [
        "sample_rate", "commit_strategy", "vad_silence_threshold_secs", "vad_threshold", "min_speech_duration_ms",
        "min_silence_duration_ms", "filter_background_audio",
    ]
    private static let batchNames = ["temperature", "tag_audio_events", "preroll_ms"]

    var common: VendorOptions
    var isRealtime: Bool
    var model: String
    var rate = 16000
    var commitsByVAD = false
    var temperature: Double?
    var tagsEvents = false
    var preRollMs = 500
    var noVerbatim: Bool?
    var logging: Bool?
    private var query: [(name: String, value: String)] = []

    init(_ configuration: ProviderConfiguration) throws(ConfigurationError) {
        let reader = OptionReader(configuration)
        isRealtime = try reader.text("mode", oneOf: ["realtime", "batch"]) != "batch"
        try reader.refuseUnknown(
            VendorOptions.names + ["mode", "no_verbatim", "enable_logging"]
                + (isRealtime ? Self.realtimeNames : Self.batchNames))
        let url =
            isRealtime
            ? "wss://api.elevenlabs.io/v1/speech-to-text/realtime" : "https://api.elevenlabs.io/v1/speech-to-text"
        common = try VendorOptions(
            configuration, reader,
            Vendor(url: url, keyVariable: "ELEVENLABS_API_KEY", patienceMs: isRealtime ? 4000 : 15000))
        model = common.model ?? (isRealtime ? "scribe_v2_realtime" : "scribe_v2")
        noVerbatim = try reader.flag("no_verbatim")
        logging = try reader.flag("enable_logging")
        if isRealtime { try readRealtime(reader) } else { try readBatch(reader) }
    }

    private mutating func readRealtime(_ reader: OptionReader) throws(ConfigurationError) {
        rate = try StreamRate.read(reader, [8000, 16000, 24000, 48000]) ?? 16000
        commitsByVAD = try reader.text("commit_strategy", oneOf: ["manual", "vad"]) == "vad"
        if let value = try reader.number("vad_silence_threshold_secs", 0.3...3) {
            query.append(("vad_silence_threshold_secs", "\(value)"))
        }
        if let value = try reader.number("vad_threshold", 0.1...0.9) { query.append(("vad_threshold", "\(value)")) }
        for name in ["min_speech_duration_ms", "min_silence_duration_ms"] {
            if let value = try reader.int(name, 50...2000) { query.append((name, "\(value)")) }
        }
        if !commitsByVAD, let first = query.first {
            throw reader.fault(first.name, "is used by the vendor's detector only", "set commit_strategy: vad")
        }
        if let flag = try reader.flag("filter_background_audio") {
            query.append(("filter_background_audio", String(flag)))
        }
    }

    private mutating func readBatch(_ reader: OptionReader) throws(ConfigurationError) {
        temperature = try reader.number("temperature", 0...2)
        tagsEvents = try reader.flag("tag_audio_events") ?? false
        preRollMs = try reader.int("preroll_ms", 0...3000) ?? 500
    }

    /// The address of the realtime session.
    func address(_ context: PartContext) -> URLParts {
        var url = common.url
        url.addQuery("model_id", model)
        url.addQuery("audio_format", "pcm_\(rate)")
        url.addQuery("commit_strategy", commitsByVAD ? "vad" : "manual")
        if let language = common.language(context) { url.addQuery("language_code", LanguageTag.base(language)) }
        for (name, value) in query { url.addQuery(name, value) }
        if let noVerbatim { url.addQuery("no_verbatim", String(noVerbatim)) }
        if let logging { url.addQuery("enable_logging", String(logging)) }
        for term in common.keyterms(context) { url.addQuery("keyterms", term) }
        return url
    }
}

/// One multipart request a turn with raw samples at 16 kHz.
final class ScribeBatchRecognizer: BatchRecognizer {
    private let options: ElevenLabsScribeOptions

    init(_ options: ElevenLabsScribeOptions) {
        self.options = options
        super.init(
            options.common, capabilities: ElevenLabsScribe.batchCapabilities,
            limits: BatchLimits(longestSeconds: 600, preRollMs: options.preRollMs))
    }

    override func request(_ samples: [Int16]) -> HTTPEndpoint {
        var form = MultipartForm()
        form.field("model_id", options.model)
        form.field("language_code", common.language(context).map(LanguageTag.base))
        form.field("tag_audio_events", String(options.tagsEvents))
        form.field("file_format", "pcm_s16le_16")
        form.field("temperature", options.temperature.map { "\($0)" })
        form.field("no_verbatim", options.noVerbatim.map { String($0) })
        for term in common.keyterms(context) { form.field("keyterms", term) }
        let raw = samples.withUnsafeBytes { Array($0) }
        form.file("file", filename: "turn.pcm", type: "application/octet-stream", raw)
        var url = common.url
        if let logging = options.logging { url.addQuery("enable_logging", String(logging)) }
        return HTTPEndpoint(
            method: "POST", url: url,
            headers: common.authorization("xi-api-key") + [HeaderField("Content-Type", form.contentType)],
            body: .whole(form.body), timeout: common.patience)
    }

    override func answer(_ body: [UInt8]) -> BatchAnswer {
        guard let text = (try? JSONParser.parse(body))?["text"]?.string else {
            return .failure(failures.make("protocol", "the answer holds no text", .reconnect(after: nil)))
        }
        return .text(text)
    }
}
