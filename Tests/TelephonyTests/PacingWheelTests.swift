import Core
import Testing

@testable import Telephony

struct PacingWheelTests {
    /// A wheel behind a reference, for one-line expectations.
    final class Wheel {
        private var wheel = PacingWheel()

        var earliest: MonotonicTime? { wheel.earliest }

        func collect(_ now: MonotonicTime) -> Bool { wheel.collect(now) }
        func takeDue() -> Int? { wheel.takeDue() }
        func schedule(_ id: Int, at deadline: MonotonicTime) { wheel.schedule(id, at: deadline) }
        func cancel(_ id: Int) { wheel.cancel(id) }
    }

    static func at(_ milliseconds: Double) -> MonotonicTime {
        MonotonicTime(nanoseconds: 7_000_000_000 + Int64(milliseconds * 1_000_000))
    }

    static func due(_ wheel: Wheel, _ milliseconds: Double) -> Set<Int> {
        var ids: Set<Int> = []
        if wheel.collect(at(milliseconds)) { while let id = wheel.takeDue() { ids.insert(id) } }
        return ids
    }

    @Test func deadlinesOfOneSlotComeTogether() {
        let wheel = Wheel()
        _ = wheel.collect(Self.at(0))
        wheel.schedule(0, at: Self.at(10))
        wheel.schedule(1, at: Self.at(10.4))
        wheel.schedule(2, at: Self.at(10.6))
        #expect(wheel.earliest == Self.at(10))
        #expect(Self.due(wheel, 9.9).isEmpty)
        #expect(Self.due(wheel, 10) == [0, 1])
        #expect(wheel.earliest == Self.at(10.5))
        #expect(Self.due(wheel, 10.5) == [2])
        #expect(wheel.earliest == nil)
    }

    @Test func movingAndCancelling() {
        let wheel = Wheel()
        _ = wheel.collect(Self.at(0))
        for id in 0..<3 { wheel.schedule(id, at: Self.at(5)) }
        wheel.cancel(1)
        wheel.cancel(7)
        wheel.schedule(2, at: Self.at(6))
        #expect(Self.due(wheel, 5) == [0])
        #expect(Self.due(wheel, 100) == [2])
    }

    @Test func deadlinesBeyondTheHorizonAreNotEarly() {
        let wheel = Wheel()
        _ = wheel.collect(Self.at(0))
        wheel.schedule(0, at: Self.at(100))
        for time in stride(from: 0.0, to: 99.5, by: 7) { #expect(Self.due(wheel, time).isEmpty) }
        #expect(Self.due(wheel, 100) == [0])
    }

    /// Against a plain list: never more than one slot early, never left behind.
    @Test func behavesLikeAList() {
        var random = SeededGenerator(seed: 3)
        let wheel = Wheel()
        var deadlines: [Int: Double] = [:]
        var now = 0.0
        _ = wheel.collect(Self.at(0))
        for step in 0..<20_000 {
            now += step % 997 == 0 ? 300 : Double.random(in: 0...2, using: &random)
            let due = Self.due(wheel, now)
            for id in due {
                let deadline = deadlines.removeValue(forKey: id)
                #expect(deadline.map { $0 < now + 0.5 } == true)
            }
            #expect(!deadlines.values.contains { $0 <= now - 0.5 })
            let id = Int.random(in: 0..<50, using: &random)
            if Bool.random(using: &random) {
                deadlines[id] = now + Double.random(in: -5...40, using: &random)
                wheel.schedule(id, at: Self.at(deadlines[id] ?? 0))
            } else {
                deadlines[id] = nil
                wheel.cancel(id)
            }
        }
    }
}
