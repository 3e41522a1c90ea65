import AudioKit
import Core
import Synchronization
import TestKit
import Testing

@testable import Devices

extension RealDevices {
    /// ALSA's own plug-ins, which need no sound server; they do not pace themselves.
    @Suite(.serialized) struct NullDeviceTests {
        @Test(arguments: ["null", "file:FILE=/dev/null,FORMAT=raw"])
        func aDeviceWithoutClockIsHeldToOurs(_ name: String) async {
            let line = await onEngineThread { () -> String in
                let loop = RealTimeLoop()
                let capture = name == "null" ? "null" : "none"
                let hub = DeviceHub(loop: loop, settings: DeviceSettings(capture: capture, playback: name, echo: .off))
                let leg = hub.makeLeg()
                let session = FakeSession()
                leg.delegate = session
                leg.start()
                #expect(loop.run(for: .seconds(15)) { hub.summary.playback != nil })
                loop.run(for: .milliseconds(300))
                let (received, rendered, cpu, since) = (
                    session.receivedCount, session.renderedCount, processorMs(), loop.now
                )
                loop.run(for: .seconds(2))
                let wall = (loop.now - since).milliseconds
                #expect(hub.playback.line.counters?.isUnpaced.load(ordering: .relaxed) == true)
                // Real time, with much room for a busy machine; unpaced these would be thousands.
                let (inRate, outRate) = (
                    Double(session.receivedCount - received) / wall, Double(session.renderedCount - rendered) / wall
                )
                #expect(inRate < 48 && outRate < 48 && inRate > 1 && outRate > 1)
                leg.hangUp("done")
                loop.run(for: .milliseconds(150))
                return "\(name): cpu \(tenths((processorMs() - cpu) / wall * 100)) %, in \(tenths(inRate)) out "
                    + "\(tenths(outRate)) samples/ms of 24, \(session.raised.map(\.text))"
            }
            print("devices:", line)
        }

        @Test func withoutDevicesALegGoesOnByTheClock() async {
            let line = await onEngineThread { () -> String in
                let loop = RealTimeLoop()
                let settings = DeviceSettings(capture: "hw:7,7", playback: "nowhere")
                let hub = DeviceHub(loop: loop, settings: settings)
                let leg = hub.makeLeg(sampleRate: 16_000)
                let session = FakeSession()
                leg.delegate = session
                let began = loop.now
                leg.start()
                #expect(session.renderedCount == 0)
                #expect(loop.run(for: .seconds(15)) { session.renderedCount > 0 && session.receivedCount > 0 })
                let first = (loop.now - began).milliseconds
                #expect(loop.run(for: .seconds(15)) { session.troubles.count == 2 })
                let told = (loop.now - began).milliseconds
                let (received, cpu, since) = (session.receivedCount, processorMs(), loop.now)
                loop.run(for: .seconds(2))
                let wall = (loop.now - since).milliseconds
                #expect(Set(session.raised.map(\.code)) == ["device.capture", "device.playback"])
                #expect(leg.unheardSamples == 0 && leg.discardUnheard() == 0)
                #expect(leg.info.format == "no device, paced by the clock")
                leg.hangUp("done")
                #expect(session.ended == nil)
                #expect(loop.run(for: .seconds(1)) { session.ended != nil })
                return "no device: first frame \(tenths(first)) ms, told \(tenths(told)) ms, cpu "
                    + "\(tenths((processorMs() - cpu) / wall * 100)) %, in "
                    + "\(tenths(Double(session.receivedCount - received) / wall)) samples/ms of 16; "
                    + session.raised.map { "\($0.text) | \($0.fix ?? "")" }.joined(separator: "; ")
            }
            print("devices:", line)
        }
    }
}
