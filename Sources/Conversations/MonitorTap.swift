import Core

/// Brings a live session's audio to the speaker.
@EngineActor
final class MonitorTap: SessionTap {
    private weak var output: (any MonitorOutput)?
    private let rate: Int
    /// The listener speaks in the agent's place, and need not hear themselves.
    var skipsAgent = false

    init(output: any MonitorOutput, rate: Int) {
        self.output = output
        self.rate = rate
    }

    func tapUser(_ pcm: Span<Int16>, at position: Int64) { output?.monitor(pcm, rate: rate, channel: .user) }
    func tapAgent(_ pcm: Span<Int16>, at position: Int64) {
        guard !skipsAgent else { return }
        output?.monitor(pcm, rate: rate, channel: .agent)
    }
    func tapEvent(_ record: EventRecord) {}
    func tapEnded() { output?.stopMonitor() }
}
