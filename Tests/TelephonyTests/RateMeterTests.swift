import Core
import Testing

@testable import Telephony

struct RateMeterTests {
    /// Feeds frames of `samples` each `gap` ms for `seconds`; returns the time of the verdict in seconds and the rate.
    static func verdict(samples: Int, gap: Double, seconds: Double, labelled: Int = 8000) -> (after: Double, rate: Int)?
    {
        var meter = RateMeter()
        for n in 0..<Int(seconds * 1000 / gap) {
            let time = Double(n) * gap / 1000
            let now = MonotonicTime(nanoseconds: Int64(time * 1e9))
            if let rate = meter.add(samples, at: now, labelled: labelled) { return (time, rate) }
        }
        return nil
    }

    @Test(arguments: [(240, 12000), (320, 16000), (480, 24000), (640, 32000), (882, 44100), (960, 48000)])
    func anotherRateIsFoundWithinThreeSeconds(samples: Int, rate: Int) throws {
        let found = try #require(Self.verdict(samples: samples, gap: 20, seconds: 5))
        #expect(found.rate == rate && found.after <= 3)
    }

    @Test(arguments: [(160, 20.0), (80, 10), (240, 30), (480, 60), (160, 20.5), (80, 20), (160, 40), (400, 20)])
    func theLabelledRateASlowerOneAndNonsenseAreNot(samples: Int, gap: Double) {
        #expect(Self.verdict(samples: samples, gap: gap, seconds: 10) == nil)
    }

    @Test func measuredIsTheLastSecond() {
        var meter = RateMeter()
        for n in 0...100 { _ = meter.add(160, at: MonotonicTime(nanoseconds: Int64(n) * 20_000_000), labelled: 8000) }
        #expect(meter.measured == 8000)
        _ = meter.add(160, at: MonotonicTime(nanoseconds: 9_000_000_000), labelled: 8000)
        #expect(meter.measured == nil)
    }
}
