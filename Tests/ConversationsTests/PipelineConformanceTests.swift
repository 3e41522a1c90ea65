import Core
import LanguageModels
import ProviderKit
import Recognizers
import Synthesizers
import TestKit
import Testing

/// The shared rules of providers over a pipeline of the embedded parts, whose worker is a script here.
@Suite struct PipelineConformanceTests {
    private static let ears = LinkID(1000)
    private static let mouth = LinkID(3000)

    private static func part<Made, Capabilities>(
        _ all: [PartDescriptor<Made, Capabilities>], _ name: String, _ options: JSONValue = .object([])
    ) throws -> Made {
        let found = all.first { $0.name == name }
        return try #require(found).make(ProviderConfiguration(name: name, options: options))
    }

    private static func make() throws -> any Provider {
        let rules: JSONValue = [
            "rules": [
                ["when": "tools", "call": "get_weather"],
                ["when": "long", "say": "A long story that goes on. And on."],
            ]
        ]
        return PipelineProvider(
            name: "p", settings: PipelineSettings(), recognizer: try part(RecognizerList.all, "local-recognizer"),
            model: try part(LanguageModelList.all, "scripted", rules),
            synthesizer: try part(SynthesizerList.all, "local-synthesizer"))
    }

    private static func pcm(_ number: Int) -> [UInt8] {
        [UInt8(truncatingIfNeeded: number), UInt8(truncatingIfNeeded: number >> 8), 0, 0]
            + [UInt8](repeating: 1, count: 640)
    }

    private static func speak(_ harness: ProviderHarness, _ sent: ProviderHarness.Sent, whole: Bool) {
        guard sent.json["type"]?.string == "synthesize", let id = sent.json["id"]?.int else { return }
        harness.receive(mouth, pcm(id), kind: .binary)
        if whole { harness.receive(mouth, ["type": "ended", "id": .int(Int64(id)), "ms": 20]) }
    }

    private static var subject: ConformanceSubject {
        ConformanceSubject(
            make: make,
            attach: { harness in
                harness.onConnect = { harness, link, _ in harness.open(link, LinkOpening(status: 0)) }
                harness.onSend = { speak($0, $1, whole: true) }
            },
            answer: { $0.perform(.userText("something")) },
            beginAnswer: { harness in
                harness.onSend = { speak($0, $1, whole: false) }
                harness.perform(.userText("a long one"))
                harness.onSend = { speak($0, $1, whole: true) }
                let items = harness.events.compactMap { event -> ItemHandle? in
                    if case .agentAudio(let item, _) = event { item } else { nil }
                }
                return items.last.map { harness.out.id(of: $0) } ?? "none"
            },
            moreAudio: { harness in for number in 0..<40 { harness.receive(mouth, pcm(number), kind: .binary) } },
            callTools: { $0.perform(.userText("tools")) }, hasWire: false,
            seeds: [
                Array(#"{"type":"final","id":1,"text":"hello","ms":3}"#.utf8), Array(#"{"type":"ended","id":1}"#.utf8),
                Array(#"{"type":"error","reason":"x"}"#.utf8), pcm(1),
            ], link: mouth)
    }

    @Test(arguments: ConformanceSuite.Case.allCases.filter { $0 != .toolsAreAnsweredOnce })
    func rule(_ rule: ConformanceSuite.Case) { #expect(ConformanceSuite.run(rule, Self.subject) == []) }

    @Test func anEndOfEitherLinkIsOneFailureThatNamesThePart() throws {
        for (link, name) in [(Self.ears, "recogniser"), (Self.mouth, "synthesiser")] {
            for cause in [LinkClosure.Cause.refused, .broken, .remote] {
                let harness = ProviderHarness(try Self.make())
                Self.subject.attach(harness)
                harness.start(ConformanceSuite.context)
                harness.perform(.userText("something"))
                harness.close(link, LinkClosure(cause, reason: "gone"))
                #expect(harness.failures.count == 1 && harness.isOver)
                #expect(harness.failures.first?.text.hasPrefix("pipeline \"p\", \(name): ") == true)
                harness.perform(.close)
                #expect(harness.links.values.allSatisfy { $0 == .closed } && harness.violations == [])
            }
        }
    }

    /// The hot path: a frame of the user's audio, and a frame of the agent's, leave nothing behind.
    @Test func framesLeaveNothingBehind() throws {
        let harness = ProviderHarness(try Self.make())
        Self.subject.attach(harness)
        harness.start(ConformanceSuite.context)
        harness.onSend = { _, _ in }
        harness.perform(.userText("a long one"))
        harness.forget()
        for _ in 0..<1000 { harness.audio([Int16](repeating: 3, count: 320)) }
        #expect(harness.events.isEmpty && harness.sent.isEmpty)
        for _ in 0..<100 { harness.receive(Self.mouth, Self.pcm(1), kind: .binary) }
        let audio = harness.events.count { if case .agentAudio = $0 { true } else { false } }
        #expect(audio == 100 && harness.events.count == 101)
    }
}
