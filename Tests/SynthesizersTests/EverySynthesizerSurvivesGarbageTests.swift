import AudioKit
import Core
import ProviderKit
import TestKit
import Testing

@testable import Synthesizers

/// Each type of the list hears 10,000 broken messages of its vendor: no crash, sentences in order, nothing after the end.
@Suite struct EverySynthesizerSurvivesGarbageTests {
    /// The least options of a type, how its vendor's bytes arrive, and valid ones to be broken.
    private typealias Row = (options: JSONValue, kind: LinkMessageKind, seeds: [[UInt8]])

    private static let wyoming: [UInt8] = {
        var bytes: [UInt8] = []
        WyomingMessage.append("audio-start", ["rate": 16_000, "width": 2, "channels": 1], to: &bytes)
        WyomingMessage.append(
            "audio-chunk", ["rate": 16_000], payload: [UInt8](repeating: 3, count: 99).span, to: &bytes)
        WyomingMessage.append("audio-stop", .object([]), to: &bytes)
        return bytes
    }()

    private static let pcm: [[UInt8]] = [
        WAVHeader(sampleRate: 16_000, channels: 1, dataBytes: 800).bytes + [UInt8](repeating: 7, count: 800),
        [UInt8](repeating: 3, count: 641), Array(#"{"error":{"message":"x"}}"#.utf8),
    ]

    private static let wordMessages: [String: [String]] = [
        "deepgram-speak": [#"{"type":"Flushed","sequence_id":0}"#, #"{"type":"Warning","description":"x"}"#],
        "elevenlabs-tts": [
            #"{"audio":"AQABAA==","contextId":"s1","alignment":{"chars":["O"," "],"charStartTimesMs":[0,1],"charDurationsMs":[1,1]}}"#,
            #"{"audio":null,"isFinal":true,"contextId":"s1"}"#, #"{"message":"m","error":"e","code":1008}"#,
        ],
        "cartesia-tts": [
            #"{"type":"chunk","context_id":"s1","data":"AQABAA=="}"#, #"{"type":"done","context_id":"s1"}"#,
            #"{"type":"timestamps","context_id":"s1","word_timestamps":{"words":["a"],"start":[0.1],"end":[0.2]}}"#,
        ],
        "google-tts": [#"{"audioContent":"UklGRgAAAABXQVZFAQABAA=="}"#, #"{"error":{"code":429,"message":"x"}}"#],
        "local-synthesizer": [
            #"{"type":"ended","id":1,"ms":1,"cancelled":false}"#, #"{"type":"error","reason":"x"}"#,
            #"{"type":"begun","id":1,"ms":2}"#, "\u{1}\u{0}\u{0}\u{0}\u{5}\u{0}\u{6}\u{0}",
        ],
    ]

    /// Nil for a type that nobody has described here: a new line in the list fails this test until it is.
    private static func row(_ type: String) -> Row? {
        let words = (wordMessages[type] ?? []).map { Array($0.utf8) }
        return switch type {
        case "deepgram-speak", "elevenlabs-tts", "cartesia-tts", "local-synthesizer": (.object([]), .text, words)
        case "google-tts": (.object([]), .chunk, words)
        case "openai-speech", "openai-compatible-speech", "avr-tts": (.object([]), .chunk, pcm)
        case "azure-tts": (["region": "westeurope"], .chunk, pcm)
        case "wyoming-tts": (.object([]), .chunk, [wyoming])
        default: nil
        }
    }

    @Test(arguments: SynthesizerList.all.map(\.name))
    func survives(_ type: String) throws {
        let row = try #require(Self.row(type), "\(type) has no messages to be broken: add it to the table")
        var mutator = MessageMutator(seeds: row.seeds, seed: 7)
        var random = SeededRandom(8)
        var delivered = 0
        for _ in 0..<20_000 where delivered < 10_000 {
            let script = try PartScript(type, base: "http://127.0.0.1:1", options: row.options)
            delivered += try play(script, row, &mutator, &random)
        }
        #expect(delivered >= 10_000)
    }

    /// One life of up to 40 messages; gives how many reached the part.
    private func play(
        _ script: PartScript, _ row: Row, _ mutator: inout MessageMutator, _ random: inout SeededRandom
    ) throws -> Int {
        var delivered = 0
        script.start()
        for number in 1...3 { script.speak(number, "Sentence \(number).") }
        for step in 0..<40 {
            script.settle(status: row.kind == .text ? 101 : 200)
            if step % 9 == 8 { script.fire(Int.random(in: 0...2, using: &random), after: .seconds(1)) }
            if step == 20 { script.cancel() }
            if step % 10 == 1 { script.speak(step + 10, "More of it, \(step).") }
            guard let link = script.running.randomElement(using: &random) else { continue }
            let bytes = mutator.next()
            let before = (events: script.events.count, samples: script.samples)
            script.receive(link, bytes, [row.kind, row.kind, .text, .binary][Int.random(in: 0...3, using: &random)])
            delivered += 1
            #expect(script.events.count - before.events <= 16 + bytes.count)
            #expect(script.samples - before.samples <= 48_000 + 16 * bytes.count)
            if step % 6 == 5 { script.close(link, LinkClosure(step % 4 == 1 ? .remote : .broken)) }
        }
        check(script)
        script.call { $0.close($1) }
        let before = script.events.count
        if !script.links.isEmpty { script.receive(0, mutator.next(), row.kind) }
        #expect(script.events.count == before)
        return delivered
    }

    private func check(_ script: PartScript) {
        let ended = script.ended
        #expect(ended == ended.sorted() && Set(ended).count == ended.count)
        #expect(script.heard == script.heard.sorted())
        let terminal = script.events.firstIndex { event in
            if case .failure(let failure) = event { failure.consequence != .goesOn } else { false }
        }
        if let terminal { #expect(terminal == script.events.count - 1, "\(script.events[terminal...])") }
    }
}
