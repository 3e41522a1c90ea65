import AudioKit
import Core
import ProviderKit
import TestKit
import Testing
import Tools

@testable import Conversations

@Suite struct SessionToolsTests {
    /// A tool that answers when the test says so.
    @EngineActor
    private final class Gate {
        var open: [ToolInvocation] = []
        nonisolated init() {}
    }

    private static func tool(_ name: String, _ phase: ToolPhase, _ gate: Gate) -> Tool {
        var made = Tool(ToolDefinition(name: name, summary: "", parameters: ["type": "object"])) { invocation in
            gate.open.append(invocation)
            return nil
        }
        made.phase = phase
        return made
    }

    @EngineActor
    private static func bench(_ tools: [Tool], _ change: (inout SessionSettings) -> Void = { _ in }) -> SessionBench {
        var settings = SessionSettings()
        change(&settings)
        return SessionBench(settings, configure: { $0.tools = ToolRegistry(tools) })
    }

    @Test func whatWasLookedUpStandsInInstructionsAndGreeting() throws {
        try EngineActor.executor.occupy { () throws in
            let gate = Gate()
            let bench = Self.bench([Self.tool("crm", .before, gate), Calculate.tool]) {
                $0.instructions = "The caller is ${crm.name}, ${crm.age:-unknown}. ${crm.none}"
                $0.greeting = "Hello ${crm.name}"
            }
            bench.pass(10, 5)
            #expect(bench.providers.isEmpty && gate.open.count == 1)
            gate.open[0].finish(.success(ToolOutcome(["name": "Ann", "password": "x"])))
            bench.loop.runPosted()
            let context = try #require(bench.providers.first?.context)
            #expect(context.instructions == "The caller is Ann, unknown. " && context.greeting == "Hello Ann")
            #expect(context.tools.map(\.name) == ["calculate"])
            bench.openNewest()
            bench.pass(1, 5)
            #expect(bench.providers[0].heard.count == 11 * 160)
            #expect(Self.ends(bench).map(\.output) == [#"{"name":"Ann","password":"***"}"#])
        }
    }

    @Test func aLookUpThatHangsHoldsTheCallUpOnlySoLong() {
        EngineActor.executor.occupy {
            let gate = Gate()
            let bench = Self.bench([Self.tool("crm", .before, gate)]) { $0.preparationLimit = .seconds(1) }
            bench.loop.advance(by: .milliseconds(1100))
            #expect(bench.providers.count == 1 && Self.ends(bench).map(\.outcome) == [.cancelled])
            gate.open[0].finish(.success(ToolOutcome("late")))
            bench.loop.runPosted()
            #expect(Self.ends(bench).count == 1 && bench.providers.count == 1)
        }
    }

