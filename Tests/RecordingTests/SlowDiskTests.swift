import Core
import Glibc
import Synchronization
import Testing

@testable import Recording

/// A disk that takes seconds for a write, or fails: the call goes on, and every sample is in the file or in a gap.
@Suite struct SlowDiskTests {
    private let temporary = TemporaryFolder()
    private var options: RecordingOptions {
        var options = RecordingOptions(folder: temporary.path + "/sessions")
        options.freeSpaceFloor = 0
        return options
    }

    /// While the disk is busy the call goes on: its audio and events come in.
    private func play(_ session: ScriptedSession, _ disk: FaultyDisk, seconds: Double, each: Double, operation: String)
    {
        disk.whileBusy.withLock { $0 = (operation, each) }
        let end = session.position + Int64(seconds * 8000)
        while session.position < end {
            session.tick()
            let waits = disk.waited.withLock { waited in
                defer { waited = 0 }
                return waited
            }
            // The recorder's thread came back only now.
            session.goOn(seconds: waits)
        }
        disk.whileBusy.withLock { $0 = nil }
    }

    @Test(arguments: [("write", 3.0), ("write", 0.5), ("sync", 3.0), ("replace", 9.0), ("sync", 9.0)])
    func slowCallsLoseNothingUnsaid(operation: String, each: Double) throws {
        let disk = FaultyDisk()
        let session = ScriptedSession(options: options, disk: disk)
        session.run(seconds: 2)
        play(session, disk, seconds: 36, each: each, operation: operation)
        session.run(seconds: 12)
        session.end()
        for _ in 0..<100 { session.pass() }
        let stored = try StoredSession(path: session.folder)
        let gaps = stored.log.remarks.filter { $0.kind == .gap }
        try expectOnlyGapsAreSilent(try #require(stored.audio), gaps)
        if each < (operation == "replace" ? 10 : operation == "sync" ? 4 : 1) { #expect(gaps.isEmpty, "\(gaps)") }
        #expect(stored.meta.isDegraded == !gaps.isEmpty)
        let report = SessionVerifier.verify(path: session.folder)
        #expect(report.isWhole, "\(report.lines)")
    }

    /// Ten seconds in which the disk does not answer at all lose nothing.
    @Test func tenSecondsAreHeld() throws {
        let disk = FaultyDisk()
        let session = ScriptedSession(options: options, disk: disk)
        session.run(seconds: 2)
        session.goOn(seconds: 10)
        session.run(seconds: 2)
        session.end()
        let stored = try StoredSession(path: session.folder)
        #expect(try rightFrames(try #require(stored.audio)) == session.position)
        #expect(!stored.log.remarks.contains { $0.kind == .gap } && !stored.meta.isDegraded)
    }

    /// A disk that does not answer at all cannot be told of by the thread that waits for it: the session's end notices.
    @Test func aDiskThatDoesNotAnswerIsTold() throws {
        try EngineActor.executor.occupy { () throws in
            let session = ScriptedSession(options: options)
            let tap = RecorderTap(session.channel)
            let silence = [Int16](repeating: 1, count: 160)
            let changes = {
                session.reported().compactMap { if case .recording(let change) = $0 { change.state } else { nil } }
            }
            for frame in 0..<Int64(18 * 50) {
                tap.tapUser(silence.span, at: frame * 160)
                tap.tapAgent(silence.span, at: frame * 160)
                if frame < 9 * 50 { #expect(changes().isEmpty) }
            }
            #expect(changes() == [.failed])
            session.drain()
            tap.tapUser(silence.span, at: 18 * 8000)
            #expect(changes() == [.failed, .on, .on])
        }
    }

    /// A fault of the medium: the next file begins within a second, the failed one is never called clean.
    @Test(arguments: ["write", "sync"]) func aNewFileWithinASecond(operation: String) throws {
        let disk = FaultyDisk()
        let session = ScriptedSession(options: options, disk: disk)
        session.run(seconds: 5)
        disk.orders.withLock { $0.failures = [(operation, "audio.wav", EIO)] }
        let ordered = session.position
        while disk.orders.withLock({ !$0.failures.isEmpty }) { session.tick() }
        let failed = session.position
        session.run(seconds: 1)
        let segment = try #require(try StoredSession(path: session.folder).meta.audio.last)
        #expect(segment.file == "audio-2.wav" && segment.at <= failed && failed - ordered <= 2 * 8000 + 320)
        let soFar = try #require(try StoredSession(path: session.folder).audio)
        #expect(soFar.frames >= failed + 8000 - 800)
        session.end()
        let stored = try StoredSession(path: session.folder)
        #expect(stored.meta.isDegraded && stored.meta.degradedReasons.contains { $0.contains("audio.wav") })
        #expect(!IndexedSession(stored).isWhole)
        #expect(try rightFrames(try #require(stored.audio)) == session.position)
    }
}
