import Core
import ProviderKit
import TestKit

@testable import Providers

/// The vendor's side of the Deepgram Voice Agent for tests, after the shapes of wire reference 3.4 and 3.5.
struct DeepgramScript {
    static let link = LinkID(0)
    static let key = "dg-test-0123456789abcdef"

    static func provider(_ options: JSONValue = .object([]), model: String? = nil) throws -> DeepgramAgentProvider {
        let configuration = ProviderConfiguration(name: "deepgram", model: model, key: Secret(key), options: options)
        return try DeepgramAgentProvider(try DeepgramAgentOptions(configuration))
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
            harness.receive(link, ["type": "Welcome", "request_id": "r1"])
        }
        harness.onSend = { harness, sent in
            if sent.kind == .text, sent.json["type"]?.string == "Settings" {
                harness.receive(sent.link, ["type": "SettingsApplied"])
            }
        }
    }

    static func say(_ harness: ProviderHarness, _ messages: JSONValue...) {
        for message in messages { harness.receive(link, message) }
    }

    static func text(_ role: String, _ content: String) -> JSONValue {
        ["type": "ConversationText", "role": .string(role), "content": .string(content)]
    }

    static let userStarted: JSONValue = ["type": "UserStartedSpeaking"]
    static let audioDone: JSONValue = ["type": "AgentAudioDone"]

    /// `ms` of linear16 at 24 kHz.
    static func audio(_ harness: ProviderHarness, ms: Int) {
        harness.receive(link, [UInt8](repeating: 5, count: 48 * ms), kind: .binary)
    }

    static func call(_ id: String, _ name: String, clientSide: Bool = true) -> JSONValue {
        [
            "id": .string(id), "name": .string(name), "arguments": #"{"city":"Oslo"}"#,
            "client_side": .bool(clientSide),
        ]
    }

    static func calls(_ calls: JSONValue...) -> JSONValue {
        ["type": "FunctionCallRequest", "functions": .array(calls)]
    }

    static func answer(_ harness: ProviderHarness) {
        say(harness, userStarted, text("user", "What time is it?"), text("assistant", "It is two."))
        say(harness, ["type": "AgentStartedSpeaking", "total_latency": 0.9, "tts_latency": 0.2, "ttt_latency": 0.5])
        audio(harness, ms: 100)
        audio(harness, ms: 100)
        say(harness, audioDone)
    }

    static var seeds: [[UInt8]] {
        let messages: [JSONValue] = [
            ["type": "Welcome", "request_id": "r1"], ["type": "SettingsApplied"], userStarted, audioDone,
            text("user", "hello"), text("assistant", "Hi."), ["type": "AgentThinking", "content": "hm"],
            ["type": "AgentStartedSpeaking", "total_latency": 0.9, "tts_latency": 0.2, "ttt_latency": 0.5],
            ["type": "LatencyReport", "stt_latency": 0.3], calls(call("f9", "get_time"), call("f8", "x")),
            ["type": "FunctionCallCancelled", "functions": [["id": "f9", "name": "get_time"]]],
            ["type": "InjectionRefused", "message": "The user is speaking."],
            ["type": "Warning", "code": "PROMPT_TOO_LONG", "description": "too long"],
            ["type": "Error", "code": "INTERNAL_SERVER_ERROR", "description": "no"],
            ["type": "History", "role": "user", "content": "hello"],
        ]
        return messages.map(\.bytes)
    }

    static func subject() -> ConformanceSubject {
        ConformanceSubject(
            make: { try provider() }, attach: attach, answer: answer,
            beginAnswer: { harness in
                say(harness, text("user", "Tell me."), text("assistant", "Once upon a time"))
                audio(harness, ms: 100)
                return harness.out.items.last ?? ""
            },
            moreAudio: { harness in
                audio(harness, ms: 100)
                say(harness, text("assistant", "there was"))
                audio(harness, ms: 100)
                say(harness, audioDone)
            },
            callTools: { say($0, calls(call("call_1", "get_weather"), call("call_2", "get_time"))) },
            answeredCall: { $0.json["type"]?.string == "FunctionCallResponse" ? $0.json["id"]?.string : nil },
            refusal: { secret in
                LinkClosure(
                    .rejected(status: 401), body: Array(#"{"err_code":"INVALID_AUTH","err_msg":"bad \#(secret)"}"#.utf8)
                )
            },
            secret: key, seeds: seeds, link: link)
    }
}
