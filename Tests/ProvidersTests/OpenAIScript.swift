import AudioKit
import Core
import ProviderKit
import TestKit

@testable import Providers

/// The vendor's side of OpenAI Realtime for tests, after the shapes of wire reference 1A.4 and 1A.8.
struct OpenAIScript {
    static let link = LinkID(0)
    static let key = "sk-test-0123456789abcdef"

    static func provider(_ options: JSONValue = .object([]), model: String? = nil) throws -> OpenAIRealtimeProvider {
        let configuration = ProviderConfiguration(
            name: "openai", model: model, key: Secret(key), options: options)
        let wall = WallTime(nanoseconds: 1_795_000_000 * 1_000_000_000)
        return OpenAIRealtimeProvider(try OpenAIRealtimeOptions(configuration), wallClock: { wall })
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

    static func attach(_ harness: ProviderHarness) {
        harness.onConnect = { harness, link, _ in
            harness.open(link)
            harness.receive(link, created)
        }
        harness.onSend = { harness, sent in
            if sent.json["type"]?.string == "session.update" { harness.receive(sent.link, ["type": "session.updated"]) }
        }
    }

    static let created: JSONValue = [
        "type": "session.created", "event_id": "e0",
        "session": ["type": "realtime", "id": "sess_1", "expires_at": 1_795_001_800],
    ]

    static func say(_ harness: ProviderHarness, _ messages: JSONValue...) {
        for message in messages { harness.receive(link, message) }
    }

    static func responseCreated(_ id: String) -> JSONValue {
        ["type": "response.created", "response": ["id": .string(id), "status": "in_progress"]]
    }

    static func itemAdded(_ item: String, _ response: String) -> JSONValue {
        [
            "type": "response.output_item.added", "response_id": .string(response), "output_index": 0,
            "item": ["id": .string(item), "type": "message", "role": "assistant", "content": []],
        ]
    }

    static func base64(_ samples: [Int16]) -> String {
        var bytes: [UInt8] = []
        Base64.encode(pcm: samples.span, into: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    static func delta(_ item: String, _ response: String, samples: [Int16]) -> JSONValue {
        [
            "type": "response.output_audio.delta", "event_id": "e", "response_id": .string(response),
            "item_id": .string(item), "output_index": 0, "content_index": 0, "delta": .string(base64(samples)),
        ]
    }

    /// `ms` of audio in one delta.
    static func delta(_ item: String, _ response: String, ms: Int) -> JSONValue {
        delta(item, response, samples: [Int16](repeating: 1234, count: 24 * ms))
    }

    static func text(_ kind: String, _ item: String, _ key: String, _ text: String) -> JSONValue {
        var json: JSONValue = ["type": .string("response.output_audio_transcript." + kind), "item_id": .string(item)]
        json[key] = .string(text)
        return json
    }

    static let usage: JSONValue = [
        "total_tokens": 150, "input_tokens": 100, "output_tokens": 50,
        "input_token_details": ["text_tokens": 60, "audio_tokens": 40, "cached_tokens": 0],
        "output_token_details": ["text_tokens": 10, "audio_tokens": 40],
    ]

    static func done(_ id: String, _ status: String = "completed", details: JSONValue? = nil) -> JSONValue {
        var response: JSONValue = ["id": .string(id), "status": .string(status), "output": [], "usage": usage]
        response["status_details"] = details
        return ["type": "response.done", "response": response]
    }

    static func call(_ id: String, _ name: String, _ response: String) -> JSONValue {
        [
            "type": "response.output_item.done", "response_id": .string(response), "output_index": 0,
            "item": [
                "id": .string("item_" + id), "type": "function_call", "status": "completed", "call_id": .string(id),
                "name": .string(name), "arguments": #"{"city":"Oslo"}"#,
            ],
        ]
    }

    static func error(_ code: String?, _ message: String = "no", param: String? = nil, eventID: String? = nil)
        -> JSONValue
    {
        [
            "type": "error", "event_id": "e",
            "error": [
                "type": "invalid_request_error", "code": code.map { .string($0) } ?? .null, "message": .string(message),
                "param": param.map { .string($0) } ?? .null, "event_id": eventID.map { .string($0) } ?? .null,
            ],
        ]
    }

    static func user(_ event: String, _ item: String) -> JSONValue {
        ["type": .string("input_audio_buffer." + event), "item_id": .string(item), "audio_start_ms": 10]
    }

    static func answer(_ harness: ProviderHarness, _ number: Int) {
        for message in spoken("item_a\(number)", "resp_\(number)") { harness.receive(link, message) }
    }

    /// The messages of one spoken answer of 200 ms.
    static func spoken(_ item: String, _ response: String) -> [JSONValue] {
        [
            responseCreated(response), itemAdded(item, response), text("delta", item, "delta", "It is"),
            delta(item, response, ms: 100), delta(item, response, ms: 100),
            ["type": "response.output_audio.done", "item_id": .string(item)],
            text("done", item, "transcript", "It is mild."), done(response),
        ]
    }

    /// A message under the name that it has in the preview dialect (wire reference 1A.4).
    static func older(_ message: JSONValue) -> JSONValue {
        var message = message
        let type = message["type"]?.string ?? ""
        for (new, old) in [("response.output_audio", "response.audio"), ("response.output_text", "response.text")]
        where type.hasPrefix(new) {
            message["type"] = .string(old + type.dropFirst(new.count))
        }
        if type == "conversation.item.added" { message["type"] = "conversation.item.created" }
        return message
    }

    /// The seeds in the preview dialect.
    static var olderSeeds: [[UInt8]] {
        seeds.compactMap { try? JSONParser.parse($0) }.map { older($0).bytes }
    }

    /// Every kind of server message once, as they are when nothing is wrong.
    static var seeds: [[UInt8]] {
        let user: [JSONValue] = [
            user("speech_started", "item_u1"), user("speech_stopped", "item_u1"), user("committed", "item_u1"),
            ["type": "conversation.item.added", "item": ["id": "item_u1", "type": "message", "role": "user"]],
            [
                "type": "conversation.item.input_audio_transcription.delta", "item_id": "item_u1", "content_index": 0,
                "delta": "what",
            ],
            [
                "type": "conversation.item.input_audio_transcription.completed", "item_id": "item_u1",
                "transcript": "what time", "usage": ["type": "duration", "seconds": 1.7],
            ],
        ]
        let agent: [JSONValue] = [
            created, ["type": "session.updated", "session": ["type": "realtime"]], responseCreated("resp_9"),
            itemAdded("item_9", "resp_9"), delta("item_9", "resp_9", ms: 10), text("delta", "item_9", "delta", "It"),
            text("done", "item_9", "transcript", "It is."),
            ["type": "response.output_audio.done", "item_id": "item_9"],
            call("call_9", "get_time", "resp_9"), done("resp_9"),
            [
                "type": "rate_limits.updated",
                "rate_limits": [["name": "tokens", "remaining": 0, "reset_seconds": 1.5]],
            ],
            error("some_error", "something"), error("response_cancel_not_active"),
            done("resp_9", "failed", details: ["type": "failed", "error": ["code": "server_error", "message": "x"]]),
        ]
        return (user + agent).map(\.bytes)
    }

    /// A provider in another vendor's dialect.
    static func provider(
        _ dialect: OpenAIRealtimeDialect, _ options: JSONValue = .object([]), model: String? = nil,
        voice: String? = nil, key: String = OpenAIScript.key, base: String? = nil
    ) throws -> OpenAIRealtimeProvider {
        let configuration = ProviderConfiguration(
            name: "main", model: model, voice: voice, baseURL: try base.map { try URLParts(parsing: $0) },
            key: Secret(key), options: options)
        let wall = WallTime(nanoseconds: 1_795_000_000 * 1_000_000_000)
        return OpenAIRealtimeProvider(try OpenAIRealtimeOptions(configuration, dialect), wallClock: { wall })
    }

    /// What a provider connects to.
    static func endpoint(_ provider: OpenAIRealtimeProvider) -> (url: String, headers: [String]) {
        let harness = ProviderHarness(provider)
        harness.start()
        guard case .webSocket(let endpoint)? = harness.endpoints[link] else { return ("", []) }
        return (endpoint.url.description, endpoint.headers.map { "\($0.name): \($0.value)" })
    }

    static func subject(
        make: @escaping () throws -> any Provider = { try provider() }
    ) -> ConformanceSubject {
        var number = 0
        return ConformanceSubject(
            make: make, attach: attach,
            answer: { harness in
                number += 1
                answer(harness, number)
            },
            beginAnswer: { harness in
                say(harness, responseCreated("resp_cut"), itemAdded("item_cut", "resp_cut"))
                say(harness, delta("item_cut", "resp_cut", ms: 100))
                return "item_cut"
            },
            moreAudio: { harness in
                say(harness, delta("item_cut", "resp_cut", ms: 100), itemAdded("item_cut2", "resp_cut"))
                say(harness, delta("item_cut2", "resp_cut", ms: 100), done("resp_cut", "cancelled"))
            },
            callTools: { harness in
                say(harness, responseCreated("resp_t"), call("call_1", "get_weather", "resp_t"))
                say(harness, call("call_2", "get_time", "resp_t"), done("resp_t"))
            },
            answeredCall: { sent in
                let item = sent.json["item"]
                return item?["type"]?.string == "function_call_output" ? item?["call_id"]?.string : nil
            },
            refusal: { secret in
                LinkClosure(
                    .rejected(status: 401),
                    body: Array(
                        #"{"error":{"code":"invalid_api_key","message":"Incorrect API key provided: \#(secret)."}}"#
                            .utf8))
            },
            secret: key, seeds: seeds, link: link)
    }
}
