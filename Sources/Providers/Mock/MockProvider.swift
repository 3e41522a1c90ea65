import Core
import ProviderKit

/// A scripted agent without network: it works by timers alone, so it is exact under manual time and cheap under load.
///
/// ```
///  audio ─ detector ─▶ user turn ─ latency timer ─▶ reply ─ chunk timer ─▶ agentAudio … ─▶ responseEnded
///                                                     ╰─ tools first ─ toolResult ─╯
/// ```
final class MockProvider: Provider {
    /// Where the scripted connection stands.
    private enum Phase { case idle, connecting, ready, ended }

    /// An answer under way.
    private struct Answer {
        var id: String
        var reply: MockScenario.Reply
        var voice: MockVoice
        var item: ItemHandle
        /// Where the words of the text end, as they are told with the audio.
        var saidBytes = 0
        var openCalls: Set<String> = []
        var isSpeaking = false
    }

    private static let connectTimer = ProviderTimer(1)
    private static let latencyTimer = ProviderTimer(2)
    private static let chunkTimer = ProviderTimer(3)
    private static let lossTimer = ProviderTimer(4)

    let capabilities: ProviderCapabilities
    private let name: String
    private let scenario: MockScenario
    private var phase = Phase.idle
    private var context = ProviderContext()
    private var random: MockRandom
    private var detector: MockDetector
    private var answer: Answer?
    private var waiting: MockScenario.Reply?
    private var replies = 0
    private var turns = 0
    private var responses = 0
    private var calls = 0
    private var turnItem = ""
    private var idPrefix = ""

    /// A provider that plays `scenario`.
    init(name: String, _ scenario: MockScenario) {
        self.name = name
        self.scenario = scenario
        random = MockRandom(seed: scenario.seed)
        detector = MockDetector(scenario)
        capabilities = MockProvider.capabilities(scenario)
    }

    /// What the scenario makes the provider able to do.
    static func capabilities(_ scenario: MockScenario) -> ProviderCapabilities {
        ProviderCapabilities(
            inputRate: scenario.rate, outputRate: scenario.rate,
            endpointing: scenario.detectsTurns ? .provider : .local,
            nativeBargeIn: scenario.detectsTurns && scenario.bargeIn, canSpeakText: true,
            sessionLimit: scenario.sessionLimitMs.map { .milliseconds($0) }, costTier: .free, isOffline: true)
    }

    // MARK: Life

    func start(_ context: ProviderContext, _ out: ProviderOutput) {
        guard phase == .idle else { return }
        self.context = context
        idPrefix = context.idPrefix(out.now)
        phase = .connecting
        out.timer(Self.connectTimer, after: .milliseconds(scenario.connectMs))
    }

    // It asks for no links, so nothing can come on one.
    func opened(_ link: LinkID, _ opening: LinkOpening, _ out: ProviderOutput) {}
    func received(_ link: LinkID, _ kind: LinkMessageKind, _ payload: Span<UInt8>, _ out: ProviderOutput) {}
    func closed(_ link: LinkID, _ closure: LinkClosure, _ out: ProviderOutput) {}

    func timer(_ id: ProviderTimer, _ out: ProviderOutput) {
        switch (id, phase) {
        case (Self.connectTimer, .connecting): connected(out)
        case (Self.latencyTimer, .ready): begin(out)
        case (Self.chunkTimer, .ready): speakOn(out)
        case (Self.lossTimer, .ready): end("lost", "the scripted connection was lost", .reconnect(after: nil), out)
        default: break
        }
    }

    private func connected(_ out: ProviderOutput) {
        if let code = scenario.refuse { return refuse(code, out) }
        phase = .ready
        out.event(.ready)
        if let limit = scenario.sessionLimitMs { out.event(.expires(after: .milliseconds(limit))) }
        if let loss = scenario.disconnectAfterMs { out.timer(Self.lossTimer, after: .milliseconds(loss)) }
        if context.isContinuation {
            if context.answerPending { wait(for: nextReply(), out) }
        } else if let greeting = context.greeting, !greeting.isEmpty {
            wait(for: MockScenario.Reply(text: greeting), out)
        }
    }

