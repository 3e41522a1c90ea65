import Core
import Testing

@testable import Devices

/// On hand-driven time and without a device: all is paced by the clock.
@Suite struct DeviceHubTests {
    private static let none = DeviceSettings(capture: "none", playback: "none")

    @Test func withoutDevicesALegIsPacedToTheSample() async {
        await onEngineThread {
            let loop = ManualLoop()
            let hub = DeviceHub(loop: loop, settings: Self.none)
            let leg = hub.makeLeg(sampleRate: 16_000)
            let session = FakeSession()
            leg.delegate = session
            leg.start()
            leg.playoutReady()
            #expect(session.renderedCount == 0 && session.receivedCount == 0)
            loop.advance(.seconds(10))
            #expect(abs(session.renderedCount - 160_160) <= 160 && abs(session.receivedCount - 160_160) <= 160)
            #expect(session.raised.isEmpty)
            #expect(leg.info.kind == .device && leg.info.sampleRate == 16_000)
            leg.hangUp("bye")
            leg.hangUp("twice")
            #expect(session.ended == nil)
            loop.advance(.seconds(1))
            #expect(session.ended == SessionEnd(by: .operator_, reason: "bye"))
            #expect(abs(session.renderedCount - 160_160) <= 160)
        }
    }

    @Test func whatNoCancellerCanDoIsTold() async {
        await onEngineThread {
            let loop = ManualLoop()
            let hub = DeviceHub(loop: loop, settings: DeviceSettings(capture: "none", playback: "none", echo: .on))
            let leg = hub.makeLeg(sampleRate: 22_050)
            let session = FakeSession()
            leg.delegate = session
            leg.start()
            loop.advance(.milliseconds(20))
            #expect(session.troubles["device.echo"]?.text.contains("22050") == true)
            leg.hangUp("done")
        }
    }

    @Test func aRateThatCannotBeHadBecomesTheUsualOne() async {
        await onEngineThread {
            let hub = DeviceHub(loop: ManualLoop(), settings: Self.none)
            #expect(hub.makeLeg(sampleRate: 12_345).info.sampleRate == 24_000)
            #expect(hub.summary.capture == nil && hub.summary.reason == nil && hub.troubles.isEmpty)
        }
    }
}
