import Core
import ProviderKit

/// Who hears from a slot; calls come while the slot is busy: requests to it must wait until `slotIdle`.
@EngineActor
protocol ProviderSlotOwner: AnyObject {
    func slotEvent(_ slot: ProviderSlot, _ event: ProviderEvent)
    func slotTrace(_ slot: ProviderSlot, _ message: WireMessage)
    func slotIdle(_ slot: ProviderSlot)
}

/// One provider instance with its links and timers: performs what the provider puts out. Engine thread.
///
/// ```
/// Session ─perform/audio─▶ ProviderSlot ─▶ Provider ─▶ ProviderOutput ─▶ links, timers, events
/// ```
@EngineActor
final class ProviderSlot: LinkDelegate {
    let id: SlotID
    let name: String
    let provider: any Provider
    let out = ProviderOutput()
    private(set) var isDropped = false
    /// Whether the provider is being called or its output performed.
    private(set) var isBusy = false
    /// Formats that the vendor named, from before it served on.
    var formats: [VendorAudioFormat] = []
    /// Messages that a link did not take because too much waited.
    private(set) var refusedMessages = 0

    private var tracer = WireTracer()
    private weak var owner: (any ProviderSlotOwner)?
    private let loop: any EngineLoop
    private let opener: any LinkOpener
    private var links: [LinkID: any Link] = [:]
    private var timers: [ProviderTimer: any EngineTimer] = [:]

    init(
        id: SlotID, name: String, provider: any Provider, owner: any ProviderSlotOwner, loop: any EngineLoop,
        opener: any LinkOpener
    ) {
        self.id = id
        self.name = name
        self.provider = provider
        self.owner = owner
        self.loop = loop
        self.opener = opener
    }

    /// Bytes that wait on all links.
    var queuedBytes: Int { links.values.reduce(0) { $0 + $1.queuedBytes } }

    var tracing: Bool {
        get { out.tracing }
        set { out.tracing = newValue }
    }

    func start(_ context: ProviderContext) { call { $0.provider.start(context, $0.out) } }

    func perform(_ request: ProviderRequest) { call { $0.provider.perform(request, $0.out) } }

    /// User audio at the provider's input rate. The hot path of the uplink: nothing is allocated here.
    func audio(_ pcm: Span<Int16>) {
        guard !isDropped, !isBusy else { return }
        isBusy = true
        out.now = loop.now
        provider.audio(pcm, out)
        flush()
    }

    /// Lets the provider go: it may say goodbye; nothing it says is heard; its links are closed by force after two seconds.
    func drop() {
        guard !isDropped else { return }
        call { $0.provider.perform(.close, $0.out) }
        isDropped = true
        owner = nil
        for timer in timers.values { timer.cancel() }
        timers = [:]
        closeAll()
    }

    private func closeAll() { for link in links.values { link.close(code: 1000, reason: "") } }

    // MARK: Calls into the provider

    private func call(_ body: (ProviderSlot) -> Void) {
        guard !isDropped else { return }
        assert(!isBusy, "a provider was called from inside itself")
        isBusy = true
        out.now = loop.now
        body(self)
        flush()
    }

    private func flush() {
        if out.tracing { noteSent() }
        var index = 0
        // `actions` cannot grow here: nothing calls the provider while it is busy.
        while index < out.actions.count {
            perform(out.actions[index])
            index += 1
        }
        if out.tracing { for message in tracer.rest() { owner?.slotTrace(self, message) } }
        out.reset()
        isBusy = false
        owner?.slotIdle(self)
    }

    /// What a provider names may stand before or behind the message: all are known first.
    private func noteSent() {
        for case .send(_, let kind, let range) in out.actions {
            out.bytes.withUnsafeBufferPointer { tracer.note(.sent, kind, $0.span.extracting(range)) }
        }
    }

    private func perform(_ action: ProviderAction) {
        switch action {
        case .connect(let link, let endpoint): links[link] = opener.open(link, endpoint, delegate: self)
        case .send(let link, let kind, let range):
            guard let target = links[link] else { return }
            let taken = out.bytes.withUnsafeBufferPointer { target.send(kind, $0.span.extracting(range)) }
            if !taken { refusedMessages += 1 }
        case .finish(let link): links[link]?.finish()
        case .close(let link, let code, let reason): links[link]?.close(code: code, reason: reason)
        case .timer(let id, let after): arm(id, after)
        case .cancelTimer(let id): timers.removeValue(forKey: id)?.cancel()
        case .event(let event): owner?.slotEvent(self, event)
        case .trace(let message): owner?.slotTrace(self, tracer.complete(message))
        }
    }

    private func arm(_ id: ProviderTimer, _ after: Duration) {
        timers[id]?.cancel()
        timers[id] = loop.schedule(after: after) { [weak self] in
            guard let self, !self.isDropped else { return }
            self.timers[id] = nil
            self.call { $0.provider.timer(id, $0.out) }
        }
    }

    // MARK: LinkDelegate

    func linkOpened(_ id: LinkID, _ opening: LinkOpening) { call { $0.provider.opened(id, opening, $0.out) } }

    func linkReceived(_ id: LinkID, _ kind: LinkMessageKind, _ payload: Span<UInt8>) {
        guard !isDropped, !isBusy else { return }
        isBusy = true
        out.now = loop.now
        if out.tracing { tracer.note(.received, kind, payload) }
        provider.received(id, kind, payload, out)
        flush()
    }

    func linkClosed(_ id: LinkID, _ closure: LinkClosure) {
        links[id] = nil
        call { $0.provider.closed(id, closure, $0.out) }
    }
}
