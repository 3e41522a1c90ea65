import AudioKit
import Core
import Glibc
import Testing

@testable import Recording

/// The file grows over four gigabytes: it becomes RF64 in place, and no sample is lost. The file is sparse: it costs a megabyte.
@Suite struct BigFileTests {
    private static let mebibyte: Int64 = 1 << 20
    /// The first frame that does not fit a RIFF file.
    private static let rollover = (Int64(UInt32.max) - Int64(WAVHeader.length)) / 4

    @Test(arguments: [true, false]) func growsOverFourGigabytes(isCutOff: Bool) throws {
        let folder = TemporaryFolder()
        var options = RecordingOptions(folder: folder.path + "/sessions")
        options.freeSpaceFloor = 0
        let session = ScriptedSession(options: options)
        session.tick()
        // A jump of more than a day is not believed, so there are two.
        for position in [Self.rollover / 2, Self.rollover - Self.mebibyte / 4] {
            session.jump(to: position)
            session.tick()
        }
        let start = session.position
        while session.position < Self.rollover + Self.mebibyte / 4 { session.tick() }
        let end = session.position
        if isCutOff {
            session.drain()
            session.core.abandon()
            let report = SessionRepair.run(path: session.folder)
            #expect(report.failures.isEmpty)
        } else {
            session.end()
        }
        let audio = try #require(try StoredSession(path: session.folder).audio)
        #expect(audio.frames >= end - (isCutOff ? 320 : 0) && audio.parts.allSatisfy(\.head.isHealthy))
        let count = Int(audio.frames - start)
        let samples = try audio.samples(at: start, frames: count)
        let wrong = (0..<count).count { i in
            samples[2 * i] != ScriptedSession.user(start + Int64(i))
                || samples[2 * i + 1] != ScriptedSession.agent(start + Int64(i))
        }
        #expect(wrong == 0)
        let head = try ReadFile(session.folder + "/audio.wav").read(at: 0, count: 4)
        #expect(head == Array("RF64".utf8))
        try Self.expectSoxOpens(session.folder + "/audio.wav", frames: audio.frames)
    }

    /// Another program's reader agrees on the length, where it is installed.
    private static func expectSoxOpens(_ path: String, frames: Int64) throws {
        guard access("/usr/bin/soxi", X_OK) == 0 else { return }
        let pipe = try #require(popen("/usr/bin/soxi -s '\(path)' 2>&1", "r"))
        defer { pclose(pipe) }
        var line = [CChar](repeating: 0, count: 200)
        let text = fgets(&line, 200, pipe).map { String(cString: $0) } ?? ""
        #expect(text.contains("\(frames)"), "soxi says \(text)")
    }
}
