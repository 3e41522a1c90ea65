import Core
import ProviderKit

/// Drives one provider with manual time and scripted links, performs what it asks, and writes down all it does.
///
/// What a provider must never do is noted in `violations` by itself.
public final class ProviderHarness {
    /// One message that the provider sent.
    public struct Sent: Equatable {
        public var link: LinkID
        public var kind: LinkMessageKind
        public var bytes: [UInt8]
        /// As text, broken UTF-8 replaced.
        public var text: String { String(decoding: bytes, as: UTF8.self) }
        /// As JSON, or null.
        public var json: JSONValue { (try? JSONParser.parse(bytes)) ?? .null }
    }

    /// State of a link.
    public enum LinkState: Equatable { case opening, open, closing, closed }

    public let provider: any Provider
    public let out: ProviderOutput
    public private(set) var now = MonotonicTime(nanoseconds: 1_000_000_000)
    public private(set) var events: [ProviderEvent] = []
    public private(set) var sent: [Sent] = []
    public private(set) var endpoints: [LinkID: Endpoint] = [:]
    public private(set) var links: [LinkID: LinkState] = [:]
    public private(set) var timers: [ProviderTimer: MonotonicTime] = [:]
    public private(set) var traces: [WireMessage] = []
    public private(set) var violations: [String] = []
    /// All agent PCM, in order.
    public private(set) var pcm: [Int16] = []

    /// The vendor's script: called after the provider's call is over.
    public var onConnect: (ProviderHarness, LinkID, Endpoint) -> Void = { _, _, _ in }
    public var onSend: (ProviderHarness, Sent) -> Void = { _, _ in }
    /// Called when a link is asked to close; the default confirms at once.
    public var onClose: (ProviderHarness, LinkID) -> Void = { $0.close($1, LinkClosure(.local, code: 1000)) }

    private var pending: [() -> Void] = []
    private var isDraining = false
    /// Failures that ended the provider; more than one is a fault.
    public private(set) var terminals = 0
    private var calls: Set<String> = []

    /// A harness around a provider that was not started.
    public init(_ provider: any Provider, tracing: Bool = true) {
        self.provider = provider
        out = ProviderOutput(now: now)
        out.tracing = tracing
    }

    // MARK: Driving

    /// Starts the provider.
    public func start(_ context: ProviderContext = ProviderContext()) { call { $0.start(context, $1) } }

    /// Opens a link that was asked for.
    public func open(_ link: LinkID, _ opening: LinkOpening = LinkOpening(status: 101)) {
        guard links[link] == .opening else { return }
        links[link] = .open
        call { $0.opened(link, opening, $1) }
    }

    /// Brings bytes on a link; nothing when it is closed.
    public func receive(_ link: LinkID, _ bytes: [UInt8], kind: LinkMessageKind = .text) {
        guard links[link] == .open || links[link] == .closing else { return }
        call { $0.received(link, kind, bytes.span, $1) }
    }

    /// Brings JSON on a link.
    public func receive(_ link: LinkID, _ json: JSONValue) { receive(link, json.bytes) }

    /// Ends a link.
    public func close(_ link: LinkID, _ closure: LinkClosure) {
        guard let state = links[link], state != .closed else { return }
        links[link] = .closed
        call { $0.closed(link, closure, $1) }
    }

    /// Gives user audio.
    public func audio(_ samples: [Int16]) { call { $0.audio(samples.span, $1) } }

    /// Asks for something.
    public func perform(_ request: ProviderRequest) { call { $0.perform(request, $1) } }

    /// Lets time pass and timers run out, each at its moment.
    public func advance(by duration: Duration) {
        let end = now + duration
        var steps = 0
        while steps < 100_000, let (id, due) = timers.min(by: { $0.value < $1.value }), due <= end {
            steps += 1
            timers[id] = nil
            now = max(now, due)
            call { $0.timer(id, $1) }
        }
        now = end
    }

    /// Forgets what was written down so far, but not the rules.
    public func forget() {
        events.removeAll()
        sent.removeAll()
        traces.removeAll()
        pcm.removeAll()
    }

    // MARK: Looking

    /// Whether the provider reported `ready`.
    public var isReady: Bool { events.contains(.ready) }

    /// The failures, in order.
    public var failures: [ProviderFailure] {
        events.compactMap { if case .failure(let failure) = $0 { failure } else { nil } }
    }

    /// Whether the provider is at its end.
    public var isOver: Bool { terminals > 0 }

    /// Ids of the tool calls, in order.
    public var toolCalls: [ToolCall] {
        events.compactMap { if case .toolCall(let call) = $0 { call } else { nil } }
    }

    /// The messages sent as JSON whose `type` is this.
    public func sent(_ type: String) -> [JSONValue] { sent.map(\.json).filter { $0["type"]?.string == type } }

    /// Everything that may be shown or logged, as one text.
    public var visible: String {
        let described = events.map { "\($0)" } + traces.map { "\($0)" }
        return described.joined(separator: "\n")
    }

    // MARK: Performing

    private func call(_ body: (any Provider, ProviderOutput) -> Void) {
        out.now = now
        body(provider, out)
        drain()
        guard !isDraining else { return }
        isDraining = true
        while !pending.isEmpty { pending.removeFirst()() }
        isDraining = false
    }

    private func drain() {
        for action in out.actions { perform(action) }
        out.reset()
    }

    private func perform(_ action: ProviderAction) {
        switch action {
        case .connect(let link, let endpoint):
            if let state = links[link], state != .closed { violations.append("connects link \(link.number) twice") }
            links[link] = .opening
            endpoints[link] = endpoint
            pending.append { [unowned self] in onConnect(self, link, endpoint) }
        case .send(let link, let kind, let range): send(link, kind, range)
        case .finish(let link): check(link, "finishes")
        case .close(let link, _, _):
            guard links[link] == .open || links[link] == .opening else {
                return violations.append("closes link \(link.number), which is not open")
            }
            links[link] = .closing
            pending.append { [unowned self] in onClose(self, link) }
        case .timer(let id, let after): timers[id] = now + after
        case .cancelTimer(let id): timers[id] = nil
        case .event(let event): take(event)
        case .trace(let message): traces.append(message)
        }
    }

    private func check(_ link: LinkID, _ what: String) {
        if links[link] != .open { violations.append("\(what) on link \(link.number), which is not open") }
    }

    private func send(_ link: LinkID, _ kind: LinkMessageKind, _ range: Range<Int>) {
        check(link, "sends")
        guard range.lowerBound >= 0, range.upperBound <= out.bytes.count else {
            return violations.append("sends bytes that are not in the arena")
        }
        let message = Sent(link: link, kind: kind, bytes: Array(out.bytes[range]))
        sent.append(message)
        pending.append { [unowned self] in onSend(self, message) }
    }

    private func take(_ event: ProviderEvent) {
        if terminals > 0 { violations.append("tells \(event) after its terminal failure") }
        switch event {
        case .ready where isReady: violations.append("is ready twice")
        case .failure(let failure) where failure.consequence != .goesOn: terminals += 1
        case .agentAudio(_, let range):
            guard range.lowerBound >= 0, range.upperBound <= out.pcm.count else {
                violations.append("gives PCM that is not in the arena")
                break
            }
            pcm.append(contentsOf: out.pcm[range])
        case .toolCall(let call) where !calls.insert(call.id).inserted: violations.append("calls \(call.id) twice")
        default: break
        }
        events.append(event)
    }
}
