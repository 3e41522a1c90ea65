import AudioKit
import Core
import Glibc
import Network
import ProviderKit
import Synchronization
import Testing

@testable import Recognizers

/// A recogniser over real sockets against a stand-in that judges it; `.ci/parts stt` runs it. Needs the stand-in's address and a recording
/// of the words at the recogniser's rate: `PIPECHECK_URL=http://127.0.0.1:PORT PIPECHECK_PEER=soniox PIPECHECK_SCENARIO=ok
/// PIPECHECK_SPEECH=words.wav swift test --filter RecognizerPipecheckTests`. `PIPECHECK_TYPE` names the type when it is not called like the
/// peer, `PIPECHECK_WORDS` says what is spoken, `PIPECHECK_OPTIONS` may hold options as JSON.
@Suite struct RecognizerPipecheckTests {
    private static func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

    private static let types = ["openai-transcriptions": "openai-transcription"]

    @Test(.enabled(if: getenv("PIPECHECK_URL") != nil && getenv("PIPECHECK_SPEECH") != nil))
    func playsTheScenario() throws {
        let peer = Self.variable("PIPECHECK_PEER") ?? ""
        let scenario = Self.variable("PIPECHECK_SCENARIO") ?? "ok"
        let plan = PipecheckClient.Plan(
            type: Self.variable("PIPECHECK_TYPE") ?? Self.types[peer] ?? peer,
            url: try URLParts(parsing: Self.variable("PIPECHECK_URL") ?? ""),
            options: try Self.options(scenario), speech: try Self.speech())
        let report = try Self.play(plan)
        print(report.lines.joined(separator: "\n"))
        #expect(report.isOver, "the scenario did not end")
        Self.judge(report, scenario)
    }

    /// What the scenario allows: the words, or a failure that says why not; one final for each end of a turn.
    private static func judge(_ report: Report, _ scenario: String) {
        let words = variable("PIPECHECK_WORDS") ?? "one two three"
        if scenario == "error-401" {
            #expect(report.codes == ["auth"])
            return
        }
        if scenario == "error-mid-stream" || scenario == "drop-mid-stream", !report.codes.isEmpty { return }
        #expect(report.finals == 2)
        #expect(report.turns.count == 2)
        for turn in report.turns {
            #expect(SegmentText.bare(turn).contains(SegmentText.bare(words)), "heard \"\(turn)\", said \"\(words)\"")
        }
    }

    /// The stand-in takes its time in `slow`: longer than a turn is waited for by default.
    private static func options(_ scenario: String) throws -> JSONValue {
        var options = try JSONParser.parse(variable("PIPECHECK_OPTIONS") ?? "{}")
        if scenario == "slow" { options["final_timeout_ms"] = options["final_timeout_ms"] ?? 20000 }
        return options
    }

    private static func speech() throws -> [Int16] {
        let bytes = try #require(read(variable("PIPECHECK_SPEECH") ?? ""))
        let header = try WAVHeader.parse(bytes.span, fileBytes: bytes.count)
        return stride(from: header.dataOffset, to: header.dataOffset + header.dataBytes - 1, by: 2).map {
            Int16(bitPattern: UInt16(bytes[$0]) | UInt16(bytes[$0 + 1]) << 8)
        }
    }

    private static func read(_ path: String) -> [UInt8]? {
        guard let file = fopen(path, "r") else { return nil }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 4 << 20)
        let count = fread(&bytes, 1, bytes.count, file)
        return Array(bytes.prefix(count))
    }

    private static func play(_ plan: PipecheckClient.Plan) throws -> Report {
        let loop = UVLoop()
        try loop.start(name: "pipecheck")
        defer { loop.stop() }
        let report = Report()
        loop.post {
            let client = PipecheckClient(loop: loop, plan: plan)
            report.watch(client, loop)
            client.run()
        }
        let deadline = MonotonicTime.now() + .seconds(75)
        while !report.isOver, MonotonicTime.now() < deadline { poll(nil, 0, 20) }
        return report
    }

    /// What the engine thread tells the test's.
    private final class Report: Sendable {
        private struct State {
            var isOver = false
            var lines: [String] = []
            var turns: [String] = []
            var finals = 0
            var codes: [String] = []
        }
        private let state = Mutex(State())

        var isOver: Bool { state.withLock { $0.isOver } }
        var lines: [String] { state.withLock { $0.lines } }
        var turns: [String] { state.withLock { $0.turns } }
        var finals: Int { state.withLock { $0.finals } }
        var codes: [String] { state.withLock { $0.codes } }

        @EngineActor func watch(_ client: PipecheckClient, _ loop: UVLoop) {
            let now = State(
                isOver: client.isFinished, lines: client.log, turns: client.turns, finals: client.finals.count,
                codes: client.failures.map(\.code))
            state.withLock { $0 = now }
            guard !now.isOver else { return }
            _ = loop.schedule(after: .milliseconds(50)) { self.watch(client, loop) }
        }
    }
}
