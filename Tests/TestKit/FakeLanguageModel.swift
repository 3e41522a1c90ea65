import Core
import ProviderKit

/// A language model that keeps its requests and tells what the test wants, by `next` and a timer, or `answers` at once.
public final class FakeLanguageModel: LanguageModel {
    public let capabilities: ModelCapabilities
    public private(set) var log: [String] = []
    public private(set) var requests: [ModelRequest] = []
    /// Told by the request itself, one list each; when none is left, the test tells by `next`.
    public var answers: [[ModelEvent]] = []
    /// Told at the next call on its link 0 (which the first request opens).
    public var next: [ModelEvent] = []
    /// Whether a request runs.
    public private(set) var isRunning = false
    /// What the contract forbids and was done all the same.
    public private(set) var violations: [String] = []
    private var hasLink = false

    /// A model without a vendor.
    public init(_ capabilities: ModelCapabilities = ModelCapabilities()) { self.capabilities = capabilities }

    public func generate(_ request: ModelRequest, _ out: PartOutput<ModelEvent>) {
        if isRunning { violations.append("request \(request.id) while another runs") }
        if request.messages.isEmpty { violations.append("request \(request.id) has no messages") }
        requests.append(request)
        log.append("generate \(request.id)")
        isRunning = true
        if !hasLink { out.connect(LinkID(0), .worker(name: "fake-model", configuration: nil)) }
        hasLink = true
        if !answers.isEmpty { tell(answers.removeFirst(), out) }
    }

    public func cancel(_ out: PartOutput<ModelEvent>) {
        if !isRunning { violations.append("cancel without a request") }
        isRunning = false
        next = []
        log.append("cancel")
    }

    private func tell(_ events: [ModelEvent], _ out: PartOutput<ModelEvent>) {
        for event in events {
            if case .ended = event { isRunning = false }
            out.event(event)
        }
    }

    public func received(_ link: LinkID, _ kind: LinkMessageKind, _ payload: Span<UInt8>, _ out: PartOutput<ModelEvent>)
    {
        let events = next
        next = []
        tell(events, out)
    }

    public func opened(_ link: LinkID, _ opening: LinkOpening, _ out: PartOutput<ModelEvent>) {}
    public func closed(_ link: LinkID, _ closure: LinkClosure, _ out: PartOutput<ModelEvent>) {}
    public func timer(_ id: ProviderTimer, _ out: PartOutput<ModelEvent>) {}

    public func close(_ out: PartOutput<ModelEvent>) {
        log.append("close")
        if hasLink { out.close(LinkID(0)) }
        hasLink = false
    }
}
