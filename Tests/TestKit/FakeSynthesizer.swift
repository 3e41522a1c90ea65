import Core
import ProviderKit

/// A synthesiser that keeps its sentences and makes audio when the test says so, or at once.
public final class FakeSynthesizer: Synthesizer {
    /// A sentence that it was given.
    public struct Sentence: Equatable {
        public var number: Int
        public var text: String
        public var ends: Bool
    }

    public let capabilities: SynthesizerCapabilities
    public private(set) var log: [String] = []
    /// All sentences, also those that were cancelled.
    public private(set) var spoken: [Sentence] = []
    /// Whether each sentence becomes `msEach` of audio at once.
    public var isInstant = true
    public var msEach = 1000
    /// Told at the next call on its link 0.
    public var next: [SynthesizerEvent] = []
    private var open: [Int] = []

    /// A synthesiser without a vendor.
    public init(_ capabilities: SynthesizerCapabilities = SynthesizerCapabilities(outputRate: 8000)) {
        self.capabilities = capabilities
    }

    public func start(_ context: PartContext, _ out: PartOutput<SynthesizerEvent>) {
        log.append("start \(context.language ?? "-")")
        out.connect(LinkID(0), .worker(name: "fake-synthesizer", configuration: nil))
    }

    public func speak(_ number: Int, _ text: String, ends: Bool, _ out: PartOutput<SynthesizerEvent>) {
        spoken.append(Sentence(number: number, text: text, ends: ends))
        log.append("speak \(number)")
        open.append(number)
        if isInstant { finish(out) }
    }

    public func flush(_ out: PartOutput<SynthesizerEvent>) { log.append("flush") }

    public func cancel(_ out: PartOutput<SynthesizerEvent>) {
        open = []
        log.append("cancel")
    }

    private func finish(_ out: PartOutput<SynthesizerEvent>) {
        for number in open {
            audio(number, ms: msEach, out)
            out.event(.ended(number: number))
        }
        open = []
    }

    private func audio(_ number: Int, ms: Int, _ out: PartOutput<SynthesizerEvent>) {
        let count = capabilities.outputRate * ms / 1000
        let range = out.pcm { $0.append(contentsOf: repeatElement(Int16(1000), count: count)) }
        out.event(.audio(number: number, range: range))
    }

    /// A message on its link: tells `next`; the payload `audio N MS`, `ended N` or `all` makes audio instead.
    public func received(
        _ link: LinkID, _ kind: LinkMessageKind, _ payload: Span<UInt8>, _ out: PartOutput<SynthesizerEvent>
    ) {
        let text = payload.withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
        let words = text.split(separator: " ").map(String.init)
        let numbers = words.dropFirst().compactMap(Int.init)
        switch (words.first, numbers.count) {
        case ("audio", 2) where open.contains(numbers[0]): audio(numbers[0], ms: numbers[1], out)
        case ("ended", 1) where open.contains(numbers[0]):
            open.removeAll { $0 == numbers[0] }
            out.event(.ended(number: numbers[0]))
        case ("all", 0): finish(out)
        default:
            for event in next { out.event(event) }
            next = []
        }
    }

    public func opened(_ link: LinkID, _ opening: LinkOpening, _ out: PartOutput<SynthesizerEvent>) {
        out.event(.ready)
    }

    public func closed(_ link: LinkID, _ closure: LinkClosure, _ out: PartOutput<SynthesizerEvent>) {
        guard closure.cause != .local else { return }
        out.event(.failure(ProviderFailure(code: "lost", text: "gone", consequence: .reconnect(after: nil))))
    }

    public func timer(_ id: ProviderTimer, _ out: PartOutput<SynthesizerEvent>) {}

    public func close(_ out: PartOutput<SynthesizerEvent>) {
        log.append("close")
        out.close(LinkID(0))
    }
}
