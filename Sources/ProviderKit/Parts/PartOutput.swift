import Core

/// What a call of a pipeline's part fills: the actions go to the pipeline's own output, with the part's links and timers moved
/// into its range of numbers; its events stay here until the pipeline takes them. Engine thread.
///
/// ```
/// part ── connect, send, timer ──▶ PartOutput ── number + offset ──▶ ProviderOutput ──▶ session
///   └──── event ─────────────────▶ events ── pipeline takes them after the call
/// ```
public final class PartOutput<Event: Sendable> {
    /// Links and timers of a part are numbered from 0 up to this, exclusive.
    public static var numbers: Int { 1000 }

    /// The pipeline's output; its arenas `bytes` and `pcm` are the part's too.
    public let base: ProviderOutput
    /// What the part told in this call, in order.
    public private(set) var events: [Event] = []
    private let offset: Int

    /// An output over `base`; the part's number `n` becomes `offset + n`.
    public init(_ base: ProviderOutput, offset: Int = 0) {
        self.base = base
        self.offset = offset
    }

    /// The time of this call.
    public var now: MonotonicTime { base.now }

    /// Opens a link.
    public func connect(_ link: LinkID, _ endpoint: Endpoint) { base.connect(moved(link), endpoint) }

    /// Sends what `fill` appends as one message.
    public func message(_ link: LinkID, _ kind: LinkMessageKind, _ fill: (inout [UInt8]) -> Void) {
        base.message(moved(link), kind, fill)
    }

    /// Sends a JSON value as a text message.
    public func send(_ link: LinkID, _ json: JSONValue) { base.send(moved(link), json) }

    /// Ends the request body of a streaming HTTP link.
    public func finish(_ link: LinkID) { base.add(.finish(moved(link))) }

    /// Closes a link in order. Its `closed` still comes.
    public func close(_ link: LinkID, code: Int = 1000, reason: String = "") {
        base.add(.close(moved(link), code: code, reason: reason))
    }

    /// Asks for a timer; replaces a running one of the same number.
    public func timer(_ id: ProviderTimer, after: Duration) {
        base.timer(ProviderTimer(id.number + offset), after: after)
    }

    /// Calls a timer off.
    public func cancelTimer(_ id: ProviderTimer) { base.add(.cancelTimer(ProviderTimer(id.number + offset))) }

    /// Tells the pipeline.
    public func event(_ event: Event) { events.append(event) }

    /// Records a wire message when tracing is on.
    public func trace(_ message: @autoclosure () -> WireMessage) { base.trace(message()) }

    /// Appends PCM to the arena; the range of what was added.
    public func pcm(_ fill: (inout [Int16]) -> Void) -> Range<Int> {
        let start = base.pcm.count
        fill(&base.pcm)
        return start..<base.pcm.count
    }

    /// Takes the events; empties the list, keeping its memory.
    public func take() -> [Event] {
        defer { events.removeAll(keepingCapacity: true) }
        return events
    }

    /// Forgets the events that were read, keeping the list's memory: `take` copies, this does not.
    public func clear() { events.removeAll(keepingCapacity: true) }

    private func moved(_ link: LinkID) -> LinkID { LinkID(link.number + offset) }
}
