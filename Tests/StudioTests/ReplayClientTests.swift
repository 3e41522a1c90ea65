import Core
import Recording
import Synchronization
import Testing

@testable import Studio

/// `sessions/sample` of this checkout.
let samplePath: String = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/") + "/sessions/sample"

@Suite struct ReplayClientTests {
    private func at(_ ms: Int64) -> MonotonicTime { MonotonicTime(nanoseconds: ms * 1_000_000) }
    private func queue() -> EventQueue { EventQueue(bound: 10_000, policy: .lossless, wake: {}) }
    private func sequences(_ queue: EventQueue) -> [UInt64] { queue.take().records.map(\.sequence) }

    @Test func sendsEachRecordInItsTime() throws {
        let client = ReplayClient(try SessionReplay(path: samplePath), now: at(0))
        let queue = queue()
        client.subscribe(queue)
        var seen: [EventRecord] = []
        var now: Int64 = 0
        while client.advance(to: at(now)) != nil {
            let new = queue.take().records
            #expect(new.allSatisfy { abs($0.audio - (now - 20) * 8 - 80) <= 160 }, "at \(now) ms")
            seen += new
            now += 20
        }
        seen += queue.take().records
        #expect(seen.map(\.sequence) == client.replay.timeline.records.map(\.sequence))
        #expect(now == 12_040)
        #expect(client.position.isAtEnd)
    }

    @Test func isTheViewersOwnSessionNow() throws {
        let client = ReplayClient(try SessionReplay(path: samplePath), now: at(0))
        let queue = queue()
        client.subscribe(queue)
        client.advance(to: at(12_040))
        let records = queue.take().records
        guard case .sessionStarted(let start) = records.first?.event else {
            Issue.record("no start")
            return
        }
        #expect(start.leg == .replay)
        #expect(start.caller == "6001")
        #expect(!records.contains { if case .recording = $0.event { true } else { false } })
        #expect(zip(records, client.replay.timeline.times).allSatisfy { $0.time == at(0) + $1 })
    }

    @Test func fasterIsShorter() throws {
        let client = ReplayClient(try SessionReplay(path: samplePath), speed: 4, now: at(0))
        let queue = queue()
        client.subscribe(queue)
        client.advance(to: at(1000))
        #expect(queue.take().records.last.map { $0.audio <= 32_000 && $0.audio > 28_000 } == true)
    }

    @Test func jumpsBackSendAllFromTheStartAndJumpsAheadTheRest() throws {
        let client = ReplayClient(try SessionReplay(path: samplePath), isPaused: true, now: at(0))
        let queue = queue()
        client.subscribe(queue)
        client.control(.turn(2))
        let ahead = sequences(queue)
        #expect(ahead == Array(1...UInt64(ahead.count)))
        client.control(.skip(.seconds(-4)))
        let back = sequences(queue)
        #expect(back == Array(1...UInt64(back.count)) && back.count < ahead.count)
        client.control(.nextBargeIn)
        #expect(sequences(queue).first == UInt64(back.count) + 1)
        #expect(client.position.time == .milliseconds(6120))
        client.control(.nextTurn)
        #expect(client.position.time == .milliseconds(6120), "there is no third turn")
        client.control(.previousTurn)
        #expect(client.position.time == .milliseconds(520))
    }

    @Test func aLateConsumerGetsWhatHasHappened() throws {
        let client = ReplayClient(try SessionReplay(path: samplePath), now: at(0))
        client.advance(to: at(3000))
        let queue = queue()
        client.subscribe(queue)
        let first = sequences(queue)
        #expect(first.first == 1 && first.count > 10)
        client.unsubscribe(queue)
        client.advance(to: at(9000))
        #expect(sequences(queue).isEmpty)
    }

    @Test func metersComeFromTheAudio() throws {
        let replay = try SessionReplay(path: samplePath)
        let client = ReplayClient(replay, isPaused: true, now: at(0))
        client.control(.seek(.milliseconds(1200)))
        let user = try #require(client.meters(of: replay.session))
        #expect(user.userLevel.map { $0 > -40 && $0 < 0 } == true && user.agentLevel == nil)
        #expect(user.userSpeaking && user.speechProbability == 0.86)
        client.control(.seek(.milliseconds(3500)))
        let agent = try #require(client.meters(of: replay.session))
        #expect(agent.agentLevel != nil && agent.userLevel == nil && !agent.userSpeaking)
        #expect(client.meters(of: SessionID("other")) == nil)
    }

    @Test func theSinkGetsEverySampleOnceAndInOrder() throws {
        let replay = try SessionReplay(path: samplePath)
        let heard = Mutex<[Int16]>([])
        let client = ReplayClient(replay, now: at(0)) { stereo, rate in
            heard.withLock { h in for i in 0..<stereo.count { h.append(stereo[i]) } }
            #expect(rate == 8000)
        }
        for ms in stride(from: Int64(0), through: 13_000, by: 17) { client.advance(to: at(ms)) }
        let all = try #require(replay.audio).samples(at: 0, frames: 96_320)
        #expect(heard.withLock { $0 } == all)
    }

    @Test func commandsOfALiveSessionAreRefusedInWords() throws {
        let client = ReplayClient(try SessionReplay(path: samplePath), now: at(0))
        let queue = queue()
        client.subscribe(queue)
        client.send(.sendText(session: nil, text: "hi"))
        let refusal = CommandRefusal(command: "sendText", reason: "this is a replay of sample")
        #expect(queue.take().records.map(\.event) == [.commandRefused(refusal)])
        client.send(.shutdown)
        #expect(client.isClosed && client.advance(to: at(5000)) == nil)
    }
}
