import AudioKit
import Core
import ProviderKit
import TestKit

@testable import Providers

/// The vendor's side of OpenAI Live for tests, after the shapes of wire reference 1B.
struct LiveScript {
    static let link = LinkID(0)
    static let key = OpenAIScript.key

    static func provider(
        _ options: JSONValue = .object([]), voice: String? = nil, base: String? = nil
    ) throws -> OpenAILiveProvider {
        let configuration = ProviderConfiguration(
            name: "live", voice: voice, baseURL: try base.map { try URLParts(parsing: $0) }, key: Secret(key),
            options: options)
        let wall = WallTime(nanoseconds: 1_795_000_000 * 1_000_000_000)
        return OpenAILiveProvider(try OpenAILiveOptions(configuration), wallClock: { wall })
    }

    static func attach(_ harness: ProviderHarness) {
        harness.onConnect = { harness, link, _ in harness.open(link) }
        harness.onSend = { harness, sent in
            switch sent.json["type"]?.string {
            case "session.start": harness.receive(sent.link, started)
            case "session.close":
                harness.receive(
                    sent.link, ["type": "session.closed", "reason": "close_requested", "usage": ["seconds": 9]])
            default: break
            }
        }
    }

    /// A started provider that is ready, with the start forgotten.
    static func ready(
        _ options: JSONValue = .object([]), context: ProviderContext = ConformanceSuite.context
    ) throws -> ProviderHarness {
        let harness = ProviderHarness(try provider(options))
        attach(harness)
        harness.start(context)
        harness.forget()
        return harness
    }

    static let started: JSONValue = [
        "type": "session.started", "event_id": "e0",
        "session": ["id": "live_1", "expires_at": 1_795_001_800, "status": "active"],
    ]

    static func say(_ harness: ProviderHarness, _ messages: JSONValue...) {
        for message in messages { harness.receive(link, message) }
    }

    /// `ms` of sound, or of silence.
    static func audio(_ ms: Int, sound: Bool = true) -> JSONValue {
        let samples = (0..<24 * ms).map { Int16(sound ? ($0 % 2 == 0 ? 3000 : -3000) : $0 % 5) }
        return ["type": "session.output_audio.delta", "delta": .string(OpenAIScript.base64(samples))]
    }

    static func silence(_ harness: ProviderHarness, _ ms: Int = 1000) {
        for _ in 0..<ms / 200 { say(harness, audio(200, sound: false)) }
    }

    static func words(_ side: String, _ text: String, _ start: Int, _ end: Int) -> JSONValue {
        [
            "type": .string("session.\(side)_transcript.delta"), "event_id": "e", "delta": .string(text),
            "start_ms": .int(Int64(start)), "end_ms": .int(Int64(end)),
        ]
    }

    static func nested(_ type: String, _ members: JSONValue = .object([]), delegation: String = "d1") -> JSONValue {
        var event = members
        event["type"] = .string(type)
        return ["type": "response.event", "event_id": "e", "delegation_id": .string(delegation), "event": event]
    }

    static func call(_ id: String, _ name: String, delegation: String = "d1") -> JSONValue {
        nested(
            "response.output_item.done",
            [
                "item": [
                    "type": "function_call", "status": "completed", "call_id": .string(id), "name": .string(name),
                    "arguments": #"{"city":"Oslo"}"#,
                ]
            ], delegation: delegation)
    }

    static let completed = nested(
        "response.completed",
        [
            "response": [
                "usage": [
                    "input_tokens": 100, "input_tokens_details": ["cached_tokens": 40], "output_tokens": 10,
                    "total_tokens": 110,
                ]
            ]
        ])

    static func answer(_ harness: ProviderHarness) {
        say(harness, words("output", " It is", 0, 200), audio(200), words("output", " mild.", 200, 400), audio(200))
        silence(harness)
    }

    static var seeds: [[UInt8]] {
        let messages: [JSONValue] = [
            started, words("input", " what time", 0, 200), words("output", " It is", 400, 600), audio(20),
            audio(20, sound: false), call("call_9", "get_time"), nested("response.created"), completed,
            nested("response.failed", ["response": ["error": ["code": "server_error", "message": "x"]]]),
            [
                "type": "session.delegation.created", "offset_ms": 100,
                "delegation": ["id": "d1", "type": "delegation", "target": "responses", "response_id": "r"],
            ],
            ["type": "session.usage.updated", "usage": ["seconds": 3.5], "context_window": ["usage_ratio": 0.1]],
            ["type": "info", "code": "c", "message": "m"],
            ["type": "error", "error": ["type": "invalid_request_error", "code": "invalid_event", "message": "m"]],
            ["type": "session.commentary.appended", "start_ms": 1, "end_ms": 1],
        ]
        return messages.map(\.bytes)
    }

    static func subject(_ options: JSONValue = .object([])) -> ConformanceSubject {
        ConformanceSubject(
            make: { try provider(options) }, attach: attach, answer: { answer($0) },
            beginAnswer: { harness in
                say(harness, audio(200))
                return "agent_1"
            },
            moreAudio: { say($0, audio(200), words("output", " more", 200, 400)) },
            callTools: { harness in
                say(harness, nested("response.created"), call("call_1", "get_weather"))
                say(harness, call("call_2", "get_time"), completed)
            },
            answeredCall: { sent in
                let item = sent.json["item"]
                return item?["type"]?.string == "function_call_output" ? item?["call_id"]?.string : nil
            },
            refusal: OpenAIScript.subject().refusal, secret: key, seeds: seeds, link: link)
    }
}
