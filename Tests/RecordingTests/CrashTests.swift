import Core
import Glibc
import Synchronization
import TestKit
import Testing

@testable import Recording

/// The process dies at any call to the disk, or files are cut at any byte: what was handed over 100 ms before is there.
@Suite struct CrashTests {
    private static func options(_ folder: TemporaryFolder) -> RecordingOptions {
        var options = RecordingOptions(folder: folder.path + "/sessions")
        options.freeSpaceFloor = 0
        return options
    }

    /// A session with events between the frames, cut off without any farewell.
    private static func play(_ session: ScriptedSession, frames: Int, until isDead: () -> Bool) -> Int64? {
        for i in 0..<frames {
            if i % 5 == 0 { session.log(.health(Health())) }
            if i % 50 == 10 {
                session.log(.userTranscript(UserTranscript(item: "u\(i)", turn: i, text: "said \(i)", isFinal: true)))
            }
            session.tick()
            if isDead() { return session.position }
        }
        return nil
    }

    @Test func killedAtAnyCallOfTheDisk() throws {
        var generator = SeededRandom(0x5EED)
        for round in 0..<1000 {
            let folder = TemporaryFolder()
            let disk = FaultyDisk()
            disk.orders.withLock {
                $0.callsToLive = Int.random(in: 1...170, using: &generator)
                $0.lastShare = Double.random(in: 0...1, using: &generator)
            }
            let session = ScriptedSession(options: Self.options(folder), disk: disk)
            let isDead = { disk.orders.withLock { $0.callsToLive == 0 } }
            let diedAt = Self.play(session, frames: 60, until: isDead) ?? session.position
            session.core.abandon()
            try Self.check(folder, Self.options(folder), diedAt: diedAt, round)
        }
    }

    private static func check(_ folder: TemporaryFolder, _ options: RecordingOptions, diedAt: Int64, _ round: Int)
        throws
    {
        let store = SessionStore(folder: options.folder)
        let names = try store.names()
        // Killed before the first file: there is nothing to lose yet.
        guard let name = names.first, diedAt > 320 + 800 else { return }
        let path = options.folder + "/" + name
        let before = try StoredSession(path: path)
        let frames = before.audio?.frames ?? 0
        #expect(diedAt - frames <= 800, "round \(round): lost \(diedAt - frames) samples")
        if let audio = before.audio { #expect(try rightFrames(audio) == frames, "round \(round)") }
        #expect(before.log.faults.isEmpty && before.log.torn.count <= 1, "round \(round)")
        let lastLogged = before.log.records.last?.audio ?? 0
        #expect(diedAt - lastLogged <= 800 + 800, "round \(round): log ends at \(lastLogged) of \(diedAt)")

        let cut = try store.cutOff()
        let repairs = try store.repairAll()
        #expect(repairs.allSatisfy { cut.contains($0.name) } && store.repair(cut).count == cut.count)
        #expect(repairs.allSatisfy { $0.failures.isEmpty }, "round \(round)")
        let report = SessionVerifier.verify(path: path)
        #expect(report.isWhole, "round \(round): \(report.lines)")
        #expect(try StoredSession(path: path).audio?.frames == before.audio?.frames)
        #expect(try store.repairAll().isEmpty, "round \(round): a second repair finds nothing")
    }

    @Test func filesCutAtAnyByte() throws {
        let whole = TemporaryFolder()
        let session = ScriptedSession(options: Self.options(whole))
        _ = Self.play(session, frames: 60, until: { false })
        session.core.abandon()
        let source = session.folder
        let contents = TemporaryFolder.names(source).map { ($0, TemporaryFolder.read(source + "/" + $0)) }
        var generator = SeededRandom(0xC07)
        for round in 0..<1000 {
            let folder = TemporaryFolder()
            let path = folder.path + "/2026-11-18T11-06-40Z-mock-3f2a9c1e"
            try PosixDisk().createFolder(path)
            var audioBytes = 0
            for (name, bytes) in contents {
                let isCut = Bool.random(using: &generator)
                let size = isCut ? Int.random(in: 0...bytes.count, using: &generator) : bytes.count
                if name == "audio.wav" { audioBytes = size }
                TemporaryFolder.write(Array(bytes.prefix(size)), to: path + "/" + name)
            }
            let report = SessionRepair.run(path: path)
            #expect(report.failures.isEmpty, "round \(round): \(report.failures)")
            let repaired = try StoredSession(path: path)
            let audio = try #require(repaired.audio)
            #expect(audio.frames == Int64(max(0, audioBytes - 80) / 4), "round \(round)")
            #expect(try rightFrames(audio) == audio.frames)
            #expect(
                repaired.faults.isEmpty && repaired.log.faults.isEmpty && repaired.log.torn.isEmpty, "round \(round)")
            #expect(SessionRepair.run(path: path).actions.isEmpty, "round \(round)")
        }
    }

