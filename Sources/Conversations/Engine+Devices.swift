import AudioKit
import Core

/// What a person does with the sound devices besides talking. Implemented by the devices; engine thread.
@EngineActor
public protocol DeviceDesk: AnyObject {
    /// Reads what devices there are beside the engine's work; `done` comes on the engine thread.
    func listDevices(_ done: @escaping @EngineActor @Sendable (DeviceCatalog) -> Void)
    /// Begins a loopback test; `report` comes on the engine thread, last with another state than `running`.
    func testLoopback(_ report: @escaping @EngineActor (DeviceTestReport) -> Void)
    /// Ends it without a report.
    func cancelLoopback()
    /// Gain behind the microphone, dB.
    var microphoneGain: Double { get set }
    /// Whether echo is cancelled when both devices run.
    var cancelsEcho: Bool { get set }
}

/// Device chooser, tests, gain and echo cancellation.
extension Engine {
    /// Gain behind the microphone that can be set, dB.
    public static let gains = -20.0...30.0

    func performDevices(_ command: Command) {
        guard let desk else { return refuse(Self.name(command), "this process has no devices") }
        switch command {
        case .listDevices: desk.listDevices { [weak self] list in self?.updateReport { $0.devices = list } }
        case .testDevices(let kind): begin(kind, desk)
        case .cancelDeviceTest: cancelTest(desk)
        case .setMicrophoneGain(let decibels): setGain(decibels, desk)
        case .setEchoCancellation(let on):
            desk.cancelsEcho = on
            updateReport { $0.cancelsEcho = on }
        default: break
        }
    }

    private func setGain(_ decibels: Double, _ desk: any DeviceDesk) {
        guard Self.gains.contains(decibels) else {
            return refuse("setMicrophoneGain", "give -20 to 30 dB, not \(decibels)")
        }
        desk.microphoneGain = decibels
        updateReport { $0.microphoneGain = decibels }
    }

    private func begin(_ kind: DeviceTestReport.Kind, _ desk: any DeviceDesk) {
        guard taken == nil else { return refuse("testDevices", "you speak to a call: give it back first") }
        guard report.deviceTest?.state != .running else { return refuse("testDevices", "a test runs already") }
        switch kind {
        case .loopback: beginLoopback(desk)
        case .noise: beginCalibration()
        }
    }

    private func tell(_ test: DeviceTestReport) { updateReport { $0.deviceTest = test } }

    // MARK: Loopback

    /// The agent hears nothing of the test.
    private func beginLoopback(_ desk: any DeviceDesk) {
        let tested = console.flatMap { sessions[$0] }
        tested?.uplink.isTested = true
        tell(DeviceTestReport(.loopback, .running, "playing a sweep and listening for it"))
        desk.testLoopback { [weak self, weak tested] report in
            if report.state != .running { tested?.uplink.isTested = false }
            self?.tell(report)
        }
    }

    private func cancelTest(_ desk: any DeviceDesk) {
        guard let test = report.deviceTest, test.state == .running else {
            return refuse("cancelDeviceTest", "no test runs")
        }
        desk.cancelLoopback()
        for session in sessions.values {
            session.cancelCalibration()
            session.uplink.isTested = false
        }
        tell(DeviceTestReport(test.kind, .cancelled, "cancelled"))
    }

    // MARK: Noise

    private func beginCalibration() {
        guard let session = console.flatMap({ sessions[$0] }), session.leg.info.kind == .device else {
            return refuse("testDevices", "no conversation is live: its detector is what is calibrated")
        }
        tell(DeviceTestReport(.noise, .running, "be quiet for 2 s"))
        session.calibrateNoise { [weak self] outcome, threshold in
            self?.tell(Self.report(outcome, threshold))
        }
    }

    nonisolated static func report(_ outcome: NoiseCalibration.Outcome, _ threshold: Float?) -> DeviceTestReport {
        switch outcome {
        case .floor(let level):
            let set = threshold.map { ", the detector listens from \(whole($0)) dBFS on now" } ?? ""
            var report = DeviceTestReport(.noise, .done, "background \(whole(level)) dBFS\(set)")
            report.floor = Double(level)
            report.threshold = threshold.map(Double.init)
            return report
        case .digitalSilence:
            return DeviceTestReport(
                .noise, .failed, "the microphone gives digital silence",
                fix: "it is muted or unplugged: look at the sound server's mixer, or choose another with d")
        case .tooLoud(let level):
            return DeviceTestReport(
                .noise, .failed, "the background is at \(whole(level)) dBFS: no voice would stand out",
                fix: "lower the gain with -, or choose another microphone with d")
        case .notQuiet(let unrest):
            return DeviceTestReport(
                .noise, .failed, "that was not quiet: something was \(whole(unrest)) dB over the rest",
                fix: "be quiet for 2 s, cut the agent first, and try again")
        }
    }

    private nonisolated static func whole(_ value: Float) -> String { "\(Int(value.rounded()))" }
}
