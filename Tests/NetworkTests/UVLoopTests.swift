import Core
import Network
import Synchronization
import Testing

extension NetworkTests {
    @Suite struct UVLoopTests {
        @Test func timersFireInOrderOfDeadlineAndCancelledOnesDoNot() throws {
            let fixture = try LoopFixture()
            defer { fixture.finish() }
            let log = EngineLog<Int>()
            try fixture.engine {
                let start = fixture.loop.now
                _ = fixture.loop.schedule(at: start + .milliseconds(6)) { log.add(3) }
                _ = fixture.loop.schedule(at: start + .milliseconds(2)) { log.add(1) }
                let dropped = fixture.loop.schedule(at: start + .milliseconds(3)) { log.add(99) }
                _ = fixture.loop.schedule(at: start + .milliseconds(4)) {
                    log.add(2)
                    _ = fixture.loop.schedule(after: .zero) { log.add(20) }
                }
                _ = fixture.loop.schedule(at: start + .milliseconds(-5)) { log.add(0) }
                dropped.cancel()
            }
            #expect(try fixture.eventually { log.items.count == 5 })
            #expect(try fixture.engine { log.items.filter { $0 != 20 } } == [0, 1, 2, 3])
            #expect(try fixture.engine { log.items.contains(20) })
        }

        @Test func manyRandomTimersFireSortedWithRandomCancels() throws {
            let fixture = try LoopFixture()
            defer { fixture.finish() }
            let log = EngineLog<Int>()
            let expected = try fixture.engine {
                var random = SeededRandom(7)
                let base = fixture.loop.now + .milliseconds(2)
                var kept: [Int] = []
                for _ in 0..<2000 {
                    let delay = Int(random.next() % 5000)
                    let timer = fixture.loop.schedule(at: base + .microseconds(delay)) { log.add(delay) }
                    if random.next() % 3 == 0 { timer.cancel() } else { kept.append(delay) }
                }
                return kept.sorted()
            }
            #expect(try fixture.eventually { log.items.count == expected.count })
            #expect(try fixture.engine { log.items } == expected)
        }

        @Test func jobsOfOtherThreadsRunInOrder() throws {
            let fixture = try LoopFixture()
            defer { fixture.finish() }
            let log = EngineLog<Int>()
            for i in 0..<1000 { fixture.loop.post { log.add(i) } }
            #expect(try fixture.eventually { log.items.count == 1000 })
            #expect(try fixture.engine { log.items } == Array(0..<1000))
        }

        @Test func actorCodeRunsOnTheEngineThread() async throws {
            let fixture = try LoopFixture()
            defer { fixture.finish() }
            let onEngine = await Task { @EngineActor in EngineActor.executor.isOnEngineThread }.value
            #expect(onEngine)
        }

        @Test func pacingTimerFiresOncePerArmAndNotAfterDisarm() throws {
            let fixture = try LoopFixture()
            defer { fixture.finish() }
            let log = EngineLog<Int>()
            let box = EngineBox<any PacingTimer>()
            try fixture.engine {
                var fired = 0
                let timer = fixture.loop.makePacingTimer {
                    fired += 1
                    log.add(fired)
                    if fired < 5 { box.value?.arm(at: fixture.loop.now + .milliseconds(1)) }
                }
                box.value = timer
                timer.arm(at: fixture.loop.now + .milliseconds(1))
            }
            #expect(try fixture.eventually { log.items.count == 5 })
            let marker = EngineLog<Int>()
            try fixture.engine {
                box.value?.arm(at: fixture.loop.now + .milliseconds(1))
                box.value?.disarm()
                _ = fixture.loop.schedule(after: .milliseconds(5)) { marker.add(1) }
            }
            #expect(try fixture.eventually { !marker.items.isEmpty })
            #expect(try fixture.engine { log.items } == [1, 2, 3, 4, 5])
            try fixture.engine { box.value?.invalidate() }
        }

        @Test func wakesAnActionFromAnotherThreadUntilCancelled() throws {
            let fixture = try LoopFixture()
            defer { fixture.finish() }
            let log = EngineLog<Int>()
            let wake = try fixture.engine { fixture.loop.makeWake { log.add(1) } }
            for round in 1...20 {
                wake.signal()
                #expect(try fixture.eventually { log.items.count == round })
            }
            for _ in 0..<100 { wake.signal() }
            #expect(try fixture.eventually { log.items.count > 20 })
            try fixture.engine { wake.cancel() }
            let count = try fixture.engine { log.items.count }
            wake.signal()
            #expect(try fixture.engine { log.items.count } == count)
            fixture.finish()
            wake.signal()
        }

        @Test func startsAndStopsFiftyTimesWithoutLosingDescriptors() throws {
            try LoopFixture().finish()
            let before = loopDescriptors()
            for _ in 0..<50 {
                let fixture = try LoopFixture()
                try fixture.engine { _ = fixture.loop.schedule(after: .seconds(60)) {} }
                fixture.finish()
            }
            #expect(loopDescriptors() == before)
        }

        @Test func runsOnTheCallersThreadUntilStopped() throws {
            let loop = UVLoop()
            let ran = Mutex(false)
            try loop.runOnThisThread {
                ran.withLock { $0 = EngineActor.executor.isOnEngineThread }
                loop.requestStop()
            }
            #expect(ran.withLock { $0 })
            #expect(!EngineActor.executor.isOnEngineThread)
        }
    }
}

/// What a test collects on the engine thread.
@EngineActor
final class EngineLog<Item> {
    private(set) var items: [Item] = []
    nonisolated init() {}
    func add(_ item: Item) { items.append(item) }
}

/// A variable of the engine thread.
@EngineActor
final class EngineBox<Value> {
    var value: Value?
    nonisolated init() {}
}

/// Reproducible numbers (SplitMix64).
struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64
    init(_ seed: UInt64) { state = seed }
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
