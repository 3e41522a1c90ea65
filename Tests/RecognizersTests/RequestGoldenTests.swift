import Core
import ProviderKit
import TestKit
import Testing

@testable import Recognizers

/// What each vendor is asked, with every option set, held against goldens: address, headers, first messages or the form.
@Suite struct RequestGoldenTests {
    struct Case: Sendable, CustomStringConvertible {
        var name: String
        var type: String
        var model: String?
        var options: JSONValue
        var description: String { name }
    }

    static let cases: [Case] = [
        Case(name: "deepgram-listen", type: "deepgram-listen", options: [:]),
        Case(
            name: "deepgram-listen-all", type: "deepgram-listen", model: "nova-2-phonecall",
            options: [
                "language": "de-CH", "keyterms": ["Sidetone", "two words"], "encoding": "alaw", "sample_rate": 8000,
                "endpointing": false, "utterance_end_ms": 1500, "vad_events": false, "smart_format": false,
                "punctuate": true, "numerals": true, "dictation": true, "profanity_filter": true,
                "detect_entities": true, "mip_opt_out": true, "diarize_model": "v1", "keywords": ["AVR:2"],
                "language_hint": ["de"], "replace": ["a:b"], "search": ["x"], "redact": ["pci", "ssn"],
                "tag": ["test"], "version": "latest",
            ]),
        Case(
            name: "deepgram-flux-all", type: "deepgram-flux", model: "flux-general-multi",
            options: [
                "keyterms": ["Sidetone"], "eot_threshold": 0.8, "eager_eot_threshold": 0.4, "eot_timeout_ms": 3000,
                "language_hint": ["de", "fr"], "profanity_filter": false, "numerals": true, "mip_opt_out": true,
                "redact": ["pci"], "tag": ["t"],
            ]),
        Case(
            name: "openai-transcription-all", type: "openai-transcription",
            options: [
                "keyterms": ["Sidetone"], "prompt": "A call.", "temperature": 0.2, "languages": ["de", "fr"],
                "chunking_strategy": "auto",
            ]),
        Case(
            name: "openai-transcription-groq", type: "openai-transcription", model: "whisper-large-v3-turbo",
            options: ["path": "/openai/v1/audio/transcriptions", "keyterms": ["Sidetone"], "prompt": "A call."]),
        Case(
            name: "openai-realtime-transcription", type: "openai-realtime-transcription",
            options: ["noise_reduction": "far_field", "delay": "low"]),
        Case(
            name: "openai-realtime-transcription-all", type: "openai-realtime-transcription",
            model: "gpt-live-transcribe",
            options: [
                "turn_detection": ["type": "server_vad", "threshold": 0.6, "silence_duration_ms": 400], "prompt": "Hi",
                "keyterms": ["Sidetone"],
            ]),
        Case(
            name: "google-speech-v1", type: "google-speech", model: "telephony",
            options: [
                "keyterms": ["Sidetone"], "boost": 10, "enhanced": true, "profanity_filter": true,
                "alternative_languages": ["de"], "punctuation": false,
            ]),
        Case(
            name: "google-speech-v2", type: "google-speech",
            options: ["version": "v2", "project": "p1", "location": "europe-west4", "keyterms": ["Sidetone"]]),
        Case(
            name: "azure-speech", type: "azure-speech",
            options: ["region": "westeurope", "format": "detailed", "profanity": "raw", "custom_model": "m1"]),
        Case(
            name: "azure-speech-fast", type: "azure-speech",
            options: [
                "region": "westeurope", "mode": "fast", "profanity": "masked", "auth": "token",
                "keyterms": ["Side\"tone"],
            ]),
        Case(
            name: "elevenlabs-scribe-vad", type: "elevenlabs-scribe",
            options: [
                "commit_strategy": "vad", "vad_silence_threshold_secs": 0.5, "vad_threshold": 0.4,
                "min_speech_duration_ms": 100, "min_silence_duration_ms": 200, "filter_background_audio": true,
                "no_verbatim": true, "enable_logging": false, "keyterms": ["Sidetone"],
            ]),
        Case(
            name: "elevenlabs-scribe-batch", type: "elevenlabs-scribe",
            options: [
                "mode": "batch", "temperature": 0, "tag_audio_events": true, "no_verbatim": false,
                "keyterms": ["Sidetone"],
            ]),
        Case(
            name: "assemblyai-all", type: "assemblyai",
            options: [
                "language": "de-DE", "format_turns": true, "end_of_turn_confidence_threshold": 0.5,
                "min_turn_silence": 300, "max_turn_silence": 1200, "vad_threshold": 0.4, "inactivity_timeout": 60,
                "keyterms": ["Sidetone"], "prompt": "A call.", "mode": "balanced",
            ]),
        Case(
            name: "soniox-all", type: "soniox",
            options: [
                "encoding": "mulaw", "sample_rate": 8000, "max_endpoint_delay_ms": 800, "endpoint_sensitivity": 0.5,
                "endpoint_latency_adjustment_level": 2, "language_hints": ["de", "en"], "language_hints_strict": true,
                "context": "A call.", "keyterms": ["Sidetone"],
            ]),
        Case(
            name: "vosk-all", type: "vosk",
            options: ["path": "/ws", "sample_rate": 8000, "phrase_list": ["yes", "no"], "max_alternatives": 2]),
        Case(
            name: "whisper-cpp-all", type: "whisper-cpp",
            options: [
                "path": "/asr", "prompt": "A call.", "temperature": 0, "temperature_inc": 0.2, "keyterms": ["Sidetone"],
            ]),
        Case(
            name: "cartesia-stt-all", type: "cartesia-stt",
            options: [
                "turn_start_threshold": 0.7, "turn_eager_end_threshold": 0.5, "turn_end_threshold": 0.3,
                "turn_end_timeout_ms": 4000, "keyterms": ["Sidetone"],
            ]),
        Case(
            name: "cartesia-stt-manual", type: "cartesia-stt", model: "ink-whisper",
            options: ["mode": "manual", "language": "de", "min_volume": 0.1, "max_silence_duration_secs": 2]),
        Case(
            name: "avr-asr-all", type: "avr-asr",
            options: ["uuid": "00000000-0000-4000-8000-000000000000", "headers": ["X-Agent": "a1"]]),
    ]