    private func refuse(_ code: String, _ out: ProviderOutput) {
        let isFatal = code == "auth" || code == "quota"
        let wait: Duration? = code == "rate-limit" ? .seconds(1) : nil
        end(code, "the scenario refuses the connection", isFatal ? .fatal : .reconnect(after: wait), out)
    }

    private func end(_ code: String, _ text: String, _ consequence: ProviderFailure.Consequence, _ out: ProviderOutput)
    {
        stop(out)
        out.event(
            .failure(
                ProviderFailure(
                    code: code, text: "\(name): \(text)", fix: "change the scenario", consequence: consequence)))
    }

    private func stop(_ out: ProviderOutput) {
        phase = .ended
        answer = nil
        waiting = nil
        for timer in [Self.connectTimer, Self.latencyTimer, Self.chunkTimer, Self.lossTimer] {
            out.add(.cancelTimer(timer))
        }
    }

    // MARK: The user

    func audio(_ pcm: Span<Int16>, _ out: ProviderOutput) {
        guard phase == .ready, scenario.detectsTurns else { return }
        switch detector.feed(pcm) {
        case .nothing: break
        case .started:
            nextTurn()
            if scenario.bargeIn { cancel(out) }
            out.event(.userSpeechStarted(item: turnItem))
        case .stopped:
            out.event(.userSpeechStopped(item: turnItem))
            userTurnOver(spokenMs: detector.spoken * 1000 / scenario.rate, out)
        }
    }

    private func nextTurn() {
        turns += 1
        turnItem = "\(idPrefix)user_\(turns)"
    }

    private func userTurnOver(spokenMs: Int, _ out: ProviderOutput) {
        let texts = scenario.transcripts
        let text = texts.isEmpty ? "(\(spokenMs) ms of speech)" : texts[(turns - 1) % texts.count]
        out.event(.userTranscript(item: turnItem, text: text, isFinal: true))
        wait(for: nextReply(), out)
    }

    func perform(_ request: ProviderRequest, _ out: ProviderOutput) {
        if request == .close { return phase == .ended ? () : stop(out) }
        guard phase == .ready else { return }
        switch request {
        case .userText, .respond: wait(for: nextReply(), out)
        case .speak(let text): wait(for: MockScenario.Reply(text: text), out)
        case .toolResult(let callID, let output, _): toolResult(callID, output, out)
        case .interrupt: cancel(out)
        case .userTurnStarted: if !scenario.detectsTurns { nextTurn() }
        case .userTurnEnded: if !scenario.detectsTurns { userTurnOver(spokenMs: 0, out) }
        case .updateInstructions, .playedOut, .close: break
        }
    }

    // MARK: Answers

    private func nextReply() -> MockScenario.Reply {
        let list = scenario.replies
        let index = scenario.repeats ? replies % list.count : min(replies, list.count - 1)
        replies += 1
        return list[index]
    }

    /// Answers after the scripted latency; a newer wish replaces one that has not begun, but never one under way.
    private func wait(for reply: MockScenario.Reply, _ out: ProviderOutput) {
        waiting = reply
        guard answer == nil else { return }
        let jitter = scenario.jitterMs > 0 ? Int.random(in: 0...scenario.jitterMs, using: &random) : 0
        out.timer(Self.latencyTimer, after: .milliseconds(scenario.latencyMs + jitter + reply.delayMs))
    }

