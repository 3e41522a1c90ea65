import Core
import ProviderKit

/// The recogniser type `cartesia-stt`.
enum CartesiaSpeechToText {
    static let descriptor = RecognizerDescriptor(
        name: "cartesia-stt", title: "Cartesia Ink",
        summary: "Streaming recogniser of Cartesia with turn events, or with turns ended here",
        keyVariables: ["CARTESIA_API_KEY"], models: ["ink-2", "ink-whisper"],
        options: VendorOptions.options + options,
        capabilities: capabilities(rate: 16000, encoding: .pcm16, turns: true),
        make: { (configuration) throws(ConfigurationError) in
            let options = try CartesiaOptions(configuration)
            return options.detectsTurns ? CartesiaTurnsRecognizer(options) : CartesiaManualRecognizer(options)
        })

    static func capabilities(rate: Int, encoding: WireEncoding, turns: Bool) -> RecognizerCapabilities {
        RecognizerCapabilities(inputRate: rate, encoding: encoding.rawValue, detectsTurns: turns, costTier: .low)
    }

    private static let options = [
        ProviderOption("mode", "turns: the vendor ends turns; manual: the local endpointer", default: "turns"),
        ProviderOption("encoding", "pcm16, mulaw or alaw on the wire", default: "pcm16"),
        ProviderOption("sample_rate", "8000, 16000, 24000 or 48000", default: "16000"),
        ProviderOption("turn_start_threshold", "0 to 1 (turns)", default: "0.8 (vendor's)"),
        ProviderOption("turn_eager_end_threshold", "0 to 1 (turns)", default: "0.4 (vendor's)"),
        ProviderOption("turn_end_threshold", "0 to 1 (turns)", default: "0.2 (vendor's)"),
        ProviderOption("turn_end_timeout_ms", "100 to 60000 (turns)", default: "5600 (vendor's)"),
        ProviderOption("min_volume", "0 to 1 (manual)", default: "vendor's"),
        ProviderOption("max_silence_duration_secs", "0 to 60 (manual)", default: "vendor's"),
        ProviderOption("api_version", "value of the header Cartesia-Version", default: "2026-03-01"),
    ]
}

/// What a Cartesia recogniser is set to, checked (wire reference 10).
struct CartesiaOptions: Sendable {
    private static let turnNames = [
        "turn_start_threshold", "turn_eager_end_threshold", "turn_end_threshold", "turn_end_timeout_ms",
    ]
    private static let manualNames = ["min_volume", "max_silence_duration_secs"]

    var common: VendorOptions
    var model: String
    var detectsTurns: Bool
    var rate: Int
    var encoding: WireEncoding
    var version: String
    private var query: [(name: String, value: String)] = []

    init(_ configuration: ProviderConfiguration) throws(ConfigurationError) {
        let reader = OptionReader(configuration)
        detectsTurns = try reader.text("mode", oneOf: ["turns", "manual"]) != "manual"
        try reader.refuseUnknown(
            VendorOptions.names + ["mode", "encoding", "sample_rate", "api_version"]
                + (detectsTurns ? Self.turnNames : Self.manualNames))
        let url = "wss://api.cartesia.ai/stt/\(detectsTurns ? "turns/" : "")websocket"
        common = try VendorOptions(configuration, reader, Vendor(url: url, keyVariable: "CARTESIA_API_KEY"))
        model = common.model ?? "ink-2"
        encoding = WireEncoding(rawValue: try reader.text("encoding", oneOf: WireEncoding.names) ?? "") ?? .pcm16
        rate = try StreamRate.read(reader, [8000, 16000, 24000, 48000]) ?? 16000
        version = try VendorOptions.word(reader.text("api_version"), "api_version", reader) ?? "2026-03-01"
        for name in Self.turnNames.dropLast() + ["min_volume"] {
            if let value = try reader.number(name, 0...1) { query.append((name, "\(value)")) }
        }
        if let value = try reader.int("turn_end_timeout_ms", 100...60000) {
            query.append(("turn_end_timeout_ms", "\(value)"))
        }
        if let value = try reader.number("max_silence_duration_secs", 0...60) {
            query.append(("max_silence_duration_secs", "\(value)"))
        }
    }

