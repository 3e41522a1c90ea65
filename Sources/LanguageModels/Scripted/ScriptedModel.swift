import Core
import ProviderKit

/// A model that answers by rules; it works by timers alone, so it is exact under manual time.
final class ScriptedModel: LanguageModel {
    static let capabilities = ModelCapabilities(costTier: .free, isOffline: true)
    private static let pace = ProviderTimer(0)

    var capabilities: ModelCapabilities { Self.capabilities }
    private let script: Script
    /// What the running request still has to tell, in order; empty when none runs.
    private var waiting: [ModelEvent] = []
    private var calls = 0

    init(_ script: Script) { self.script = script }

    func generate(_ request: ModelRequest, _ out: PartOutput<ModelEvent>) {
        waiting = answer(to: request)
        guard script.delay > .zero else { return tell(out) }
        out.timer(Self.pace, after: script.delay)
    }

    func cancel(_ out: PartOutput<ModelEvent>) {
        waiting = []
        out.cancelTimer(Self.pace)
    }

    func timer(_ id: ProviderTimer, _ out: PartOutput<ModelEvent>) { if id == Self.pace { tell(out) } }

    /// Tells everything, or the next word.
    private func tell(_ out: PartOutput<ModelEvent>) {
        while !waiting.isEmpty {
            let event = waiting.removeFirst()
            out.event(event)
            if case .text = event, script.wordGap > .zero { return out.timer(Self.pace, after: script.wordGap) }
        }
    }

    // MARK: The answer

    private func answer(to request: ModelRequest) -> [ModelEvent] {
        let user = Self.lastUser(request.messages)
        let rule = script.rule(for: user)
        switch request.messages.last {
        case .toolResult(_, let name, let output, let isError)?:
            let template = isError ? "The tool \(name) failed: {result}." : rule?.then ?? "The result is {result}."
            return said(Script.filled(template, user: user, result: output), request)
        case .instruction?:
            return said(script.rule(for: Self.instruction(request)).map(\.say) ?? "I am listening.", request)
        default: break
        }
        guard let rule else { return said(Script.filled(script.fallback, user: user, result: ""), request) }
        var events = rule.say.isEmpty ? [] : text(Script.filled(rule.say, user: user, result: ""))
        if let tool = rule.call, request.tools.contains(where: { $0.name == tool }) {
            calls += 1
            let arguments = Script.filled(rule.arguments, user: user).text
            // Unique also behind a conversation that another connection began.
            let id = "scripted_\(request.messages.count)_\(calls)"
            events.append(.toolCall(ToolCall(id: id, name: tool, arguments: arguments)))
        } else if let tool = rule.call {
            events += text("\(rule.say.isEmpty ? "" : " ")The tool \(tool) is not offered to me.")
        }
        return events + ending(events, request)
    }

    private func said(_ text: String, _ request: ModelRequest) -> [ModelEvent] {
        let events = self.text(text)
        return events + ending(events, request)
    }

    private func ending(_ events: [ModelEvent], _ request: ModelRequest) -> [ModelEvent] {
        [
            .usage(
                Usage(provider: "scripted", inputTokens: request.messages.count, outputTokens: events.count, dollars: 0)
            )
        ]
            + [.ended(.completed)]
    }

    /// A text word by word, as models give it.
    private func text(_ text: String) -> [ModelEvent] {
        var events: [ModelEvent] = []
        for word in text.split(separator: " ", omittingEmptySubsequences: false) {
            events.append(.text(events.isEmpty ? String(word) : " " + word))
        }
        return events.filter { $0 != .text("") }
    }

    private static func lastUser(_ messages: [ModelMessage]) -> String {
        for case .user(let text) in messages.reversed() { return text }
        return ""
    }

    private static func instruction(_ request: ModelRequest) -> String {
        if case .instruction(let text)? = request.messages.last { text } else { "" }
    }

    // MARK: No links

    func opened(_ link: LinkID, _ opening: LinkOpening, _ out: PartOutput<ModelEvent>) {}
    func received(_ link: LinkID, _ kind: LinkMessageKind, _ payload: Span<UInt8>, _ out: PartOutput<ModelEvent>) {}
    func closed(_ link: LinkID, _ closure: LinkClosure, _ out: PartOutput<ModelEvent>) {}

    func close(_ out: PartOutput<ModelEvent>) { cancel(out) }
}
