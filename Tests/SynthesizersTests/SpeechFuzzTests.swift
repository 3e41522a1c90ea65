import Core
import ProviderKit
import TestKit
import Testing

@testable import Synthesizers

/// Messages of a vendor, broken in every way: no crash, sentences in order, nothing after the end.
@Suite struct SpeechFuzzTests {
    private static let wyoming: [UInt8] = {
        var bytes: [UInt8] = []
        WyomingMessage.append("audio-start", ["rate": 16_000, "width": 2, "channels": 1], to: &bytes)
        WyomingMessage.append(
            "audio-chunk", ["rate": 16_000], payload: [UInt8](repeating: 3, count: 99).span, to: &bytes)
        WyomingMessage.append("audio-stop", .object([]), to: &bytes)
        return bytes
    }()

    private static let cases: [(type: String, kind: LinkMessageKind, seeds: [String])] = [
        ("deepgram-speak", .text, [#"{"type":"Flushed","sequence_id":0}"#, #"{"type":"Warning","description":"x"}"#]),
        (
            "elevenlabs-tts", .text,
            [
                #"{"audio":"AQABAA==","contextId":"s1","alignment":{"chars":["O"," "],"charStartTimesMs":[0,1],"charDurationsMs":[1,1]}}"#,
                #"{"audio":null,"isFinal":true,"contextId":"s1"}"#, #"{"message":"m","error":"e","code":1008}"#,
            ]
        ),
        (
            "cartesia-tts", .text,
            [
                #"{"type":"chunk","context_id":"s1","data":"AQABAA=="}"#, #"{"type":"done","context_id":"s1"}"#,
                #"{"type":"timestamps","context_id":"s1","word_timestamps":{"words":["a"],"start":[0.1],"end":[0.2]}}"#,
            ]
        ),
        ("google-tts", .chunk, [#"{"audioContent":"UklGRgAAAABXQVZFAQABAA=="}"#]),
        ("openai-speech", .chunk, ["RIFF....WAVEfmt ", #"{"error":{"message":"x"}}"#, "\u{1}\u{2}\u{3}\u{4}\u{5}"]),
    ]

    @Test(arguments: 0..<5)
    func nonsenseHarmsNothing(_ index: Int) throws {
        let each = Self.cases[index]
        try play(each.type, each.kind, each.seeds.map { Array($0.utf8) })
    }

    @Test func nonsenseOfAWyomingServer() throws { try play("wyoming-tts", .chunk, [Self.wyoming]) }

    private func play(_ type: String, _ kind: LinkMessageKind, _ seeds: [[UInt8]]) throws {
        var mutator = MessageMutator(seeds: seeds, seed: 7)
        for round in 0..<500 {
            let script = try PartScript(type)
            script.start()
            for number in 1...3 { script.speak(number, "Sentence \(number).") }
            for step in 0..<20 {
                guard let last = script.links.indices.last else { continue }
                if step % 5 == 0 { script.open(last, status: kind == .text ? 101 : 200) }
                let link = kind == .chunk ? Int(round + step) % script.links.count : last
                script.receive(link, mutator.next(), step % 7 == 6 ? .binary : kind)
                if step % 6 == 5 { script.close(link, LinkClosure(step % 4 == 1 ? .remote : .broken)) }
                if step == 10 { script.cancel() }
                if step == 11 { script.speak(9, "After the cut.") }
            }
            let ended = script.ended
            #expect(ended == ended.sorted() && Set(ended).count == ended.count)
            #expect(script.heard == script.heard.sorted())
            script.call { $0.close($1) }
            let before = script.events.count
            script.receive(0, mutator.next(), kind)
            #expect(script.events.count == before)
        }
    }
}
