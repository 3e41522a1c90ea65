import Core
import Synchronization
import Testing

@testable import Recording

/// A session played into a recorder by hand: 20 ms frames, manual time, every sample a known function of its position.
final class ScriptedSession {
    static let rate = 8000
    static let frame = 160

    final class Reports: Sendable {
        let events = Mutex<[Event]>([])
    }

    let core: RecorderCore
    let channel: TapChannel
    let reports = Reports()
    let options: RecordingOptions
    private(set) var now = MonotonicTime(nanoseconds: 1_000_000_000_000)
    private(set) var position: Int64 = 0
    private(set) var sequence: UInt64 = 0
    let id: SessionID
    private var sinceDrain = 0
    /// By how many nanoseconds the wall clock is wrong after so many seconds.
    var wallError: @Sendable (Double) -> Int64 = { _ in 0 }

    init(
        options: RecordingOptions, disk: any Disk = PosixDisk(), id: SessionID = SessionID("3f2a9c1e"),
        provider: String = "mock"
    ) {
        self.options = options
        self.id = id
        core = RecorderCore(disk: disk, options: options)
        let reports = reports
        let start = SessionStart(
            leg: .audioSocket, provider: provider, agent: "demo", sampleRate: Self.rate, caller: "../../x")
        let opening = TapChannel.Opening(
            session: id, start: start, wall: WallTime(nanoseconds: 1_795_000_000_118_000_000)
        ) { event in reports.events.withLock { $0.append(event) } }
        channel = TapChannel(opening: opening, options: options, wake: {})
        core.adopt(channel)
        log(.sessionStarted(start))
    }

    /// The user's sample at a position: never 0, so that silence is seen.
    static func user(_ position: Int64) -> Int16 { Int16(1 + position % 20_000) }
    static func agent(_ position: Int64) -> Int16 { Int16(-1 - position % 20_000) }

    func log(_ event: Event) {
        sequence += 1
        let record = EventRecord(
            sequence: sequence, time: now,
            wall: WallTime(
                nanoseconds: 1_795_000_000_118_000_000 + now.nanoseconds - 1_000_000_000_000
                    + wallError(Double(position) / 8000)),
            audio: position, session: id, event: event)
        channel.events.push(record)
    }

    /// Skips numbers, as if the queue had overflowed.
    func loseRecords(_ count: UInt64) { sequence += count }

    func pushUser(at position: Int64, count: Int = ScriptedSession.frame) {
        let pcm = (0..<Int64(count)).map { Self.user(position &+ $0) }
        channel.ring.push(.user, pcm.span, at: position)
    }

    func pushAgent(at position: Int64, count: Int = ScriptedSession.frame) {
        let pcm = (0..<Int64(count)).map { Self.agent(position &+ $0) }
        channel.ring.push(.agent, pcm.span, at: position)
    }

    /// One frame of both channels; the recorder drains every 40 ms.
    func tick(user: Bool = true, agent: Bool = true) {
        if user { pushUser(at: position) }
        if agent { pushAgent(at: position) }
        pass()
    }

    /// 20 ms pass.
    func pass() {
        position += Int64(Self.frame)
        now = now + .milliseconds(20)
        sinceDrain += 1
        if sinceDrain == 2 { drain() }
    }

    func drain() {
        sinceDrain = 0
        core.step(now: now)
    }

    /// The call goes on while the recorder's thread waits for the disk.
    func goOn(seconds: Double) {
        for _ in 0..<Int(seconds * 50) {
            pushUser(at: position)
            pushAgent(at: position)
            position += Int64(Self.frame)
            now = now + .milliseconds(20)
        }
    }

    /// Time passes without audio until `position`.
    func jump(to position: Int64) {
        now = now + .milliseconds((position - self.position) / 8)
        self.position = position
    }

    func run(seconds: Double) { for _ in 0..<Int(seconds * 50) { tick() } }

    func end() {
        log(.sessionEnded(SessionEnd(by: .caller, reason: "hang-up")))
        channel.end()
        drain()
    }

    var folder: String {
        let name = TemporaryFolder.names(options.folder).first { !$0.hasPrefix(".") } ?? "none"
        return options.folder + "/" + name
    }

    func reported() -> [Event] { reports.events.withLock { $0 } }
}

/// Interleaved samples of a session, checked against the script: how many frames are right from the start.
func rightFrames(_ audio: SessionAudio) throws -> Int64 {
    let samples = try audio.samples(at: 0, frames: Int(audio.frames))
    for i in 0..<Int(audio.frames)
    where samples[2 * i] != ScriptedSession.user(Int64(i)) || samples[2 * i + 1] != ScriptedSession.agent(Int64(i)) {
        return Int64(i)
    }
    return audio.frames
}

/// Every frame is as scripted, but for silence exactly where a gap says so.
func expectOnlyGapsAreSilent(_ audio: SessionAudio, _ gaps: [RecorderRemark]) throws {
    let samples = try audio.samples(at: 0, frames: Int(audio.frames))
    var wrong = 0
    for (side, channel) in [AudioGap.Channel.user, .agent].enumerated() {
        var isGap = [Bool](repeating: false, count: Int(audio.frames))
        for gap in gaps where gap.channel == channel {
            for i in (gap.at ?? 0)..<(gap.at ?? 0) + (gap.samples ?? 0) { isGap[Int(i)] = true }
        }
        for i in 0..<Int(audio.frames) {
            let right = side == 0 ? ScriptedSession.user(Int64(i)) : ScriptedSession.agent(Int64(i))
            if samples[2 * i + side] != (isGap[i] ? 0 : right) { wrong += 1 }
        }
    }
    #expect(wrong == 0)
}
