import Core
import TestKit
import Testing

@testable import Recording

/// The power fails at any moment: at most five seconds are lost, and what is left opens after repair.
@Suite struct PowerLossTests {
    @Test func atMostFiveSecondsAreLost() throws {
        var random = SeededRandom(33)
        var worst = 0.0
        for round in 0..<200 {
            let folder = TemporaryFolder()
            var options = RecordingOptions(folder: folder.path + "/sessions")
            options.freeSpaceFloor = 0
            let disk = VolatileDisk()
            let session = ScriptedSession(options: options, disk: disk)
            for frame in 0..<Int.random(in: 5...900, using: &random) {
                if frame % 5 == 0 { session.log(.health(Health())) }
                session.tick()
            }
            let diedAt = session.position
            session.core.abandon()
            disk.cutPower(&random)
            worst = max(worst, try Self.lost(options.folder, diedAt, round))
        }
        print("power failures: at most \((worst * 100).rounded() / 100) s lost")
        #expect(worst <= 5)
    }

    /// Seconds of audio or log that are missing after the repair.
    private static func lost(_ folder: String, _ diedAt: Int64, _ round: Int) throws -> Double {
        let seconds = Double(diedAt) / 8000
        let store = SessionStore(folder: folder)
        guard let name = try store.names().first else { return seconds }
        let report = SessionRepair.run(path: folder + "/" + name)
        #expect(report.failures.isEmpty, "round \(round): \(report.failures)")
        let stored = try StoredSession(path: folder + "/" + name)
        #expect(stored.hasMeta && stored.meta.state == .interrupted, "round \(round): \(stored.faults)")
        #expect(stored.log.torn.isEmpty, "round \(round)")
        let right = try stored.audio.map { try rightFrames($0) } ?? 0
        // Records in the order of their numbers, without a hole from the first on.
        var logged: Int64 = 0
        for (record, number) in zip(stored.log.records, 1...) where record.sequence == UInt64(number) {
            logged = record.audio
        }
        #expect(SessionRepair.run(path: folder + "/" + name).actions.isEmpty, "round \(round)")
        return max(Double(diedAt - right) / 8000, Double(diedAt - logged) / 8000)
    }
}
