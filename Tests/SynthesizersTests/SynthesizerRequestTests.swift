import Core
import ProviderKit
import TestKit
import Testing

@testable import Synthesizers

/// What each type asks of its vendor, with default and with all options, against goldens.
@Suite struct SynthesizerRequestTests {
    private static let cases: [(name: String, type: String, options: JSONValue)] = [
        ("deepgram-http", "deepgram-speak", ["transport": "http", "speed": 1.2, "tag": "t", "mip_opt_out": true]),
        ("deepgram-socket", "deepgram-speak", ["encoding": "mulaw", "sample_rate": 8000]),
        ("elevenlabs-multi", "elevenlabs-tts", ["chunk_length_schedule": [50, 120], "auto_mode": true, "seed": 7]),
        ("elevenlabs-stream-input", "elevenlabs-tts", ["transport": "stream-input", "language_code": "de"]),
        (
            "elevenlabs-http", "elevenlabs-tts",
            [
                "transport": "http", "timestamps": true, "style": 0.3, "optimize_streaming_latency": 2,
                "pronunciation_dictionaries": [["id": "d", "version": "v"]],
            ]
        ),
        ("openai", "openai-speech", ["instructions": "Warm.", "speed": 1.5]),
        ("kokoro", "openai-compatible-speech", ["lang_code": "b", "volume_multiplier": 2, "extra": ["stream": true]]),
        ("speaches", "openai-compatible-speech", ["preset": "speaches", "sample_rate": 16_000, "format": "wav"]),
        (
            "google", "google-tts",
            ["speed": 1.1, "pitch": -2, "volume_gain_db": 3, "effects_profile": ["telephony-class-application"]]
        ),
        ("google-bearer", "google-tts", ["auth": "bearer", "encoding": "ALAW"]),
        ("azure", "azure-tts", ["region": "westeurope", "style": "cheerful", "style_degree": 1.5, "pitch": "+5%"]),
        ("cartesia", "cartesia-tts", ["speed": 1.2, "emotion": "calm", "max_buffer_delay_ms": 100]),
        ("avr", "avr-tts", .object([])),
        ("wyoming", "wyoming-tts", ["host": "piper.lan", "speaker": "3", "language": "en"]),
    ]

    @Test(arguments: 0..<14)
    func asksAsTheVendorDocuments(_ index: Int) throws {
        let each = Self.cases[index]
        let script = try PartScript(each.type, options: each.options)
        script.start()
        script.speak(1, "Tom & Jerry say \"hi\".")
        script.open(0, status: 101)
        var lines = script.links.map { Self.text($0.endpoint) }
        lines += script.sent.map { "> \($0.text)" }
        let difference = GoldenText().difference(lines.joined(separator: "\n") + "\n", each.name)
        #expect(difference == nil, "\(difference ?? "")")
    }

    private static func text(_ endpoint: Endpoint) -> String {
        switch endpoint {
        case .http(let wanted):
            var body = ""
            if case .whole(let bytes) = wanted.body { body = String(decoding: bytes, as: UTF8.self) }
            return ["\(wanted.method) \(wanted.url)", fields(wanted.headers), body].joined(separator: "\n")
        case .webSocket(let wanted): return "\(wanted.url)\n\(fields(wanted.headers))"
        case .tcp(let wanted): return "tcp \(wanted.host) \(wanted.port)"
        case .worker(let name, _): return name
        }
    }

    private static func fields(_ headers: [HeaderField]) -> String {
        headers.map { "\($0.name): \($0.isSecret ? "(secret) " : "")\($0.value)" }.joined(separator: "\n")
    }

    @Test func mistakesNamePlaceAndFix() {
        let mistakes: [(type: String, options: JSONValue, words: String)] = [
            ("deepgram-speak", ["encoding": "mulaw", "sample_rate": 24_000], "8000, 16000"),
            ("deepgram-speak", ["trnsport": "http"], "transport"),
            ("elevenlabs-tts", ["stability": 2], "0 to 1"),
            ("elevenlabs-tts", ["chunk_length_schedule": [10]], "50 to 500"),
            ("openai-speech", ["speed": "fast"], "0.25 to 4"),
            ("openai-compatible-speech", ["extra": ["input": "x"]], "own option"),
            ("openai-compatible-speech", ["preset": "generic"], "base_url"),
            ("google-tts", ["sample_rate": 4000], "24000"),
            ("azure-tts", .object([]), "region"), ("azure-tts", ["region": "x.evil.com/"], "region"),
            ("cartesia-tts", ["parallel": 9], "1 to 4"), ("wyoming-tts", ["port": 0], "1 to 65535"),
        ]
        for mistake in mistakes {
            do {
                _ = try PartScript(mistake.type, options: mistake.options)
                Issue.record("\(mistake) was taken")
            } catch {
                let text = "\(error)"
                #expect(text.contains(mistake.words) && text.contains(mistake.type), "\(text)")
            }
        }
    }
}
