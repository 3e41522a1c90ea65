import Core
import ProviderKit

/// What the shared suite needs to know of a provider: how its vendor answers, in a script.
public struct ConformanceSubject {
    /// A new provider with working options.
    public var make: () throws -> any Provider
    /// Installs the vendor's script, so that `start` leads to ready.
    public var attach: (ProviderHarness) -> Void
    /// Makes the agent say a whole answer.
    public var answer: (ProviderHarness) -> Void
    /// Makes the agent begin an answer and leaves it unfinished; gives the item's id.
    public var beginAnswer: (ProviderHarness) -> String
    /// More audio of the answer that was begun, as it comes when the vendor has not seen the cut yet.
    public var moreAudio: (ProviderHarness) -> Void
    /// Makes the agent call two tools in one response, and ends the response.
    public var callTools: (ProviderHarness) -> Void
    /// The call that a message on the wire answers.
    public var answeredCall: (ProviderHarness.Sent) -> String?
    /// Whether the provider speaks to a vendor over links at all.
    public var hasWire: Bool
    /// The refusal of a bad key; its text may hold the key.
    public var refusal: (_ secret: String) -> LinkClosure
    /// The key that `make` uses.
    public var secret: String
    /// Valid messages of the vendor on its link, to be broken.
    public var seeds: [[UInt8]]
    public var link: LinkID

    public init(
        make: @escaping () throws -> any Provider, attach: @escaping (ProviderHarness) -> Void,
        answer: @escaping (ProviderHarness) -> Void, beginAnswer: @escaping (ProviderHarness) -> String,
        moreAudio: @escaping (ProviderHarness) -> Void, callTools: @escaping (ProviderHarness) -> Void,
        answeredCall: @escaping (ProviderHarness.Sent) -> String? = { _ in nil }, hasWire: Bool = true,
        refusal: @escaping (String) -> LinkClosure = { _ in LinkClosure(.rejected(status: 401)) }, secret: String = "",
        seeds: [[UInt8]] = [], link: LinkID = LinkID(0)
    ) {
        self.make = make
        self.attach = attach
        self.answer = answer
        self.beginAnswer = beginAnswer
        self.moreAudio = moreAudio
        self.callTools = callTools
        self.answeredCall = answeredCall
        self.hasWire = hasWire
        self.refusal = refusal
        self.secret = secret
        self.seeds = seeds
        self.link = link
    }
}

/// The rules that every provider keeps. A test file runs each case: `#expect(ConformanceSuite.run(case, subject) == [])`.
public enum ConformanceSuite {
    /// One rule.
    public enum Case: String, CaseIterable, Sendable {
        case startLeadsToReady, audioOnlyAfterReady, answerIsHeard, garbageIsSurvived, toolsAreAnsweredOnce
        case interruptDropsLateAudio, closeIsClean, oneTerminalFailure, contextIsRestored, keyIsNeverShown
    }

    /// What the suite starts providers with.
    public static let context = ProviderContext(
        instructions: "Be brief.", tools: ["get_weather", "get_time"].map(tool))

    private static func tool(_ name: String) -> ToolDefinition {
        ToolDefinition(
            name: name, summary: "A test tool.",
            parameters: ["type": "object", "properties": ["city": ["type": "string"]], "required": ["city"]])
    }

    /// Runs a case; gives what was wrong, nothing when all was right.
    public static func run(_ rule: Case, _ subject: ConformanceSubject) -> [String] {
        var problems: [String] = []
        do {
            switch rule {
            case .startLeadsToReady: try startLeadsToReady(subject, &problems)
            case .audioOnlyAfterReady: try audioOnlyAfterReady(subject, &problems)
            case .answerIsHeard: try answerIsHeard(subject, &problems)
            case .garbageIsSurvived: try garbageIsSurvived(subject, &problems)
            case .toolsAreAnsweredOnce: try toolsAreAnsweredOnce(subject, &problems)
            case .interruptDropsLateAudio: try interruptDropsLateAudio(subject, &problems)
            case .closeIsClean: try closeIsClean(subject, &problems)
            case .oneTerminalFailure: try oneTerminalFailure(subject, &problems)
            case .contextIsRestored: try contextIsRestored(subject, &problems)
            case .keyIsNeverShown: try keyIsNeverShown(subject, &problems)
            }
        } catch { problems.append("cannot be made: \(error)") }
        return problems
    }

    // MARK: Helpers

