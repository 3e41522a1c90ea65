import Core
import Glibc
import Synchronization
import Testing

@testable import Recording

/// A full, failing or refused disk: the reason is told, nothing is misaligned, it goes on when it can.
@Suite struct DiskTroubleTests {
    private let temporary = TemporaryFolder()
    private var options: RecordingOptions {
        var options = RecordingOptions(folder: temporary.path + "/sessions")
        options.freeSpaceFloor = 0
        return options
    }

    private func changes(_ session: ScriptedSession) -> [RecordingChange.State] {
        session.reported().compactMap { if case .recording(let change) = $0 { change.state } else { nil } }
    }

    @Test func fullDiskGoesOnInTheSameFileWithAGap() throws {
        let disk = FaultyDisk()
        var options = options
        options.buffered = .seconds(3)
        let session = ScriptedSession(options: options, disk: disk)
        session.run(seconds: 1)
        disk.orders.withLock { $0.room = 1001 }
        session.run(seconds: 0.2)
        #expect(changes(session) == [.on, .failed])
        let told = session.reported().compactMap { if case .recording(let c) = $0 { c.reason } else { nil } }
        #expect(told.first?.contains("the disk is full") == true)
        session.run(seconds: 20)
        disk.orders.withLock { $0.room = nil }
        session.run(seconds: 4)
        session.log(.note(Note("after")))
        session.end()
        #expect(changes(session) == [.on, .failed, .on])
        let stored = try StoredSession(path: session.folder)
        #expect(stored.meta.audio.count == 1 && stored.meta.isDegraded)
        let audio = try #require(stored.audio)
        #expect(audio.frames == session.position)
        let gaps = stored.log.remarks.filter { $0.kind == .gap }
        #expect(gaps.count == 2 && gaps.allSatisfy { $0.reason?.contains("disk is full") == true })
        try expectOnlyGapsAreSilent(audio, gaps)
        let report = SessionVerifier.verify(path: session.folder)
        #expect(report.isWhole, "\(report.lines)")
    }

    @Test func shortFullDiskLosesNothing() throws {
        let disk = FaultyDisk()
        let session = ScriptedSession(options: options, disk: disk)
        session.run(seconds: 1)
        disk.orders.withLock { $0.room = 10 }
        session.run(seconds: 5)
        disk.orders.withLock { $0.room = nil }
        session.run(seconds: 3)
        session.end()
        let stored = try StoredSession(path: session.folder)
        let audio = try #require(stored.audio)
        #expect(try rightFrames(audio) == session.position)
        #expect(!stored.log.remarks.contains { $0.kind == .gap })
        #expect(stored.log.remarks.contains { $0.kind == .failed })
        #expect(stored.log.remarks.contains { $0.kind == .resumed })
    }

    @Test func spaceBelowTheFloorStopsAndResumes() throws {
        let disk = FaultyDisk()
        var options = options
        options.freeSpaceFloor = 100 << 20
        disk.orders.withLock { $0.free = 1 << 30 }
        let session = ScriptedSession(options: options, disk: disk)
        session.run(seconds: 1)
        disk.orders.withLock { $0.free = 50 << 20 }
        session.run(seconds: 3)
        #expect(changes(session) == [.on, .failed])
        disk.orders.withLock { $0.free = 1 << 30 }
        session.run(seconds: 5)
        session.end()
        #expect(changes(session) == [.on, .failed, .on])
        let audio = try #require(try StoredSession(path: session.folder).audio)
        #expect(try rightFrames(audio) == session.position)
    }

    @Test(arguments: ["sync", "write"]) func faultOfTheMediumBeginsANewAudioFile(_ operation: String) throws {
        let disk = FaultyDisk()
        let session = ScriptedSession(options: options, disk: disk)
        session.run(seconds: 3)
        disk.orders.withLock { $0.failures = [(operation, "audio.wav", EIO)] }
        session.run(seconds: 3)
        session.end()
        let stored = try StoredSession(path: session.folder)
        #expect(stored.meta.audio.map(\.file) == ["audio.wav", "audio-2.wav"])
        #expect(stored.meta.isDegraded)
        #expect(stored.meta.degradedReasons.first?.contains("audio.wav") == true)
        let audio = try #require(stored.audio)
        #expect(try rightFrames(audio) == session.position)
        let report = SessionVerifier.verify(path: session.folder)
        #expect(report.isWhole && report.findings.contains { $0.code == "degraded" }, "\(report.lines)")
        #expect(changes(session) == [.on])
    }

    @Test func faultOfTheMediumBeginsANewLog() throws {
        let disk = FaultyDisk()
        let session = ScriptedSession(options: options, disk: disk)
        session.run(seconds: 1)
        disk.orders.withLock { $0.failures = [("write", "events.jsonl", EIO)] }
        session.log(.note(Note("one")))
        session.run(seconds: 1)
        session.log(.note(Note("two")))
        session.end()
        let stored = try StoredSession(path: session.folder)
        #expect(stored.meta.logs == ["events.jsonl", "events-2.jsonl"])
        #expect(stored.log.records.map(\.sequence) == [1, 2, 3, 4])
        #expect(stored.log.remarks.contains { $0.kind == .degraded })
        #expect(SessionVerifier.verify(path: session.folder).isWhole)
    }

    @Test func aFolderThatCannotBeMadeIsToldAndTriedAgain() throws {
        let disk = FaultyDisk()
        disk.orders.withLock { $0.failures = [("folder", "/sessions", EACCES)] }
        let session = ScriptedSession(options: options, disk: disk)
        session.run(seconds: 1)
        #expect(changes(session) == [.failed])
        session.run(seconds: 2)
        session.end()
        #expect(changes(session) == [.failed, .on])
        let audio = try #require(try StoredSession(path: session.folder).audio)
        #expect(try rightFrames(audio) == session.position)
    }

    @Test func aDiskThatNeverComesBackIsGivenUp() throws {
        let disk = FaultyDisk()
        let session = ScriptedSession(options: options, disk: disk)
        session.run(seconds: 1)
        disk.orders.withLock { $0.room = 0 }
        session.run(seconds: 1)
        session.end()
        #expect(!session.core.isIdle)
        for _ in 0..<70 * 50 { session.pass() }
        #expect(session.core.isIdle)
    }

    @Test func linksAndFilesInTheWayAreNeverFollowed() throws {
        let disk = PosixDisk()
        TemporaryFolder.write([1, 2, 3], to: temporary.path + "/victim")
        symlink(temporary.path + "/victim", temporary.path + "/audio.wav")
        #expect(throws: DiskError.self) { try disk.create(temporary.path + "/audio.wav") }
        #expect(throws: DiskError.self) { try disk.create(temporary.path + "/victim") }
        #expect(throws: DiskError.self) { try ReadFile(temporary.path + "/audio.wav") }
        #expect(TemporaryFolder.read(temporary.path + "/victim") == [1, 2, 3])
    }

    @Test func syncsEveryTwoSeconds() {
        let disk = FaultyDisk()
        let session = ScriptedSession(options: options, disk: disk)
        session.run(seconds: 10)
        #expect((8...12).contains(disk.orders.withLock { $0.syncs }))
    }
}
