import Core
import Glibc
import Network
import ProviderKit
import Synchronization
import Testing

@testable import Synthesizers

/// A synthesiser over real links against a stand-in that judges it:
/// `PIPECHECK_URL=http://127.0.0.1:PORT PIPECHECK_PEER=deepgram-speak PIPECHECK_SCENARIO=ok swift test --filter SynthesizersTests.PipecheckTests`.
/// `PIPECHECK_OPTIONS` may hold the part's options as JSON, `PIPECHECK_ACT=cancel` cuts the first sentence short,
/// `PIPECHECK_TCP` is the port of a stand-in that has no HTTP.
@Suite struct PipecheckTests {
    private static func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

    /// The types that speak with each peer, the first by default.
    private static let types = ["kokoro": "openai-compatible-speech", "wyoming": "wyoming-tts"]

    @Test(.enabled(if: getenv("PIPECHECK_URL") != nil))
    func playsTheScenario() throws {
        let peer = Self.variable("PIPECHECK_PEER") ?? ""
        var scenario = Self.variable("PIPECHECK_SCENARIO") ?? "ok"
        // Over bare TCP the stand-in refuses nobody and is never long-winded.
        if peer == "wyoming", ["error-401", "huge"].contains(scenario) { scenario = "ok" }
        guard let descriptor = SynthesizerList.all.first(where: { $0.name == Self.types[peer] ?? peer }) else { return }
        let configuration = try Self.configuration(peer)
        let loop = UVLoop()
        try loop.start(name: "pipecheck")
        defer { loop.stop() }
        let (report, judged) = (Report(), scenario)
        let cancels = Self.variable("PIPECHECK_ACT") == "cancel"
        loop.post {
            let padding = peer == "elevenlabs-tts" && configuration.options["transport"]?.string != "http" ? 1 : 0
            let client = SpeechClient(loop: loop, scenario: judged, cancels: cancels, padding: padding) {
                try descriptor.make(configuration)
            }
            report.watch(client, loop)
            client.run()
        }
        let deadline = MonotonicTime.now() + .seconds(70)
        while !report.isOver, MonotonicTime.now() < deadline { poll(nil, 0, 20) }
        print(report.lines.joined(separator: "\n"))
        #expect(report.isOver, "the scenario did not end")
        #expect(report.wrong.isEmpty, "\(report.wrong.joined(separator: "; "))")
    }

    private static func configuration(_ peer: String) throws -> ProviderConfiguration {
        let text = variable("PIPECHECK_URL") ?? ""
        // Only host and port of a stand-in over bare TCP matter.
        var base = try URLParts(parsing: text.hasPrefix("tcp://") ? "http" + text.dropFirst(3) : text)
        if let port = variable("PIPECHECK_TCP").flatMap(Int.init) { base.port = port }
        let options = try JSONParser.parse(variable("PIPECHECK_OPTIONS") ?? "{}")
        return ProviderConfiguration(
            name: peer, voice: peer == "elevenlabs-tts" ? "voice1" : nil, baseURL: base,
            key: peer == "kokoro" || peer == "wyoming" ? nil : Secret("sk-test-pipecheck-0123456789"), options: options)
    }

    /// What the engine thread tells the test's.
    private final class Report: Sendable {
        private let state = Mutex<(over: Bool, lines: [String], wrong: [String])>((false, [], []))

        var isOver: Bool { state.withLock { $0.over } }
        var lines: [String] { state.withLock { $0.lines } }
        var wrong: [String] { state.withLock { $0.wrong } }

        @EngineActor func watch(_ client: SpeechClient, _ loop: UVLoop) {
            let heard = client.samples.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
            let summary = "samples \(heard) ended \(client.ended) words \(client.words.count)"
            let (over, lines, wrong) = (client.isFinished, client.log + [summary], client.verdict())
            state.withLock { $0 = (over, lines, wrong) }
            guard !over else { return }
            _ = loop.schedule(after: .milliseconds(50)) { self.watch(client, loop) }
        }
    }
}
