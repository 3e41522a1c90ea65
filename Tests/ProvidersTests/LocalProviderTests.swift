import Core
import ProviderKit
import TestKit
import Testing

@testable import Providers

/// The embedded agent against a scripted worker.
@Suite struct LocalProviderTests {
    private func ready(_ context: ProviderContext = ProviderContext()) -> ProviderHarness {
        let harness = ProviderHarness(LocalProvider(voice: "slt"))
        harness.onConnect = { h, link, _ in h.open(link, LinkOpening(status: 0)) }
        harness.start(context)
        return harness
    }

    private static func audio(_ id: UInt8, _ samples: Int = 160) -> [UInt8] {
        [id, 0, 0, 0] + [UInt8](repeating: 1, count: 2 * samples)
    }

    private func said(_ harness: ProviderHarness) -> [String] {
        harness.events.compactMap { if case .agentTextEnded(_, let text) = $0 { text } else { nil } }
    }

    @Test(arguments: ConformanceSuite.Case.allCases.filter { $0 != .toolsAreAnsweredOnce })
    func keeps(_ rule: ConformanceSuite.Case) {
        // The agent calls one tool at a time, so the rule of two calls in one response cannot be put to it.
        #expect(ConformanceSuite.run(rule, Self.subject) == [])
    }

    static var subject: ConformanceSubject {
        func number(_ h: ProviderHarness) -> UInt8 {
            UInt8(truncatingIfNeeded: h.sent("synthesize").last?["id"]?.int ?? 0)
        }
        func begin(_ h: ProviderHarness) -> String {
            h.perform(.userText("hello"))
            h.receive(LocalProvider.link, audio(number(h)), kind: .binary)
            return "item_\(number(h))"
        }
        return ConformanceSubject(
            make: { LocalProvider(voice: "slt") },
            attach: { $0.onConnect = { h, link, _ in h.open(link, LinkOpening(status: 0)) } },
            answer: { h in
                _ = begin(h)
                h.receive(
                    LocalProvider.link, ["type": "ended", "id": .int(Int64(number(h))), "ms": 10, "cancelled": false])
            }, beginAnswer: begin, moreAudio: { $0.receive(LocalProvider.link, audio(1), kind: .binary) },
            callTools: { _ in }, hasWire: false,
            seeds: [
                Array(#"{"type":"final","id":1,"text":"what time is it","source":"grammar","ms":3}"#.utf8),
                Array(#"{"type":"ended","id":1,"ms":10,"cancelled":false}"#.utf8),
                Array(#"{"type":"begun","id":1,"ms":10}"#.utf8), audio(1),
                Array(#"{"type":"unavailable","reason":"no model","fix":null}"#.utf8),
            ], link: LocalProvider.link)
    }

    @Test func aSpokenTurnIsHeardAndAnswered() {
        let h = ready()
        h.audio([1, 2, 3])
        #expect(h.sent.isEmpty, "audio outside of a turn was sent")
        h.perform(.userTurnStarted)
        h.audio([1, -2])
        h.perform(.userTurnEnded)
        #expect(h.sent.map(\.kind) == [.text, .binary, .text])
        #expect(h.sent[1].bytes == [1, 0, 254, 255])
        h.receive(LocalProvider.link, ["type": "final", "id": 1, "text": "thank you", "source": "grammar", "ms": 12])
        #expect(h.events.contains(.userTranscript(item: "user_1", text: "thank you", isFinal: true)))
        #expect(said(h) == ["You are welcome."])
    }

    @Test func speechThatIsNotUnderstoodIsShownAndRefused() {
        let h = ready()
        h.perform(.userTurnStarted)
        h.perform(.userTurnEnded)
        h.receive(
            LocalProvider.link,
            ["type": "final", "id": 1, "text": "the weather is fine", "source": "dictation", "audio_ms": 1500])
        #expect(h.events.contains(.userTranscript(item: "user_1", text: "the weather is fine", isFinal: true)))
        #expect(said(h).first?.hasPrefix("Sorry, I did not understand.") == true)
    }

    @Test func noisesEndInSilenceAndMumblingInAnApology() {
        for (ms, replies) in [(300.0, 0), (2000.0, 1)] {
            let h = ready()
            h.perform(.userTurnStarted)
            h.perform(.userTurnEnded)
            h.receive(
                LocalProvider.link, ["type": "final", "id": 1, "text": "", "source": "none", "audio_ms": .double(ms)])
            #expect(said(h).count == replies)
        }
    }

    @Test func aTurnThatGoesOnIsAnsweredOnce() {
        let h = ready()
        h.perform(.userTurnStarted)
        h.perform(.userTurnEnded)
        h.perform(.userTurnStarted)
        h.receive(LocalProvider.link, ["type": "final", "id": 1, "text": "what is twelve", "source": "dictation"])
        #expect(said(h).isEmpty)
        h.perform(.userTurnEnded)
        h.receive(LocalProvider.link, ["type": "final", "id": 2, "text": "times seven", "source": "dictation"])
        #expect(said(h) == ["Twelve times seven is eighty four."])
    }

    @Test func toolsGoThroughTheSession() {
        let tool = ToolDefinition(name: "get_current_time", summary: "", parameters: .object([]))
        let h = ready(ProviderContext(tools: [tool]))
        h.perform(.userText("what time is it"))
        #expect(h.toolCalls.map(\.name) == ["get_current_time"])
        h.perform(.toolResult(callID: "other", output: "{}", isError: false))
        #expect(said(h).isEmpty)
        let id = h.toolCalls[0].id
        for _ in 0..<2 { h.perform(.toolResult(callID: id, output: #"{"time":"09:30"}"#, isError: false)) }
        #expect(said(h) == ["It is nine thirty A M."])
    }

    @Test func anInterruptionStopsTheWorkerAndDropsWhatComesLate() {
        let h = ready(ProviderContext(greeting: "Welcome."))
        h.receive(LocalProvider.link, Self.audio(1), kind: .binary)
        #expect(h.pcm.count == 160)
        h.perform(.interrupt(item: "item_1", heardMs: 5, cancelledByProvider: false))
        #expect(h.sent("cancel").count == 1)
        #expect(h.events.contains(.responseEnded(id: "response_1", status: .cancelled)))
        h.receive(LocalProvider.link, Self.audio(1), kind: .binary)
        #expect(h.pcm.count == 160)
    }

    @Test func goodbyeAsksToHangUp() {
        let h = ready()
        h.perform(.userText("goodbye"))
        #expect(h.events.contains(.hangUpRequested(reason: "the caller said goodbye")))
    }

    @Test func aPendingQuestionIsAnsweredAfterAReconnect() {
        let h = ready(ProviderContext(greeting: "Hi.", history: [.user("what is two plus two")], answerPending: true))
        #expect(said(h) == ["Two plus two is four."])
    }

    @Test func aLostWorkerIsToldOnce() {
        let h = ready()
        h.close(LocalProvider.link, LinkClosure(.refused, reason: "there is no such worker"))
        #expect(h.failures.map(\.consequence) == [.fatal])
    }

    @Test func optionsAreChecked() throws {
        _ = try Local.descriptor.make(ProviderConfiguration(name: "local", voice: "rms"))
        for (voice, options) in [
            ("bob", JSONValue.object([])), ("slt", ["recognise": true]), ("slt", ["recognize": 3]),
        ] {
            do {
                _ = try Local.descriptor.make(ProviderConfiguration(name: "local", voice: voice, options: options))
                Issue.record("should have been refused: \(voice) \(options)")
            } catch { #expect(error.place.contains("local") && !error.fix.isEmpty) }
        }
    }
}
