import Core
import ProviderKit

/// The recogniser type `whisper-cpp`: the server of whisper.cpp.
enum WhisperCpp {
    /// The server takes no other without `--convert`.
    static let rate = 16000

    static let descriptor = RecognizerDescriptor(
        name: "whisper-cpp", title: "whisper.cpp server",
        summary: "A request a turn to a whisper.cpp server (whisper-server)",
        options: VendorOptions.options + options, capabilities: capabilities,
        make: { (configuration) throws(ConfigurationError) in
            WhisperCppRecognizer(try WhisperCppOptions(configuration))
        })

    static let capabilities = RecognizerCapabilities(
        inputRate: rate, encoding: "wav", streams: false, partials: false, costTier: .free, isOffline: true)

    private static let options = [
        ProviderOption("path", "path of the endpoint (the server's --inference-path)", default: "/inference"),
        ProviderOption("prompt", "words and style to expect"),
        ProviderOption("temperature", "0 to 1", default: "server's"),
        ProviderOption("temperature_inc", "0 to 1", default: "server's"),
        ProviderOption("preroll_ms", "kept from before the turn, 0 to 3000", default: "500"),
    ]
}

/// What a whisper.cpp recogniser is set to, checked (wire-telephony reference 6.8).
struct WhisperCppOptions: Sendable, Equatable {
    var common: VendorOptions
    var prompt: String?
    var temperature: Double?
    var temperatureStep: Double?
    var preRollMs: Int

    init(_ configuration: ProviderConfiguration) throws(ConfigurationError) {
        let reader = OptionReader(configuration)
        try reader.refuseUnknown(
            VendorOptions.names + ["path", "prompt", "temperature", "temperature_inc", "preroll_ms"])
        let path = try VendorOptions.path(reader) ?? "/inference"
        common = try VendorOptions(
            configuration, reader, Vendor(url: "http://127.0.0.1:8080\(path)", patienceMs: 30000))
        prompt = try reader.text("prompt")
        temperature = try reader.number("temperature", 0...1)
        temperatureStep = try reader.number("temperature_inc", 0...1)
        preRollMs = try reader.int("preroll_ms", 0...3000) ?? 500
    }
}

/// One multipart request a turn. The server works at one request after the other, and invents words for silence: a recording without
/// sound is not sent (see `Recording.hasSound`).
final class WhisperCppRecognizer: BatchRecognizer {
    private let options: WhisperCppOptions

    init(_ options: WhisperCppOptions) {
        self.options = options
        super.init(
            options.common, capabilities: WhisperCpp.capabilities,
            limits: BatchLimits(longestSeconds: 600, preRollMs: options.preRollMs))
    }

    override func request(_ samples: [Int16]) -> HTTPEndpoint {
        var form = MultipartForm()
        form.file("file", filename: "turn.wav", type: "audio/wav", Recording.wav(samples, rate: WhisperCpp.rate))
        form.field("response_format", "json")
        form.field("language", common.language(context).map(LanguageTag.base) ?? "auto")
        let words = [options.prompt, common.keyterms(context).joined(separator: ", ")].compactMap(\.self)
        let prompt = words.filter { !$0.isEmpty }.joined(separator: " ")
        form.field("prompt", prompt.isEmpty ? nil : prompt)
        form.field("temperature", options.temperature.map { "\($0)" })
        form.field("temperature_inc", options.temperatureStep.map { "\($0)" })
        return HTTPEndpoint(
            method: "POST", url: common.url, headers: [HeaderField("Content-Type", form.contentType)],
            body: .whole(form.body), timeout: common.patience)
    }

    override func answer(_ body: [UInt8]) -> BatchAnswer {
        guard let json = try? JSONParser.parse(body), json.members != nil else {
            return .failure(failures.make("protocol", "the answer is not JSON", .reconnect(after: nil)))
        }
        // Lines of the answer are segments of one turn.
        if let text = json["text"]?.string { return .text(Self.joined(text)) }
        let cause = json["error"]?.string ?? "the answer holds no text"
        return .failure(failures.make("vendor", cause, .reconnect(after: nil)))
    }

    /// The lines as one, without the server's marks for sound that is not speech (`[BLANK_AUDIO]`).
    static func joined(_ text: String) -> String {
        let lines = text.split(whereSeparator: \.isNewline).map { SegmentText.trimmed(String($0)) }
        return lines.filter { !$0.isEmpty && !($0.hasPrefix("[") && $0.hasSuffix("]")) }.joined(separator: " ")
    }
}
