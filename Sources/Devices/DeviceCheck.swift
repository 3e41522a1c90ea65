import AudioKit
import Core
import Glibc
import Synchronization

/// Tries the devices for a moment and tells in words what they grant; for `sidetone doctor`.
public struct DeviceCheck: Sendable, Equatable, CustomStringConvertible {
    public var direction: PCMDirection
    /// Whether audio moved.
    public var isGood: Bool
    /// Name that was opened, or what was asked for.
    public var device: String
    /// What was granted and measured, or why it failed.
    public var finding: String
    /// What to do when it failed.
    public var fix: String?

    public var description: String { "\(direction) \(device): \(finding)" }

    /// Opens microphone and speaker one after the other, moves audio (silence to the speaker), closes them.
    ///
    /// Blocks for `length` each, and up to 3 s for a sound server that does not answer: not for the engine thread.
    public static func run(_ settings: DeviceSettings, length: Duration = .milliseconds(300)) -> [DeviceCheck] {
        ALSALibrary.prepare()
        return [(PCMDirection.capture, settings.capture), (.playback, settings.playback)].map { direction, choice in
            guard choice != DeviceList.none else {
                return DeviceCheck(direction: direction, isGood: true, device: "none", finding: "switched off")
            }
            return tryOut(direction, choice, settings.request, length)
        }
    }

    private static func tryOut(
        _ direction: PCMDirection, _ choice: String?, _ request: PCMRequest, _ length: Duration
    ) -> DeviceCheck {
        let began = MonotonicTime.now()
        let state = DeviceThread(choice: choice, direction: direction, request: request, wake: NoWake()).start()
        defer { state.stop() }
        _ = wait(.seconds(3)) { state.opened != nil || state.end.isOver }
        let opening = MonotonicTime.now() - began
        if let opened = state.opened {
            _ = wait(length) { state.end.isOver || opened.ring.count >= opened.ring.capacity }
        }
        return judge(direction, choice ?? "default", state, opening: opening, length: length)
    }

    private static func judge(
        _ direction: PCMDirection, _ asked: String, _ state: LineState, opening: Duration, length: Duration
    ) -> DeviceCheck {
        let name = state.opened?.device ?? asked
        if let failure = state.end.failure {
            return DeviceCheck(
                direction: direction, isGood: false, device: name, finding: failure.text, fix: failure.fix)
        }
        guard let opened = state.opened else {
            return DeviceCheck(
                direction: direction, isGood: false, device: name, finding: "opening it took more than 3 s",
                fix: "restart the sound server (pulseaudio -k) or choose another device")
        }
        let periods = state.periods.load(ordering: .relaxed)
        guard periods > 0 else {
            return DeviceCheck(
                direction: direction, isGood: false, device: name,
                finding: "it opens (\(opened.format)) but moves no audio",
                fix: "choose another device, or look at the sound server's mixer (pavucontrol)")
        }
        let delay = Double(state.delay.load(ordering: .relaxed)) * 1000 / Double(opened.format.rate)
        var words = ["\(opened.format)", "delay \(tenths(delay)) ms", "opened in \(tenths(opening.milliseconds)) ms"]
        let xruns = state.xruns.load(ordering: .relaxed)
        if xruns > 0 { words.append("\(xruns) xruns in \(tenths(length.milliseconds)) ms") }
        if state.isUnpaced.load(ordering: .relaxed) { words.append("has no clock of its own, paced by ours") }
        if direction == .capture { words.append(level(opened.ring)) }
        return DeviceCheck(
            direction: direction, isGood: true, device: name, finding: words.joined(separator: ", "))
    }

    private static func level(_ ring: PCMRing) -> String {
        let scratch = ScratchPCM(max(1, ring.count))
        let heard = scratch.samples
        defer { withExtendedLifetime(scratch) {} }
        var span = heard.mutableSpan
        let count = ring.read(into: &span)
        guard let rms = LevelMeter.rms(heard.first(count).span) else {
            return "digital silence: muted, or nothing is plugged in"
        }
        return "level \(tenths(Double(rms))) dBFS"
    }

    private static func wait(_ limit: Duration, until isDone: () -> Bool) -> Bool {
        let end = MonotonicTime.now() + limit
        while !isDone() {
            if MonotonicTime.now() >= end { return false }
            _ = poll(nil, 0, 5)
        }
        return true
    }

    /// Nobody waits for the thread's signals: the check looks at its state.
    private final class NoWake: EngineWake {
        func signal() {}
        func cancel() {}
    }
}
