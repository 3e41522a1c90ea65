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
