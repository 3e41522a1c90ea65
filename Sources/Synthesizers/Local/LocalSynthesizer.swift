import Core
import ProviderKit

/// The synthesiser type `local-synthesizer`: the embedded voices, offline.
enum Local {
    /// Voices that are built in.
    static let voices = ["slt", "rms"]

    static let descriptor = SynthesizerDescriptor(
        name: "local-synthesizer", title: "Embedded voice",
        summary: "Small offline English voice, no key, no network", voices: voices,
        options: [ProviderOption("voice", "slt (female) or rms (male)", default: "slt")],
        capabilities: LocalSynthesizer.capabilities,
        make: { (configuration) throws(ConfigurationError) in
            let reader = OptionReader(configuration)
            try reader.refuseUnknown(["voice"])
            let option = try reader.text("voice", oneOf: voices)
            let voice = configuration.voice ?? option ?? voices[0]
            guard voices.contains(voice) else {
                throw reader.fault(
                    "voice", "there is no embedded voice \"\(voice)\"", "use \(voices.joined(separator: " or "))")
            }
            return LocalSynthesizer(voice: voice)
        })
}

/// The embedded voice over one link to the speech worker, which speaks one sentence after the other.
final class LocalSynthesizer: Synthesizer {
    static let capabilities = SynthesizerCapabilities(
        outputRate: 16000, languages: ["en"], costTier: .free, isOffline: true)
    private static let link = LinkID(0)

    private enum Phase { case idle, connecting, ready, closing, ended }

    var capabilities: SynthesizerCapabilities { Self.capabilities }
    private let voice: String
    private var phase = Phase.idle
    /// Sentences whose end was not told, in order.
    private var open: [Int] = []

    init(voice: String) { self.voice = voice }

    func start(_ context: PartContext, _ out: PartOutput<SynthesizerEvent>) {
        guard phase == .idle else { return }
        phase = .connecting
        out.connect(Self.link, .worker(name: "speech", configuration: ["recognize": false]))
    }

    func opened(_ link: LinkID, _ opening: LinkOpening, _ out: PartOutput<SynthesizerEvent>) {
        guard link == Self.link, phase == .connecting else { return }
        phase = .ready
        out.event(.ready)
    }

    func speak(_ number: Int, _ text: String, ends: Bool, _ out: PartOutput<SynthesizerEvent>) {
        // After its end nothing more is told.
        guard phase != .closing, phase != .ended else { return }
        guard phase == .ready else { return out.event(.ended(number: number)) }
        open.append(number)
        out.send(
            Self.link,
            [
                "type": "synthesize", "id": .int(Int64(number)), "text": .string(text), "voice": .string(voice),
            ])
    }

    func flush(_ out: PartOutput<SynthesizerEvent>) {}

    func cancel(_ out: PartOutput<SynthesizerEvent>) {
        guard !open.isEmpty, phase == .ready else { return }
        open = []
        out.send(Self.link, ["type": "cancel"])
    }

    func received(
        _ link: LinkID, _ kind: LinkMessageKind, _ payload: Span<UInt8>, _ out: PartOutput<SynthesizerEvent>
    ) {
        guard link == Self.link, phase == .ready else { return }
        if kind == .binary { return audio(payload, out) }
        guard let json = try? JSONParser.parse(payload), let type = json["type"]?.string else {
            return out.event(.notice("the speech worker sent something that is no message"))
        }
        out.trace(WireMessage(source: "", direction: .received, type: type, bytes: payload.count))
        switch type {
        case "ended": if let number = json["id"]?.int { ended(number, out) }
        case "error":
            out.event(
                .failure(
                    ProviderFailure(
                        code: "vendor", text: json["reason"]?.string ?? "unknown", fix: json["fix"]?.string,
                        consequence: .goesOn)))
            // The worker speaks in order and names no sentence: what waits is given up, so that nobody waits for it.
            for number in open { out.event(.ended(number: number)) }
            open = []
        default: break
        }
    }

    /// Four bytes number, then samples, little endian. What was cancelled is dropped.
    private func audio(_ payload: Span<UInt8>, _ out: PartOutput<SynthesizerEvent>) {
        guard payload.count >= 6 else { return }
        let number = Int(payload[0]) | Int(payload[1]) << 8 | Int(payload[2]) << 16 | Int(payload[3]) << 24
        guard open.contains(number) else { return }
        let range = out.pcm { pcm in
            for i in 0..<(payload.count - 4) / 2 {
                pcm.append(Int16(bitPattern: UInt16(payload[4 + 2 * i]) | UInt16(payload[5 + 2 * i]) << 8))
            }
        }
        out.event(.audio(number: number, range: range))
    }

    private func ended(_ number: Int, _ out: PartOutput<SynthesizerEvent>) {
        guard let i = open.firstIndex(of: number) else { return }
        open.remove(at: i)
        out.event(.ended(number: number))
    }

    func closed(_ link: LinkID, _ closure: LinkClosure, _ out: PartOutput<SynthesizerEvent>) {
        guard link == Self.link, phase != .ended else { return }
        defer { phase = .ended }
        guard phase != .closing else { return }
        let isMissing = closure.cause == .refused
        out.event(
            .failure(
                ProviderFailure(
                    code: isMissing ? "refused" : "lost",
                    text: "the embedded speech worker has ended: \(closure.reason)",
                    consequence: isMissing ? .fatal : .reconnect(after: nil))))
    }

    func timer(_ id: ProviderTimer, _ out: PartOutput<SynthesizerEvent>) {}

    func close(_ out: PartOutput<SynthesizerEvent>) {
        guard phase == .connecting || phase == .ready else { return }
        phase = .closing
        out.close(Self.link)
    }
}