    private static func ready(
        _ subject: ConformanceSubject, _ context: ProviderContext = ConformanceSuite.context
    ) throws -> ProviderHarness {
        let harness = ProviderHarness(try subject.make())
        subject.attach(harness)
        harness.start(context)
        harness.advance(by: .seconds(1))
        return harness
    }

    private static func expect(_ holds: Bool, _ what: String, _ problems: inout [String]) {
        if !holds { problems.append(what) }
    }

    private static func keeping(_ harness: ProviderHarness, _ problems: inout [String]) {
        problems += harness.violations
    }

    // MARK: Cases

    private static func startLeadsToReady(_ subject: ConformanceSubject, _ problems: inout [String]) throws {
        let harness = try ready(subject)
        expect(harness.isReady, "not ready after start", &problems)
        expect(harness.failures.isEmpty, "failed: \(harness.failures)", &problems)
        harness.start(context)
        harness.advance(by: .seconds(1))
        expect(harness.events.filter { $0 == .ready }.count == 1, "ready came again after a second start", &problems)
        keeping(harness, &problems)
    }

    private static func audioOnlyAfterReady(_ subject: ConformanceSubject, _ problems: inout [String]) throws {
        let harness = ProviderHarness(try subject.make())
        harness.start(context)
        harness.audio([Int16](repeating: 1000, count: 480))
        for link in harness.links.keys { harness.open(link) }
        // What opens the conversation may have gone out; audio must not.
        let opening = harness.sent.count
        harness.audio([Int16](repeating: 1000, count: 480))
        expect(harness.sent.count == opening, "sent audio before it was ready", &problems)
        let good = try ready(subject)
        good.forget()
        good.perform(.userTurnStarted)
        good.audio([Int16](repeating: 1000, count: 480))
        if subject.hasWire { expect(good.sent.count == 1, "audio made \(good.sent.count) messages", &problems) }
        good.audio([])
        if subject.hasWire { expect(good.sent.count == 1, "no audio made a message", &problems) }
        keeping(harness, &problems)
        keeping(good, &problems)
    }

    private static func answerIsHeard(_ subject: ConformanceSubject, _ problems: inout [String]) throws {
        let harness = try ready(subject)
        for turn in 1...3 {
            harness.forget()
            subject.answer(harness)
            let ended = harness.events.contains { if case .responseEnded(_, .completed) = $0 { true } else { false } }
            expect(!harness.pcm.isEmpty, "answer \(turn) has no audio", &problems)
            expect(ended, "answer \(turn) has no end", &problems)
        }
        keeping(harness, &problems)
    }

    private static func garbageIsSurvived(_ subject: ConformanceSubject, _ problems: inout [String]) throws {
        guard !subject.seeds.isEmpty else { return }
        var mutator = MessageMutator(seeds: subject.seeds, seed: 22)
        var left = 10_000
        while left > 0 {
            let harness = try ready(subject)
            var rounds = 100
            while rounds > 0, left > 0, !harness.isOver {
                rounds -= 1
                left -= 1
                harness.receive(subject.link, mutator.next())
                harness.receive(LinkID(99), mutator.next())
            }
            keeping(harness, &problems)
            guard !harness.isOver else { continue }
            harness.advance(by: .seconds(30))
            harness.forget()
            subject.answer(harness)
            guard !harness.pcm.isEmpty else { return problems.append("is silent after garbage (\(left) left)") }
        }
    }

