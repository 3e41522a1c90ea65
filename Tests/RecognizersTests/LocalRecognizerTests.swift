import Core
import ProviderKit
import TestKit
import Testing

@testable import Recognizers

@Suite struct LocalRecognizerTests {
    private func started() -> (LocalRecognizer, ProviderOutput, PartOutput<RecognizerEvent>) {
        let recognizer = LocalRecognizer(LocalTask())
        let base = ProviderOutput()
        let out = PartOutput<RecognizerEvent>(base)
        recognizer.start(PartContext(), out)
        recognizer.opened(LinkID(0), LinkOpening(status: 0), out)
        #expect(out.take() == [.ready])
        base.reset()
        return (recognizer, base, out)
    }

    private func receive(_ text: String, _ recognizer: LocalRecognizer, _ out: PartOutput<RecognizerEvent>) {
        recognizer.received(LinkID(0), .text, Array(text.utf8).span, out)
    }

    @Test func theTurnGoesWithItsPreRoll() {
        let (recognizer, base, out) = started()
        recognizer.audio([Int16](repeating: 7, count: 20_000).span, out)
        #expect(base.actions.isEmpty)
        recognizer.turnStarted(out)
        recognizer.audio([Int16](repeating: 9, count: 320).span, out)
        recognizer.turnEnded(out)
        let sizes = base.actions.compactMap { if case .send(_, .binary, let range) = $0 { range.count } else { nil } }
        #expect(sizes == [2 * 11_200, 640])
        let texts = base.actions.compactMap { action -> String? in
            guard case .send(_, .text, let range) = action else { return nil }
            return String(decoding: base.bytes[range], as: UTF8.self)
        }
        #expect(texts == [#"{"type":"begin"}"#, #"{"type":"end","id":1}"#])
        base.now = base.now + .milliseconds(40)
        receive(#"{"type":"final","id":1,"text":"hello"}"#, recognizer, out)
        #expect(out.take() == [.transcript(text: "hello", isFinal: true), .turnFinal(ms: 40)])
        receive(#"{"type":"final","id":1,"text":"hello"}"#, recognizer, out)
        #expect(out.take() == [])
    }

    @Test func everyEndIsAnswered() {
        let (recognizer, _, out) = started()
        recognizer.turnEnded(out)
        #expect(out.take() == [.turnFinal(ms: 0)])
        recognizer.turnStarted(out)
        recognizer.turnEnded(out)
        receive(#"{"type":"error","reason":"the utterance was dropped"}"#, recognizer, out)
        #expect(out.take().last == .turnFinal(ms: 0))
    }

    @Test func sentencesBecomeAGrammar() throws {
        let task = try LocalTask(
            ProviderConfiguration(name: "r", options: ["sentences": ["What time is it?", "Goodbye."]]))
        #expect(task.grammar?.contains("public <sentence> = what time is it | goodbye ;") == true)
        for (options, cause) in [
            (["sentences": ["a <b>"]], "\"a <b>\" is no sentence of words"),
            (["sentence": []], "there is no such option"),
            (["sentences": ["a"], "grammar": "g"], "stands beside grammar"),
            (["pronunciations": ["a": 1]], "a has no phones"),
        ] as [(JSONValue, String)] {
            #expect { _ = try LocalTask(ProviderConfiguration(name: "r", options: options)) } throws: {
                ($0 as? ConfigurationError)?.cause == cause
            }
        }
    }

    @Test func garbageIsSurvived() {
        let seeds = [
            #"{"type":"final","id":1,"text":"hello","ms":12.5}"#, #"{"type":"loaded","ms":3}"#,
            #"{"type":"error","reason":"dropped"}"#, #"{"type":"unavailable","reason":"x","fix":null}"#,
        ].map { Array($0.utf8) }
        var mutator = MessageMutator(seeds: seeds, seed: 4)
        let (recognizer, base, out) = started()
        for i in 0..<10_000 {
            if i % 3 == 0 { recognizer.turnStarted(out) }
            if i % 3 == 1 { recognizer.turnEnded(out) }
            recognizer.received(LinkID(0), i % 7 == 0 ? .binary : .text, mutator.next().span, out)
            base.reset()
            out.clear()
        }
        let closures: [LinkClosure] = [LinkClosure(.refused), LinkClosure(.broken)]
        for closure in closures { recognizer.closed(LinkID(0), closure, out) }
        #expect(out.take().count == 1)
    }
}
