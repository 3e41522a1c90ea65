import AudioKit
import Core
import Glibc

/// Plays three sweeps at the speaker and looks for them at the microphone: round trip, level, echo. Engine thread; the
/// comparison runs on a thread of its own.
@EngineActor
public final class LoopbackTest {
    /// Time between two sweeps, and how late one may come back.
    nonisolated static let spacingMs = 700
    nonisolated static let reachMs = 600
    nonisolated static let count = 3
    nonisolated static let rate = 8000
    /// How long the devices may take to open.
    static let patience = Duration.seconds(2)

    private let hub: DeviceHub
    private let report: @EngineActor (DeviceTestReport) -> Void
    private var timer: (any EngineTimer)?
    private var began: MonotonicTime
    private var isOver = false
    private let toRate = RateChange(to: LoopbackTest.rate)
    private var heard: [Int16] = []
    /// When the first sample heard came, as near as the blocks tell.
    private var heardFrom: MonotonicTime?
    private var sweep: [Int16] = []
    private var played = 0
    private var playedFrom: MonotonicTime?

    /// Begins at once. `report` comes once, when it is over; not after `cancel`.
    public init(_ hub: DeviceHub, report: @escaping @EngineActor (DeviceTestReport) -> Void) {
        self.hub = hub
        self.report = report
        began = hub.loop.now
        heard.reserveCapacity(Self.rate * 4)
        hub.playback.add(self)
        hub.capture.add(self)
        schedule()
    }

    /// Ends it without a report.
    public func cancel() {
        guard !isOver else { return }
        isOver = true
        timer?.cancel()
        hub.playback.remove(self)
        hub.capture.remove(self)
    }

    private func schedule() {
        timer = hub.loop.schedule(after: .milliseconds(50)) { [weak self] in self?.step() }
    }

    private func step() {
        guard !isOver else { return }
        let length = Duration.milliseconds(Self.spacingMs * Self.count + 100)
        if let playedFrom, hub.loop.now - playedFrom >= length { return evaluate(playedFrom) }
        if playedFrom == nil, hub.loop.now - began >= Self.patience {
            let reason = hub.summary.reason ?? "the devices did not open within 2 s"
            return finish(
                DeviceTestReport(
                    .loopback, .failed, reason, fix: "choose a microphone and a speaker with d, then test again"))
        }
        schedule()
    }

    private func finish(_ result: DeviceTestReport) {
        cancel()
        report(result)
    }

    private func evaluate(_ playedFrom: MonotonicTime) {
        let heard = heard
        let offset = heardFrom.map { ($0 - playedFrom).milliseconds } ?? 0
        cancel()
        let code = AudioThread.start("sidetone-loop") { [loop = hub.loop] in
            let result = Self.judge(heard, offsetMs: offset)
            loop.post { self.report(result) }
        }
        if code != 0 { report(DeviceTestReport(.loopback, .failed, "no thread to be had")) }
    }

    // MARK: The comparison

    /// A sweep of 100 ms from 300 to 3400 Hz at -12 dBFS, with soft ends.
    nonisolated static func sweep(rate: Int) -> [Int16] {
        let count = rate / 10
        return (0..<count).map { index in
            let time = Double(index) / Double(rate)
            let phase = 2 * Double.pi * (300 * time + (3400 - 300) / 0.2 * time * time)
            let edge = min(1, Double(min(index, count - index)) / (Double(rate) * 0.005))
            return Int16(8230 * sin(phase) * edge)
        }
    }

    /// Where each sweep came back.
    struct Return: Equatable {
        var delayMs: Double
        var likeness: Double
        var level: Double
    }

    /// - Parameters:
    ///   - heard: the microphone at `rate`.
    ///   - offsetMs: when its first sample came, after the first sweep was rendered.
    nonisolated static func judge(_ heard: [Int16], offsetMs: Double) -> DeviceTestReport {
        let reference = sweep(rate: rate).map { Float($0) }
        let found = (0..<count).compactMap { number in
            find(reference, in: heard, fromMs: Double(number * spacingMs) - offsetMs)
        }
        let clear = found.filter { $0.likeness >= 0.3 }.sorted { $0.delayMs < $1.delayMs }
        guard clear.count >= 2, abs(clear[clear.count / 2].delayMs - clear[0].delayMs) < 20 else {
            let loudest = found.map(\.level).max() ?? -100
            return DeviceTestReport(
                .loopback, .failed,
                "nothing came back within \(reachMs) ms (the microphone heard \(whole(loudest)) dBFS)",
                fix: loudest < -90
                    ? "the microphone is silent: unmute it in the sound server's mixer, or choose another"
                    : "with headphones that is as it should be; else turn the speaker up, or choose another")
        }
        let middle = clear[clear.count / 2]
        var report = DeviceTestReport(
            .loopback, .done,
            "round trip \(tenths(middle.delayMs)) ms, back at \(whole(middle.level)) dBFS (played at -15),"
                + " \(clear.count) of \(count) sweeps; the microphone hears the speaker",
            fix: "keep echo cancellation on (A), or use headphones")
        report.roundTripMs = middle.delayMs
        report.level = middle.level
        return report
    }

    private nonisolated static func whole(_ value: Double) -> String { "\(Int(value.rounded()))" }

    /// The best match behind a moment.
    private nonisolated static func find(_ reference: [Float], in heard: [Int16], fromMs: Double) -> Return? {
        let first = Int(fromMs * Double(rate) / 1000)
        let power = reference.reduce(0) { $0 + $1 * $1 }
        var best: Return?
        for lag in 0..<(reachMs * rate / 1000) {
            let start = first + lag
            guard start >= 0, start + reference.count <= heard.count else { continue }
            var product: Float = 0
            var energy: Float = 0
            for index in 0..<reference.count {
                let sample = Float(heard[start + index])
                product += sample * reference[index]
                energy += sample * sample
            }
            let likeness = energy > 0 ? Double(abs(product) / (energy * power).squareRoot()) : 0
            guard likeness > best?.likeness ?? -1 else { continue }
            let level = energy > 0 ? 10 * log10(Double(energy) / Double(reference.count) / (32768 * 32768)) : -100
            best = Return(delayMs: Double(lag) * 1000 / Double(rate), likeness: likeness, level: level)
        }
        return best
    }
}

extension LoopbackTest: PlaybackSource {
    func mix(into frame: inout MutableSpan<Int16>, rate: Int) -> Bool {
        guard !isOver, hub.capture.line.device != nil, hub.playback.line.device != nil, heardFrom != nil else {
            return false
        }
        if sweep.isEmpty { sweep = Self.sweep(rate: rate) }
        if playedFrom == nil { playedFrom = hub.loop.now }
        let spacing = rate * Self.spacingMs / 1000
        for index in 0..<frame.count {
            let (number, place) = (played / spacing, played % spacing)
            if number < Self.count, place < sweep.count {
                frame[index] = Int16(clamping: Int(frame[index]) + Int(sweep[place]))
            }
            played += 1
        }
        return played < spacing * Self.count
    }
}

extension LoopbackTest: CaptureSink {
    func captured(_ pcm: Span<Int16>, rate: Int) {
        guard !isOver, hub.capture.line.device != nil, heard.count < Self.rate * 6 else { return }
        toRate.convert(pcm, rate: rate) { samples in
            for index in 0..<samples.count { heard.append(samples[index]) }
        }
        // Blocks come late, never early: the earliest of all tells best when the first sample came.
        let first = hub.loop.now - .nanoseconds(Int64(heard.count) * 1_000_000_000 / Int64(Self.rate))
        heardFrom = min(heardFrom ?? first, first)
    }
}
