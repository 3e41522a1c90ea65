import Core
import Network
import ProviderKit

@testable import LanguageModels

/// What a scenario of pipecheck is expected to bring: the turns to ask for, and how each ends.
struct PipecheckPlan: Sendable {
    enum Ending: Sendable { case completed, failed }

    static let answer =
        "Grüß Gott! 你好, hello world. That costs 3 €, \"all included\" 😀. C:\\temp is a path. Goodbye."
    static let afterTool = "The tool has answered, thank you – merci – 谢谢 😀."

    let peer: String
    let scenario: String
    /// How the first turn ends.
    let first: Ending
    /// Calls expected in the first turn.
    let calls: Int
    /// Text expected of the first turn; nil when it is cut.
    let text: String?

    /// What is expected of a peer in a scenario.
    init(peer: String, scenario: String) {
        self.peer = peer
        self.scenario = scenario
        let isAVR = peer == "avr-llm"
        switch scenario {
        case "error-401", "error-mid-stream", "drop-mid-stream", "quirk-openrouter", "huge": first = .failed
        default: first = .completed
        }
        switch scenario {
        case _ where isAVR: calls = 0
        case "tools", "quirk-vllm": calls = 2
        case "tool", "quirk-llamacpp", "quirk-gemini": calls = 1
        default: calls = 0
        }
        let said = calls > 0 ? Self.afterTool : isAVR ? Self.answer + " {\"not\": \"a frame\"} }{ \"" : Self.answer
        text = first == .completed ? said : nil
    }
}

/// A small pipeline around one model on a real loop: it asks, answers calls, asks again with the history, and cuts one answer short.
@EngineActor
final class PipecheckClient: LinkDelegate {
    private let loop: UVLoop
    private let links: LWSLinks
    private let plan: PipecheckPlan
    private let configuration: ProviderConfiguration
    private let type: String

    private var model: (any LanguageModel)?
    private let base = ProviderOutput()
    private var out: PartOutput<ModelEvent>
    private var open: [LinkID: any Link] = [:]
    private var timers: [ProviderTimer: any EngineTimer] = [:]
    private var messages: [ModelMessage] = [.user("Hello, what is the weather?")]
    private var request = 0
    private var turn = 1
    private var text = ""
    private var calls: [ToolCall] = []
    private var callsMade = 0
    private var hasUsage = false
    private var failure: ProviderFailure?
    private var isCancelled = false

    private(set) var isFinished = false
    private(set) var log: [String] = []
    private(set) var faults: [String] = []

    private let tools = [
        ToolDefinition(
            name: "get_weather", summary: "Weather now",
            parameters: [
                "type": "object",
                "properties": [
                    "city": ["type": "string"], "days": ["type": "integer"], "exact": ["type": "boolean"],
                    "units": ["type": "string", "enum": ["metric", "imperial"]],
                ], "required": ["city"],
            ]),
        ToolDefinition(
            name: "get_time", summary: "Local time",
            parameters: ["type": "object", "properties": ["zone": ["type": "string"]], "required": ["zone"]]),
    ]

    /// Prepares a client; `run` begins.
    init(loop: UVLoop, plan: PipecheckPlan, type: String, url: URLParts, options: JSONValue) {
        self.loop = loop
        self.plan = plan
        self.type = type
        links = LWSLinks(loop: loop)
        out = PartOutput(base)
        configuration = ProviderConfiguration(
            name: type, model: "pipecheck", baseURL: url, key: Secret("sk-test-pipecheck"), options: options)
    }

    /// Makes the model and asks the first question.
    func run() {
        guard let descriptor = LanguageModelList.all.first(where: { $0.name == type }) else {
            return end("there is no type \(type)")
        }
        do throws(ConfigurationError) {
            model = try descriptor.make(configuration)
            ask()
        } catch { end("cannot be made: \(error)") }
    }

    private func end(_ fault: String? = nil) {
        if let fault { faults.append(fault) }
        isFinished = true
    }

    private func check(_ good: Bool, _ what: String) { if !good { faults.append("turn \(turn): \(what)") } }

    private func ask() {
        request += 1
        (text, calls, hasUsage, failure) = ("", [], false, nil)
        let wanted = ModelRequest(id: request, instructions: "Be brief – höflich.", messages: messages, tools: tools)
        call { $0.generate(wanted, $1) }
    }

