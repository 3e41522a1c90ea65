import AudioKit
import Core
import Testing

@testable import Devices

/// On hand-driven time and without a device: what is mixed and when.
@Suite struct SpeakerTests {
    private static let none = DeviceSettings(capture: "none", playback: "none")

    @Test func itCollectsPlaysAndCollectsAgain() async {
        await onEngineThread {
            let loop = ManualLoop()
            let hub = DeviceHub(loop: loop, settings: Self.none)
            let speaker = hub.makeSpeaker()
            let call = [Int16](repeating: 1000, count: 160)
            speaker.feed(call.span, rate: 8000)
            #expect(speaker.queuedMs == 0)
            speaker.start()
            speaker.feed(call.span, rate: 8000)
            speaker.feed(call.span, rate: 8000)
            loop.advance(.milliseconds(100))
            #expect(speaker.queuedMs == 40 && speaker.underruns == 0)
            speaker.feed(call.span, rate: 8000)
            loop.advance(.milliseconds(35))
            #expect(speaker.queuedMs < 40)
            loop.advance(.milliseconds(100))
            #expect(speaker.queuedMs == 0 && speaker.underruns == 1)
            speaker.stop()
        }
    }

    @Test func itHoldsHalfASecondAndCountsTheRest() async {
        await onEngineThread {
            let hub = DeviceHub(loop: ManualLoop(), settings: Self.none)
            let speaker = hub.makeSpeaker()
            speaker.start()
            let second = [Int16](repeating: 1, count: 16_000)
            speaker.feed(second.span, rate: 16_000)
            #expect(speaker.queuedMs == 500 && speaker.dropped == 24_000)
            speaker.feed(second.span, rate: 12_345)
            #expect(speaker.dropped == 24_000)
            speaker.stop()
            #expect(speaker.queuedMs == 0)
        }
    }
}
