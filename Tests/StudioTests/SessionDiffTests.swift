import Core
import Recording
import TestKit
import Testing

@testable import Studio

@Suite struct SessionDiffTests {
    @Test func aSessionDoesNotDifferFromItself() throws {
        let stored = try StoredSession(path: samplePath)
        let diff = SessionDiff(stored, stored)
        #expect(diff.turns.count == ExportDocument(stored).turns.count)
        #expect(diff.userShare == 0 && diff.agentShare == 0 && diff.medianA == diff.medianB)
        #expect(diff.turns.allSatisfy { $0.a == $0.b && !$0.isMissing })
        #expect(diff.lines.contains { $0.contains("get_time {\"city\":\"Berlin\"} result") })
    }

    @Test func wordsThatDifferAreMarkedAndCounted() throws {
        let hostile = HostileSession()
        let diff = SessionDiff(try StoredSession(path: samplePath), try hostile.stored())
        #expect(diff.userShare > 0.5 && diff.userShare <= 1 && diff.a == "sample")
        #expect(diff.turns.first?.user.first?.kind == .removed && diff.turns.first?.user.count == 2)
        #expect(diff.lines.contains { $0.hasPrefix("  you    [-What time is it in Berlin?-] {+") })
    }

    @Test func linesHoldNothingThatSteersATerminal() throws {
        let hostile = HostileSession()
        let diff = SessionDiff(try hostile.stored(), try StoredSession(path: samplePath))
        for line in diff.lines {
            #expect(
                !line.unicodeScalars.contains {
                    $0.value < 0x20 || (0x7F...0x9F).contains($0.value) || $0.value == 0x202E
                })
        }
    }
}
