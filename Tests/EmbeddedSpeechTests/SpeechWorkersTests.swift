import Core
import Glibc
import Testing

@testable import EmbeddedSpeech
@testable import Providers

/// Real worker threads against a loop that the test drains by hand.
@Suite(.serialized) struct SpeechWorkersTests {
    @Test func speechComesInPiecesAndEnds() {
        let bench = SpeechBench(recognize: false)
        bench.send(["type": "synthesize", "id": 9, "text": "Hello. This is a test.", "voice": "slt"])
        #expect(bench.wait(for: "ended")?["cancelled"]?.bool == false)
        let pcm = bench.pcm(9)
        #expect(pcm.count > 16000 && bench.largestPiece <= 1600)
        #expect(bench.types.first == "opened" && bench.types.contains("begun"))
        #expect(pcm.prefix(400).contains { abs(Int32($0)) > 200 }, "silence before the first sound")
        #expect((-22.0 ... -18.0).contains(SpeechBench.level(pcm)), "level \(SpeechBench.level(pcm)) dBFS")
        bench.finish()
    }

    @Test func cancellationCutsAndTheNextTextIsSpoken() {
        let bench = SpeechBench(recognize: false)
        let long = String(repeating: "This sentence is said again and again. ", count: 40)
        bench.send(["type": "synthesize", "id": 1, "text": .string(long)])
        bench.send(["type": "synthesize", "id": 2, "text": "Second."])
        bench.send(["type": "cancel", "id": 1])
        bench.send(["type": "synthesize", "id": 3, "text": "Third."])
        #expect(bench.wait(for: "ended", id: 1)?["cancelled"]?.bool == true)
        #expect(bench.wait(for: "ended", id: 3)?["cancelled"]?.bool == false)
        #expect(bench.pcm(1).count < 16000 * 60 && !bench.pcm(2).isEmpty && !bench.pcm(3).isEmpty)
        bench.finish()
    }

    @Test func aClosedLinkSaysNothingMore() {
        let bench = SpeechBench(recognize: false)
        bench.send(["type": "synthesize", "id": 1, "text": "One. Two. Three. Four. Five. Six."])
        bench.close()
        bench.close()
        bench.finish()
        #expect(bench.types.filter { $0 == "closed" }.count == 1)
        #expect(bench.types.last == "closed")
    }

    @Test func mistakesAreReported() {
        let bench = SpeechBench(recognize: false)
        bench.send(["type": "end", "id": 1])
        #expect(bench.wait(for: "error")?["reason"]?.string == "no utterance has begun")
        bench.send(["type": "sing"])
        #expect(bench.wait(for: "error") != nil)
        bench.finish()
    }

    @Test func aMissingModelIsReportedAndSpeechStillWorks() {
        let bench = SpeechBench(model: SpeechModel(directory: "/nonexistent"))
        #expect(bench.wait(for: "unavailable")?["fix"]?.string?.contains("pocketsphinx-en-us") == true)
        bench.send(["type": "begin"])
        bench.send([1, 2, 3])
        bench.send(["type": "end", "id": 4])
        #expect(bench.wait(for: "final", id: 4)?["text"]?.string == "")
        bench.send(["type": "synthesize", "id": 1, "text": "Hello."])
        #expect(bench.wait(for: "ended", id: 1) != nil)
        bench.finish()
    }

    @Test func anotherWorkerIsRefused() {
        let bench = SpeechBench(recognize: false, worker: "paint")
        #expect(bench.wait(for: "closed") != nil)
        #expect(!bench.types.contains("opened"))
        bench.finish()
    }

    @Test(.enabled(if: SpeechModel.standard.fault == nil, "the package pocketsphinx-en-us is not installed"))
    func theAgentsOwnSentencesAreUnderstood() throws {
        let bench = SpeechBench(grammar: DialogueGrammar.jsgf, pronunciations: DialogueGrammar.pronunciations)
        #expect(bench.wait(for: "loaded") != nil)
        for (id, sentence) in ["what time is it", "what is twelve times seven", "goodbye"].enumerated() {
            bench.send(["type": "synthesize", "id": .int(Int64(id)), "text": .string(sentence), "voice": "rms"])
            _ = bench.wait(for: "ended", id: id)
            bench.send(["type": "begin"])
            bench.send(SpeechBench.bytes([Int16](repeating: 0, count: 4800) + bench.pcm(id)))
            bench.send(["type": "end", "id": .int(Int64(id))])
            let final = bench.wait(for: "final", id: id)
            #expect(final?["text"]?.string == sentence)
            #expect(final?["source"]?.string == "grammar")
        }
        bench.finish()
    }
}
