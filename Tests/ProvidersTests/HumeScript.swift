import AudioKit
import Core
import ProviderKit
import TestKit

@testable import Providers

/// The vendor's side of Hume EVI for tests, after the shapes of wire reference 5.3.
struct HumeScript {
    static let link = LinkID(0)
    static let key = "hume-test-0123456789abcdef"

    static func provider(_ options: JSONValue = .object([])) throws -> HumeEVIProvider {
        HumeEVIProvider(
            try HumeEVIOptions(ProviderConfiguration(name: "hume", key: Secret(key), options: options)), prefix: "h")
    }

    static func ready(
        _ options: JSONValue = .object([]), context: ProviderContext = ConformanceSuite.context
    ) throws -> ProviderHarness {
        let harness = ProviderHarness(try provider(options))
        attach(harness)
        harness.start(context)
        return harness
    }

    static func attach(_ harness: ProviderHarness) {
        harness.onConnect = { harness, link, _ in
            harness.open(link)
            harness.receive(link, metadata)
        }
    }

    static let metadata: JSONValue = ["type": "chat_metadata", "chat_group_id": "g1", "chat_id": "c1"]

    static func say(_ harness: ProviderHarness, _ messages: JSONValue...) {
        for message in messages { harness.receive(link, message) }
    }

    static func wav(ms: Int, rate: Int = 48000, channels: Int = 1) -> [UInt8] {
        let count = rate / 1000 * ms * channels
        return WAVHeader(sampleRate: rate, channels: channels, dataBytes: 2 * count).bytes
            + (0..<count).flatMap { _ in [UInt8(0xD2), UInt8(0x04)] }
    }

    static func audio(_ id: String, ms: Int, rate: Int = 48000, channels: Int = 1, index: Int = 0) -> JSONValue {
        var text: [UInt8] = []
        Base64.encode(bytes: wav(ms: ms, rate: rate, channels: channels).span, into: &text)
        return [
            "type": "audio_output", "custom_session_id": .null, "id": .string(id), "index": .int(Int64(index)),
            "data": .string(String(decoding: text, as: UTF8.self)),
        ]
    }

    static func user(_ text: String, interim: Bool = false) -> JSONValue {
        [
            "type": "user_message", "from_text": false, "interim": .bool(interim),
            "message": ["role": "user", "content": .string(text)], "time": ["begin": 0, "end": 900],
            "models": ["prosody": ["scores": ["Joy": 0.7, "Calmness": 0.9, "Doubt": 0.1, "Awe": 0.2]]],
        ]
    }

    static func message(_ id: String, _ text: String) -> JSONValue {
        [
            "type": "assistant_message", "id": .string(id), "from_text": false, "is_quick_response": false,
            "models": .object([]), "message": ["role": "assistant", "content": .string(text)],
        ]
    }

    static func call(_ id: String, _ name: String, type: String = "function") -> JSONValue {
        [
            "type": "tool_call", "name": .string(name), "tool_call_id": .string(id), "tool_type": .string(type),
            "parameters": #"{"city":"Oslo"}"#, "response_required": true,
        ]
    }

    static let end: JSONValue = ["type": "assistant_end"]
    static let interruption: JSONValue = ["type": "user_interruption", "time": 1200]

    static func answer(_ harness: ProviderHarness, _ id: String) {
        say(harness, message(id, "It is mild."), audio(id, ms: 100), audio(id, ms: 100, index: 1), end)
    }

    static var seeds: [[UInt8]] {
        [
            metadata, user("what"), user("wh", interim: true), interruption, message("m9", "It is."),
            audio("m9", ms: 2), audio("m9", ms: 2, rate: 16000), audio("m8", ms: 2, channels: 2), end,
            call("c9", "get_time"), ["type": "error", "code": "I0100", "slug": "internal_error", "message": "x"],
            ["type": "assistant_prosody", "models": .object([])],
        ].map(\.bytes)
    }

    static func subject() -> ConformanceSubject {
        var number = 0
        return ConformanceSubject(
            make: { try provider() }, attach: attach,
            answer: { harness in
                number += 1
                answer(harness, "a\(number)")
            },
            beginAnswer: { harness in
                say(harness, audio("cut", ms: 100))
                return "h-cut"
            },
            moreAudio: { harness in
                say(harness, audio("cut", ms: 100), audio("cut2", ms: 100), message("cut", "late"), end)
                say(harness, audio("cut", ms: 100))
            },
            callTools: { harness in say(harness, call("call_1", "get_weather"), call("call_2", "get_time")) },
            answeredCall: { $0.json["tool_call_id"]?.string },
            refusal: { LinkClosure(.rejected(status: 401), body: Array(#"{"message":"bad \#($0)"}"#.utf8)) },
            secret: key, seeds: seeds, link: link)
    }
}
