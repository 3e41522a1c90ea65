import Core
import Testing

@testable import Recording

/// The wall clock is stepped, corrected, or stands still: it is a label and nothing else.
@Suite struct ClockTests {
    private static let hour: Int64 = 3_600_000_000_000

    /// Seconds of the session to nanoseconds by which the wall clock is wrong then.
    static let clocks: [(name: String, error: @Sendable (Double) -> Int64)] = [
        ("an hour ahead", { $0 < 20 ? 0 : hour }), ("an hour back", { $0 < 20 ? 0 : -hour }),
        ("to and fro", { Int($0) % 2 == 0 ? hour : -hour }), ("slewed", { Int64($0 * 500_000) }),
        ("slewed back", { Int64($0 * -500_000) }), ("before 1970", { $0 < 5 ? 0 : -1_900_000_000_000_000_000 }),
    ]

    @Test(arguments: 0..<6) func durationsAreOfTheAudio(clock: Int) throws {
        let folder = TemporaryFolder()
        var options = RecordingOptions(folder: folder.path + "/sessions")
        options.freeSpaceFloor = 0
        let session = ScriptedSession(options: options)
        session.wallError = Self.clocks[clock].error
        for frame in 0..<3000 {
            if frame % 10 == 0 { session.log(.note(Note("\(frame)"))) }
            session.tick()
        }
        session.end()
        let stored = try StoredSession(path: session.folder)
        let audio = try #require(stored.audio)
        #expect(stored.seconds == 60 && stored.meta.frames == 480_000)
        #expect(try rightFrames(audio) == 480_000)
        let notes = stored.log.records.compactMap { record -> Int64? in
            guard case .note(let note) = record.event, let frame = Int64(note.text) else { return nil }
            return record.audio - frame * 160
        }
        #expect(notes.count == 300 && notes.allSatisfy { $0 == 0 })
        let report = SessionVerifier.verify(path: session.folder)
        #expect(report.isWhole, "\(Self.clocks[clock].name): \(report.lines)")
        #expect(IndexedSession(stored).seconds == 60)
    }

    /// The clock goes back, and the same session is recorded again: the names differ, the first is not touched.
    @Test func namesAreUnique() throws {
        let folder = TemporaryFolder()
        var options = RecordingOptions(folder: folder.path + "/sessions")
        options.freeSpaceFloor = 0
        for _ in 0..<5 {
            let session = ScriptedSession(options: options)
            session.run(seconds: 1)
            session.end()
        }
        let names = try SessionStore(folder: options.folder).names()
        #expect(names.count == 5 && names.dropFirst().allSatisfy { $0.hasPrefix(names[0] + "-") })
        for name in names {
            #expect(try StoredSession(path: options.folder + "/" + name).audio?.frames == 8000)
        }
    }
}
