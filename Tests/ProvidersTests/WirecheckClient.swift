import Core
import Network
import ProviderKit

@testable import Providers

/// A small session around one provider on a real loop: microphone script, playout clock, tools, reconnects. It plays a
/// wirecheck scenario as a user and a session would.
@EngineActor
final class WirecheckClient: LinkDelegate {
    private let loop: UVLoop
    private let links: LWSLinks
    private let scenario: String
    private let configuration: ProviderConfiguration
    private let tools: [ToolDefinition]

    private var provider: (any Provider)?
    private var out = ProviderOutput()
    private var open: [LinkID: any Link] = [:]
    private var timers: [ProviderTimer: any EngineTimer] = [:]
    private var attempts = 0
    private var history: [ContextItem] = []

    private var isReady = false
    private var talkFrom = MonotonicTime(nanoseconds: 0)
    private var talkUntil = MonotonicTime(nanoseconds: 0)
    private var nextFrame = MonotonicTime(nanoseconds: 0)
    private var phase = 0.0
    private var item: String?
    private var itemStart = MonotonicTime(nanoseconds: 0)
    private var itemMs = 0
    private var hasBarged = false
    private var isTalking = false
    private var toolResults = 0

    /// Set when the scenario is over and the link has ended.
    private(set) var isFinished = false
    private(set) var log: [String] = []

    /// Prepares a client; `run` begins.
    init(loop: UVLoop, scenario: String, url: URLParts, options: JSONValue = .object([])) {
        self.loop = loop
        self.scenario = scenario
        links = LWSLinks(loop: loop)
        configuration = ProviderConfiguration(
            name: "openai", model: "gpt-realtime-2.1", baseURL: url, key: Secret("sk-test-wirecheck"), options: options)
        tools = [
            ToolDefinition(
                name: "get_weather", summary: "Weather now",
                parameters: ["type": "object", "properties": ["city": ["type": "string"]], "required": ["city"]]),
            ToolDefinition(
                name: "get_time", summary: "Local time",
                parameters: ["type": "object", "properties": ["zone": ["type": "string"]], "required": ["zone"]]),
        ]
    }

    /// Connects; again after a loss.
    func run() {
        attempts += 1
        isReady = false
        item = nil
        out = ProviderOutput(now: loop.now)
        do throws(ConfigurationError) {
            let made = try OpenAIRealtime.descriptor.make(configuration)
            provider = made
            made.start(
                ProviderContext(instructions: "Be brief.", tools: tools, history: history), out)
            perform()
        } catch { note("cannot be made: \(error)") }
    }

    private func note(_ text: String) { log.append(text) }

    private func call(_ body: (any Provider, ProviderOutput) -> Void) {
        guard let provider else { return }
        out.now = loop.now
        body(provider, out)
        perform()
    }

    // MARK: Links

    func linkOpened(_ id: LinkID, _ opening: LinkOpening) { call { $0.opened(id, opening, $1) } }

    func linkReceived(_ id: LinkID, _ kind: LinkMessageKind, _ payload: Span<UInt8>) {
        guard let provider else { return }
        out.now = loop.now
        provider.received(id, kind, payload, out)
        perform()
    }

    func linkClosed(_ id: LinkID, _ closure: LinkClosure) {
        note("closed \(closure.cause)")
        open[id] = nil
        call { $0.closed(id, closure, $1) }
        if ending { isFinished = true }
    }

    private var ending = false

    // MARK: Actions

    private func perform() {
        let actions = out.actions
        for action in actions {
            switch action {
            case .connect(let id, let endpoint): open[id] = links.open(id, endpoint, delegate: self)
            case .send(let id, let kind, let range):
                let bytes = out.bytes
                let span = bytes.span.extracting(range)
                open[id]?.send(kind, span)
            case .finish(let id): open[id]?.finish()
            case .close(let id, let code, let reason): open[id]?.close(code: code, reason: reason)
            case .timer(let id, let after):
                timers[id]?.cancel()
                timers[id] = loop.schedule(after: after) { [weak self] in self?.call { $0.timer(id, $1) } }
            case .cancelTimer(let id): timers.removeValue(forKey: id)?.cancel()
            case .event, .trace: break
            }
        }
        let events = actions.compactMap { if case .event(let event) = $0 { event } else { nil } }
        out.reset()
        for event in events { handle(event) }
    }