    /// Address and headers.
    func endpoint(_ context: PartContext) -> Endpoint {
        var url = common.url
        let encodings = [WireEncoding.pcm16: "pcm_s16le", .mulaw: "pcm_mulaw", .alaw: "pcm_alaw"]
        url.addQuery("model", model)
        url.addQuery("encoding", encodings[encoding] ?? "pcm_s16le")
        url.addQuery("sample_rate", String(rate))
        if !detectsTurns { url.addQuery("language", LanguageTag.base(common.language(context) ?? "en")) }
        for (name, value) in query { url.addQuery(name, value) }
        if detectsTurns { for term in common.keyterms(context) { url.addQuery("keyterm", term) } }
        let version = HeaderField("Cartesia-Version", version)
        return .webSocket(
            WebSocketEndpoint(url: url, headers: common.authorization(scheme: "Bearer") + [version]))
    }

    /// What an `error` message means.
    static func failure(_ json: JSONValue, _ failures: VendorFailure) -> ProviderFailure {
        let cause = json["message"]?.string ?? json["title"]?.string ?? json["error"]?.string ?? "no reason given"
        switch json["status_code"]?.int ?? 500 {
        case 401, 403: return failures.auth(cause)
        case 402: return failures.quota(cause)
        case 400, 404, 422: return failures.make("refused", cause, fix: "check model and options", .fatal)
        case 429:
            return failures.make("rate-limit", cause, .reconnect(after: VendorFailure.shortestWait))
        default: return failures.make("vendor", "the vendor failed: \(cause)", .reconnect(after: nil))
        }
    }
}

/// Turn mode: the transcript is that of the whole turn so far; the vendor alone ends a turn.
final class CartesiaTurnsRecognizer: StreamingRecognizer {
    private let options: CartesiaOptions

    init(_ options: CartesiaOptions) {
        self.options = options
        super.init(
            options.common,
            capabilities: CartesiaSpeechToText.capabilities(
                rate: options.rate, encoding: options.encoding, turns: true),
            pace: StreamPace(encoding: options.encoding))
    }

    override func endpoint(_ context: PartContext) -> Endpoint { options.endpoint(context) }
    override func greet(_ opening: LinkOpening, _ out: Output) {}
    override func askFinal(_ out: Output) { if isSettled { answered(out) } }
    override func sayGoodbye(_ out: Output) { sendText(#"{"type":"close"}"#, out) }

    override func message(_ json: JSONValue, _ out: Output) {
        let text = json["transcript"]?.string ?? ""
        switch json["type"]?.string {
        case "connected": becomeReady(out)
        case "turn.start": speechBegan(out)
        case "turn.update": partial(text, out)
        case "turn.eager_end":
            partial(text, out)
            out.event(.turnEndLikely(confidence: nil))
        case "turn.resume": out.event(.turnResumed)
        case "turn.end":
            segment(text, out)
            if isAskedForFinal { answered(out) } else { vendorEndedTurn(nil, out) }
        case "error": fail(CartesiaOptions.failure(json, failures), out)
        default: break
        }
    }
}

/// Manual mode: commands are plain words; `finalize` is answered by `flush_done`. A final transcript is what came since the last.
final class CartesiaManualRecognizer: StreamingRecognizer {
    private let options: CartesiaOptions

    init(_ options: CartesiaOptions) {
        self.options = options
        super.init(
            options.common,
            capabilities: CartesiaSpeechToText.capabilities(
                rate: options.rate, encoding: options.encoding, turns: false),
            pace: StreamPace(encoding: options.encoding))
    }

    override func endpoint(_ context: PartContext) -> Endpoint { options.endpoint(context) }
    override func askFinal(_ out: Output) { sendText("finalize", out) }
    override func sayGoodbye(_ out: Output) { sendText("close", out) }

    override func message(_ json: JSONValue, _ out: Output) {
        switch json["type"]?.string {
        case "transcript":
            let text = json["text"]?.string ?? ""
            if json["is_final"]?.bool == true { segment(text, out) } else { partial(text, out) }
        case "flush_done": answered(out)
        case "error": fail(CartesiaOptions.failure(json, failures), out)
        default: break
        }
    }
}
