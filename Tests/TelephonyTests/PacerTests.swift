import Core
import Testing

@testable import Telephony

struct PacerTests {
    static let start = MonotonicTime(nanoseconds: 1_000_000_000)

    static func at(_ milliseconds: Double) -> MonotonicTime { start + .nanoseconds(Int64(milliseconds * 1_000_000)) }

    static func milliseconds(_ time: MonotonicTime) -> Double { (time - start).milliseconds }

    /// Sends at every deadline until `end`, each `lateBy` late; returns the times.
    static func run(
        _ pacer: inout Pacer, until end: Double, lateBy: (Int) -> Double = { _ in 0 }
    ) -> [Double] {
        var times: [Double] = []
        while milliseconds(pacer.next) < end {
            let now = pacer.next + .nanoseconds(Int64(lateBy(times.count) * 1_000_000))
            pacer.skipStall(now)
            pacer.book(at: now)
            times.append(milliseconds(now))
        }
        return times
    }

    @Test func framesLeaveOnTheGrid() {
        var pacer = Pacer(start: Self.start)
        let times = Self.run(&pacer, until: 100)
        #expect(times == [0, 20, 40, 60, 80])
    }

    @Test func latenessDoesNotAddUpOverAnHour() {
        var pacer = Pacer(start: Self.start)
        let sent = Self.run(&pacer, until: 3_600_000, lateBy: { Double($0 % 7) }).count
        #expect(sent == 180_000)
        #expect(pacer.skipped == 0 && pacer.late == 0)
    }

    @Test func anEarlyStartLeavesAtOnceAndIsPaidBack() {
        var pacer = Pacer(start: Self.start)
        _ = Self.run(&pacer, until: 40)  // sent at 0 and 20, due at 40
        let isDue = pacer.startEarly(Self.at(25))
        #expect(isDue)
        pacer.book(at: Self.at(25))
        #expect(Self.milliseconds(pacer.next) == 46)
        let following = Self.run(&pacer, until: 520)
        #expect(Array(following.prefix(3)) == [46, 67, 88])
        #expect(pacer.lead == 0)
        #expect(Self.milliseconds(pacer.next).truncatingRemainder(dividingBy: 20) == 0)
    }

    @Test func leadIsBoundedByTwoFrames() {
        var pacer = Pacer(start: Self.start)
        pacer.book(at: Self.start)
        var now = 0.0
        for _ in 0..<20 {
            now += 2
            if pacer.startEarly(Self.at(now)) { pacer.book(at: Self.at(now)) }
            #expect(pacer.lead <= Pacer.maximumLead)
            #expect((pacer.playedOut - Self.at(now)).milliseconds <= 60)
        }
        #expect(pacer.lead >= Pacer.maximumLead - 2 * Pacer.payback)
    }

    @Test func earlyStartsAllHourLongDoNotChangeTheRate() {
        var pacer = Pacer(start: Self.start)
        var frames = 0
        for onset in stride(from: 313.0, to: 3_600_000, by: 1013) {
            frames += Self.run(&pacer, until: onset).count
            if pacer.startEarly(Self.at(onset)) {
                pacer.book(at: Self.at(onset))
                frames += 1
            }
        }
        frames += Self.run(&pacer, until: 3_600_000).count
        #expect(abs(frames - 180_000) <= 2)
    }

    @Test(arguments: [(19.0, 0), (40, 0), (59, 0), (60, 1), (100, 3), (1000, 48), (1900, 93)])
    func aStallIsSkippedBeyondThreeFrames(stall: Double, skipped: Int) {
        var pacer = Pacer(start: Self.start)
        _ = Self.run(&pacer, until: 100)
        let now = Self.at(100 + stall)
        var burst = 0
        while pacer.next <= now {
            pacer.skipStall(now)
            pacer.book(at: now)
            burst += 1
        }
        #expect(burst <= 3)
        #expect(pacer.skipped == skipped)
        #expect(Self.milliseconds(pacer.next).truncatingRemainder(dividingBy: 20) == 0)
        #expect((pacer.next - now).milliseconds <= 20)
    }

    @Test func lateFramesAreCounted() {
        var pacer = Pacer(start: Self.start)
        _ = Self.run(&pacer, until: 200, lateBy: { $0 == 3 ? 11 : 9 })
        #expect(pacer.late == 1)
    }
}
