import Core
import Terminal
import Testing

@testable import Console

@Suite struct DevicesTests {
    private func model(_ change: (inout SystemReport) -> Void = { _ in }) -> ConsoleModel {
        var report = SystemReport(capture: "pulse:mic (48000 Hz mono)", playback: "default (48000 Hz stereo)")
        change(&report)
        return ConsoleFixture.model(Size(width: 120, height: 40)) { scenario in
            ConsoleFixture.partial(&scenario)
            scenario.session = nil
            scenario.add(.system(report))
            scenario.session = Scenario.own
        }
    }

    private let catalog = DeviceCatalog(
        capture: [.init(name: "pulse:mic", text: "Headset \u{1B}]0;evil\u{07}", isDefault: true)],
        playback: [.init(name: "default", text: "Speakers", isDefault: true)])

    @Test func theChooserListsMarksAndSwitches() {
        var model = model { $0.devices = catalog }
        #expect(ConsoleFixture.press(&model, "6", "d") == [.send(.listDevices)])
        let text = model.picture().plainText
        #expect(text.contains("> microphone  pulse:mic") && text.contains("(default)  <- now"))
        #expect(!text.contains("\u{1B}"))
        #expect(
            ConsoleFixture.press(&model, "down", "down", "enter")
                == [.send(.selectDevices(capture: nil, playback: "default"))])
        #expect(model.overlay == nil)
    }

    @Test func theListMayComeLater() {
        var model = model()
        _ = ConsoleFixture.press(&model, "6", "d")
        #expect(model.picture().plainText.contains("reading the list"))
        #expect(ConsoleFixture.press(&model, "enter") == [])
        _ = ConsoleFixture.press(&model, "d")
        var report = SystemReport()
        report.devices = catalog
        let record = EventRecord(
            sequence: 0, time: model.now, wall: model.wall, audio: 0, session: nil, event: .system(report))
        _ = model.update(.records([record], dropped: 0))
        #expect(model.picture().plainText.contains("speaker     none"))
    }

    @Test func testsBeginAndAreCancelled() {
        var model = model()
        #expect(ConsoleFixture.press(&model, "6", "c") == [.send(.testDevices(kind: .loopback))])
        #expect(ConsoleFixture.press(&model, "k") == [.send(.testDevices(kind: .noise))])
        var running = self.model { $0.deviceTest = DeviceTestReport(.loopback, .running, "playing a sweep") }
        _ = ConsoleFixture.press(&running, "6")
        #expect(running.picture().plainText.contains("running: playing a sweep"))
        #expect(ConsoleFixture.press(&running, "c") == [.send(.cancelDeviceTest)])
        #expect(ConsoleFixture.press(&running, "escape") == [.send(.cancelDeviceTest)])
    }

    @Test func gainAndEcho() {
        var model = model {
            $0.microphoneGain = 0
            $0.cancelsEcho = true
        }
        _ = ConsoleFixture.press(&model, "6")
        #expect(ConsoleFixture.press(&model, "+") == [.send(.setMicrophoneGain(decibels: 2))])
        #expect(ConsoleFixture.press(&model, "+") == [.send(.setMicrophoneGain(decibels: 4))])
        #expect(ConsoleFixture.press(&model, "-") == [.send(.setMicrophoneGain(decibels: 2))])
        #expect(ConsoleFixture.press(&model, "A") == [.send(.setEchoCancellation(on: false))])
        ConsoleFixture.type(&model, ":gain 99")
        #expect(ConsoleFixture.press(&model, "enter") == [])
        #expect(model.notice?.text == "gain takes -20 to 30 dB, not 99")
    }

    @Test func theSpectrumIsAskedForOnlyWhereItIsShown() {
        var model = model()
        let wants = ["1", "2", "3", "4", "5", "6", "7"].map { key in
            _ = ConsoleFixture.press(&model, key)
            return model.wantsSpectrum
        }
        #expect(wants[1...4].allSatisfy { !$0 } && wants[5] && !wants[6])
    }

    @Test func bandsAreDrawnFromFloorToTop() {
        var model = model()
        _ = ConsoleFixture.press(&model, "6")
        var meters = model.meters
        var bands = [Double](repeating: SessionMeters.bandFloor, count: SessionMeters.bandCount)
        bands[10] = 0
        meters[Scenario.own]?.spectrum = bands
        _ = model.update(.tick(now: model.now + .milliseconds(50), wall: model.wall, meters: meters))
        let lines = model.picture().plainText.split(separator: "\n")
        #expect(lines.filter { $0.contains("█") && !$0.contains("you") }.count >= 1)
    }
}