    private func call(_ body: (any LanguageModel, PartOutput<ModelEvent>) -> Void) {
        guard let model else { return }
        base.now = loop.now
        body(model, out)
        perform()
    }

    // MARK: Links

    func linkOpened(_ id: LinkID, _ opening: LinkOpening) { call { $0.opened(id, opening, $1) } }

    func linkReceived(_ id: LinkID, _ kind: LinkMessageKind, _ payload: Span<UInt8>) {
        guard let model else { return }
        base.now = loop.now
        model.received(id, kind, payload, out)
        perform()
    }

    func linkClosed(_ id: LinkID, _ closure: LinkClosure) {
        open[id] = nil
        call { $0.closed(id, closure, $1) }
    }

    private func perform() {
        let (actions, events) = (base.actions, out.take())
        base.reset()
        for action in actions {
            switch action {
            case .connect(let id, let endpoint): open[id] = links.open(id, endpoint, delegate: self)
            case .close(let id, let code, let reason): open[id]?.close(code: code, reason: reason)
            case .timer(let id, let after):
                timers[id]?.cancel()
                timers[id] = loop.schedule(after: after) { [weak self] in self?.call { $0.timer(id, $1) } }
            case .cancelTimer(let id): timers.removeValue(forKey: id)?.cancel()
            case .send, .finish, .event, .trace: break
            }
        }
        for event in events { handle(event) }
    }

    // MARK: The pipeline

    private func handle(_ event: ModelEvent) {
        check(!isCancelled, "told after cancel: \(event)")
        switch event {
        case .text(let more):
            text += more
            if plan.scenario == "ok", turn == 3 { interrupt() }
        case .toolCall(let made): calls.append(made)
        case .usage: hasUsage = true
        case .failure(let told):
            failure = told
            log.append("failure \(told.code) \(told.consequence): \(told.text)")
        case .notice(let words): log.append("notice: \(words)")
        case .ended(let status): ended(status)
        }
    }

    /// Barge-in: the answer is cut while it comes.
    private func interrupt() {
        call { $0.cancel($1) }
        isCancelled = true
        log.append("cancelled after \(text.utf8.count) bytes")
        _ = loop.schedule(after: .milliseconds(400)) { [weak self] in self?.end() }
    }

    private func ended(_ status: ResponseStatus) {
        log.append("turn \(turn) \(status): \(calls.count) calls, \(text.utf8.count) bytes, usage \(hasUsage)")
        if !calls.isEmpty {
            callsMade += calls.count
            messages.append(.agent(text, calls: calls))
            for made in calls {
                messages.append(.toolResult(callID: made.id, name: made.name, output: "{\"ok\":true}", isError: false))
            }
            return ask()
        }
        if turn == 1 { judge(status) } else { check(status == .completed, "ended \(status)") }
        guard plan.scenario != "error-401" else {
            check(open.isEmpty || failure?.code == "auth", "no failure of the key")
            return finishDead()
        }
        guard turn < (plan.scenario == "ok" ? 3 : plan.first == .failed ? 1 : 2) else { return end() }
        messages.append(.agent(text, calls: []))
        messages.append(.user("And then? \(turn)"))
        turn += 1
        ask()
    }

    private func judge(_ status: ResponseStatus) {
        switch (plan.first, status) {
        case (.completed, .completed), (.failed, .failed): break
        default: check(false, "ended \(status)")
        }
        check(callsMade == plan.calls, "\(callsMade) calls instead of \(plan.calls)")
        if let expected = plan.text {
            check(text == expected, "said \(text.prefix(200))")
        } else if plan.scenario.contains("mid-stream") || plan.scenario == "quirk-openrouter" {
            check(PipecheckPlan.answer.hasPrefix(String(text.prefix(10))) && !text.isEmpty, "said \(text.prefix(200))")
        }
        if plan.first == .completed, plan.peer != "avr-llm" { check(hasUsage, "no usage") }
        check(!text.contains("never speak this"), "spoke a thought")
    }

    /// After a refused key nothing is sent any more.
    private func finishDead() {
        guard turn == 1 else { return end() }
        turn = 2
        let before = open.count
        base.now = loop.now
        model?.generate(ModelRequest(id: 99, instructions: "", messages: messages, tools: []), out)
        check(
            base.actions.allSatisfy { if case .connect = $0 { false } else { true } } && open.count == before, "asked")
        base.reset()
        _ = out.take()
        end()
    }
}
