import Core
import Glibc
import Testing

@testable import Recording

@Suite struct SampleSessionTests {
    /// `sessions/sample` of this checkout.
    static var path: String {
        let parts = #filePath.split(separator: "/").dropLast(3)
        return "/" + parts.joined(separator: "/") + "/sessions/sample"
    }

    private static func raw(_ name: String, _ folder: String) -> [Int16] {
        let bytes = TemporaryFolder.read(folder + "/" + name + ".raw")
        return (0..<bytes.count / 2).map { Int16(bitPattern: UInt16(bytes[2 * $0]) | UInt16(bytes[2 * $0 + 1]) << 8) }
    }

    /// Makes the sample anew when `.ci/make-sample-session` asks for it.
    @Test(.enabled(if: getenv("SIDETONE_SAMPLE_OUT") != nil)) func make() throws {
        let voices = try #require(getenv("SIDETONE_SAMPLE_VOICES").map { String(cString: $0) })
        let out = try #require(getenv("SIDETONE_SAMPLE_OUT").map { String(cString: $0) })
        let folder = TemporaryFolder()
        let session = SampleSession(folder: folder.path)
        session.record(
            user1: Self.raw("user1", voices), agent1: Self.raw("agent1", voices), user2: Self.raw("user2", voices),
            agent2: Self.raw("agent2", voices))
        let made = folder.path + "/" + (try #require(TemporaryFolder.names(folder.path).first))
        try PosixDisk().createFolder(out)
        for name in TemporaryFolder.names(made) {
            TemporaryFolder.write(TemporaryFolder.read(made + "/" + name), to: out + "/" + name)
        }
        #expect(SessionVerifier.verify(path: out).isWhole)
    }

    /// Makes the tour anew.
    @Test(.enabled(if: getenv("SIDETONE_TOUR_OUT") != nil)) func makeTour() throws {
        let voices = try #require(getenv("SIDETONE_SAMPLE_VOICES").map { String(cString: $0) })
        let out = try #require(getenv("SIDETONE_TOUR_OUT").map { String(cString: $0) })
        let folder = TemporaryFolder()
        SampleSession(folder: folder.path).tour { Self.raw($0, voices) }
        let made = folder.path + "/" + (try #require(TemporaryFolder.names(folder.path).first))
        try PosixDisk().createFolder(out)
        for name in TemporaryFolder.names(made) {
            TemporaryFolder.write(TemporaryFolder.read(made + "/" + name), to: out + "/" + name)
        }
        #expect(SessionVerifier.verify(path: out).isWhole)
    }

    @Test(.disabled(if: getenv("SIDETONE_SAMPLE_VOICES") != nil)) func theTourHasOneOfEverything() throws {
        let path = String(Self.path.dropLast("sample".count)) + "tour"
        let report = SessionVerifier.verify(path: path)
        #expect(report.isWhole && report.findings.isEmpty, "\(report.lines)")
        #expect(TemporaryFolder.size(path + "/audio.wav") <= 1_200_000)
        let records = try StoredSession(path: path).log.records
        let kinds = Set(records.map(\.event.kind))
        #expect(kinds.isSuperset(of: [.bargeIn, .toolCallEnded, .providerSwitch, .trouble, .note, .sessionEnded]))
        let turns = records.compactMap { if case .turnEnded(let turn) = $0.event { turn } else { nil } }
        #expect(turns.count == 7 && turns.count { $0.e2eMs == nil } == 1 && turns.contains { ($0.e2eMs ?? 0) > 2000 })
        for turn in turns {
            if let e2e = turn.e2eMs { #expect(abs(turn.parts.reduce(0) { $0 + $1.ms } - e2e) < 5) }
        }
    }

    @Test(.disabled(if: getenv("SIDETONE_SAMPLE_VOICES") != nil)) func sampleIsWholeAndAligned() throws {
        let report = SessionVerifier.verify(path: Self.path)
        #expect(report.isWhole, "\(report.lines)")
        #expect(report.findings.isEmpty, "\(report.lines)")
        let aligned = try #require(report.alignmentMs)
        #expect(aligned <= 60)
        #expect(TemporaryFolder.size(Self.path + "/audio.wav") <= 500_000)
        let kinds = Set(try StoredSession(path: Self.path).log.records.map(\.event.kind))
        #expect(kinds.isSuperset(of: [.bargeIn, .toolCallEnded, .turnEnded, .sessionEnded]))
    }
}