    private func begin(_ out: ProviderOutput) {
        guard answer == nil, let reply = waiting else { return }
        waiting = nil
        responses += 1
        let id = "\(idPrefix)response_\(responses)"
        out.event(.responseStarted(id: id))
        let chance = Double.random(in: 0..<1, using: &random)
        if let failure = reply.failure ?? (chance < scenario.errorRate ? "a scripted error" : nil) {
            return fail(id, failure, out)
        }
        let voice = MockVoice(
            reply.text, rate: scenario.rate, seconds: reply.seconds, toneHz: scenario.toneHz)
        var begun = Answer(id: id, reply: reply, voice: voice, item: out.item("\(idPrefix)agent_\(responses)"))
        for tool in reply.tools where context.tools.contains(where: { $0.name == tool.name }) {
            calls += 1
            let call = ToolCall(id: "call_\(calls)", name: tool.name, arguments: tool.arguments)
            begun.openCalls.insert(call.id)
            out.event(.toolCall(call))
        }
        answer = begun
        if begun.openCalls.isEmpty { speakOn(out) }
    }

    private func fail(_ id: String, _ text: String, _ out: ProviderOutput) {
        out.event(.responseEnded(id: id, status: .failed(text)))
        out.event(
            .failure(ProviderFailure(code: "vendor", text: "\(name): \(text)", fix: nil, consequence: .goesOn)))
    }

    private func toolResult(_ callID: String, _ output: String, _ out: ProviderOutput) {
        guard answer?.openCalls.remove(callID) != nil, answer?.openCalls.isEmpty == true else { return }
        speakOn(out)
    }

    /// Says the next piece and asks for the time of the one after it.
    private func speakOn(_ out: ProviderOutput) {
        guard var now = answer, now.openCalls.isEmpty else { return }
        now.isSpeaking = true
        let samples = scenario.chunkMs * scenario.rate / 1000
        out.audio(now.item) { now.voice.append(samples, to: &$0) }
        tellText(&now, out)
        answer = now
        if let limit = now.reply.disconnectAfterMs, now.voice.position * 1000 >= limit * scenario.rate {
            return end("lost", "the scripted connection was lost", .reconnect(after: nil), out)
        }
        guard now.voice.isOver else {
            let pause = Double(scenario.chunkMs) * 1_000_000 / scenario.speed
            return out.timer(Self.chunkTimer, after: .nanoseconds(Int64(pause)))
        }
        finish(now, out)
    }

    /// Text keeps pace with the audio, cut between words.
    private func tellText(_ now: inout Answer, _ out: ProviderOutput) {
        let bytes = Array(now.reply.text.utf8)
        let share = now.voice.count > 0 ? Double(now.voice.position) / Double(now.voice.count) : 1
        var end = min(bytes.count, Int(share * Double(bytes.count)))
        while end < bytes.count, end > now.saidBytes, bytes[end] != UInt8(ascii: " ") { end -= 1 }
        guard end > now.saidBytes else { return }
        out.event(.agentText(item: now.item, delta: String(decoding: bytes[now.saidBytes..<end], as: UTF8.self)))
        now.saidBytes = end
    }

    private func finish(_ now: Answer, _ out: ProviderOutput) {
        answer = nil
        out.event(.agentTextEnded(item: now.item, text: now.reply.text))
        out.event(.agentAudioEnded(item: now.item))
        out.event(.usage(Usage(provider: name, inputTokens: 0, outputTokens: now.reply.text.utf8.count, dollars: 0)))
        out.event(.responseEnded(id: now.id, status: .completed))
        if let reason = now.reply.hangUp { out.event(.hangUpRequested(reason: reason)) }
        if let next = waiting { wait(for: next, out) }
    }

    /// Cancels what is being said or about to be; calls that run are withdrawn.
    private func cancel(_ out: ProviderOutput) {
        if waiting != nil {
            waiting = nil
            out.add(.cancelTimer(Self.latencyTimer))
        }
        guard let now = answer else { return }
        answer = nil
        out.add(.cancelTimer(Self.chunkTimer))
        for call in now.openCalls.sorted() { out.event(.toolCallCancelled(callID: call)) }
        out.event(.responseEnded(id: now.id, status: .cancelled))
    }
}
