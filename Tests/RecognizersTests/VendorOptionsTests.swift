import Core
import ProviderKit
import Testing

@testable import Recognizers

@Suite struct VendorOptionsTests {
    @Test(arguments: [("de-CH", "de"), ("en", "en"), ("EN_us", "en"), ("", "")])
    func baseOfATag(_ tag: String, _ base: String) { #expect(LanguageTag.base(tag) == base) }

    @Test(arguments: [
        ("en", "en-US"), ("de", "de-DE"), ("en_gb", "en-GB"), ("pt-br", "pt-BR"), ("zh-Hans-CN", "zh-Hans-CN"),
        ("ja", "ja-JP"),
    ])
    func regionOfATag(_ tag: String, _ regional: String) { #expect(LanguageTag.regional(tag) == regional) }

    /// What a user may write, and what the error must name.
    static let mistakes: [(type: String, options: JSONValue, names: String)] = [
        ("deepgram-listen", ["endpointing": "soon"], "endpointing"),
        ("deepgram-listen", ["endpointing": 5], "10 to 10000"),
        ("deepgram-listen", ["utterance_end_ms": 500], "1000 to 10000"),
        ("deepgram-listen", ["interim_results": false, "utterance_end_ms": 1000], "interim_results"),
        ("deepgram-listen", ["sample_rate": 11025], "8000, 16000, 24000, 48000"),
        ("deepgram-listen", ["keyterms": [1]], "keyterms"),
        ("deepgram-listen", ["encodin": "pcm16"], "did you mean encoding"),
        ("deepgram-flux", ["eot_threshold": 0.2], "0.5 to 1"),
        ("deepgram-flux", ["language_hint": ["de"]], "flux-general-multi"),
        ("openai-transcription", ["path": "v1"], "leading slash"),
        ("openai-transcription", ["final_timeout_ms": 1], "100 to 120000"),
        ("openai-realtime-transcription", ["turn_detection": "server_vad"], "turn_detection: none"),
        ("openai-realtime-transcription", ["prompt": "x"], "prompt"),
        ("google-speech", ["version": "v2"], "project"),
        ("google-speech", ["version": "v2", "project": "p", "auth": "key"], "auth"),
        ("azure-speech", [:], "region"),
        ("azure-speech", ["region": "West Europe"], "region"),
        ("azure-speech", ["region": "evil.example/"], "region"),
        ("elevenlabs-scribe", ["vad_threshold": 0.5], "commit_strategy: vad"),
        ("elevenlabs-scribe", ["mode": "batch", "commit_strategy": "vad"], "commit_strategy"),
        ("soniox", ["max_endpoint_delay_ms": 100], "500 to 3000"),
        ("vosk", ["phrase_list": "yes", "words": true], "words"),
        ("avr-asr", ["headers": ["X-A": "a\r\nb"]], "X-A"),
        ("cartesia-stt", ["mode": "auto"], "turns, manual"),
    ]

    @Test(arguments: mistakes.indices)
    func mistakesAreNamed(_ index: Int) throws {
        let row = Self.mistakes[index]
        let type = try #require(RecognizerList.all.first { $0.name == row.type })
        let configuration = ProviderConfiguration(name: "ears", key: Secret("k-123456"), options: row.options)
        #expect {
            _ = try type.make(configuration)
        } throws: { error in
            "\(error)".lowercased().contains(row.names.lowercased()) && "\(error)".contains("ears")
        }
    }

    @Test func aKeyWithALineEndInsideIsRefused() throws {
        let type = try #require(RecognizerList.all.first { $0.name == "soniox" })
        let configuration = ProviderConfiguration(name: "ears", key: Secret("abc\ndef"))
        #expect { _ = try type.make(configuration) } throws: { "\($0)".contains("SONIOX_API_KEY") }
    }

    @Test func anOwnServerNeedsNoKey() throws {
        let type = try #require(RecognizerList.all.first { $0.name == "openai-transcription" })
        let base = try URLParts(parsing: "http://127.0.0.1:8000")
        _ = try type.make(ProviderConfiguration(name: "ears", baseURL: base))
    }
}
