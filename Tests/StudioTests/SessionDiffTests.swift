import Core
import Recording
import TestKit
import Testing

@testable import Studio

@Suite struct SessionDiffTests {
    private func text(_ pieces: [SessionDiff.Piece]) -> String {
        pieces.map { piece in
            switch piece.kind {
            case .same: piece.text
            case .removed: "[-\(piece.text)-]"
            case .added: "{+\(piece.text)+}"
            }
        }.joined(separator: " ")
    }

    @Test(arguments: [
        ("", "", ""), ("a b", "a b", "a b"), ("two at seven", "two at eight", "two at [-seven-] {+eight+}"),
        ("Done, the table.", "done the table", "Done, the table."), ("a", "", "[-a-]"), ("", "a b", "{+a b+}"),
        ("a x b y c", "a b c z", "a [-x-] b [-y-] c {+z+}"), ("für 日本", "für 日 本", "für [-日本-] {+日 本+}"),
        ("— !", "— ?", "— [-!-] {+?+}"),
    ])
    func words(_ a: String, _ b: String, _ wanted: String) { #expect(text(WordDiff.pieces(a, b)) == wanted) }

    @Test func anyTextsKeepTheirWordsInOrder() {
        var random = SeededRandom(seed: 7)
        let vocabulary = ["a", "B", "c.", "日本", "e\u{301}", "!", "\u{202E}x", "seven"]
        for _ in 0..<10_000 {
            let make = { (random: inout SeededRandom) in
                (0..<Int.random(in: 0...12, using: &random)).map { _ in
                    vocabulary[Int.random(in: 0..<vocabulary.count, using: &random)]
                }
            }
            let (a, b) = (make(&random), make(&random))
            let pieces = WordDiff.pieces(a.joined(separator: " "), b.joined(separator: "  "))
            let left = pieces.filter { $0.kind != .added }.map(\.text).joined(separator: " ")
            #expect(left == a.joined(separator: " "))
            let only = pieces.filter { $0.kind == .added }.map(\.text).joined(separator: " ").split(separator: " ").count
            let shared = pieces.filter { $0.kind == .same }.map(\.text).joined(separator: " ").split(separator: " ").count
            #expect(only + shared == b.count)
        }
    }

    @Test func longTextsAreBounded() {
        let a = Array(repeating: "a", count: 5000).joined(separator: " ")
        let pieces = WordDiff.pieces(a, "a")
        #expect(pieces.filter { $0.kind == .same }.count == 1)
        #expect(WordDiff.share(pieces).all == 5000)
    }

    @Test func aSessionDoesNotDifferFromItself() throws {
        let stored = try StoredSession(path: samplePath)
        let diff = SessionDiff(stored, stored)
        #expect(diff.turns.count == ExportDocument(stored).turns.count)
        #expect(diff.userShare == 0 && diff.agentShare == 0 && diff.medianA == diff.medianB)
        #expect(diff.turns.allSatisfy { $0.a == $0.b && !$0.isMissing })
        #expect(diff.lines.contains { $0.contains("get_time {\"city\":\"Berlin\"} result") })
    }

    @Test func linesHoldNothingThatSteersATerminal() throws {
        let hostile = HostileSession()
        let diff = SessionDiff(try hostile.stored(), try StoredSession(path: samplePath))
        for line in diff.lines {
            #expect(!line.unicodeScalars.contains { $0.value < 0x20 || (0x7F...0x9F).contains($0.value) || $0.value == 0x202E })
        }
    }
}
