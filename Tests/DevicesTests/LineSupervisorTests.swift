import Core
import Testing

@testable import Devices

@Suite struct LineSupervisorTests {
    private let failure = LineFailure(text: "gone", fix: "plug in")
    private func at(_ ms: Int) -> MonotonicTime { MonotonicTime(nanoseconds: 0) + .milliseconds(ms) }

    @Test func aGoodLifeHasNoTrouble() {
        var line = LineSupervisor()
        #expect(line.handle(.want(true), now: at(0)) == [.launch])
        #expect(line.handle(.opened, now: at(50)) == [.ready])
        for tick in 1...40 { #expect(line.handle(.tick(periods: tick), now: at(50 + tick * 250)) == []) }
        #expect(line.handle(.want(false), now: at(20_000)) == [.lost, .abandon])
        #expect(line.state == .off && line.failure == nil)
    }

    @Test func aLostDeviceIsTriedEachSecondAndToldOnce() {
        var line = LineSupervisor()
        _ = line.handle(.want(true), now: at(0))
        _ = line.handle(.opened, now: at(10))
        #expect(line.handle(.ended(failure), now: at(100)) == [.lost, .raise(failure)])
        #expect(line.handle(.tick(periods: 0), now: at(1099)) == [])
        #expect(line.handle(.tick(periods: 0), now: at(1100)) == [.launch])
        #expect(line.handle(.ended(failure), now: at(1110)) == [])
        #expect(line.handle(.tick(periods: 0), now: at(2110)) == [.launch])
        let other = LineFailure(text: "busy", fix: "close")
        #expect(line.handle(.ended(other), now: at(2120)) == [.raise(other)])
        #expect(line.handle(.tick(periods: 0), now: at(3120)) == [.launch])
        #expect(line.handle(.opened, now: at(3200)) == [.ready, .clear])
    }

    @Test func openingThatHangsStartsNoSecondThread() {
        var line = LineSupervisor()
        _ = line.handle(.want(true), now: at(0))
        #expect(line.handle(.tick(periods: 0), now: at(1999)) == [])
        let told = line.handle(.tick(periods: 0), now: at(2000))
        #expect(told.count == 1 && line.failure?.text.contains("does not answer") == true)
        for tick in 1...100 { #expect(line.handle(.tick(periods: 0), now: at(2000 + tick * 250)) == []) }
        #expect(line.handle(.opened, now: at(60_000)) == [.ready, .clear])
    }

    @Test func aDeviceWithoutASignOfLifeIsAbandoned() {
        var line = LineSupervisor()
        _ = line.handle(.want(true), now: at(0))
        _ = line.handle(.opened, now: at(0))
        #expect(line.handle(.tick(periods: 9), now: at(250)) == [])
        #expect(line.handle(.tick(periods: 9), now: at(2249)) == [])
        let actions = line.handle(.tick(periods: 9), now: at(2250))
        #expect(actions.starts(with: [.lost, .abandon]) && actions.count == 3)
        #expect(line.handle(.ended(failure), now: at(2300)) == [])
        #expect(line.handle(.tick(periods: 0), now: at(3250)) == [.launch])
    }

    @Test func closingClearsWhatStood() {
        var line = LineSupervisor()
        _ = line.handle(.want(true), now: at(0))
        _ = line.handle(.ended(failure), now: at(1))
        #expect(line.handle(.want(false), now: at(2)) == [.clear])
        #expect(line.handle(.tick(periods: 0), now: at(5000)) == [])
        #expect(line.handle(.want(true), now: at(6000)) == [.launch])
    }

    @Test func anyOrderOfNewsIsTaken() {
        var random = SeededRandom(seed: 11)
        var line = LineSupervisor()
        var threads = 0
        for step in 0..<20_000 {
            let inputs: [LineSupervisor.Input] = [
                .want(true), .want(false), .opened, .ended(failure), .ended(nil), .tick(periods: step / 50),
            ]
            guard let input = inputs.randomElement(using: &random) else { continue }
            let before = line.state
            for action in line.handle(input, now: at(step * 100)) {
                if action == .launch { threads += 1 }
                if action == .lost { #expect(before != .off) }
            }
            if line.state == .off { #expect(line.failure == nil) }
        }
        #expect(threads > 100)
    }
}
