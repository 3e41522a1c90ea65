import Core
import ProviderKit

/// Connects a provider as a conversation would, until it is ready or has failed, and lets it go: is it reachable, is the key taken, how
/// long does it take. Nothing is said and no audio is sent. Engine thread.
@EngineActor
public final class ProviderProbe: ProviderSlotOwner {
    /// What came of it.
    public struct Result: Sendable, Equatable {
        /// From the order to connect until ready; nil when it failed.
        public var connectMs: Double?
        /// What went wrong, with the fix in brackets.
        public var failure: ProviderFailure?

        /// What came of it.
        public init(connectMs: Double? = nil, failure: ProviderFailure? = nil) {
            self.connectMs = connectMs
            self.failure = failure
        }
    }

    private var slot: ProviderSlot?
    private let began: MonotonicTime
    private let loop: any EngineLoop
    private var limit: (any EngineTimer)?
    private var done: (@EngineActor (Result) -> Void)?

    /// Starts the probe; `done` is called once, at the latest after `limit`. The probe keeps itself until then.
    public init(
        _ provider: any Provider, name: String, loop: any EngineLoop, opener: any LinkOpener,
        limit: Duration = .seconds(15), done: @escaping @EngineActor (Result) -> Void
    ) {
        self.loop = loop
        self.done = done
        began = loop.now
        let slot = ProviderSlot(
            id: SlotID(number: 0), name: name, provider: provider, owner: self, loop: loop, opener: opener)
        self.slot = slot
        self.limit = loop.schedule(after: limit) { [self] in
            let text = "\(name): not ready within \(limit.wholeNanoseconds / 1_000_000_000) s"
            finish(Result(failure: ProviderFailure(code: "lost", text: text, consequence: .reconnect(after: nil))))
        }
        slot.start(ProviderContext(instructions: "You are being tested. Say nothing."))
    }

    func slotEvent(_ slot: ProviderSlot, _ event: ProviderEvent) {
        switch event {
        case .ready: finish(Result(connectMs: (loop.now - began).milliseconds))
        case .failure(let failure) where failure.consequence != .goesOn: finish(Result(failure: failure))
        default: break
        }
    }

    func slotTrace(_ slot: ProviderSlot, _ message: WireMessage) {}

    func slotIdle(_ slot: ProviderSlot) {}

    /// The slot is busy while it tells: it is let go afterwards.
    private func finish(_ result: Result) {
        guard let done else { return }
        self.done = nil
        limit?.cancel()
        loop.post { [self] in
            slot?.drop()
            slot = nil
            done(result)
        }
    }
}