    private static func toolsAreAnsweredOnce(_ subject: ConformanceSubject, _ problems: inout [String]) throws {
        let harness = try ready(subject)
        harness.forget()
        subject.callTools(harness)
        let calls = harness.toolCalls
        expect(calls.count == 2, "\(calls.count) of 2 calls were told", &problems)
        harness.perform(.toolResult(callID: "never_asked", output: "{}", isError: false))
        for call in calls {
            for _ in 0..<2 { harness.perform(.toolResult(callID: call.id, output: #"{"ok":true}"#, isError: false)) }
        }
        guard subject.hasWire else { return keeping(harness, &problems) }
        let answered = harness.sent.compactMap(subject.answeredCall)
        expect(answered.sorted() == calls.map(\.id).sorted(), "answered \(answered) for \(calls.map(\.id))", &problems)
        keeping(harness, &problems)
    }

    private static func interruptDropsLateAudio(_ subject: ConformanceSubject, _ problems: inout [String]) throws {
        let harness = try ready(subject)
        let item = subject.beginAnswer(harness)
        expect(!harness.pcm.isEmpty, "no audio before the cut", &problems)
        harness.perform(.interrupt(item: item, heardMs: 50, cancelledByProvider: false))
        harness.forget()
        subject.moreAudio(harness)
        expect(harness.pcm.isEmpty, "audio of a cut item came through", &problems)
        harness.perform(.interrupt(item: item, heardMs: 50, cancelledByProvider: true))
        expect(harness.sent.isEmpty, "told the vendor of the same cut twice", &problems)
        harness.perform(.interrupt(item: "never_heard_of", heardMs: 5, cancelledByProvider: true))
        harness.perform(.interrupt(item: nil, heardMs: 0, cancelledByProvider: false))
        harness.advance(by: .seconds(30))
        harness.forget()
        subject.answer(harness)
        expect(!harness.pcm.isEmpty, "silent after an interruption", &problems)
        keeping(harness, &problems)
    }

    private static func closeIsClean(_ subject: ConformanceSubject, _ problems: inout [String]) throws {
        let harness = try ready(subject)
        harness.forget()
        harness.perform(.close)
        expect(harness.links.values.allSatisfy { $0 == .closed }, "a link stays open", &problems)
        expect(harness.events.isEmpty, "tells \(harness.events) on its close", &problems)
        // A goodbye may have gone out; nothing follows it.
        harness.forget()
        harness.perform(.close)
        harness.perform(.userText("too late"))
        harness.audio([Int16](repeating: 0, count: 480))
        harness.advance(by: .seconds(60))
        expect(harness.events.isEmpty && harness.sent.isEmpty, "goes on after its close: \(harness.events)", &problems)
        expect(harness.timers.isEmpty, "leaves timers behind", &problems)
        let early = ProviderHarness(try subject.make())
        early.start(context)
        early.perform(.close)
        early.advance(by: .seconds(60))
        expect(early.events.isEmpty, "tells \(early.events) after a close while connecting", &problems)
        keeping(harness, &problems)
        keeping(early, &problems)
    }

    private static func oneTerminalFailure(_ subject: ConformanceSubject, _ problems: inout [String]) throws {
        guard subject.hasWire else { return }
        let causes: [LinkClosure.Cause] = [
            .remote, .nameNotResolved, .refused, .tls, .rejected(status: 429), .timedOut, .broken, .protocolError,
            .local,
        ]
        for cause in causes {
            let harness = try ready(subject)
            harness.forget()
            harness.close(subject.link, LinkClosure(cause, code: 1006, reason: "gone"))
            expect(harness.failures.count == 1, "\(cause): \(harness.failures.count) failures", &problems)
            expect(harness.isOver, "\(cause): goes on", &problems)
            harness.perform(.userText("hello"))
            harness.perform(.close)
            harness.advance(by: .seconds(60))
            keeping(harness, &problems)
        }
    }

    private static func contextIsRestored(_ subject: ConformanceSubject, _ problems: inout [String]) throws {
        var restored = context
        restored.greeting = "Welcome-marker-1."
        let call = ToolCall(id: String(repeating: "long", count: 20), name: "get_time", arguments: "{}")
        restored.history = [
            .user("User-marker-2."), .agent("Agent-marker-3."), .tool(call: call, output: "Tool-marker-4."),
        ]
        let harness = try ready(subject, restored)
        harness.advance(by: .seconds(5))
        let wire = harness.sent.map(\.text).joined(separator: "\n")
        expect(harness.isReady, "not ready with a history", &problems)
        expect(!wire.contains("Welcome-marker-1"), "greets again on the wire", &problems)
        expect(!harness.visible.contains("Welcome-marker-1"), "greets again", &problems)
        if subject.hasWire {
            for marker in ["User-marker-2", "Agent-marker-3", "Tool-marker-4"] {
                expect(wire.contains(marker), "\(marker) is lost", &problems)
            }
        }
        keeping(harness, &problems)
    }

    private static func keyIsNeverShown(_ subject: ConformanceSubject, _ problems: inout [String]) throws {
        guard subject.hasWire, !subject.secret.isEmpty else { return }
        let harness = try ready(subject)
        subject.answer(harness)
        harness.close(subject.link, LinkClosure(.remote, code: 4001, reason: "bad key \(subject.secret), sorry"))
        let refused = ProviderHarness(try subject.make())
        refused.start(context)
        refused.close(subject.link, subject.refusal(subject.secret))
        expect(refused.failures.first?.consequence == .fatal, "a refused key is not fatal", &problems)
        for seen in [harness, refused] {
            expect(!seen.visible.contains(subject.secret), "shows its key", &problems)
            expect(!seen.sent.contains { $0.text.contains(subject.secret) }, "sends its key in a message", &problems)
            keeping(seen, &problems)
        }
    }
}
