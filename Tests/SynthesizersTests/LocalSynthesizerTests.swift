import Core
import ProviderKit
import TestKit
import Testing

@testable import Synthesizers

@Suite struct LocalSynthesizerTests {
    private func started() -> (LocalSynthesizer, ProviderOutput, PartOutput<SynthesizerEvent>) {
        let synthesizer = LocalSynthesizer(voice: "slt")
        let base = ProviderOutput()
        let out = PartOutput<SynthesizerEvent>(base)
        synthesizer.start(PartContext(), out)
        synthesizer.opened(LinkID(0), LinkOpening(status: 0), out)
        #expect(out.take() == [.ready])
        base.reset()
        return (synthesizer, base, out)
    }

    @Test func sentencesBecomeAudioInOrderUntilCancelled() {
        let (synthesizer, base, out) = started()
        synthesizer.speak(1, "Hello.", ends: false, out)
        synthesizer.speak(2, "Bye.", ends: true, out)
        #expect(
            String(decoding: base.bytes, as: UTF8.self).contains(
                #"{"type":"synthesize","id":1,"text":"Hello.","voice":"slt"}"#))
        synthesizer.received(LinkID(0), .binary, [1, 0, 0, 0, 5, 0, 6, 0].span, out)
        synthesizer.received(LinkID(0), .text, Array(#"{"type":"ended","id":1,"ms":1}"#.utf8).span, out)
        #expect(out.take() == [.audio(number: 1, range: 0..<2), .ended(number: 1)])
        #expect(base.pcm == [5, 6])
        base.reset()
        synthesizer.cancel(out)
        #expect(String(decoding: base.bytes, as: UTF8.self) == #"{"type":"cancel"}"#)
        synthesizer.received(LinkID(0), .binary, [2, 0, 0, 0, 5, 0, 6, 0].span, out)
        synthesizer.received(LinkID(0), .text, Array(#"{"type":"ended","id":2,"ms":1}"#.utf8).span, out)
        #expect(out.take() == [])
    }

    @Test func garbageIsSurvived() {
        let seeds: [[UInt8]] = [
            Array(#"{"type":"ended","id":1,"ms":1,"cancelled":false}"#.utf8),
            Array(#"{"type":"error","reason":"x"}"#.utf8),
            [1, 0, 0, 0, 5, 0, 6, 0], [255, 255, 255, 255, 1], Array(#"{"type":"begun","id":1,"ms":2}"#.utf8),
        ]
        var mutator = MessageMutator(seeds: seeds, seed: 8)
        let (synthesizer, base, out) = started()
        for i in 0..<10_000 {
            if i % 5 == 0 { synthesizer.speak(i, "x", ends: false, out) }
            synthesizer.received(LinkID(0), i % 2 == 0 ? .binary : .text, mutator.next().span, out)
            base.reset()
            out.clear()
        }
        synthesizer.closed(LinkID(0), LinkClosure(.broken), out)
        synthesizer.closed(LinkID(0), LinkClosure(.broken), out)
        #expect(out.take().count == 1)
    }

    @Test func voicesAreChecked() {
        let wrong = ProviderConfiguration(name: "t", voice: "bob")
        #expect { _ = try Local.descriptor.make(wrong) } throws: {
            ($0 as? ConfigurationError)?.cause == "there is no embedded voice \"bob\""
        }
    }
}
