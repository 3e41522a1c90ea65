import Core
import ProviderKit

/// The recogniser type `assemblyai`: streaming v3.
enum AssemblyAI {
    static let descriptor = RecognizerDescriptor(
        name: "assemblyai", title: "AssemblyAI Streaming",
        summary: "Streaming recogniser of AssemblyAI (v3) with turn detection",
        keyVariables: ["ASSEMBLYAI_API_KEY"],
        models: ["universal-streaming-english", "universal-streaming-multilingual", "u3-rt-pro", "universal-3-6-pro"],
        options: VendorOptions.options + options, capabilities: capabilities(rate: 16000, encoding: .pcm16),
        make: { (configuration) throws(ConfigurationError) in
            AssemblyAIRecognizer(try AssemblyAIOptions(configuration))
        })

    static func capabilities(rate: Int, encoding: WireEncoding) -> RecognizerCapabilities {
        RecognizerCapabilities(inputRate: rate, encoding: encoding.rawValue, detectsTurns: true, costTier: .low)
    }

    private static let options = [
        ProviderOption("encoding", "pcm16 or mulaw on the wire", default: "pcm16"),
        ProviderOption("sample_rate", "8000, 16000, 24000 or 48000", default: "16000"),
        ProviderOption("format_turns", "punctuation and capitals, at the price of a little time", default: "false"),
        ProviderOption("end_of_turn_confidence_threshold", "confidence that ends a turn, 0 to 1", default: "vendor's"),
        ProviderOption("min_turn_silence", "shortest silence in ms that ends a turn", default: "vendor's"),
        ProviderOption("max_turn_silence", "silence in ms that ends a turn in any case", default: "vendor's"),
        ProviderOption("vad_threshold", "0 to 1", default: "vendor's"),
        ProviderOption("inactivity_timeout", "seconds without speech until the vendor ends, 5 to 3600"),
        ProviderOption("prompt", "what the conversation is about (models that take it)"),
        ProviderOption("mode", "the vendor's latency preset"),
    ]
}

/// What an AssemblyAI recogniser is set to, checked (wire reference 10).
struct AssemblyAIOptions: Sendable {
    private static let names = [
        "encoding", "sample_rate", "format_turns", "end_of_turn_confidence_threshold", "min_turn_silence",
        "max_turn_silence", "vad_threshold", "inactivity_timeout", "prompt", "mode",
    ]

    var common: VendorOptions
    var model: String?
    var rate: Int
    var encoding: WireEncoding
    var formatsTurns: Bool
    private var query: [(name: String, value: String)] = []

    init(_ configuration: ProviderConfiguration) throws(ConfigurationError) {
        let reader = OptionReader(configuration)
        try reader.refuseUnknown(VendorOptions.names + Self.names)
        common = try VendorOptions(
            configuration, reader,
            Vendor(url: "wss://streaming.assemblyai.com/v3/ws", keyVariable: "ASSEMBLYAI_API_KEY"))
        model = common.model
        encoding = try reader.text("encoding", oneOf: ["pcm16", "mulaw"]) == "mulaw" ? .mulaw : .pcm16
        rate = try StreamRate.read(reader, [8000, 16000, 24000, 48000]) ?? 16000
        formatsTurns = try reader.flag("format_turns") ?? false
        for name in ["end_of_turn_confidence_threshold", "vad_threshold"] {
            if let value = try reader.number(name, 0...1) { query.append((name, "\(value)")) }
        }
        for name in ["min_turn_silence", "max_turn_silence"] {
            if let value = try reader.int(name, 0...60000) { query.append((name, "\(value)")) }
        }
        if let value = try reader.int("inactivity_timeout", 5...3600) {
            query.append(("inactivity_timeout", "\(value)"))
        }
        if let prompt = try reader.text("prompt") { query.append(("prompt", prompt)) }
        if let mode = try VendorOptions.word(reader.text("mode"), "mode", reader) { query.append(("mode", mode)) }
    }