    private func handle(_ event: ProviderEvent) {
        switch event {
        case .ready: ready()
        case .userTranscript(_, let text, true): history.append(.user(text))
        case .agentTextEnded(_, let text): history.append(.agent(text))
        case .userSpeechStarted: interrupt()
        case .agentAudio(let handle, let range): heard(out.id(of: handle), range.count)
        case .toolCall(let call):
            toolResults += 1
            self.call { $0.perform(.toolResult(callID: call.id, output: #"{"ok":true}"#, isError: false), $1) }
        case .responseEnded(_, .completed): answered()
        case .failure(let failure): failed(failure)
        case .notice(let text): note("notice: \(text)")
        default: break
        }
    }

    private func failed(_ failure: ProviderFailure) {
        note("failure \(failure.code) \(failure.consequence): \(failure.text)")
        switch failure.consequence {
        case .goesOn: break
        case .fatal:
            ending = true
            if open.isEmpty { isFinished = true }
        case .reconnect(let after):
            provider = nil
            for timer in timers.values { timer.cancel() }
            timers = [:]
            guard attempts < 4 else {
                isFinished = true
                return
            }
            _ = loop.schedule(after: max(after ?? .zero, .milliseconds(700))) { [weak self] in self?.run() }
        }
    }

    // MARK: The user

    private func ready() {
        note("ready")
        isReady = true
        nextFrame = loop.now
        speakFrames()
        if attempts > 1 { return finish(after: .milliseconds(800)) }
        if scenario == "text" {
            history.append(.user("hello there"))
            call { $0.perform(.userText("hello there"), $1) }
        } else {
            talk(after: .milliseconds(400))
        }
    }

    private func talk(after delay: Duration) {
        talkFrom = loop.now + delay
        talkUntil = talkFrom + .seconds(1)
    }

    /// One frame each 20 ms by absolute deadlines: a hum while talking, silence otherwise.
    private func speakFrames() {
        guard isReady, provider != nil, !ending else { return }
        let isLoud = nextFrame >= talkFrom && nextFrame < talkUntil
        if provider?.capabilities.endpointing == .local { endpoint(isLoud) }
        let samples = (0..<480).map { _ -> Int16 in
            phase += 150.0 / 24000
            if phase >= 1 { phase -= 1 }
            return isLoud ? Int16((phase - 0.5) * 16000) : 0
        }
        call { $0.audio(samples.span, $1) }
        bargeInIfDue()
        nextFrame = nextFrame + .milliseconds(20)
        _ = loop.schedule(at: nextFrame) { [weak self] in self?.speakFrames() }
    }

    /// The session's own endpointing, for a provider without a detector of its own.
    private func endpoint(_ isLoud: Bool) {
        guard isLoud != isTalking else { return }
        isTalking = isLoud
        if isLoud { interrupt(cancelledByProvider: false) }
        call { $0.perform(isLoud ? .userTurnStarted : .userTurnEnded, $1) }
    }

    private func bargeInIfDue() {
        guard scenario == "barge-in", !hasBarged, item != nil, loop.now - itemStart > .milliseconds(1200) else {
            return
        }
        hasBarged = true
        talk(after: .zero)
    }

    private func heard(_ id: String, _ samples: Int) {
        if item != id {
            item = id
            itemStart = loop.now
            itemMs = 0
        }
        itemMs += samples / 24
    }

    private func interrupt(cancelledByProvider: Bool = true) {
        guard let id = item else { return }
        let played = min(itemMs, Int((loop.now - itemStart).milliseconds))
        guard played < itemMs else { return }
        note("interrupt at \(played) of \(itemMs) ms")
        call { $0.perform(.interrupt(item: id, heardMs: played, cancelledByProvider: cancelledByProvider), $1) }
        item = nil
    }

    private func answered() {
        let needed = ["tool": 1, "two-tools": 2][scenario] ?? 0
        guard toolResults >= needed, itemMs > 0, scenario != "session-cap" || attempts > 1 else { return }
        guard scenario != "barge-in" || (hasBarged && item != nil) else { return }
        finish(after: .milliseconds(500))
    }

    private func finish(after delay: Duration) {
        _ = loop.schedule(after: delay) { [weak self] in self?.end() }
    }

    private func end() {
        guard !ending else { return }
        ending = true
        call { $0.perform(.close, $1) }
        if open.isEmpty { isFinished = true }
    }
}
