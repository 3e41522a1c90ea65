import Core
import Glibc
import Network
import Synchronization
import Testing

@testable import LanguageModels

/// A language model over a real socket against a stand-in that judges it. Needs the stand-in's address, name and scenario:
/// `PIPECHECK_URL=http://127.0.0.1:PORT PIPECHECK_PEER=openai-chat PIPECHECK_SCENARIO=ok swift test --filter PipecheckTests`;
/// `PIPECHECK_TYPE` names the type where it differs from the peer, `PIPECHECK_OPTIONS` may hold options as JSON. `.ci/parts` runs all.
@Suite struct LanguageModelPipecheckTests {
    private static func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

    @Test(.enabled(if: getenv("PIPECHECK_URL") != nil))
    func playsTheScenario() throws {
        let url = try URLParts(parsing: Self.variable("PIPECHECK_URL") ?? "")
        let peer = Self.variable("PIPECHECK_PEER") ?? "openai-chat"
        let scenario = Self.variable("PIPECHECK_SCENARIO") ?? "ok"
        let type = Self.variable("PIPECHECK_TYPE") ?? peer
        let options = try JSONParser.parse(Self.variable("PIPECHECK_OPTIONS") ?? "{}")
        let plan = PipecheckPlan(peer: peer, scenario: scenario)
        let loop = UVLoop()
        try loop.start(name: "pipecheck")
        defer { loop.stop() }
        let report = Report()
        loop.post {
            let client = PipecheckClient(loop: loop, plan: plan, type: type, url: url, options: options)
            report.watch(client, loop)
            client.run()
        }
        let deadline = MonotonicTime.now() + .seconds(60)
        while !report.isOver, MonotonicTime.now() < deadline { poll(nil, 0, 20) }
        print(report.lines.joined(separator: "\n"))
        #expect(report.isOver, "the scenario did not end")
        for fault in report.faults { Issue.record("\(fault)") }
    }

    /// What the engine thread tells the test's.
    private final class Report: Sendable {
        private let state = Mutex<(over: Bool, lines: [String], faults: [String])>((false, [], []))

        var isOver: Bool { state.withLock { $0.over } }
        var lines: [String] { state.withLock { $0.lines } }
        var faults: [String] { state.withLock { $0.faults } }

        @EngineActor func watch(_ client: PipecheckClient, _ loop: UVLoop) {
            let (over, lines, faults) = (client.isFinished, client.log, client.faults)
            state.withLock { $0 = (over, lines, faults) }
            guard !over else { return }
            _ = loop.schedule(after: .milliseconds(50)) { self.watch(client, loop) }
        }
    }
}
