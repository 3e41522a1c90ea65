import AudioKit
import Core
import ProviderKit

/// The agent's audio on its way out: to the leg's rate, into the playout, and what of each item was really heard.
///
/// ```
/// ProviderOutput.pcm ─▶ Resampler ─▶ PlayoutBuffer ─▶ legRender (20 ms of the leg's clock)
/// ```
/// One per session, engine thread.
final class DownlinkChain {
    /// What a rendered frame brought about.
    enum Passage: Equatable {
        /// The first sample of an item was rendered.
        case started(AgentItem)
        /// The last sample of an item was heard; the item's length in ms.
        case playedOut(AgentItem, ms: Double)
    }

    private struct Entry {
        var item: AgentItem
        var key: UInt32
        var name: String
        var isStarted = false
        var isFinished = false
    }

    let rate: Int
    private let buffer: PlayoutBuffer
    private var resampler: Resampler?
    private var sourceRate: Int
    private var converted: [Int16] = []
    private var entries: [Entry] = []
    private var names: [(item: AgentItem, name: String)] = []
    private var nextKey: UInt32 = 0
    /// Samples of silence rendered since the last agent sample.
    private var quiet = 0
    private(set) var meter: LevelMeter

    init(rate: Int) {
        self.rate = rate
        sourceRate = rate
        buffer = PlayoutBuffer(sampleRate: rate)
        meter = LevelMeter(sampleRate: rate)
        quiet = rate
    }

    var isEmpty: Bool { buffer.isEmpty }
    /// Whether a whole frame of 20 ms waits.
    var hasFrame: Bool { buffer.queuedSamples >= rate / 50 }
    /// Whether agent audio waits, or may still be sounding.
    var isActive: Bool { !buffer.isEmpty || !entries.isEmpty }
    var queuedMs: Double { Double(buffer.queuedMilliseconds) }
    var underruns: Int { buffer.underruns }
    var overflowSamples: Int { buffer.overflow }

    /// Sets the rate at which the provider delivers.
    func setSource(rate: Int) {
        guard rate != sourceRate || resampler == nil else { return }
        sourceRate = rate
        resampler = rate == self.rate ? nil : try? Resampler(from: rate, to: self.rate)
        converted = [Int16](repeating: 0, count: resampler?.maximumOutput(for: rate / 5) ?? 0)
    }

    /// Queues audio of an item at the provider's rate.
    func append(_ item: AgentItem, name: @autoclosure () -> String, _ pcm: Span<Int16>) {
        let key = key(of: item, name())
        guard let resampler else {
            buffer.append(item: key, pcm)
            return
        }
        var scratch: [Int16] = []
        swap(&scratch, &converted)
        var at = 0
        while at < pcm.count {
            let count = min(sourceRate / 5, pcm.count - at)
            var target = scratch.mutableSpan
            let written = resampler.process(pcm.extracting(at..<(at + count)), into: &target)
            buffer.append(item: key, scratch.span.extracting(0..<written))
            at += count
        }
        swap(&scratch, &converted)
    }

    private func key(of item: AgentItem, _ name: String) -> UInt32 {
        if let last = entries.last, last.item == item { return last.key }
        if let known = entries.first(where: { $0.item == item }) { return known.key }
        nextKey += 1
        entries.append(Entry(item: item, key: nextKey, name: name))
        names.append((item, name))
        if names.count > 64 { names.removeFirst(32) }
        return nextKey
    }

    /// All audio of an item has come.
    func finish(_ item: AgentItem) {
        for i in entries.indices where entries[i].item == item { finish(at: i) }
    }

    /// All audio of all items has come (the response is over, the connection is gone).
    func finishAll() { for i in entries.indices { finish(at: i) } }

    private func finish(at index: Int) {
        guard !entries[index].isFinished else { return }
        entries[index].isFinished = true
        buffer.finish(item: entries[index].key)
    }

    /// Fills one frame. Passages are rare; an empty array costs nothing.
    func render(into pcm: inout MutableSpan<Int16>, unheard: Int, metering: Bool) -> [Passage] {
        let count = buffer.render(into: &pcm)
        quiet = count > 0 ? pcm.count - count : min(quiet + pcm.count, 1 << 30)
        if metering { meter.update(pcm.span) }
        guard !entries.isEmpty else { return [] }
        return passages(unheard)
    }

    /// Meters what is played in the agent's place.
    func measure(_ pcm: Span<Int16>) { meter.update(pcm) }

    private func passages(_ unheard: Int) -> [Passage] {
        var found: [Passage] = []
        for i in entries.indices where !entries[i].isStarted {
            guard let progress = buffer.progress(of: entries[i].key), progress.played > 0 else { break }
            entries[i].isStarted = true
            found.append(.started(entries[i].item))
        }
        while let first = entries.first, first.isFinished, let progress = buffer.progress(of: first.key),
            progress.played >= progress.received, entries.count > 1 || quiet >= unheard
        {
            found.append(.playedOut(first.item, ms: Double(progress.received) * 1000 / Double(rate)))
            entries.removeFirst()
        }
        return found
    }

    /// Drops everything that was not rendered yet.
    func discard() {
        _ = buffer.discardAll()
        entries = []
    }

    /// The item that is being heard.
    func playing() -> AgentItem? { entries.first { $0.isStarted }?.item }

    /// Milliseconds of an item that were heard (rendered less what is still on its way) and that were received.
    func heard(_ item: AgentItem, unheard: Int) -> (heardMs: Double, generatedMs: Double) {
        guard let entry = entries.first(where: { $0.item == item }), let progress = buffer.progress(of: entry.key)
        else {
            return (0, 0)
        }
        let onTheWay = entries.first { $0.isStarted }?.item == item ? max(0, unheard - quiet) : 0
        let perMs = Double(rate) / 1000
        return (Double(max(0, progress.played - onTheWay)) / perMs, Double(progress.received) / perMs)
    }

    func name(of item: AgentItem) -> String {
        names.last { $0.item == item }?.name ?? "?"
    }
}
