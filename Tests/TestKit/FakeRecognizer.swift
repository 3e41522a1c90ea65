import Core
import ProviderKit

/// A recogniser that writes down what it is asked and tells what the test wants, by `next` and a message on its link 0.
public final class FakeRecognizer: Recognizer {
    public let capabilities: RecognizerCapabilities
    public private(set) var log: [String] = []
    /// Samples that it was given.
    public private(set) var heard = 0
    /// Told at the next call on its link.
    public var next: [RecognizerEvent] = []
    /// Told at once when the turn's end is asked for; nil leaves it to the test.
    public var words: String?

    /// A recogniser without a vendor.
    public init(_ capabilities: RecognizerCapabilities = RecognizerCapabilities(inputRate: 16000)) {
        self.capabilities = capabilities
    }

    public func start(_ context: PartContext, _ out: PartOutput<RecognizerEvent>) {
        log.append("start \(context.language ?? "-")")
        out.connect(LinkID(0), .worker(name: "fake-recognizer", configuration: nil))
    }

    public func audio(_ pcm: Span<Int16>, _ out: PartOutput<RecognizerEvent>) { heard += pcm.count }

    public func turnStarted(_ out: PartOutput<RecognizerEvent>) { log.append("turnStarted") }

    public func turnEnded(_ out: PartOutput<RecognizerEvent>) {
        log.append("turnEnded")
        guard let words else { return }
        if !words.isEmpty { out.event(.transcript(text: words, isFinal: true)) }
        out.event(.turnFinal(ms: 5))
    }

    public func opened(_ link: LinkID, _ opening: LinkOpening, _ out: PartOutput<RecognizerEvent>) { out.event(.ready) }

    public func received(
        _ link: LinkID, _ kind: LinkMessageKind, _ payload: Span<UInt8>, _ out: PartOutput<RecognizerEvent>
    ) {
        for event in next { out.event(event) }
        next = []
    }

    public func closed(_ link: LinkID, _ closure: LinkClosure, _ out: PartOutput<RecognizerEvent>) {
        guard closure.cause != .local else { return }
        out.event(.failure(ProviderFailure(code: "lost", text: "gone", consequence: .reconnect(after: nil))))
    }

    public func timer(_ id: ProviderTimer, _ out: PartOutput<RecognizerEvent>) {}

    public func close(_ out: PartOutput<RecognizerEvent>) {
        log.append("close")
        out.close(LinkID(0))
    }
}
