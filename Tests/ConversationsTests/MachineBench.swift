import AudioKit
import Core
import ProviderKit

@testable import Conversations

/// Drives a `SessionMachine` with hand-made facts and manual time.
final class MachineBench {
    struct Facts: SessionFacts {
        var capabilitiesNow = ProviderCapabilities(inputRate: 24000, outputRate: 24000)
        var playing: AgentItem?
        var isPlayoutActive = false
        var heardMs = 0.0
        var generatedMs = 0.0
        var lastSpeech: MonotonicTime?
        var localSpeech: HeardSpeech?
        var echoFound: EchoLikeness.Finding?
        func echo() -> EchoLikeness.Finding? { echoFound }
        func heard(_ item: AgentItem) -> (heardMs: Double, generatedMs: Double) { (heardMs, generatedMs) }
        func name(of item: AgentItem) -> String { "item\(item.handle.index)" }
        func capabilities(of slot: SlotID) -> ProviderCapabilities? { capabilitiesNow }
    }

    var machine: SessionMachine
    var facts = Facts()
    var now = MonotonicTime(nanoseconds: 1_000_000_000)
    var all: [SessionAction] = []

    init(_ settings: SessionSettings = SessionSettings(), provider: String = "p") {
        machine = SessionMachine(settings: settings, provider: provider, tools: [])
    }

    @discardableResult
    func input(_ input: SessionInput) -> [SessionAction] {
        let actions = machine.handle(input, now: now, facts: facts)
        all += actions
        return actions
    }

    func wait(_ ms: Int) { now = now + .milliseconds(ms) }

    var slot: SlotID { machine.active.slot }

    /// Starts and makes the provider ready.
    func ready() {
        input(.start)
        wait(100)
        input(.provider(slot, .ready))
    }

    @discardableResult
    func provider(_ event: ProviderEvent) -> [SessionAction] { input(.provider(slot, event)) }

    /// The agent begins to be heard with item `index`.
    func speak(_ index: Int, heardMs: Double = 0, generatedMs: Double = 4000) {
        let item = AgentItem(slot: slot, handle: ItemHandle(index))
        provider(.agentAudio(item: ItemHandle(index), range: 0..<10))
        facts.playing = item
        facts.isPlayoutActive = true
        facts.heardMs = heardMs
        facts.generatedMs = generatedMs
        input(.itemStarted(item, heardAt: now))
    }

    /// The agent's item was played to its end.
    func playedOut(_ index: Int) {
        facts.playing = nil
        facts.isPlayoutActive = false
        input(.itemPlayedOut(AgentItem(slot: slot, handle: ItemHandle(index)), heardMs: 4000, generatedMs: 4000))
    }

    static func events(_ actions: [SessionAction]) -> [Event] {
        actions.compactMap { if case .emit(let event) = $0 { event } else { nil } }
    }

    static func requests(_ actions: [SessionAction]) -> [ProviderRequest] {
        actions.compactMap { if case .perform(_, let request) = $0 { request } else { nil } }
    }

    var reports: [TurnReport] {
        Self.events(all).compactMap { if case .turnEnded(let r) = $0 { r } else { nil } }
    }
}
