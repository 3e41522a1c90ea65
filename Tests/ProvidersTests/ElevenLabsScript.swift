import AudioKit
import Core
import ProviderKit
import TestKit

@testable import Providers

/// The vendor's side of ElevenLabs Agents for tests, after the shapes of wire reference 4.3 and 4.4.
struct ElevenLabsScript {
    static let link = LinkID(0)
    static let key = "xi-test-0123456789abcdef"

    static func provider(_ options: JSONValue = .object([]), key: String? = key) throws -> ElevenLabsAgentProvider {
        var options = options
        options["agent_id"] = "agent_1"
        return ElevenLabsAgentProvider(
            try ElevenLabsAgentOptions(
                ProviderConfiguration(name: "eleven", voice: "v1", key: key.map { Secret($0) }, options: options)))
    }

    /// A started provider that is ready, with the start forgotten.
    static func ready(
        _ options: JSONValue = .object([]), context: ProviderContext = ConformanceSuite.context,
        formats: (String, String) = ("pcm_16000", "pcm_16000")
    ) throws -> ProviderHarness {
        let harness = ProviderHarness(try provider(options))
        attach(harness, formats)
        harness.start(context)
        harness.forget()
        return harness
    }

    static func attach(_ harness: ProviderHarness, _ formats: (String, String) = ("pcm_16000", "pcm_16000")) {
        harness.onConnect = { harness, link, endpoint in
            guard case .http = endpoint else { return harness.open(link) }
            sign(harness, link)
        }
        harness.onSend = { harness, sent in
            guard sent.json["type"]?.string == "conversation_initiation_client_data" else { return }
            harness.receive(sent.link, metadata(formats))
        }
    }

    static func sign(_ harness: ProviderHarness, _ link: LinkID) {
        harness.open(link, LinkOpening(status: 200))
        let body =
            #"{"signed_url":"wss://api.elevenlabs.io/v1/convai/conversation?agent_id=agent_1&conversation_signature=s"}"#
        let bytes = Array(body.utf8)
        harness.receive(link, Array(bytes[..<30]), kind: .chunk)
        harness.receive(link, Array(bytes[30...]), kind: .chunk)
        harness.close(link, LinkClosure(.remote))
    }

    static func metadata(_ formats: (String, String)) -> JSONValue {
        event(
            "conversation_initiation_metadata", "conversation_initiation_metadata_event",
            [
                "conversation_id": "conv_1", "user_input_audio_format": .string(formats.0),
                "agent_output_audio_format": .string(formats.1),
            ])
    }

    static func event(_ type: String, _ key: String, _ body: JSONValue) -> JSONValue {
        var json: JSONValue = ["type": .string(type)]
        json[key] = body
        return json
    }

    static func say(_ harness: ProviderHarness, _ messages: JSONValue...) {
        for message in messages { harness.receive(link, message) }
    }

    static func transcript(_ text: String, _ id: Int) -> JSONValue {
        event(
            "user_transcript", "user_transcription_event", ["user_transcript": .string(text), "event_id": number(id)])
    }

    static func response(_ text: String, _ id: Int) -> JSONValue {
        event("agent_response", "agent_response_event", ["agent_response": .string(text), "event_id": number(id)])
    }

    static func interruption(_ id: Int) -> JSONValue {
        event("interruption", "interruption_event", ["event_id": number(id)])
    }

    /// `ms` of PCM at 16 kHz.
    static func audio(_ id: Int, ms: Int) -> JSONValue {
        var text: [UInt8] = []
        Base64.encode(pcm: [Int16](repeating: 1234, count: 16 * ms).span, into: &text)
        return event(
            "audio", "audio_event",
            [
                "audio_base_64": .string(String(decoding: text, as: UTF8.self)), "event_id": number(id),
                "alignment": ["chars": ["a"], "char_start_times_ms": [0], "char_durations_ms": [10]],
            ])
    }

    static func call(_ id: String, _ name: String) -> JSONValue {
        event(
            "client_tool_call", "client_tool_call",
            [
                "tool_name": .string(name), "tool_call_id": .string(id), "parameters": ["city": "Oslo"], "event_id": 6,
            ])
    }

    static func number(_ value: Int) -> JSONValue { .int(Int64(value)) }

    static func answer(_ harness: ProviderHarness, _ id: Int) {
        say(harness, transcript("What time is it?", id), response("It is two.", id + 1))
        say(harness, audio(id + 1, ms: 100), audio(id + 1, ms: 100))
        harness.advance(by: .seconds(2))
    }

    static var seeds: [[UInt8]] {
        let messages: [JSONValue] = [
            metadata(("pcm_16000", "ulaw_8000")), transcript("hello", 5), response("Hi.", 6), audio(6, ms: 10),
            interruption(1), call("t1", "get_time"),
            event("ping", "ping_event", ["event_id": 1, "ping_ms": .null]),
            event("tentative_user_transcript", "tentative_user_transcription_event", ["user_transcript": "he"]),
            event(
                "agent_response_correction", "agent_response_correction_event",
                ["original_agent_response": "Hi.", "corrected_agent_response": "H", "event_id": 6]),
            event("mcp_tool_call", "mcp_tool_call", ["tool_call_id": "m", "state": "awaiting_approval"]),
            event("error", "error_event", ["code": 1011, "message": "no"]),
            event("agent_response_complete", "x", ["event_id": 1]),
        ]
        return messages.map(\.bytes)
    }

    static func subject() -> ConformanceSubject {
        // Beyond the event ids that broken messages bring, and that still count as ids.
        var id = 900_000_000
        let next = {
            id += 2
            return id
        }
        return ConformanceSubject(
            make: { try provider() }, attach: { attach($0) }, answer: { answer($0, next()) },
            beginAnswer: { harness in
                say(harness, transcript("Tell me.", 10), response("Once upon a time", 11), audio(11, ms: 100))
                return harness.out.items.last ?? ""
            },
            moreAudio: { say($0, audio(11, ms: 100), audio(12, ms: 100)) },
            callTools: { say($0, call("call_1", "get_weather"), call("call_2", "get_time")) },
            answeredCall: {
                $0.json["type"]?.string == "client_tool_result" ? $0.json["tool_call_id"]?.string : nil
            },
            refusal: { secret in
                LinkClosure(
                    .rejected(status: 401),
                    body: Array(#"{"detail":{"status":"invalid_api_key","message":"Invalid key \#(secret)"}}"#.utf8))
            },
            secret: key, seeds: seeds, link: link)
    }
}
