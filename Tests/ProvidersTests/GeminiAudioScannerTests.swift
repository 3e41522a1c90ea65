import Core
import TestKit
import Testing

@testable import Providers

@Suite struct GeminiAudioScannerTests {
    private func scan(_ bytes: [UInt8]) -> String? {
        bytes.withUnsafeBufferPointer { message in
            GeminiAudioScanner.scan(message).map { String(decoding: message[$0], as: UTF8.self) }
        }
    }

    @Test(arguments: [
        #"{"serverContent":{"modelTurn":{"role":"model","parts":[{"inlineData":{"mimeType":"audio/pcm;rate=24000","data":"QUJD"}}]}}}"#,
        #"{"serverContent" : {"modelTurn": { "parts": [ {"inlineData":{ "data":"QUJD" , "mimeType":"audio/pcm;rate=24000"}} ],"role":"model" }}} "#,
    ])
    func finds(_ text: String) { #expect(scan(Array(text.utf8)) == "QUJD") }

    @Test(arguments: [
        #"{"serverContent":{"modelTurn":{"parts":[{"inlineData":{"mimeType":"audio/pcm;rate=16000","data":"QUJD"}}]}}}          "#,
        #"{"serverContent":{"modelTurn":{"parts":[{"inlineData":{"mimeType":"audio/pcm;rate=24000","data":"QUJD"}}]},"turnComplete":true}}"#,
        #"{"serverContent":{"modelTurn":{"parts":[{"inlineData":{"mimeType":"audio/pcm;rate=24000","data":"QUJD"}},{"text":"x"}]}}}"#,
        #"{"usageMetadata":{},"serverContent":{"modelTurn":{"parts":[{"inlineData":{"mimeType":"audio/pcm;rate=24000","data":"Q"}}]}}}"#,
    ])
    func leavesTheRest(_ text: String) { #expect(scan(Array(text.utf8)) == nil) }

    /// A hit means the same as the general parser would say.
    @Test func neverDisagreesWithTheParser() {
        var mutator = MessageMutator(seeds: [GeminiScript.audio(ms: 2).bytes, GeminiScript.complete.bytes], seed: 5)
        for _ in 0..<10_000 {
            let bytes = mutator.next()
            guard let found = scan(bytes), let json = try? JSONParser.parse(bytes) else { continue }
            let blob = json["serverContent"]?["modelTurn"]?["parts"]?[0]?["inlineData"]
            // What is no base64 (an escape, a control character) is refused by whoever decodes it.
            guard found.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") }) else { continue }
            #expect(blob?["data"]?.string == found && blob?["mimeType"]?.string == "audio/pcm;rate=24000")
        }
    }
}