    @Test func healthyFilesAreLeftAsTheyAre() throws {
        let folder = TemporaryFolder()
        let session = ScriptedSession(options: Self.options(folder))
        _ = Self.play(session, frames: 50, until: { false })
        session.end()
        let names = TemporaryFolder.names(session.folder)
        let before = names.map { TemporaryFolder.read(session.folder + "/" + $0) }
        let times = names.map { TemporaryFolder.info(session.folder + "/" + $0).st_mtim.tv_nsec }
        #expect(try SessionStore(folder: folder.path + "/sessions").repairAll().isEmpty)
        #expect(TemporaryFolder.names(session.folder) == names)
        #expect(names.map { TemporaryFolder.read(session.folder + "/" + $0) } == before)
        #expect(names.map { TemporaryFolder.info(session.folder + "/" + $0).st_mtim.tv_nsec } == times)
    }

    /// A newer program's session, cut off or not, is left as it is: what an older one does not understand it may not rewrite.
    @Test(arguments: ["\"recording\"", "\"a state to come\"", "7"]) func newerVersionsAreLeftAlone(state: String) throws
    {
        let folder = TemporaryFolder()
        let session = ScriptedSession(options: Self.options(folder))
        _ = Self.play(session, frames: 50, until: { false })
        session.core.abandon()
        let meta = session.folder + "/meta.json"
        TemporaryFolder.write(Array("{\"version\": 2, \"state\": \(state), \"parts\": []}".utf8), to: meta)
        TemporaryFolder.write(
            Array(TemporaryFolder.read(session.folder + "/events.jsonl").dropLast(3)),
            to: session.folder + "/events.jsonl")
        let names = TemporaryFolder.names(session.folder)
        let before = names.map { TemporaryFolder.read(session.folder + "/" + $0) }
        let store = SessionStore(folder: folder.path + "/sessions")
        #expect(try store.cutOff().isEmpty && store.repairAll().isEmpty)
        #expect(names.map { TemporaryFolder.read(session.folder + "/" + $0) } == before)
        let stored = try StoredSession(path: session.folder)
        #expect(stored.isNewer && stored.faults.contains { $0.contains("version 2") } && stored.audio != nil)
    }

    @Test func repairKeepsTheTimesOfFiles() throws {
        let folder = TemporaryFolder()
        let session = ScriptedSession(options: Self.options(folder))
        _ = Self.play(session, frames: 50, until: { false })
        session.core.abandon()
        let audio = session.folder + "/audio.wav"
        TemporaryFolder.write(Array(TemporaryFolder.read(audio).dropLast(3)), to: audio)
        let before = TemporaryFolder.info(audio).st_mtim
        let reports = try SessionStore(folder: folder.path + "/sessions").repairAll()
        #expect(reports.count == 1)
        #expect(TemporaryFolder.info(audio).st_mtim.tv_nsec == before.tv_nsec)
        #expect(TemporaryFolder.info(session.folder + "/meta.json").st_mode & 0o777 == 0o600)
    }

    @Test func aSessionThatIsBeingRecordedIsLeftAlone() throws {
        let folder = TemporaryFolder()
        let session = ScriptedSession(options: Self.options(folder))
        _ = Self.play(session, frames: 21, until: { false })
        let store = SessionStore(folder: folder.path + "/sessions")
        #expect(try store.repairAll().isEmpty)
        #expect(try store.list().first?.isLive == true)
        #expect(throws: DiskError.self) { try store.delete(try store.names()[0]) }
        session.end()
        #expect(try store.list().first?.isLive == false)
    }
}
