import Core
import ProviderKit
import TestKit
import Testing

@testable import Providers

@Suite struct MockProviderTests {
    private static func harness(
        _ options: JSONValue, context: ProviderContext = ConformanceSuite.context
    ) throws -> ProviderHarness {
        let scenario = try MockScenario(ProviderConfiguration(name: "mock", options: options))
        let harness = ProviderHarness(MockProvider(name: "mock", scenario))
        harness.start(context)
        harness.advance(by: .milliseconds(20))
        return harness
    }

    static func subject() -> ConformanceSubject {
        let scripted: JSONValue = [
            "replies": [
                "A scripted answer.", ["text": "Done.", "tools": [["name": "get_time"], ["name": "get_weather"]]],
            ]
        ]
        return ConformanceSubject(
            make: {
                MockProvider(name: "mock", try MockScenario(ProviderConfiguration(name: "mock", options: scripted)))
            },
            attach: { _ in },
            answer: { harness in
                harness.perform(.speak("An answer of some length."))
                harness.advance(by: .seconds(5))
            },
            beginAnswer: { harness in
                harness.perform(.speak("An answer that is cut."))
                harness.advance(by: .milliseconds(310))
                return "agent_1"
            },
            moreAudio: { $0.advance(by: .seconds(1)) },
            callTools: { harness in
                for _ in 0..<2 {
                    harness.perform(.userText("call"))
                    harness.advance(by: .seconds(2))
                }
            },
            hasWire: false)
    }

    @Test(arguments: ConformanceSuite.Case.allCases)
    func keeps(_ rule: ConformanceSuite.Case) { #expect(ConformanceSuite.run(rule, Self.subject()) == []) }

    @Test func hearsATurnAndAnswers() throws {
        let harness = try Self.harness(["transcripts": ["What time is it?"], "replies": ["It is noon."]])
        let loud = [Int16](repeating: 8000, count: 480)
        let quiet = [Int16](repeating: 0, count: 480)
        for _ in 0..<50 { harness.audio(loud) }
        #expect(harness.events.contains(.userSpeechStarted(item: "user_1")))
        for _ in 0..<25 { harness.audio(quiet) }
        #expect(harness.events.contains(.userTranscript(item: "user_1", text: "What time is it?", isFinal: true)))
        harness.advance(by: .milliseconds(299))
        #expect(harness.pcm.isEmpty)
        harness.advance(by: .seconds(2))
        #expect(harness.pcm.count == MockVoice.milliseconds("It is noon.") * 24)
        let text = harness.events.compactMap { if case .agentText(_, let delta) = $0 { delta } else { nil } }.joined()
        #expect(text == "It is noon." && harness.events.contains(.responseEnded(id: "response_1", status: .completed)))
    }

    @Test func sameSeedSameConversation() throws {
        let options: JSONValue = ["jitter_ms": 200, "error_rate": 0.5, "seed": 42]
        let runs = try (0..<2).map { _ in
            let harness = try Self.harness(options)
            for turn in 0..<10 {
                harness.perform(.userText("turn \(turn)"))
                harness.advance(by: .seconds(20))
            }
            return (harness.events, harness.pcm)
        }
        #expect(runs[0].0 == runs[1].0 && runs[0].1 == runs[1].1)
        let failed = runs[0].0.filter { if case .responseEnded(_, .failed) = $0 { true } else { false } }.count
        #expect((1...9).contains(failed))
    }

    @Test func chunksDoNotChangeTheVoice() {
        var whole: [Int16] = []
        var pieces: [Int16] = []
        var one = MockVoice("Hello there.", rate: 16000, seconds: nil)
        one.append(.max / 2, to: &whole)
        var many = MockVoice("Hello there.", rate: 16000, seconds: nil)
        while !many.isOver { many.append(137, to: &pieces) }
        #expect(whole == pieces && whole.count == one.count && whole.contains { abs(Int($0)) > 2000 })
    }

    @Test func sayATone() {
        var voice = MockVoice("Hello there.", rate: 8000, seconds: 0.1, toneHz: 1000)
        var pcm: [Int16] = []
        voice.append(800, to: &pcm)
        #expect(pcm.count == 800)
        #expect((0..<792).allSatisfy { abs(Int(pcm[$0]) - Int(pcm[$0 + 8])) < 100 }, "one period is 8 samples")
        #expect(pcm.max().map { $0 > 7900 } == true)
    }

    @Test func bargeInCancels() throws {
        let harness = try Self.harness(["replies": [["text": "A long answer.", "seconds": 10]]])
        harness.perform(.userText("go"))
        harness.advance(by: .milliseconds(400))
        for _ in 0..<5 { harness.audio([Int16](repeating: 8000, count: 480)) }
        #expect(harness.events.contains(.responseEnded(id: "response_1", status: .cancelled)))
        let before = harness.pcm.count
        harness.advance(by: .seconds(10))
        #expect(harness.pcm.count == before)
    }

    @Test func faults() throws {
        let lost = try Self.harness(["disconnect_after_ms": 500])
        lost.advance(by: .seconds(1))
        #expect(lost.failures.map(\.consequence) == [.reconnect(after: nil)])
        let refused = try Self.harness(["refuse": "auth"])
        #expect(refused.failures.map(\.consequence) == [.fatal] && !refused.isReady)
        let cut = try Self.harness(["replies": [["text": "Hello there my friend.", "disconnect_after_ms": 300]]])
        cut.perform(.userText("go"))
        cut.advance(by: .seconds(5))
        #expect(cut.failures.map(\.code) == ["lost"] && cut.pcm.count >= 7200 && cut.violations == [])
        let bye = try Self.harness(["replies": [["text": "Bye.", "hang_up": "done"]]])
        bye.perform(.userText("go"))
        bye.advance(by: .seconds(5))
        #expect(bye.events.last == .hangUpRequested(reason: "done"))
    }

    @Test func greetsAtTheStartOnly() throws {
        let context = ProviderContext(greeting: "Hello.")
        let harness = try Self.harness(.object([]), context: context)
        harness.advance(by: .seconds(3))
        #expect(harness.events.contains(.agentTextEnded(item: ItemHandle(0), text: "Hello.")))
    }
}