    @Test func toolsAfterTheCallKnowHowItWentAndTheEndStaysLast() {
        EngineActor.executor.occupy {
            let gate = Gate()
            let bench = Self.bench([Self.tool("report", .after, gate), EndOfCallNote.tool])
            bench.openNewest()
            Self.ask(
                bench,
                ToolCall(id: "n", name: "end_of_call_note", arguments: #"{"note":"wants 4111111111111111 back"}"#))
            bench.session.legEnded(SessionEnd(by: .caller, reason: "hung up"))
            bench.loop.runPosted()
            #expect(bench.events.last?.kind != .sessionEnded && gate.open.count == 1)
            let call = gate.open[0].scope.variables["call"]
            #expect(call?["ended_by"]?.string == "caller" && call?["summary"]?.string == "wants 4111111111111111 back")
            gate.open[0].finish(.failure(ToolFailure("nobody there")))
            bench.loop.runPosted()
            #expect(
                bench.events.last?.kind == .sessionEnded && bench.factory.taps[0].hasEnded
                    && bench.engine.activeCount == 0)
            #expect(Self.ends(bench).last?.outcome == .error)
            let notes = bench.events.compactMap { if case .note(let note) = $0 { note.text } else { nil } }
            #expect(notes == ["wants *** back"])
        }
    }

    @Test func digitsSoundBeforeFurtherWords() {
        EngineActor.executor.occupy {
            let bench = Self.bench([SendDTMF.tool])
            bench.openNewest()
            Self.ask(bench, ToolCall(id: "d", name: "send_dtmf", arguments: #"{"digits":"5"}"#))
            let start = bench.leg.played.count
            bench.pass(9)
            let tone = Array(bench.leg.played[start..<start + 800])
            #expect(Goertzel.level(of: 770, in: tone.span, sampleRate: 8000) > -20)
            #expect(Goertzel.level(of: 1336, in: tone.span, sampleRate: 8000) > -20)
            #expect(Goertzel.level(of: 941, in: tone.span, sampleRate: 8000) < -30)
            #expect(bench.leg.played[(start + 800)...].allSatisfy { $0 == 0 })
        }
    }

    @Test func somethingIsSaidWhileAToolIsSlow() {
        EngineActor.executor.occupy {
            let gate = Gate()
            var slow = Self.tool("slow", .during, gate)
            slow.slow = SlowNotice(after: .seconds(1), text: "One moment.")
            let bench = SessionBench(
                prepare: { $0.capabilities.canSpeakText = true }, configure: { $0.tools = ToolRegistry([slow]) })
            bench.openNewest()
            Self.ask(bench, ToolCall(id: "s", name: "slow", arguments: #"{"token":"t"}"#))
            bench.loop.advance(by: .milliseconds(1100))
            #expect(bench.providers[0].requests.contains(.speak("One moment.")))
            let starts = bench.events.compactMap { if case .toolCallStarted(let s) = $0 { s.arguments } else { nil } }
            #expect(starts == [#"{"token":"***"}"#])
        }
    }

    @Test func aProviderSeesOnlyTheToolsMeantForIt() {
        EngineActor.executor.occupy {
            var other = Calculate.tool
            other.audience = ToolAudience(providers: ["b"])
            let bench = Self.bench([other, Wait.tool])
            bench.openNewest()
            #expect(bench.providers[0].context?.tools.map(\.name) == ["wait"])
            bench.session.input(.switchProvider("b"))
            bench.loop.runPosted()
            #expect(bench.providers[1].context?.tools.map(\.name) == ["calculate", "wait"])
        }
    }

    @Test func aTransferWaitsUntilTheWordsWereHeard() throws {
        try EngineActor.executor.occupy { () throws in
            let control = Control()
            let loop = ManualLoop()
            let gate = HeardFirst(control, loop: loop) { control.isSpeaking }
            _ = gate.transfer(callID: "u", to: TransferTarget(exten: "1"), timeout: .seconds(1)) { _ in
                control.ends += 1
            }
            loop.advance(by: .seconds(2))
            #expect(control.calls == 0)
            control.isSpeaking = false
            loop.advance(by: .milliseconds(60))
            #expect(control.calls == 1 && control.ends == 1)
            control.isSpeaking = true
            let cancel = gate.transfer(callID: "u", to: TransferTarget(exten: "1"), timeout: .seconds(1)) { _ in
                control.ends += 1
            }
            cancel?()
            loop.advance(by: .seconds(20))
            #expect(control.calls == 1)
        }
    }

    @EngineActor
    private final class Control: CallControl {
        var calls = 0
        var ends = 0
        var isSpeaking = true
        nonisolated init() {}
        func transfer(
            callID: String, to target: TransferTarget, timeout: Duration,
            done: @escaping @EngineActor (ToolFailure?) -> Void
        ) -> ToolCancel? {
            calls += 1
            done(nil)
            return nil
        }
    }

    @EngineActor
    private static func ask(_ bench: SessionBench, _ call: ToolCall) {
        bench.providers.last?.script = [{ $0.event(.toolCall(call)) }]
        bench.poke()
    }

    @EngineActor
    private static func ends(_ bench: SessionBench) -> [ToolCallEnd] {
        bench.events.compactMap { if case .toolCallEnded(let end) = $0 { end } else { nil } }
    }
}
