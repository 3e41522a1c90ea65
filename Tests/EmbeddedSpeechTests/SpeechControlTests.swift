import TestKit
import Testing

@testable import EmbeddedSpeech

@Suite struct SpeechControlTests {
    private func read(_ text: String) -> SpeechControl? { try? SpeechControl(Array(text.utf8).span) }

    @Test func controlsAreRead() {
        #expect(read(#"{"type":"begin"}"#) == .begin)
        #expect(read(#"{"type":"discard"}"#) == .discard)
        #expect(read(#"{"type":"end","id":7}"#) == .end(id: 7))
        #expect(read(#"{"type":"cancel"}"#) == .cancel(id: nil))
        #expect(read(#"{"type":"cancel","id":3}"#) == .cancel(id: 3))
        #expect(
            read(#"{"type":"synthesize","id":3,"text":"Hi.","voice":"rms"}"#)
                == .synthesize(id: 3, text: "Hi.", voice: "rms"))
    }

    @Test(arguments: [
        "", "{", "[]", #"{"type":"sing"}"#, #"{"type":"end"}"#, #"{"type":"end","id":-1}"#,
        #"{"type":"synthesize","id":1}"#,
    ])
    func mistakesAreNamed(_ text: String) {
        #expect(throws: SpeechFailure.self) { try SpeechControl(Array(text.utf8).span) }
    }

    @Test func anyBytesAreSurvived() {
        var random = SeededRandom(seed: 5)
        let seed = Array(#"{"type":"synthesize","id":3,"text":"Hello there.","voice":"slt"}"#.utf8)
        for _ in 0..<10_000 {
            var bytes = seed
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            _ = try? SpeechControl(bytes.span)
            _ = try? WAVFile(Array("RIFF\(bytes.count)WAVE".utf8) + bytes, name: "fuzz")
        }
    }
}
