import Core
import ProviderKit

/// The recogniser type `vosk`: the WebSocket server of Vosk.
enum Vosk {
    static let descriptor = RecognizerDescriptor(
        name: "vosk", title: "Vosk server", summary: "Streaming recogniser on a Vosk WebSocket server of your own",
        options: VendorOptions.options + options, capabilities: capabilities(rate: 16000),
        make: { (configuration) throws(ConfigurationError) in VoskRecognizer(try VoskOptions(configuration)) })

    static func capabilities(rate: Int) -> RecognizerCapabilities {
        RecognizerCapabilities(inputRate: rate, detectsTurns: true, costTier: .free, isOffline: true)
    }

    private static let options = [
        ProviderOption("path", "path of the endpoint", default: "/"),
        ProviderOption("sample_rate", "rate of the server's model: 8000, 16000, 32000 or 48000", default: "16000"),
        ProviderOption("phrase_list", "list of phrases; the server then hears nothing else"),
        ProviderOption("max_alternatives", "0 to 10", default: "0"),
    ]
}

/// What a Vosk recogniser is set to, checked (wire-telephony reference 6.7). The server's model gives the language.
struct VoskOptions: Sendable, Equatable {
    var common: VendorOptions
    var rate: Int
    var phrases: [String]
    var alternatives: Int

    init(_ configuration: ProviderConfiguration) throws(ConfigurationError) {
        let reader = OptionReader(configuration)
        try reader.refuseUnknown(VendorOptions.names + ["path", "sample_rate", "phrase_list", "max_alternatives"])
        let path = try VendorOptions.path(reader) ?? "/"
        common = try VendorOptions(configuration, reader, Vendor(url: "ws://127.0.0.1:2700\(path)"))
        rate = try StreamRate.read(reader, [8000, 16000, 32000, 48000]) ?? 16000
        phrases = try VendorOptions.words("phrase_list", reader)
        alternatives = try reader.int("max_alternatives", 0...10) ?? 0
    }

    /// The first message.
    var configuration: JSONValue {
        var config: JSONValue = ["sample_rate": .int(Int64(rate))]
        if alternatives > 0 { config["max_alternatives"] = .int(Int64(alternatives)) }
        if !phrases.isEmpty { config["phrase_list"] = .array(phrases.map { .string($0) }) }
        return ["config": config]
    }
}

/// Vosk: exactly one reply for each message but the configuration, so that the reply to a reset is known by its number. Control texts are
/// compared byte by byte by the server.
final class VoskRecognizer: StreamingRecognizer {
    private let options: VoskOptions
    private var messages = 0
    private var replies = 0
    /// Numbers of the resets under way.
    private var resets: [Int] = []

    init(_ options: VoskOptions) {
        self.options = options
        super.init(
            options.common, capabilities: Vosk.capabilities(rate: options.rate),
            // Each message costs a reply: 100 ms of audio a message.
            pace: StreamPace(pieceSamples: options.rate / 10))
    }

    /// The server does not answer the configuration.
    override func greet(_ opening: LinkOpening, _ out: Output) {
        send(options.configuration, out)
        becomeReady(out)
    }

    override func write(_ pcm: Span<Int16>, _ out: Output) {
        messages += 1
        super.write(pcm, out)
    }

    override func askFinal(_ out: Output) {
        resets.append(messages)
        messages += 1
        sendText(#"{"reset" : 1}"#, out)
    }

    override func sayGoodbye(_ out: Output) { sendText(#"{"eof" : 1}"#, out) }

    override func received(_ link: LinkID, _ kind: LinkMessageKind, _ payload: Span<UInt8>, _ out: Output) {
        let number = replies
        replies += 1
        super.received(link, kind, payload, out)
        guard resets.first == number else { return }
        resets.removeFirst()
        if phase == .ready { answered(out) }
    }

    override func message(_ json: JSONValue, _ out: Output) {
        if let text = json["partial"]?.string { return partial(text, out) }
        guard let text = json["text"]?.string ?? json["alternatives"]?[0]?["text"]?.string else {
            if let error = json["error"]?.string {
                fail(failures.make("vendor", "the server failed: \(error)", .reconnect(after: nil)), out)
            }
            return
        }
        segment(text, out)
        // The reply to a reset is our own end of the turn; `received` tells of it.
        if resets.first != replies - 1 { vendorEndedTurn(nil, out) }
    }
}
