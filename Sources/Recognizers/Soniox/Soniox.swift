import Core
import ProviderKit

/// The recogniser type `soniox`.
enum Soniox {
    static let descriptor = RecognizerDescriptor(
        name: "soniox", title: "Soniox", summary: "Streaming recogniser of Soniox, many languages, endpoint detection",
        keyVariables: ["SONIOX_API_KEY"], models: ["stt-rt-v5", "stt-rt-v4", "stt-rt-v3"],
        options: VendorOptions.options + options,
        capabilities: capabilities(rate: 16000, encoding: .pcm16, detectsTurns: true),
        make: { (configuration) throws(ConfigurationError) in SonioxRecognizer(try SonioxOptions(configuration)) })

    static func capabilities(rate: Int, encoding: WireEncoding, detectsTurns: Bool) -> RecognizerCapabilities {
        RecognizerCapabilities(
            inputRate: rate, encoding: encoding.rawValue, detectsTurns: detectsTurns, costTier: .low)
    }

    private static let options = [
        ProviderOption("encoding", "pcm16, mulaw or alaw on the wire", default: "pcm16"),
        ProviderOption("sample_rate", "8000, 16000, 24000 or 48000", default: "16000"),
        ProviderOption("endpoint_detection", "whether the vendor ends turns", default: "true"),
        ProviderOption("max_endpoint_delay_ms", "500 to 3000", default: "2000 (vendor's)"),
        ProviderOption("endpoint_sensitivity", "-1 to 1 (v5)", default: "vendor's"),
        ProviderOption("endpoint_latency_adjustment_level", "0 to 3", default: "vendor's"),
        ProviderOption("language_hints", "list of languages to expect", default: "the agent's language"),
        ProviderOption("language_hints_strict", "hear these languages only", default: "vendor's"),
        ProviderOption("context", "what the conversation is about, in words"),
    ]
}

/// What a Soniox recogniser is set to, checked (wire reference 10).
struct SonioxOptions: Sendable, Equatable {
    private static let names = [
        "encoding", "sample_rate", "endpoint_detection", "max_endpoint_delay_ms", "endpoint_sensitivity",
        "endpoint_latency_adjustment_level", "language_hints", "language_hints_strict", "context",
    ]

    var common: VendorOptions
    var model: String
    var rate: Int
    var encoding: WireEncoding
    var detectsEndpoints: Bool
    var hints: [String]
    var about: String?
    private var fields: [JSONValue.Member] = []

    init(_ configuration: ProviderConfiguration) throws(ConfigurationError) {
        let reader = OptionReader(configuration)
        try reader.refuseUnknown(VendorOptions.names + Self.names)
        common = try VendorOptions(
            configuration, reader,
            Vendor(url: "wss://stt-rt.soniox.com/transcribe-websocket", keyVariable: "SONIOX_API_KEY"))
        model = common.model ?? "stt-rt-v5"
        encoding = WireEncoding(rawValue: try reader.text("encoding", oneOf: WireEncoding.names) ?? "") ?? .pcm16
        rate = try StreamRate.read(reader, [8000, 16000, 24000, 48000]) ?? 16000
        detectsEndpoints = try reader.flag("endpoint_detection") ?? true
        hints = try VendorOptions.words("language_hints", reader)
        about = try reader.text("context")
        if let value = try reader.int("max_endpoint_delay_ms", 500...3000) {
            fields.append(.init("max_endpoint_delay_ms", .int(Int64(value))))
        }
        if let value = try reader.number("endpoint_sensitivity", -1...1) {
            fields.append(.init("endpoint_sensitivity", .double(value)))
        }
        if let value = try reader.int("endpoint_latency_adjustment_level", 0...3) {
            fields.append(.init("endpoint_latency_adjustment_level", .int(Int64(value))))
        }
        if let flag = try reader.flag("language_hints_strict") {
            fields.append(.init("language_hints_strict", .bool(flag)))
        }
    }

