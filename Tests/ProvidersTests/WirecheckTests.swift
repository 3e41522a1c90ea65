import Core
import Glibc
import Network
import Synchronization
import Testing

@testable import Providers

/// The provider over a real socket against a stand-in that judges it. Needs the stand-in's address and scenario:
/// `WIRECHECK_URL=ws://127.0.0.1:PORT WIRECHECK_SCENARIO=turn swift test --filter WirecheckTests`; `WIRECHECK_OPTIONS` may
/// hold the provider's options as JSON.
@Suite struct WirecheckTests {
    private static func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

    @Test(.enabled(if: getenv("WIRECHECK_URL") != nil))
    func playsTheScenario() throws {
        let url = try URLParts(parsing: Self.variable("WIRECHECK_URL") ?? "")
        let scenario = Self.variable("WIRECHECK_SCENARIO") ?? "turn"
        let options = try JSONParser.parse(Self.variable("WIRECHECK_OPTIONS") ?? "{}")
        let loop = UVLoop()
        try loop.start(name: "wirecheck")
        defer { loop.stop() }
        let report = Report()
        loop.post {
            let client = WirecheckClient(loop: loop, scenario: scenario, url: url, options: options)
            report.watch(client, loop)
            client.run()
        }
        let deadline = MonotonicTime.now() + .seconds(40)
        while !report.isOver, MonotonicTime.now() < deadline { poll(nil, 0, 20) }
        print(report.lines.joined(separator: "\n"))
        #expect(report.isOver, "the scenario did not end")
    }

    /// What the engine thread tells the test's.
    private final class Report: Sendable {
        private let state = Mutex<(over: Bool, lines: [String])>((false, []))

        var isOver: Bool { state.withLock { $0.over } }
        var lines: [String] { state.withLock { $0.lines } }

        @EngineActor func watch(_ client: WirecheckClient, _ loop: UVLoop) {
            let (over, lines) = (client.isFinished, client.log)
            state.withLock { $0 = (over, lines) }
            guard !over else { return }
            _ = loop.schedule(after: .milliseconds(50)) { self.watch(client, loop) }
        }
    }
}
