import Core
import Glibc
import Recording
import TestKit
import Testing

@testable import Studio

/// A folder of sessions that goes with the test.
private final class SessionsFolder: Sendable {
    private let base = TemporaryFolder()
    let path: String

    init() {
        path = base.path + "/sessions"
        mkdir(path, 0o700)
    }

    deinit { remove() }

    func remove() {
        for name in (try? SessionStore(folder: path).names()) ?? [] {
            for file in SessionStore.files(at: path + "/" + name) { unlink(path + "/" + name + "/" + file.name) }
            rmdir(path + "/" + name)
        }
        for file in SessionStore.files(at: path) { unlink(path + "/" + file.name) }
        rmdir(path)
    }
}

@Suite struct LibraryWorkerTests {
    private let temporary = SessionsFolder()

    /// Copies of the sample, with a changed word in the log.
    @discardableResult
    private func make(_ name: String, _ from: String = "seven", _ to: String = "seven") throws -> String {
        let path = temporary.path + "/" + name
        mkdir(path, 0o700)
        for file in ["audio.wav", "events.jsonl", "meta.json", "transcript.vtt"] {
            var bytes = try ReadFile(samplePath + "/" + file).readAll()
            if file == "events.jsonl" {
                bytes = Array(
                    String(decoding: bytes, as: UTF8.self).split(separator: from, omittingEmptySubsequences: false)
                        .joined(separator: to).utf8)
            }
            try ExportFile.write(bytes, to: path + "/" + file)
        }
        return path
    }

    private final class Answers {
        var all: [LibraryAnswer] = []
        var words: [String] { all.compactMap { if case .said(let text, _) = $0 { text } else { nil } } }
        var rows: [LibraryRow] {
            for answer in all.reversed() { if case .page(_, _, _, let rows) = answer { return rows } }
            return []
        }
        var detail: LibraryDetail? {
            for answer in all.reversed() { if case .detail(let detail) = answer { return detail } }
            return nil
        }
    }

    private func ask(_ questions: [LibraryQuestion]) -> Answers {
        let answers = Answers()
        let options = StoredSessionLibrary.Options(
            folder: temporary.path, exports: temporary.path,
            mask: { $0.split(separator: "Berlin", omittingEmptySubsequences: false).joined(separator: "***") }
        ) { ReplayClient($0, isPaused: true, now: MonotonicTime(nanoseconds: 0)) }
        let worker = LibraryWorker(options) { answers.all.append($0) }
        for question in questions { worker.work(question) }
        return answers
    }

    @Test func listsAndSearches() throws {
        try make("2026-11-18T11-06-40Z-mock-aa")
        try make("2026-11-18T11-06-41Z-mock-bb", "seven", "zwölf")
        var query = LibraryQuery()
        let all = ask([.refresh, .page(query, from: 0, count: 10)])
        #expect(all.rows.count == 2 && all.rows.allSatisfy { $0.turns >= 2 && $0.isWhole && $0.caller == "6001" })
        query.words = "zwolf"
        let found = ask([.refresh, .page(query, from: 0, count: 10)])
        #expect(found.rows.map(\.name) == ["2026-11-18T11-06-41Z-mock-bb"])
        #expect(found.rows.first?.excerpt.contains { $0.isHit && $0.text == "zwölf" } == true)
        query.words = ""
        query.slowerThanMs = 60_000
        #expect(ask([.page(query, from: 0, count: 10)]).rows.isEmpty)
        query.outcome = "nonesuch"
        #expect(ask([.page(query, from: 0, count: 10)]).words.first?.hasPrefix("outcome:nonesuch is none of") == true)
    }

    @Test func pagesAndSorts() throws {
        for name in ["aa", "bb", "cc"] { try make("2026-11-18T11-06-40Z-mock-\(name)") }
        let all = ask([.refresh, .page(LibraryQuery(), from: 0, count: 10)]).rows
        let last = ask([.page(LibraryQuery(), from: 2, count: 10)])
        #expect(last.rows == Array(all.suffix(1)))
        for order in LibraryOrder.allCases {
            for isReversed in [false, true] {
                var query = LibraryQuery()
                (query.order, query.isReversed) = (order, isReversed)
                #expect(ask([.page(query, from: 0, count: 10)]).rows.count == 3, "\(order)")
            }
        }
    }