    /// The first message. The key is not in it: it goes into the header.
    func configuration(_ context: PartContext) -> JSONValue {
        let formats = [WireEncoding.pcm16: "pcm_s16le", .mulaw: "mulaw", .alaw: "alaw"]
        var json: JSONValue = [
            "model": .string(model), "audio_format": .string(formats[encoding] ?? "pcm_s16le"),
            "sample_rate": .int(Int64(rate)), "num_channels": 1, "enable_endpoint_detection": .bool(detectsEndpoints),
        ]
        let own = common.language(context).map { [LanguageTag.base($0)] } ?? []
        let languages = hints.isEmpty ? own : hints
        if !languages.isEmpty { json["language_hints"] = .array(languages.map { .string($0) }) }
        for field in fields { json[field.key] = field.value }
        let terms = common.keyterms(context)
        if about != nil || !terms.isEmpty {
            var subject = JSONValue.object([])
            subject["text"] = about.map { .string($0) }
            if !terms.isEmpty { subject["terms"] = .array(terms.map { .string($0) }) }
            json["context"] = subject
        }
        return json
    }
}

/// Soniox: final tokens add up, the others come whole each time; `<end>` ends a turn, `<fin>` answers our `finalize`.
final class SonioxRecognizer: StreamingRecognizer {
    private static let longestText = 64 << 10
    private let options: SonioxOptions
    private var text = ""

    init(_ options: SonioxOptions) {
        self.options = options
        super.init(
            options.common,
            capabilities: Soniox.capabilities(
                rate: options.rate, encoding: options.encoding, detectsTurns: options.detectsEndpoints),
            pace: StreamPace(encoding: options.encoding, keepAlive: .seconds(5)))
    }

    override func endpoint(_ context: PartContext) -> Endpoint {
        .webSocket(WebSocketEndpoint(url: common.url, headers: common.authorization(scheme: "Bearer")))
    }

    /// The vendor does not answer the configuration.
    override func greet(_ opening: LinkOpening, _ out: Output) {
        send(options.configuration(context), out)
        becomeReady(out)
    }

    override func askFinal(_ out: Output) { sendText(#"{"type":"finalize"}"#, out) }
    override func keepAlive(_ out: Output) { sendText(#"{"type":"keepalive"}"#, out) }
    /// An empty message ends the session.
    override func sayGoodbye(_ out: Output) { sendText("", out) }

    override func message(_ json: JSONValue, _ out: Output) {
        if let code = json["error_code"]?.int { return failed(code, json, out) }
        var rest = ""
        for token in json["tokens"]?.array ?? [] {
            guard let piece = token["text"]?.string else { continue }
            switch piece {
            case "<end>": endSegment(isAnswer: false, out)
            case "<fin>": endSegment(isAnswer: true, out)
            default:
                if token["is_final"]?.bool == true {
                    if text.utf8.count < Self.longestText { text += piece }
                } else {
                    rest += piece
                }
            }
        }
        partial(text + rest, out)
        if json["finished"]?.bool == true {
            fail(failures.make("lost", "the vendor ended the session", .reconnect(after: nil)), out)
        }
    }

    private func endSegment(isAnswer: Bool, _ out: Output) {
        segment(text, out)
        text = ""
        if isAnswer { answered(out) } else { vendorEndedTurn(nil, out) }
    }

    private func failed(_ code: Int, _ json: JSONValue, _ out: Output) {
        let cause = "\(json["error_message"]?.string ?? "no reason given") (\(code))"
        switch code {
        case 401, 403: fail(failures.auth(cause), out)
        case 402: fail(failures.quota(cause), out)
        case 429:
            fail(failures.make("rate-limit", cause, .reconnect(after: VendorFailure.shortestWait)), out)
        case 400, 404: fail(failures.make("refused", cause, fix: "check model and options", .fatal), out)
        default: fail(failures.make("vendor", cause, .reconnect(after: nil)), out)
        }
    }
}
