import AudioKit
import Core
import ProviderKit
import TestKit

@testable import Providers

/// AVA's local AI server for tests, after reference systems.md a.1.6.
struct AVALocalScript {
    static let link = LinkID(0)

    static func provider(_ options: JSONValue = .object([]), token: String? = nil) throws -> AVALocalProvider {
        AVALocalProvider(
            try AVALocalOptions(ProviderConfiguration(name: "ava", key: token.map { Secret($0) }, options: options)))
    }

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
        harness.onConnect = { harness, link, _ in harness.open(link) }
        harness.onSend = { harness, sent in
            guard sent.kind == .text, sent.json["type"]?.string == "set_mode" else { return }
            harness.receive(sent.link, ["type": "mode_ready", "mode": "full"])
        }
    }

    static func say(_ harness: ProviderHarness, _ messages: JSONValue...) {
        for message in messages { harness.receive(link, message) }
    }

    static func heard(_ text: String, isFinal: Bool = true) -> JSONValue {
        [
            "type": "stt_result", "text": .string(text), "mode": "full", "is_final": .bool(isFinal),
            "is_partial": .bool(!isFinal),
        ]
    }

    static func thought(_ text: String, id: String? = nil) -> JSONValue {
        var json: JSONValue = ["type": "llm_response", "text": .string(text), "mode": "llm"]
        json["request_id"] = id.map { .string($0) }
        return json
    }

    static func chunk(_ utterance: String, isFinal: Bool) -> JSONValue {
        [
            "type": "tts_audio", "mode": "full", "encoding": "mulaw", "sample_rate_hz": 8000, "byte_length": 800,
            "utterance_id": .string(utterance), "chunk_index": 0, "is_final": .bool(isFinal),
        ]
    }

    /// `ms` of G.711.
    static func audio(_ harness: ProviderHarness, ms: Int) {
        harness.receive(link, [UInt8](repeating: 0x90, count: 8 * ms), kind: .binary)
    }

    static func answer(_ harness: ProviderHarness) {
        say(harness, heard("what", isFinal: false), heard("what time is it"), thought("It is two."))
        audio(harness, ms: 200)
        harness.advance(by: .seconds(2))
    }

    static let calls: JSONValue = [
        "type": "llm_tool_response", "request_id": "tool-1", "text": "", "finish_reason": "tool_calls",
        "tool_calls": [
            ["name": "get_weather", "parameters": ["city": "Oslo"]], ["name": "get_time", "parameters": [:]],
        ],
        "protocol_version": 2,
    ]

    static var seeds: [[UInt8]] {
        let messages: [JSONValue] = [
            ["type": "auth_response", "status": "ok"], ["type": "mode_ready", "mode": "full"], heard("hello"),
            heard("hel", isFinal: false), thought("Hi."), chunk("u1", isFinal: true), calls,
            ["type": "tts_response", "request_id": "say-1", "audio_data": "/////w==", "encoding": "mulaw"],
            ["type": "switch_response", "status": "error", "message": "no"], ["type": "barge_in_ack", "status": "ok"],
        ]
        return messages.map(\.bytes)
    }

    static func subject() -> ConformanceSubject {
        ConformanceSubject(
            make: { try provider() }, attach: attach, answer: answer,
            beginAnswer: { harness in
                say(harness, heard("tell me"), thought("Once upon a time"), chunk("u-cut", isFinal: false))
                audio(harness, ms: 100)
                return harness.out.items.last ?? ""
            },
            moreAudio: { harness in
                for isFinal in [false, true] {
                    say(harness, chunk("u-cut", isFinal: isFinal))
                    audio(harness, ms: 100)
                }
            },
            callTools: { say($0, calls) },
            answeredCall: { $0.json["type"]?.string == "tool_result" ? $0.json["request_id"]?.string : nil },
            seeds: seeds, link: link)
    }
}
