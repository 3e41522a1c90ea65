import AudioKit
import Core
import ProviderKit
import TestKit
import Testing
import Tools

@testable import Conversations

/// A pipeline of fakes in a whole session with time by hand: what the user and the log get of it.
@EngineActor
private final class PipelineSession {
    let loop = ManualLoop()
    let leg = FakeLeg()
    let opener = FakeOpener()
    let factory = KeepingFactory()
    let recognizer = FakeRecognizer(RecognizerCapabilities(inputRate: 8000))
    let model = FakeLanguageModel()
    let synthesizer = FakeSynthesizer()
    let session: Session
    private let engine: Engine

    init(_ settings: PipelineSettings = PipelineSettings(), greeting: String? = nil) {
        var session = SessionSettings()
        session.greeting = greeting
        synthesizer.isInstant = greeting == nil
        let (recognizer, model, synthesizer) = (recognizer, model, synthesizer)
        let made = Made(
            PipelineProvider(
                name: "p", settings: settings, recognizer: recognizer, model: model, synthesizer: synthesizer))
        let environment = SessionEnvironment(loop: loop, opener: opener, tools: .builtIn, recording: factory) {
            (_) throws(ConfigurationError) in made.provider
        }
        engine = Engine(
            environment: environment, defaults: .init(provider: "p", settings: session, record: true),
            providers: ["p"], meters: MeterBoard(), consoleLegs: nil, monitor: nil, onShutdown: {})
        self.session = engine.accept(leg)
        for link in opener.links { link.delegate?.linkOpened(link.id, LinkOpening(status: 0)) }
        loop.runPosted()
    }

    @EngineActor
    private final class Made {
        let provider: PipelineProvider
        init(_ provider: PipelineProvider) { self.provider = provider }
    }

    /// The user speaks (by the detector's word) and the recogniser has these words at once.
    func say(_ words: String, forMs ms: Int = 400) {
        recognizer.words = words
        let onset = loop.now
        if session.machine.isSpeaking(session) {
            session.input(.speechSustained(probability: 0.9, onset: onset))
        } else {
            session.input(.speechStarted(probability: 0.9, at: 0, onset: onset))
        }
        pass(ms)
        session.input(.speechStopped(at: 0, lastSpeech: loop.now - .milliseconds(100)))
        loop.runPosted()
    }

    /// Time passes in frames of 20 ms, both ways.
    func pass(_ ms: Int) {
        for _ in 0..<(ms / 20) {
            loop.advance(by: .milliseconds(20))
            leg.say([Int16](repeating: 0, count: 160))
            leg.render(1)
        }
    }

    /// All sentences become audio, now and from now on.
    func synthesize() {
        synthesizer.isInstant = true
        let word = Array("all".utf8)
        for link in opener.links where link.id == LinkID(3000) {
            link.delegate?.linkReceived(link.id, .text, word.span)
        }
        loop.runPosted()
    }

    func think(_ events: ModelEvent...) {
        model.next = events
        for link in opener.links where link.id == LinkID(2000) {
            link.delegate?.linkReceived(link.id, .text, [UInt8]().span)
        }
        loop.runPosted()
    }

    var events: [Event] { factory.taps[0].records.map(\.event) }
    var reports: [TurnReport] { events.compactMap { if case .turnEnded(let report) = $0 { report } else { nil } } }
}

@Suite struct PipelineSessionTests {
    @Test func aTurnIsHeardAndItsStagesMakeUpTheLatency() {
        EngineActor.executor.occupy {
            let bench = PipelineSession()
            bench.say("hello")
            bench.pass(300)
            bench.think(.text("Good day to"))
            bench.pass(100)
            bench.think(.text(" you. Yes"), .ended(.completed))
            bench.pass(3000)
            #expect(bench.leg.played.count { $0 == 1000 } > 15_000)
            let report = bench.reports.first
            #expect(report?.outcome == .completed)
            let parts = report?.parts ?? []
            #expect(parts.map(\.name) == ["vad_hang", "llm_ttft", "llm_first_sentence", "playout"])
            #expect(abs(parts.reduce(0) { $0 + $1.ms } - (report?.e2eMs ?? 0)) < 1)
            #expect(bench.recognizer.heard > 160 * 150)
        }
    }

