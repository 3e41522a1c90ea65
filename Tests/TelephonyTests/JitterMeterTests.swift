import Core
import Testing

@testable import Telephony

struct JitterMeterTests {
    /// p95 after frames of 20 ms with these gaps (milliseconds) between them.
    static func p95(_ gaps: [Int64]) -> Double? {
        var meter = JitterMeter()
        var now: Int64 = 0
        meter.add(MonotonicTime(nanoseconds: now), length: 20_000_000)
        for gap in gaps {
            now += gap * 1_000_000
            meter.add(MonotonicTime(nanoseconds: now), length: 20_000_000)
        }
        return meter.p95
    }

    @Test func figures() {
        #expect(Self.p95([]) == nil)
        #expect(Self.p95([Int64](repeating: 20, count: 100)) == 0)
        #expect(Self.p95([Int64](repeating: 20, count: 58) + [26, 14, 26, 14, 26, 14]) == 6)
        #expect(Self.p95([500] + [Int64](repeating: 20, count: 64)) == 0)
    }

    @Test func frameLengthIsTheExpectedGap() {
        var meter = JitterMeter()
        for n in 0..<10 { meter.add(MonotonicTime(nanoseconds: Int64(n) * 30_000_000), length: 30_000_000) }
        #expect(meter.p95 == 0)
    }
}
