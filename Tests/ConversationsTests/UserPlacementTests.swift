import Core
import Testing

@testable import Conversations

@Suite struct UserPlacementTests {
    private final class Bench {
        var placement = UserPlacement(rate: 8000)
        var due: Int64 = 0
        var record: [(at: Int64, count: Int, first: Int16)] = []
        var holes: [AudioClock.Hole] = []
        private var stamp: Int16 = 0

        var now: MonotonicTime { MonotonicTime(nanoseconds: due * 125_000) }

        /// 20 ms pass, then `frames` frames arrive at once.
        func pass(_ frames: Int) {
            due += 160
            for _ in 0..<frames { arrive(160) }
            if let hole = placement.settle(due: due, now: now, write: note) { holes.append(hole) }
            if let hole = placement.takeDropped() { holes.append(hole) }
        }

        func arrive(_ count: Int) {
            stamp += 1
            let pcm = [Int16](repeating: stamp, count: count)
            placement.take(pcm.span, due: due, now: now, write: note)
        }

        private func note(_ pcm: Span<Int16>, _ at: Int64) { record.append((at, pcm.count, pcm[0])) }
    }

    @Test func anEvenStreamIsContiguous() {
        let bench = Bench()
        for _ in 0..<100 { bench.pass(1) }
        #expect(bench.holes.isEmpty && bench.placement.next == 16000)
    }

    @Test func aBurstAfterAStallIsPlacedWhereItWasSpoken() {
        let bench = Bench()
        for _ in 0..<50 { bench.pass(1) }
        for _ in 0..<75 { bench.pass(0) }
        bench.pass(76)
        for _ in 0..<50 { bench.pass(1) }
        #expect(bench.holes.isEmpty)
        #expect(bench.placement.next == bench.due)
    }

    @Test func aPauseBecomesAHoleOfItsLength() {
        let bench = Bench()
        for _ in 0..<50 { bench.pass(1) }
        for _ in 0..<75 { bench.pass(0) }
        for _ in 0..<50 { bench.pass(1) }
        #expect(bench.holes.count == 1)
        let hole = bench.holes[0]
        #expect(hole.at == 8000 && abs(hole.samples - 75 * 160) <= 320)
        #expect(abs(bench.placement.next - bench.due) <= 320)
    }

    @Test func aFloodIsCutAndTold() {
        let bench = Bench()
        for _ in 0..<10 { bench.pass(1) }
        bench.due += 160
        bench.arrive(32_000)
        bench.pass(1)
        #expect(bench.holes.first.map { $0.samples < -28_000 } == true)
        #expect(bench.placement.next <= bench.due + 3200)
    }
}