    @Test func bargeInCutsAllAndTheNextTurnKnowsWhatWasHeard() {
        EngineActor.executor.occupy {
            let bench = PipelineSession()
            bench.model.answers = [[.text("One two three four. Five six seven eight. Nine ten")]]
            bench.say("count")
            bench.pass(1500)
            bench.say("stop it")
            #expect(bench.model.log == ["generate 1", "cancel", "generate 2"])
            guard bench.model.requests.count == 2, case .agent(let heard, _) = bench.model.requests[1].messages[1]
            else {
                return #expect(Bool(false), "\(bench.model.requests.last?.messages ?? [])")
            }
            #expect(heard.hasPrefix("One two three four. Five") && heard.hasSuffix("[interrupted by the user]"))
            #expect(!heard.contains("eight"))
            bench.leg.played = []
            bench.think(.text("Stopped."), .ended(.completed))
            bench.pass(1500)
            #expect(bench.leg.played.count { $0 == 1000 } > 7000)
            #expect(bench.reports.map(\.outcome) == [.interrupted, .completed])
            #expect(bench.model.violations == [])
        }
    }

    @Test func goingOnBeforeTheAnswerIsOneTurn() {
        EngineActor.executor.occupy {
            let bench = PipelineSession()
            bench.say("I would like")
            bench.pass(200)
            bench.say("two tickets")
            bench.think(.text("Two tickets it is."), .ended(.completed))
            bench.pass(2000)
            #expect(bench.model.requests.last?.messages == [.user("I would like two tickets")])
            #expect(bench.reports.count == 1 && bench.reports.first?.outcome == .completed)
        }
    }

    @Test func aToolIsCalledAndItsResultIsSaid() {
        EngineActor.executor.occupy {
            let bench = PipelineSession()
            bench.model.answers = [
                [.toolCall(ToolCall(id: "c1", name: "nobody_has_this", arguments: "{}")), .ended(.completed)]
            ]
            bench.say("what time is it")
            bench.pass(100)
            #expect(bench.model.requests.count == 2)
            bench.think(.text("No such tool."), .ended(.completed))
            bench.pass(2000)
            let ends = bench.events.compactMap { if case .toolCallEnded(let end) = $0 { end.outcome } else { nil } }
            #expect(ends == [.error] && bench.reports.count == 1)
        }
    }

    @Test func aFillerDoesNotEndTheTurn() {
        EngineActor.executor.occupy {
            var settings = PipelineSettings()
            settings.fillerAfter = .milliseconds(500)
            let bench = PipelineSession(settings)
            bench.say("a hard one")
            bench.pass(3000)
            #expect(bench.reports.isEmpty && bench.synthesizer.spoken.count == 1)
            bench.think(.text("The answer."), .ended(.completed))
            bench.pass(2000)
            #expect(bench.reports.count == 1)
            #expect(bench.reports.first?.parts.contains { $0.name == "filler" && $0.owner == .setting } == true)
        }
    }

    @Test func silenceGreetingAndTypedTurns() {
        EngineActor.executor.occupy {
            let bench = PipelineSession(greeting: "Welcome.")
            bench.synthesize()
            bench.pass(2000)
            bench.say("")
            bench.pass(200)
            #expect(bench.reports.map(\.outcome) == [.completed, .noOutput])
            bench.model.answers = [[.text("Typed."), .ended(.completed)]]
            bench.session.input(.text("hello"))
            bench.pass(2000)
            #expect(bench.model.requests.last?.messages == [.agent("Welcome.", calls: []), .user("hello")])
            #expect(bench.reports.last?.outcome == .completed)
            #expect(bench.synthesizer.spoken.map(\.text) == ["Welcome.", "Typed."])
        }
    }
}
