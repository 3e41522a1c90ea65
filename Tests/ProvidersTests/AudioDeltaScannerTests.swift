import Core
import ProviderKit
import TestKit
import Testing

@testable import Providers

/// The hot path must say what the general parser says, or nothing.
@Suite struct AudioDeltaScannerTests {
    private static let good =
        #"{"type":"response.output_audio.delta","event_id":"e1","response_id":"r","item_id":"item_1","#
        + #""output_index":0,"content_index":0,"delta":"AQACAAMA"}"#

    private func scan(_ text: String) -> AudioDeltaScanner.Hit? { scan(Array(text.utf8)) }

    private func scan(_ bytes: [UInt8]) -> AudioDeltaScanner.Hit? {
        bytes.withUnsafeBufferPointer { AudioDeltaScanner.scan($0) }
    }

    private func parts(_ text: String) -> [String]? {
        let bytes = Array(text.utf8)
        return scan(text).map {
            [String(decoding: bytes[$0.item], as: UTF8.self), String(decoding: bytes[$0.delta], as: UTF8.self)]
        }
    }

    @Test(arguments: [
        good,
        #"{"delta":"AQACAAMA","item_id":"item_1","event_id":"event_1","type":"response.output_audio.delta"}"#,
        " \n{ \"delta\" : \"AQACAAMA\" ,\t\"obfuscation\": \"x y\", \"item_id\":\"item_1\" , \"n\":null, \"t\":true, \"f\":false,"
            + " \"type\" : \"response.output_audio.delta\" } \r\n",
    ])
    func finds(_ text: String) { #expect(parts(text) == ["item_1", "AQACAAMA"]) }

    @Test(arguments: [
        "", "{}", "[]", "null", #"{"type":"response.output_audio.delta"}"#,
        good.replacing("output_audio.delta", with: "output_audio.done"), String(good.dropLast()), good + "x",
        good + "}",
        good.replacing("\"e1\"", with: "{}"), good.replacing("\"e1\"", with: "1.5"),
        good.replacing("\"e1\"", with: "01"),
        good.replacing("item_1", with: "item\\u005f1"), good.replacing("0,\"content", with: "0 \"content"),
        good.replacing("\"e1\"", with: "\"e\u{1}1\""), good.replacing("event_id", with: "type"),
        good.replacing("event_id", with: "item_id"), good.replacing("event_id", with: "delta"),
        good.replacing("}", with: ",}"), good.replacing("}", with: ","),
    ])
    func leavesToTheParser(_ text: String) { #expect(scan(text) == nil) }

    /// 10,000 broken deltas: a hit is JSON of the same meaning; the provider gives the same PCM with and without the hot path.
    @Test func saysWhatTheParserSays() {
        var mutator = MessageMutator(seeds: [Array(Self.good.utf8)], seed: 7)
        var hits = 0
        for _ in 0..<10_000 {
            let bytes = mutator.next()
            guard let hit = scan(bytes) else { continue }
            hits += 1
            let json = try? JSONParser.parse(bytes)
            guard let json else {
                // Only what stands in the base64 may be wrong here: its decoder refuses it.
                #expect(!bytes[hit.delta].allSatisfy { $0 >= 0x20 && $0 != 0x5C })
                continue
            }
            #expect(json["type"]?.string == "response.output_audio.delta")
            #expect(json["item_id"]?.string == String(decoding: bytes[hit.item], as: UTF8.self))
            if !bytes[hit.delta].contains(0x5C) {
                #expect(json["delta"]?.string == String(decoding: bytes[hit.delta], as: UTF8.self))
            }
        }
        #expect(hits > 500)
    }

    @Test func bothWaysGiveTheSamePCM() throws {
        var random = SeededRandom(3)
        let fast = try OpenAIScript.ready()
        let slow = try OpenAIScript.ready()
        for _ in 0..<200 {
            let samples = (0..<Int.random(in: 1...960, using: &random)).map { _ in
                Int16.random(in: .min ... .max, using: &random)
            }
            let item = "item_\(Int.random(in: 0...3, using: &random))"
            let message = OpenAIScript.delta(item, "r", samples: samples)
            fast.receive(OpenAIScript.link, message)
            // An escape sends it through the general parser.
            let escaped = message.text.replacing("output_audio", with: "output\\u005faudio")
            slow.receive(OpenAIScript.link, Array(escaped.utf8))
        }
        #expect(fast.pcm == slow.pcm && !fast.pcm.isEmpty)
        #expect(fast.events == slow.events)
    }

    @Test func halfSamplesAreJoined() throws {
        let harness = try OpenAIScript.ready()
        // 01 00 02 | 00 03 00: cut in the middle of a sample, without padding.
        for text in ["AQAC", "AAMA", "BAA="] {
            harness.receive(
                OpenAIScript.link, ["type": "response.output_audio.delta", "item_id": "a", "delta": .string(text)])
        }
        #expect(harness.pcm == [1, 2, 3, 4])
        harness.receive(OpenAIScript.link, ["type": "response.output_audio.delta", "item_id": "a", "delta": "!!!!"])
        #expect(harness.pcm.count == 4)
    }
}