    @Test func tellsOfOneSession() throws {
        let name = "2026-11-18T11-06-40Z-mock-aa"
        try make(name)
        let answers = ask([.note(name, text: "call him \u{1B}[2J back", at: .milliseconds(2500)), .detail(name)])
        let detail = try #require(answers.detail)
        #expect(detail.isWhole && detail.verdict.hasPrefix("whole, audio and events aligned within"))
        #expect(detail.notes == ["00:00:02.500  call him \u{1B}[2J back"])
        #expect(detail.files.map(\.name).contains("notes.jsonl"))
        #expect(detail.lines.first?.text == "What time is it in Berlin?")
        #expect(SessionVerifier.verify(path: temporary.path + "/" + name).isWhole, "a note leaves it whole")
    }

    @Test func exportsPlainAndRedacted() throws {
        let name = "2026-11-18T11-06-40Z-mock-aa"
        try make(name)
        let answers = ask([
            .export(name, form: "srt", isRedacted: false), .export(name, form: "srt", isRedacted: true),
            .export(name, form: "nonesuch", isRedacted: false),
        ])
        #expect(answers.words.count == 3 && answers.words[2] == "there is no form nonesuch")
        let read = { (file: String) in String(decoding: try ReadFile(file).readAll(), as: UTF8.self) }
        #expect(try read("\(temporary.path)/\(name).srt").contains("Berlin"))
        #expect(try !read("\(temporary.path)/\(name).redacted.srt").contains("Berlin"))
    }

    @Test func deletesFolderAndIndex() throws {
        let (first, second) = ("2026-11-18T11-06-40Z-mock-aa", "2026-11-18T11-06-41Z-mock-bb")
        try make(first)
        try make(second)
        var query = LibraryQuery()
        query.words = "Berlin"
        let answers = ask([.refresh, .delete([first, "../outside", "nonesuch"]), .page(query, from: 0, count: 10)])
        #expect(answers.rows.map(\.name) == [second])
        #expect(SessionStore.files(at: temporary.path + "/" + first).isEmpty)
        #expect(answers.words.count == 3, "two were refused: \(answers.words)")
    }

    @Test func opensAndCompares() throws {
        let (first, second) = ("2026-11-18T11-06-40Z-mock-aa", "2026-11-18T11-06-41Z-mock-bb")
        try make(first)
        try make(second, "seven", "eight")
        let answers = ask([.open(first), .compare(first, second), .open("nonesuch"), .compare(first, "nonesuch")])
        guard case .opened(let player) = answers.all.first, case .compared(let diff) = answers.all[1] else {
            Issue.record("\(answers.all)")
            return
        }
        #expect(player.status.name == first && player.status.turns >= 2)
        #expect(diff.userShare > 0 && diff.a == first && diff.b == second)
        #expect(answers.words.count == 2 && answers.words.allSatisfy { $0.contains("there is no such session") })
    }

    @Test func aMissingFolderIsAnEmptyList() {
        temporary.remove()
        let answers = ask([.refresh, .page(LibraryQuery(), from: 0, count: 10)])
        #expect(answers.rows.isEmpty && answers.words.isEmpty)
        var info = stat()
        #expect(stat(temporary.path, &info) != 0, "looking makes nothing")
    }
}

@Suite struct SessionNotesTests {
    private let temporary = TemporaryFolder()

    @Test func notesComeBackInOrder() throws {
        let notes = [
            SessionNote(
                at: .milliseconds(1500), wall: WallTime(nanoseconds: 1_795_000_000_000_000_000), text: "a \"b\"\n日本"),
            SessionNote(at: nil, wall: WallTime(nanoseconds: 1_795_000_001_000_000_000), text: "whole"),
        ]
        for note in notes { try SessionNotes.add(note, to: temporary.path) }
        #expect(SessionNotes.read(temporary.path) == notes)
        var info = stat()
        #expect(stat(temporary.path + "/notes.jsonl", &info) == 0 && info.st_mode & 0o777 == 0o600)
    }

    @Test func aLinkIsNotFollowed() throws {
        symlink("/dev/null", temporary.path + "/notes.jsonl")
        #expect(throws: DiskError.self) {
            try SessionNotes.add(SessionNote(at: nil, wall: WallTime(nanoseconds: 0), text: "x"), to: temporary.path)
        }
    }

    @Test func damagedFilesAreReadAsFarAsTheyGo() throws {
        let good =
            #"{"at":1e308,"wall":"2026-11-18T11:06:40Z","text":"far"}"# + "\n" + #"{"at":-3,"text":"before"}"# + "\n"
        let seed = Array((good + #"{"at":null,"wall":9,"text":"c"}"#).utf8)
        var mutator = MessageMutator(seeds: [seed], seed: 3)
        for _ in 0..<10_000 {
            for note in SessionNotes.parse(mutator.next()) { #expect(note.text.count <= SessionNotes.most) }
        }
    }
}
