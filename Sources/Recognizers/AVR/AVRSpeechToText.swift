import Core
import ProviderKit

/// The recogniser type `avr-asr`: any ASR adapter of Agent Voice Response.
enum AVRSpeechToText {
    /// The only rate of the adapters.
    static let rate = 8000

    static let descriptor = RecognizerDescriptor(
        name: "avr-asr", title: "AVR ASR adapter",
        summary: "Any avr-asr-* adapter: audio up and text down in one HTTP exchange",
        options: VendorOptions.options + options, capabilities: capabilities,
        make: { (configuration) throws(ConfigurationError) in
            AVRRecognizer(try AVRRecognizerOptions(configuration))
        })

    static let capabilities = RecognizerCapabilities(
        inputRate: rate, encoding: "pcm16", partials: false, detectsTurns: true, costTier: .free)

    private static let options = [
        ProviderOption("path", "path of the endpoint", default: "/speech-to-text-stream"),
        ProviderOption("uuid", "value of the header X-UUID", default: "a new one each time"),
        ProviderOption("headers", "map of further headers"),
    ]
}

/// What an AVR recogniser is set to, checked (systems reference b.5.3). The adapter has language and model in its own environment.
struct AVRRecognizerOptions: Sendable, Equatable {
    var common: VendorOptions
    var uuid: String?
    var headers: [HeaderField] = []

    init(_ configuration: ProviderConfiguration) throws(ConfigurationError) {
        let reader = OptionReader(configuration)
        try reader.refuseUnknown(VendorOptions.names + ["path", "uuid", "headers"])
        let path = try VendorOptions.path(reader) ?? "/speech-to-text-stream"
        common = try VendorOptions(configuration, reader, Vendor(url: "http://127.0.0.1:6010\(path)"))
        uuid = try VendorOptions.word(reader.text("uuid"), "uuid", reader)
        guard let fields = try reader.object("headers") else { return }
        for member in reader.raw("headers")?.members ?? [] {
            guard let value = try fields.text(member.key), value.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) else {
                throw fields.fault(member.key, "must be printable ASCII text", "write it without line ends")
            }
            headers.append(HeaderField(member.key, value))
        }
    }

    /// A random UUID (RFC 4122, version 4).
    static func randomUUID() -> String {
        var bytes = (0..<16).map { _ in UInt8.random(in: 0...255) }
        bytes[6] = bytes[6] & 0x0F | 0x40
        bytes[8] = bytes[8] & 0x3F | 0x80
        let digits = bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
        let groups = [digits[0..<4], digits[4..<6], digits[6..<8], digits[8..<10], digits[10..<16]]
        return groups.map { $0.joined() }.joined(separator: "-")
    }
}

/// One exchange for the whole call: raw samples up; pieces of text down, each an utterance, with nothing between them. What comes within
/// a moment is one utterance. An adapter may send its response head with the first text only, so this is ready at once.
final class AVRRecognizer: StreamingRecognizer {
    private static let gapTimer = ProviderTimer(10)
    /// Silence on the wire that ends an utterance: the pieces of one write arrive together.
    private static let gap = Duration.milliseconds(100)
    private static let longestText = 64 << 10

    private let options: AVRRecognizerOptions
    private var bytes: [UInt8] = []
    private var waits = 0

    init(_ options: AVRRecognizerOptions) {
        self.options = options
        super.init(options.common, capabilities: AVRSpeechToText.capabilities, pace: StreamPace())
    }

    override func endpoint(_ context: PartContext) -> Endpoint {
        let uuid = options.uuid ?? AVRRecognizerOptions.randomUUID()
        let fixed = [HeaderField("X-UUID", uuid), HeaderField("Content-Type", "application/octet-stream")]
        // The head may come with the first words only: an hour of silence is no fault.
        return .http(
            HTTPEndpoint(
                method: "POST", url: common.url, headers: fixed + options.headers, body: .streaming,
                timeout: .seconds(3600)))
    }

    override func start(_ context: PartContext, _ out: Output) {
        super.start(context, out)
        becomeReadyAtOnce(out)
    }

    override func write(_ pcm: Span<Int16>, _ out: Output) {
        out.message(Self.link, .chunk) { pace.encoding.append(pcm, to: &$0) }
    }

    override func askFinal(_ out: Output) { if isSettled, bytes.isEmpty { answered(out) } }
    override func sayGoodbye(_ out: Output) { out.finish(Self.link) }

    override func received(_ link: LinkID, _ kind: LinkMessageKind, _ payload: Span<UInt8>, _ out: Output) {
        guard link == Self.link, phase == .ready else { return }
        for i in payload.indices where bytes.count < Self.longestText { bytes.append(payload[i]) }
        waits = 0
        out.timer(Self.gapTimer, after: Self.gap)
    }

    override func timer(_ id: ProviderTimer, _ out: Output) {
        guard id == Self.gapTimer else { return super.timer(id, out) }
        guard phase == .ready else { return }
        if endsInsideCharacter, waits < 5 {
            waits += 1
            return out.timer(Self.gapTimer, after: Self.gap)
        }
        utter(out)
    }

    /// Tells what came: a line each (one adapter ends utterances with a line end).
    private func utter(_ out: Output) {
        let text = String(decoding: bytes, as: UTF8.self)
        bytes.removeAll(keepingCapacity: true)
        for line in text.split(whereSeparator: \.isNewline) { segment(String(line), out) }
        if isAskedForFinal { answered(out) } else { vendorEndedTurn(nil, out) }
    }

    override func failure(_ closure: LinkClosure) -> ProviderFailure {
        closure.cause == .remote
            ? failures.make("lost", "the adapter ended the call's stream", .reconnect(after: nil))
            : super.failure(closure)
    }

    override func closed(_ link: LinkID, _ closure: LinkClosure, _ out: Output) {
        if link == Self.link, phase == .ready, !bytes.isEmpty { utter(out) }
        out.cancelTimer(Self.gapTimer)
        super.closed(link, closure, out)
    }

    override func close(_ out: Output) {
        out.cancelTimer(Self.gapTimer)
        super.close(out)
    }

    /// Whether the last character is cut.
    private var endsInsideCharacter: Bool {
        for back in 1...3 where back <= bytes.count {
            let byte = bytes[bytes.count - back]
            if byte & 0xC0 == 0x80 { continue }
            let length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1
            return length > back
        }
        return false
    }
}
