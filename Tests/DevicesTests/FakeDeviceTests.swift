import AudioKit
import Core
import TestKit
import Testing

@testable import Devices

/// Files in the place of devices, on the real clock for a moment; nothing is judged by wall time but order.
@Suite struct FakeDeviceTests {
    @Test func aFileIsHeardAndWhatIsSaidIsWritten() async throws {
        let folder = TemporaryFolder()
        var tone = ToneGenerator(frequency: 440, sampleRate: 16_000, level: -6)
        try AudioFile.write(
            AudioClip(sampleRate: 16_000, samples: tone.samples(4_000)), to: "\(folder.path)/in.wav")
        let settings = DeviceSettings(
            capture: "fake:\(folder.path)/in.wav", playback: "fake:\(folder.path)/out.wav", echo: .off)
        await onEngineThread {
            let loop = RealTimeLoop()
            let hub = DeviceHub(loop: loop, settings: settings)
            let leg = hub.makeLeg(sampleRate: 16_000)
            let session = FakeSession()
            session.keeps = true
            session.loudness = 8000
            leg.delegate = session
            leg.start()
            #expect(loop.run(for: .seconds(15)) { session.received.count > 8_000 })
            let loud = session.received.filter { abs(Int($0)) > 8000 }.count
            #expect(loud > 1_000, "the tone of the file")
            #expect(session.received.suffix(800).allSatisfy { abs(Int($0)) < 50 }, "silence behind it")
            #expect(hub.summary.capture?.hasPrefix("fake:") == true && hub.summary.reason == nil)
            leg.hangUp("done")
            loop.run(for: .milliseconds(300))
        }
        let clip = try AudioFile.read("\(folder.path)/out.wav")
        #expect(clip.sampleRate == 48_000 && clip.channels == 1)
        #expect(clip.samples.contains { abs(Int($0)) > 6000 })
    }

    @Test(arguments: ["fake:/nowhere/in.wav", "fake:/etc/hostname"]) func aBadFileIsTroubleInWords(choice: String) async
    {
        await onEngineThread {
            let loop = RealTimeLoop()
            let hub = DeviceHub(loop: loop, settings: DeviceSettings(capture: choice, playback: "none"))
            let leg = hub.makeLeg(sampleRate: 16_000)
            let session = FakeSession()
            leg.delegate = session
            leg.start()
            #expect(loop.run(for: .seconds(10)) { session.troubles["device.capture"] != nil })
            #expect(session.troubles["device.capture"]?.text.contains(choice.dropFirst(5)) == true)
            leg.hangUp("done")
        }
    }

    @Test func aDeviceThatCannotBeOpenedLeavesTheOldOne() async throws {
        let folder = TemporaryFolder()
        let quiet = AudioClip(sampleRate: 16_000, samples: [Int16](repeating: 0, count: 1600))
        for name in ["a", "b"] { try AudioFile.write(quiet, to: "\(folder.path)/\(name).wav") }
        await onEngineThread {
            let loop = RealTimeLoop()
            let first = "fake:\(folder.path)/a.wav"
            let hub = DeviceHub(loop: loop, settings: DeviceSettings(capture: first, playback: "none"))
            let leg = hub.makeLeg(sampleRate: 16_000)
            let session = FakeSession()
            leg.delegate = session
            leg.start()
            #expect(loop.run(for: .seconds(10)) { hub.summary.capture != nil })
            var refusals: [String] = []
            hub.choose(capture: "fake:/nowhere.wav", playback: nil) { refusals.append($0) }
            #expect(loop.run(for: .seconds(10)) { !refusals.isEmpty })
            #expect(refusals.count == 1 && refusals[0].hasSuffix("\(first) stays"))
            #expect(hub.summary.capture?.hasPrefix(first) == true && session.raised.isEmpty)
            hub.choose(capture: "fake:\(folder.path)/b.wav", playback: nil) { refusals.append($0) }
            #expect(loop.run(for: .seconds(10)) { hub.summary.capture?.contains("b.wav") == true })
            let before = session.receivedCount
            #expect(loop.run(for: .seconds(10)) { session.receivedCount > before + 1600 })
            #expect(refusals.count == 1 && session.raised.isEmpty)
            leg.hangUp("done")
        }
    }
}
