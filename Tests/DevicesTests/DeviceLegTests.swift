import AudioKit
import Core
import TestKit
import Testing

@testable import Devices

extension RealDevices {
    /// With devices of a private sound server; figures are printed, not judged, because the machine may be busy.
    @Suite(.serialized, .enabled(if: PulseFixture.isAvailable)) struct DeviceLegTests {
        private static let pulse = DeviceSettings(capture: "pulse:vspk.monitor", playback: "pulse:vspk", echo: .off)

        @Test func whatIsSaidIsHeardAndDiscardSilencesIt() async throws {
            let result = await onEngineThread { () -> [String] in
                let loop = RealTimeLoop()
                let hub = DeviceHub(loop: loop, settings: Self.pulse)
                let leg = hub.makeLeg(sampleRate: 24_000)
                let session = FakeSession()
                leg.delegate = session
                var lastPeak = 0
                var lastLoud = loop.now
                session.onReceived = { pcm in
                    lastPeak = peak(pcm)
                    for i in 0..<pcm.count where abs(Int(pcm[i])) > 1000 {
                        lastLoud = loop.now - .microseconds((pcm.count - i) * 1_000_000 / 24_000)
                    }
                }
                leg.start()
                var lines: [String] = []
                #expect(loop.run(for: .seconds(15)) { hub.summary.capture != nil && hub.summary.playback != nil })
                loop.run(for: .milliseconds(500))
                lines.append("open: \(hub.summary)")
                for _ in 0..<5 {
                    session.loudness = 12_000
                    let said = loop.now
                    leg.playoutReady()
                    #expect(loop.run(for: .seconds(15)) { lastPeak > 6000 })
                    let heard = (loop.now - said).milliseconds
                    loop.run(for: .milliseconds(300))
                    let unheard = leg.unheardSamples
                    session.loudness = 0
                    let cut = loop.now
                    let dropped = leg.discardUnheard()
                    #expect(dropped > 0 && dropped <= unheard + 240)
                    #expect(loop.run(for: .seconds(15)) { lastPeak < 100 })
                    let silent = (loop.now - cut).milliseconds
                    lines.append(
                        "said→received \(tenths(heard)) ms, discard→silence received \(tenths(silent)) ms, "
                            + "last loud sample after \(tenths((lastLoud - cut).milliseconds)) ms, "
                            + "dropped \(tenths(Double(dropped) / 24)), delay \(tenths(hub.playback.delayMs ?? -1)) ms"
                    )
                    loop.run(for: .milliseconds(200))
                }
                var health = Health()
                leg.report(into: &health)
                lines.append("xruns \(health.captureXruns)+\(health.playbackXruns) starved \(health.lateFrames)")
                #expect(health.framesIn > 0 && health.framesOut > 0)
                leg.hangUp("done")
                #expect(loop.run(for: .seconds(1)) { session.ended != nil })
                return lines
            }
            for line in result { print("devices:", line) }
        }

        @Test func periodsReachTheEngineSoon() async {
            let delays = await onEngineThread { () -> [Double] in
                let loop = RealTimeLoop()
                let delays = Figures()
                let wake = TimedWake()
                let inner = loop.makeWake { delays.values.append((.now() - wake.signalled).milliseconds) }
                wake.set(inner)
                let state = DeviceThread(
                    choice: "pulse:vspk.monitor", direction: .capture, request: PCMRequest(), wake: wake
                ).start()
                loop.run(for: .seconds(15)) { delays.values.count > 200 }
                state.stop()
                let isOver = loop.run(for: .seconds(15)) { state.end.isOver }
                #expect(isOver)
                return delays.values.sorted()
            }
            #expect(delays.count > 200)
            guard delays.count > 200 else { return }
            print(
                "devices: thread → engine ms p50 \(delays[delays.count / 2]) p99 \(delays[delays.count * 99 / 100])"
            )
        }

        @Test func aKilledSoundServerIsSurvived() async throws {
            let fixture = try PulseFixture.shared.get()
            let lines = await onEngineThread { () -> [String] in
                let loop = RealTimeLoop()
                let hub = DeviceHub(loop: loop, settings: Self.pulse)
                let leg = hub.makeLeg()
                let session = FakeSession()
                leg.delegate = session
                session.loudness = 8000
                leg.start()
                #expect(loop.run(for: .seconds(15)) { hub.summary.capture != nil && hub.summary.playback != nil })
                loop.run(for: .milliseconds(300))
                var lines: [String] = []
                let killed = loop.now
                fixture.kill()
                #expect(loop.run(for: .seconds(15)) { session.troubles.count == 2 })
                lines.append("kill→trouble \(tenths((loop.now - killed).milliseconds)) ms")
                lines += session.raised.map { "\($0.code): \($0.text) | \($0.fix ?? "")" }
                let (before, rendered, cpu, since) = (
                    session.receivedCount, session.renderedCount, processorMs(), loop.now
                )
                loop.run(for: .seconds(2))
                let wall = (loop.now - since).milliseconds
                lines.append(
                    "without server: cpu \(tenths((processorMs() - cpu) / wall * 100)) %, in "
                        + "\(tenths(Double(session.receivedCount - before) / wall)) out "
                        + "\(tenths(Double(session.renderedCount - rendered) / wall)) samples/ms")
                do throws(PulseFixture.Unavailable) {
                    try fixture.start()
                } catch {
                    Issue.record("\(error)")
                }
                let started = loop.now
                #expect(loop.run(for: .seconds(15)) { session.troubles.isEmpty })
                lines.append("server back→device back \(tenths((loop.now - started).milliseconds)) ms")
                var isHeard = false
                session.onReceived = { if peak($0) > 4000 { isHeard = true } }
                #expect(loop.run(for: .seconds(15)) { isHeard })
                leg.hangUp("done")
                loop.run(for: .milliseconds(200))
                return lines
            }
            for line in lines { print("devices:", line) }
        }

        @Test func aFrozenSoundServerBlocksNobody() async throws {
            let fixture = try PulseFixture.shared.get()
            let lines = await onEngineThread { () -> [String] in
                let loop = RealTimeLoop()
                let hub = DeviceHub(loop: loop, settings: Self.pulse)
                let leg = hub.makeLeg()
                let session = FakeSession()
                leg.delegate = session
                leg.start()
                #expect(loop.run(for: .seconds(15)) { hub.summary.capture != nil && hub.summary.playback != nil })
                fixture.freeze(true)
                defer { fixture.freeze(false) }
                let frozen = loop.now
                #expect(loop.run(for: .seconds(15)) { session.troubles.count == 2 })
                var lines = ["freeze→trouble \(tenths((loop.now - frozen).milliseconds)) ms"]
                lines += session.raised.map { "\($0.code): \($0.text)" }
                loop.run(for: .seconds(1))
                fixture.freeze(false)
                let thawed = loop.now
                #expect(loop.run(for: .seconds(15)) { session.troubles.isEmpty })
                lines.append("thaw→device back \(tenths((loop.now - thawed).milliseconds)) ms")
                leg.hangUp("done")
                loop.run(for: .milliseconds(200))
                return lines
            }
            for line in lines { print("devices:", line) }
        }
    }
}
