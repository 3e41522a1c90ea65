import Core

/// An agent item inside one provider's life: a small number for the hot path, with the vendor's id beside it.
public struct ItemHandle: Hashable, Sendable {
    /// Number from 0, in order of appearance.
    public let index: Int

    /// The item with this number.
    public init(_ index: Int) { self.index = index }
}

/// One action of a provider.
public enum ProviderAction: Sendable, Equatable {
    /// Open a link.
    case connect(LinkID, Endpoint)
    /// Send `range` of `ProviderOutput.bytes` as one message.
    case send(LinkID, LinkMessageKind, range: Range<Int>)
    /// End the request body of a streaming HTTP link.
    case finish(LinkID)
    /// Close a link in order.
    case close(LinkID, code: Int, reason: String)
    /// Call `timer(id)` after this time; replaces a running timer of the same id.
    case timer(ProviderTimer, after: Duration)
    /// Call a timer off.
    case cancelTimer(ProviderTimer)
    /// Tell the session.
    case event(ProviderEvent)
    /// A wire message for the trace (only filled while `tracing`).
    case trace(WireMessage)
}

/// What a provider call fills: actions in order, with arenas for bytes and PCM so that a frame allocates nothing.
///
/// One output belongs to one provider; the session performs the actions and then calls `reset`. Engine thread.
public final class ProviderOutput {
    /// What to do, in order.
    public private(set) var actions: [ProviderAction] = []
    /// Arena of outgoing messages; ranges of `send` refer to it. Append only inside `message`.
    public var bytes: [UInt8] = []
    /// Arena of agent PCM; ranges of `agentAudio` refer to it.
    public var pcm: [Int16] = []
    /// The time of this call.
    public var now: MonotonicTime
    /// Whether wire messages are to be traced.
    public var tracing = false
    /// Vendor ids of agent items by handle index; kept for the provider's life.
    public private(set) var items: [String] = []

    /// An empty output.
    public init(now: MonotonicTime = MonotonicTime(nanoseconds: 0)) {
        self.now = now
        actions.reserveCapacity(32)
        bytes.reserveCapacity(8192)
        pcm.reserveCapacity(24000)
    }

    /// Empties actions and arenas, keeping their memory (give back what a burst made huge).
    public func reset() {
        actions.removeAll(keepingCapacity: true)
        bytes.removeAll(keepingCapacity: bytes.capacity <= 1 << 20)
        pcm.removeAll(keepingCapacity: pcm.capacity <= 1 << 20)
    }

    /// Adds any action.
    public func add(_ action: ProviderAction) { actions.append(action) }

    /// Opens a link.
    public func connect(_ link: LinkID, _ endpoint: Endpoint) { actions.append(.connect(link, endpoint)) }

    /// Sends what `fill` appends to `bytes` as one message.
    public func message(_ link: LinkID, _ kind: LinkMessageKind, _ fill: (inout [UInt8]) -> Void) {
        let start = bytes.count
        fill(&bytes)
        actions.append(.send(link, kind, range: start..<bytes.count))
    }

    /// Sends a JSON value as a text message.
    public func send(_ link: LinkID, _ json: JSONValue) {
        message(link, .text) { JSONWriter.append(json, to: &$0) }
        if tracing, let range = lastSent {
            trace(WireMessage(source: "", direction: .sent, type: json["type"]?.string ?? "?", bytes: range.count))
        }
    }

    private var lastSent: Range<Int>? {
        if case .send(_, _, let range)? = actions.last { range } else { nil }
    }

    /// Tells the session.
    public func event(_ event: ProviderEvent) { actions.append(.event(event)) }

    /// Asks for a timer.
    public func timer(_ id: ProviderTimer, after: Duration) { actions.append(.timer(id, after: after)) }

    /// Records a wire message when tracing is on.
    public func trace(_ message: @autoclosure () -> WireMessage) { if tracing { actions.append(.trace(message())) } }

    /// Appends agent PCM by `fill` and tells the session of it; nothing when nothing was added.
    public func audio(_ item: ItemHandle, _ fill: (inout [Int16]) -> Void) {
        let start = pcm.count
        fill(&pcm)
        if pcm.count > start { actions.append(.event(.agentAudio(item: item, range: start..<pcm.count))) }
    }

    /// The handle of a vendor's item id; makes one when it is new.
    public func item(_ id: String) -> ItemHandle {
        if let last = items.last, last == id { return ItemHandle(items.count - 1) }
        if let index = items.lastIndex(of: id) { return ItemHandle(index) }
        items.append(id)
        return ItemHandle(items.count - 1)
    }

    /// The vendor's id of a handle.
    public func id(of item: ItemHandle) -> String { items.indices.contains(item.index) ? items[item.index] : "?" }
}