    /// The address with every argument. Without a model the vendor's English one, or its multilingual one for another language.
    func address(_ context: PartContext) -> URLParts {
        var url = common.url
        let language = common.language(context).map(LanguageTag.base)
        let isEnglish = (language ?? "en") == "en"
        url.addQuery("sample_rate", String(rate))
        url.addQuery("encoding", encoding == .mulaw ? "pcm_mulaw" : "pcm_s16le")
        url.addQuery(
            "speech_model", model ?? (isEnglish ? "universal-streaming-english" : "universal-streaming-multilingual"))
        url.addQuery("format_turns", String(formatsTurns))
        for (name, value) in query { url.addQuery(name, value) }
        if let language, !isEnglish { url.addQuery("language_codes", JSONValue.array([.string(language)]).text) }
        let terms = common.keyterms(context)
        if !terms.isEmpty { url.addQuery("keyterms_prompt", JSONValue.array(terms.map { .string($0) }).text) }
        return url
    }
}

/// AssemblyAI v3: a `Turn` carries the text of the whole turn so far; with `format_turns` the end comes twice, plain and formatted,
/// and the formatted one counts. Billed while open: `Terminate` before the close.
final class AssemblyAIRecognizer: StreamingRecognizer {
    private let options: AssemblyAIOptions
    /// The last turn that was ended, so that its second end does not count.
    private var endedTurn = -1

    init(_ options: AssemblyAIOptions) {
        self.options = options
        super.init(
            options.common, capabilities: AssemblyAI.capabilities(rate: options.rate, encoding: options.encoding),
            // The vendor takes messages of 50 to 1000 ms.
            pace: StreamPace(
                pieceSamples: options.rate / 20, leastSamples: options.rate / 20, encoding: options.encoding,
                keepAlive: .seconds(5)))
    }

    override func endpoint(_ context: PartContext) -> Endpoint {
        let version = HeaderField("AssemblyAI-Version", "2025-05-12")
        return .webSocket(
            WebSocketEndpoint(url: options.address(context), headers: common.authorization() + [version]))
    }

    override func greet(_ opening: LinkOpening, _ out: Output) {}
    override func keepAlive(_ out: Output) { sendText(#"{"type":"KeepAlive"}"#, out) }
    override func sayGoodbye(_ out: Output) { sendText(#"{"type":"Terminate"}"#, out) }

    override func askFinal(_ out: Output) {
        if isSettled { answered(out) } else { sendText(#"{"type":"ForceEndpoint"}"#, out) }
    }

    override func message(_ json: JSONValue, _ out: Output) {
        switch json["type"]?.string {
        case "Begin": becomeReady(out)
        case "SpeechStarted": speechBegan(out)
        case "Turn": turn(json, out)
        case "Warning":
            notice(
                "warning", "the vendor warns: \(json["warning"]?.string ?? json["warning_code"]?.string ?? "?")", out)
        case "Error": failed(json, out)
        case "Termination":
            fail(failures.make("lost", "the vendor ended the session", .reconnect(after: nil)), out)
        default: break
        }
    }

    private func turn(_ json: JSONValue, _ out: Output) {
        let text = json["transcript"]?.string ?? ""
        let order = json["turn_order"]?.int.flatMap { 0...1_000_000 ~= $0 ? $0 : nil } ?? endedTurn + 1
        guard order > endedTurn else { return }
        guard json["end_of_turn"]?.bool == true,
            !options.formatsTurns || json["turn_is_formatted"]?.bool == true
        else { return partial(text, out) }
        endedTurn = order
        segment(text, out)
        if isAskedForFinal { answered(out) } else { vendorEndedTurn(json["end_of_turn_confidence"]?.double, out) }
    }

    private func failed(_ json: JSONValue, _ out: Output) {
        let code = json["error_code"]?.int ?? 0
        let cause = "\(json["error"]?.string ?? "no reason given") (\(code))"
        fail(
            refusal(code, cause)
                ?? failures.make("vendor", "the vendor failed: \(cause)", .reconnect(after: nil)), out)
    }

    override func failure(_ closure: LinkClosure) -> ProviderFailure {
        closure.code.flatMap { refusal($0, closure.reason) } ?? super.failure(closure)
    }

    /// The vendor's numbers for what trying again does not mend; the same in its errors and close codes (not confirmed).
    private func refusal(_ code: Int, _ cause: String) -> ProviderFailure? {
        switch code {
        case 4001: failures.auth(cause)
        case 4002: failures.quota(cause)
        default: nil
        }
    }
}
