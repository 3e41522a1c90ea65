import AudioKit
import Core
import Glibc
import Testing

@testable import Recording

@Suite struct SessionStoreTests {
    private let temporary = TemporaryFolder()
    private var store: SessionStore { SessionStore(folder: temporary.path) }

    @discardableResult
    private func make(_ name: String, audioBytes: Int = 4096) -> String {
        let path = temporary.path + "/" + name
        mkdir(path, 0o700)
        TemporaryFolder.write(
            WAVHeader(sampleRate: 8000, channels: 2, dataBytes: audioBytes).bytes
                + [UInt8](repeating: 1, count: audioBytes),
            to: path + "/audio.wav")
        TemporaryFolder.write([], to: path + "/events.jsonl")
        return path
    }

    @Test func emptyAndMissingFolders() throws {
        #expect(try store.list().isEmpty)
        #expect(try SessionStore(folder: temporary.path + "/none").list().isEmpty)
        #expect(try SessionStore(folder: temporary.path + "/none").repairAll().isEmpty)
    }

    @Test func preparesItsFolderOrSaysWhyNot() throws {
        try SessionStore(folder: temporary.path + "/a/b/c").prepare()
        #expect(TemporaryFolder.names(temporary.path + "/a/b") == ["c"])
        try SessionStore(folder: temporary.path + "/a/b/c").prepare()
        close(open(temporary.path + "/file", O_CREAT | O_WRONLY, 0o600))
        for bad in ["/file", "/file/below"] {
            #expect(throws: DiskError.self, "\(bad)") { try SessionStore(folder: temporary.path + bad).prepare() }
        }
    }

    @Test func listsNewestFirstAndFindsByPart() throws {
        make("2026-11-18T11-06-40Z-openai-aaaaaaaa")
        make("2026-11-19T11-06-40Z-mock-bbbbbbbb", audioBytes: 16_000)
        mkdir(temporary.path + "/other", 0o700)
        TemporaryFolder.write([1], to: temporary.path + "/README.md")
        let list = try store.list()
        #expect(list.map(\.name) == ["2026-11-19T11-06-40Z-mock-bbbbbbbb", "2026-11-18T11-06-40Z-openai-aaaaaaaa"])
        #expect(list[0].seconds == 0.5 && list[0].meta == nil && !list[0].isLive)
        #expect(try store.find("bbbbbbbb") == list[0].name)
        #expect(try store.find("2026-11-18") == list[1].name)
        #expect(throws: DiskError.self) { try store.find("2026") }
        #expect(throws: DiskError.self) { try store.find("") }
        #expect(try store.open("aaaaaaaa").audio?.frames == 1024)
    }

    @Test func deletesAllOfASessionAndNothingElse() throws {
        let path = make("2026-11-18T11-06-40Z-openai-aaaaaaaa")
        mkdir(path + "/export", 0o755)
        TemporaryFolder.write([1], to: path + "/export/a.html")
        TemporaryFolder.write([1], to: temporary.path + "/keep")
        symlink(temporary.path + "/keep", path + "/link")
        mkdir(temporary.path + "/no-session", 0o755)
        try store.delete("2026-11-18T11-06-40Z-openai-aaaaaaaa")
        #expect(TemporaryFolder.names(temporary.path) == ["keep", "no-session"])
        for bad in ["..", ".", "", "../x", "no-session", "keep", "absent", "a/b"] {
            #expect(throws: DiskError.self, "\(bad)") { try store.delete(bad) }
        }
        #expect(TemporaryFolder.names(temporary.path) == ["keep", "no-session"])
    }

    @Test func aRemovalThatWasCutOffIsFinishedAtTheStart() throws {
        let path = make("2026-11-18T11-06-40Z-openai-aaaaaaaa")
        rename(path, temporary.path + "/.deleting-2026-11-18T11-06-40Z-openai-aaaaaaaa")
        make("2026-11-19T11-06-40Z-mock-bbbbbbbb")
        _ = try store.repairAll()
        #expect(TemporaryFolder.names(temporary.path) == ["2026-11-19T11-06-40Z-mock-bbbbbbbb"])
    }

    @Test func retentionTakesTheExpiredAndNothingElse() throws {
        let names = (10...19).map { "2026-11-\($0)T11-06-40Z-mock-bbbbbb\($0)" }
        for name in names { make(name, audioBytes: 20_000) }
        make("sample")
        let now = WallTime(nanoseconds: 1_795_000_000_118_000_000)  // 2026-11-18T11:06:40Z
        #expect(try store.expired(age: .seconds(3 * 86_400), bytes: nil, now: now) == Array(names.prefix(5)))
        #expect(try store.expired(age: nil, bytes: nil, now: now).isEmpty)
        let one = try store.list()[1].bytes
        #expect(try store.expired(age: nil, bytes: one * 4, now: now) == Array(names.prefix(6)))
        #expect(try store.expired(age: .seconds(9 * 86_400), bytes: one * 4, now: now) == Array(names.prefix(6)))
    }

    @Test func namesFromOutsideStayNames() {
        let wall = WallTime(nanoseconds: 1_795_000_000_118_000_000)
        let name = SessionFolderName.make(start: wall, provider: "../../etc/x y\u{1B}", id: SessionID("../\n"))
        #expect(name == "2026-11-18T11-06-40Z-etcxy-x")
        let long = SessionFolderName.make(
            start: wall, provider: String(repeating: "p", count: 5000), id: SessionID("3f2a9c1e"))
        #expect(long == "2026-11-18T11-06-40Z-" + String(repeating: "p", count: 24) + "-3f2a9c1e")
    }
}
