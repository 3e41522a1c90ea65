import AudioKit
import Core
import Glibc
import TestKit
import Testing

@testable import Devices

extension RealDevices {
    /// More of what a sound server does to its clients.
    @Suite(.serialized, .enabled(if: PulseFixture.isAvailable)) struct PulseDeviceTests {
        @Test func aStarvedStreamIsMended() throws {
            ALSALibrary.prepare()
            let pcm = try PCMHandle(opening: "pulse:vspk", .playback)
            let silence = ScratchPCM(pcm.format.period)
            var recovery = PCMRecovery()
            var written = 0
            for round in 0..<60 where pcm.wait(milliseconds: 200) >= 0 {
                // Every twentieth period comes 200 ms late: the buffer of 30 ms runs dry.
                if round % 20 == 19 { _ = poll(nil, 0, 200) }
                guard let bytes = UnsafeRawPointer(silence.samples.baseAddress) else { continue }
                let code = pcm.write(bytes, frames: pcm.format.period)
                if code >= 0 {
                    written += code
                    recovery.moved()
                } else if recovery.failed(code) == .prepare {
                    #expect(pcm.prepare() == 0)
                }
            }
            #expect(written > 40 * pcm.format.period)
            print("devices: xruns mended \(recovery.xruns), periods written \(written / pcm.format.period) of 60")
        }

        @Test func theAgentsVoiceIsTakenOutOfTheMicrophone() async {
            let line = await onEngineThread { () -> String in
                let loop = RealTimeLoop()
                @EngineActor func level(_ echo: DeviceSettings.Echo) -> (decibels: Float, isActive: Bool) {
                    let settings = DeviceSettings(capture: "pulse:vspk.monitor", playback: "pulse:vspk", echo: echo)
                    let hub = DeviceHub(loop: loop, settings: settings)
                    let leg = hub.makeLeg(sampleRate: 16_000)
                    let session = FakeSession()
                    session.isNoise = true
                    session.loudness = 6000
                    leg.delegate = session
                    leg.start()
                    loop.run(for: .seconds(4))
                    session.keeps = true
                    loop.run(for: .seconds(1))
                    let isActive = leg.echoCancellation.isActive
                    leg.hangUp("done")
                    loop.run(for: .milliseconds(200))
                    return (LevelMeter.rms(session.received.span) ?? -120, isActive)
                }
                let (off, on) = (level(.off), level(.auto))
                #expect(!off.isActive && on.isActive)
                return "echo of noise: \(off.decibels) dBFS off, \(on.decibels) dBFS on"
            }
            print("devices:", line)
        }

        @Test func anUnloadedSourceComesBack() async throws {
            let fixture = try PulseFixture.shared.get()
            let line = await onEngineThread { () -> String in
                let loop = RealTimeLoop()
                fixture.control("load-module", "module-null-sink", "sink_name=extra", "rate=48000", "norewinds=1")
                let settings = DeviceSettings(capture: "pulse:extra.monitor", playback: "none", echo: .off)
                let hub = DeviceHub(loop: loop, settings: settings)
                let leg = hub.makeLeg()
                let session = FakeSession()
                leg.delegate = session
                leg.start()
                #expect(loop.run(for: .seconds(15)) { hub.summary.capture != nil })
                let devicesBefore = session.receivedCount
                fixture.control("unload-module", "module-null-sink")
                // Unloads all three; the others are loaded again at once.
                for name in ["vspk", "vmic"] {
                    fixture.control("load-module", "module-null-sink", "sink_name=\(name)", "rate=48000", "norewinds=1")
                }
                fixture.control("set-default-sink", "vspk")
                fixture.control("set-default-source", "vmic.monitor")
                loop.run(for: .seconds(2))
                let told = session.raised.map(\.text)
                #expect(session.receivedCount > devicesBefore)
                fixture.control("load-module", "module-null-sink", "sink_name=extra", "rate=48000", "norewinds=1")
                let loaded = loop.now
                #expect(loop.run(for: .seconds(15)) { hub.summary.capture != nil && session.troubles.isEmpty })
                let back = (loop.now - loaded).milliseconds
                leg.hangUp("done")
                loop.run(for: .milliseconds(200))
                return "unloaded source: \(told), back after \(tenths(back)) ms"
            }
            print("devices:", line)
        }

        @Test func theDefaultIsFollowedAndAListenerIsMixedIn() async throws {
            let fixture = try PulseFixture.shared.get()
            let line = await onEngineThread { () -> String in
                let loop = RealTimeLoop()
                // What the second sink plays is what we capture: silent until the default moves there.
                let settings = DeviceSettings(capture: "pulse:vmic.monitor", playback: nil, echo: .off)
                let hub = DeviceHub(loop: loop, settings: settings)
                let leg = hub.makeLeg()
                let session = FakeSession()
                leg.delegate = session
                leg.start()
                let speaker = hub.makeSpeaker()
                speaker.start()
                let call = [Int16](repeating: 9000, count: 160)
                var fed = loop.now
                var largest = 0
                session.onReceived = { largest = max(largest, peak($0)) }
                @EngineActor func feed(_ isDone: () -> Bool, _ limit: Duration) -> Bool {
                    loop.run(for: limit) {
                        while fed < loop.now {
                            speaker.feed(call.span, rate: 8000)
                            fed = fed + .milliseconds(20)
                        }
                        return isDone()
                    }
                }
                #expect(loop.run(for: .seconds(15)) { hub.summary.capture != nil && hub.summary.playback != nil })
                fed = loop.now
                _ = feed({ false }, .seconds(1))
                #expect(largest < 100)
                fixture.control("set-default-sink", "vmic")
                let moved = loop.now
                #expect(feed({ largest > 8000 }, .seconds(10)))
                let followed = (loop.now - moved).milliseconds
                fixture.control("set-default-sink", "vspk")
                speaker.stop()
                leg.hangUp("done")
                loop.run(for: .milliseconds(200))
                return "default moved→heard there \(tenths(followed)) ms, troubles \(session.raised.map(\.text))"
            }
            print("devices:", line)
        }

        @Test func doctorTellsWhatIsGranted() async {
            let settings = DeviceSettings(capture: "pulse:vmic.monitor", playback: nil)
            let checks = DeviceCheck.run(settings) + DeviceCheck.run(DeviceSettings(capture: "hw:9", playback: "none"))
            for check in checks { print("devices: doctor:", check, check.fix ?? "") }
            #expect(checks.map(\.isGood) == [true, true, false, true])
            #expect(checks[0].finding.contains("48000 Hz mono S16_LE, period 10 ms"))
            #expect(checks[2].fix != nil)
        }
    }
}