    @Test(arguments: cases)
    func requestIsAsRecorded(_ test: Case) throws {
        let type = try #require(RecognizerList.all.first { $0.name == test.type })
        let part = try type.make(
            ProviderConfiguration(
                name: "ears", model: test.model, key: Secret(RecognizerSubject.secret), options: test.options))
        let harness = RecognizerHarness(part)
        harness.start()
        if !harness.links.isEmpty {
            harness.open(LinkID(0))
            harness.receive(#"{"type":"session.created"}"#)
        } else {
            harness.turnStarted()
            harness.speak(ms: 100)
            harness.turnEnded()
        }
        let lines = harness.endpoints.map(Self.text) + harness.controls.map { "-> " + $0 }
        #expect(GoldenText().difference(lines.joined(separator: "\n") + "\n", test.name) == nil)
    }

    private static func text(_ endpoint: Endpoint) -> String {
        switch endpoint {
        case .webSocket(let socket): return "\(socket.url)\n" + headers(socket.headers)
        case .http(let http):
            return "\(http.method) \(http.url)\n" + headers(http.headers) + "\n" + body(http.body)
        default: return "another kind of link"
        }
    }

    private static func headers(_ fields: [HeaderField]) -> String {
        fields.map { field in
            let value = field.value.split(separator: RecognizerSubject.secret, omittingEmptySubsequences: false)
            return "\(field.name): \(value.joined(separator: "<key>"))\(field.isSecret ? " (secret)" : "")"
        }.joined(separator: "\n")
    }

    /// Samples are left out: runs of bytes that are no text become their number, a long base64 word its length.
    private static func body(_ body: HTTPEndpoint.Body) -> String {
        guard case .whole(let bytes) = body else { return body == .none ? "" : "<streaming>" }
        var text = ""
        var binary = 0
        for (index, byte) in bytes.enumerated() {
            let near = bytes[max(0, index - 3)..<min(bytes.count, index + 4)]
            if near.contains(where: { ($0 < 0x20 && $0 != 0x0A && $0 != 0x0D) || $0 > 0x7E }) {
                binary += 1
                continue
            }
            if binary > 0 { text += "<\(binary) bytes>" }
            binary = 0
            if byte != 0x0D { text.unicodeScalars.append(Unicode.Scalar(byte)) }
        }
        return text.split(separator: "\"", omittingEmptySubsequences: false).map {
            $0.utf8.count > 1000 ? "<\($0.utf8.count) letters>" : String($0)
        }.joined(separator: "\"")
    }
}
