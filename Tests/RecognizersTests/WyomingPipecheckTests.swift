import Core
import Glibc
import Network
import ProviderKit
import Synchronization
import Testing

@testable import Recognizers

/// The Wyoming recogniser over a real connection to a stand-in that judges it: `PIPECHECK_URL=http://127.0.0.1:PORT PIPECHECK_PEER=wyoming
/// PIPECHECK_SCENARIO=ok PIPECHECK_TCP=PORT swift test --filter WyomingPipecheckTests`.
@Suite struct WyomingPipecheckTests {
    private static func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

    @Test(.enabled(if: variable("PIPECHECK_PEER") == "wyoming"))
    func playsTheScenario() throws {
        let scenario = Self.variable("PIPECHECK_SCENARIO") ?? "ok"
        let told =
            Self.variable("PIPECHECK_TCP")
            ?? Self.variable("PIPECHECK_URL")?.split(separator: ":").last.map(String.init)
        let port = told.flatMap(Int.init) ?? 10_300
        let configuration = ProviderConfiguration(
            name: "wyoming", options: ["host": "127.0.0.1", "port": .int(Int64(port))])
        let loop = UVLoop()
        try loop.start(name: "pipecheck")
        defer { loop.stop() }
        let report = Mutex<(over: Bool, lines: [String], failures: Int)>((false, [], 0))
        let shared = Shared(report)
        loop.post {
            do {
                let client = TurnClient(loop: loop, try WyomingSTT.descriptor.make(configuration))
                shared.watch(client, loop)
                client.run()
            } catch { shared.state.withLock { $0 = (true, ["\(error)"], 1) } }
        }
        let deadline = MonotonicTime.now() + .seconds(40)
        while !shared.state.withLock({ $0.over }), MonotonicTime.now() < deadline { poll(nil, 0, 20) }
        let (over, lines, failures) = shared.state.withLock { $0 }
        print("heard \(lines)")
        #expect(over, "the scenario did not end")
        if ["error-mid-stream", "drop-mid-stream"].contains(scenario) {
            #expect(failures == 1)
        } else {
            #expect(lines == ["hello world", "final", "hello world", "final"])
        }
    }

    private final class Shared: Sendable {
        let state: Mutex<(over: Bool, lines: [String], failures: Int)>
        init(_ state: consuming Mutex<(over: Bool, lines: [String], failures: Int)>) { self.state = state }

        @EngineActor func watch(_ client: TurnClient, _ loop: UVLoop) {
            let now = (client.isFinished, client.log, client.failures)
            state.withLock { $0 = now }
            guard !now.0 else { return }
            _ = loop.schedule(after: .milliseconds(50)) { self.watch(client, loop) }
        }
    }
}

/// Speaks two turns of a hum and listens.
@EngineActor
private final class TurnClient: LinkDelegate {
    private let loop: UVLoop
    private let links: LWSLinks
    private let part: any Recognizer
    private let base = ProviderOutput()
    private let out: PartOutput<RecognizerEvent>
    private var open: [LinkID: any Link] = [:]
    private var timers: [ProviderTimer: any EngineTimer] = [:]
    private var frame = 0
    private var finals = 0
    private(set) var log: [String] = []
    private(set) var failures = 0
    private(set) var isFinished = false

    init(loop: UVLoop, _ part: any Recognizer) {
        (self.loop, self.part) = (loop, part)
        links = LWSLinks(loop: loop)
        out = PartOutput(base)
    }

    func run() {
        call { $0.start(PartContext(language: "en-GB"), $1) }
        tick()
    }

    private func call(_ body: (any Recognizer, PartOutput<RecognizerEvent>) -> Void) {
        base.now = loop.now
        body(part, out)
        perform()
    }

    func linkOpened(_ id: LinkID, _ opening: LinkOpening) { call { $0.opened(id, opening, $1) } }

    func linkReceived(_ id: LinkID, _ kind: LinkMessageKind, _ payload: Span<UInt8>) {
        base.now = loop.now
        part.received(id, kind, payload, out)
        perform()
    }

    func linkClosed(_ id: LinkID, _ closure: LinkClosure) {
        open[id] = nil
        call { $0.closed(id, closure, $1) }
        finishIfDone()
    }

    private func finishIfDone() {
        if finals == 2 || failures > 0, open.isEmpty { isFinished = true }
    }

    private func perform() {
        let events = out.take()
        let (actions, bytes) = (base.actions, base.bytes)
        base.reset()
        for action in actions {
            switch action {
            case .connect(let id, let endpoint): open[id] = links.open(id, endpoint, delegate: self)
            case .send(let id, let kind, let range): open[id]?.send(kind, bytes.span.extracting(range))
            case .close(let id, let code, let reason): open[id]?.close(code: code, reason: reason)
            case .timer(let id, let after):
                timers[id]?.cancel()
                timers[id] = loop.schedule(after: after) { [weak self] in self?.call { $0.timer(id, $1) } }
            case .cancelTimer(let id): timers.removeValue(forKey: id)?.cancel()
            case .finish, .event, .trace: break
            }
        }
        for event in events { heard(event) }
    }

    private func heard(_ event: RecognizerEvent) {
        switch event {
        case .transcript(let text, true): log.append(text)
        case .turnFinal:
            log.append("final")
            finals += 1
        case .failure(let failure):
            log.append("failure \(failure.code) \(failure.consequence)")
            failures += 1
        default: break
        }
        finishIfDone()
    }

    /// 20 ms of a hum, five times as fast as life: two turns of 800 ms.
    private func tick() {
        guard !isFinished, frame < 160 else { return }
        if frame == 20 || frame == 90 { call { $0.turnStarted($1) } }
        if frame == 60 || frame == 130 { call { $0.turnEnded($1) } }
        let isLoud = 10..<60 ~= frame || 80..<130 ~= frame
        let pcm = (0..<320).map { isLoud ? Int16(($0 * 11 % 107 - 53) * 150) : 0 }
        call { $0.audio(pcm.span, $1) }
        frame += 1
        _ = loop.schedule(after: .milliseconds(4)) { [weak self] in self?.tick() }
    }
}
