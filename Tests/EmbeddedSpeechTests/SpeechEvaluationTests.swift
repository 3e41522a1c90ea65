import Core
import Glibc
import Testing

@testable import EmbeddedSpeech

/// Measurements on recordings; they run only when `.ci/evaluate-local` names a manifest.
@Suite(.enabled(if: getenv("SPEECH_MANIFEST") != nil)) struct SpeechEvaluationTests {
    private func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

    @Test func wordErrorRate() throws {
        let clips = try SpeechEvaluation.clips(manifest: variable("SPEECH_MANIFEST") ?? "")
        let grammar = variable("SPEECH_GRAMMAR").flatMap { SpeechFiles.bytes($0) }.map {
            String(decoding: $0, as: UTF8.self)
        }
        var (words, errors, audio, decode) = (0, 0, 0.0, 0.0)
        try SpeechEvaluation.run(
            clips, phone: variable("SPEECH_BAND") != "wide", grammar: grammar,
            pronunciations: ["sidetone": "S AY D T OW N"]
        ) { result in
            words += result.words
            errors += result.errors
            audio += result.heard.audioMs
            decode += result.heard.decodeMs
            let name = result.clip.path.split(separator: "/").last ?? ""
            print(
                "\(result.errors)/\(result.words) \(name) [\(result.heard.source), \(result.heard.band)]: \(result.heard.text)"
            )
        }
        print("WER \(Double(errors * 1000 / max(1, words)) / 10) % (\(errors) of \(words) words, \(clips.count) clips)")
        print("decode/audio \(Double(Int(decode / audio * 1000)) / 1000)")
        #expect(words > 0)
    }
}
