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
        #expect(client.status.isAtEnd)
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
        #expect(client.status.time == .milliseconds(6120))
        client.control(.nextTurn)
        #expect(client.status.time == .milliseconds(6120), "there is no third turn")
        client.control(.previousTurn)
        #expect(client.status.time == .milliseconds(520))
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

    /// What a speaker would get.
    private final class Heard: ReplayOutput {
        let samples = Mutex<[Int16]>([])
        let discards = Mutex(0)
        let silence: String? = nil
        func play(_ piece: Span<Int16>, sampleRate: Int) {
            samples.withLock { all in for i in 0..<piece.count { all.append(piece[i]) } }
        }
        func discard() { discards.withLock { $0 += 1 } }
        func take() -> [Int16] {
            samples.withLock { all in
                defer { all = [] }
                return all
            }
        }
    }

    private func run(_ client: ReplayClient, from: Int64 = 0, to: Int64) {
        for ms in stride(from: from, through: to, by: 17) { client.advance(to: at(ms)) }
    }

    @Test(arguments: ReplayChannel.allCases)
    func theOutputGetsEverySampleOfItsChannelsOnce(_ channel: ReplayChannel) throws {
        let replay = try SessionReplay(path: samplePath)
        let heard = Heard()
        let client = ReplayClient(replay, now: at(0), output: heard)
        client.control(.setChannel(channel))
        run(client, to: replay.timeline.length.wholeNanoseconds / 1_000_000 + 100)
        let stereo = try #require(replay.audio).samples(at: 0, frames: Int(try #require(replay.audio).frames))
        let wanted = stride(from: 0, to: stereo.count, by: 2).map { i -> Int16 in
            let (user, agent) = (Int32(stereo[i]), Int32(stereo[i + 1]))
            return Int16(clamping: channel == .both ? user + agent : channel == .user ? user : agent)
        }
        #expect(heard.take() == wanted)
    }

    @Test func volumeZeroIsSilenceAndVolumeIsKeptInRange() throws {
        let heard = Heard()
        let client = ReplayClient(try SessionReplay(path: samplePath), now: at(0), output: heard)
        client.control(.setVolume(-3))
        run(client, to: 2000)
        #expect(heard.take().allSatisfy { $0 == 0 })
        client.control(.setVolume(9))
        #expect(client.status.volume == 1)
    }

    @Test(arguments: [0.5, 2.0, 4.0]) func atAnotherSpeedAsLongAsItTakes(_ speed: Double) throws {
        let heard = Heard()
        let client = ReplayClient(try SessionReplay(path: samplePath), speed: speed, now: at(0), output: heard)
        run(client, to: 2500)
        let count = heard.take().count
        #expect(abs(count - 20_000) < 1200, "\(count) samples in 2.5 s at x\(speed)")
    }

    @Test func aJumpAndAPauseDropWhatWasNotHeard() throws {
        let heard = Heard()
        let client = ReplayClient(try SessionReplay(path: samplePath), now: at(0), output: heard)
        run(client, to: 1000)
        let before = heard.discards.withLock { $0 }
        client.control(.skip(.seconds(5)))
        client.advance(to: at(1020))
        client.control(.togglePause)
        client.advance(to: at(1040))
        #expect(heard.discards.withLock { $0 } == before + 2)
        _ = heard.take()
        client.advance(to: at(3000))
        #expect(heard.take().isEmpty)
    }

    @Test func arrowsAddExactlyFiveSecondsAndFramesTwentyMilliseconds() throws {
        let client = ReplayClient(try SessionReplay(path: samplePath), isPaused: true, now: at(0))
        client.control(.seek(.milliseconds(1234)))
        client.control(.skip(.seconds(5)))
        #expect(client.status.time == .milliseconds(6234))
        client.control(.skip(.milliseconds(-20)))
        #expect(client.status.time == .milliseconds(6214))
        client.control(.skip(.seconds(5000)))
        #expect(client.status.time == client.status.length && client.status.isAtEnd)
        client.control(.togglePause)
        #expect(client.status.time == .zero && !client.status.isPaused, "going on at the end begins anew")
    }

    @Test func aLoopComesBackToItsTurnAndFollowsAJump() throws {
        let client = ReplayClient(try SessionReplay(path: samplePath), now: at(0))
        client.control(.seek(.seconds(1)))
        client.control(.setLoop(true))
        #expect(client.status.loop == 1)
        let second = try #require(client.replay.timeline.start(ofTurn: 2))
        client.advance(to: at(0) + second - .milliseconds(1000))
        #expect(client.status.time >= .milliseconds(520) && client.status.time < second)
        client.advance(to: at(60_000))
        #expect(client.status.time == .milliseconds(520))
        client.control(.turn(2))
        #expect(client.status.loop == 2)
        client.control(.setLoop(false))
        #expect(client.status.loop == nil)
    }

    @Test func timesStandStillWhenTheReplayDoes() throws {
        let client = ReplayClient(try SessionReplay(path: samplePath), isPaused: true, origin: at(77), now: at(0))
        client.control(.seek(.seconds(3)))
        client.advance(to: at(9000))
        #expect(client.status.now == at(3077))
        #expect(client.status.wall.rfc3339 == "2026-11-18T11:06:43.000Z")
    }

    @Test func theSurveyShowsWhoSpeaksWhere() throws {
        let client = ReplayClient(try SessionReplay(path: samplePath), now: at(0))
        ReplaySurvey.run(client)
        let overview = client.overview
        #expect(overview.parts > 100 && overview.user.count == overview.parts && overview.agent.count == overview.parts)
        let part = { (seconds: Double) in Int(seconds / 12.04 * Double(overview.parts)) }
        #expect(overview.user[part(1.2)] > 30 && overview.agent[part(1.2)] == 0)
        #expect(overview.agent[part(3.5)] > 30 && overview.user[part(3.5)] == 0)
        #expect(
            overview.marks.contains { $0.kind == .bargeIn } && overview.verdict.hasPrefix("whole, audio and events"))
        #expect(overview.files.map(\.name).contains("audio.wav"))
    }

    @Test func aLogAloneIsPlayedToo() throws {
        let replay = try SessionReplay(log: samplePath + "/events.jsonl")
        #expect(replay.name == "events" && replay.audio == nil && replay.timeline.turns.count >= 2)
        #expect(throws: DiskError.self) { try SessionReplay(log: samplePath + "/meta.json") }
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
