import Core
import ProviderKit
import TestKit

@testable import Providers

/// The vendor's side of Ultravox for tests, after the shapes of wire reference 5.2.
struct UltravoxScript {
    static let link = LinkID(0)
    static let key = "uv-test-0123456789abcdef"

    static func provider(_ options: JSONValue = .object([])) throws -> UltravoxProvider {
        UltravoxProvider(
            try UltravoxOptions(
                ProviderConfiguration(name: "uv", model: "m", voice: "Mark", key: Secret(key), options: options)),
            prefix: "u")
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
        harness.onConnect = { harness, link, endpoint in
            if case .http = endpoint {
                harness.open(link, LinkOpening(status: 201))
                harness.receive(link, Array(#"{"callId":"c1","join"#.utf8), kind: .chunk)
                harness.receive(link, Array(#"Url":"wss://voice.test/calls/c1?t=2"}"#.utf8), kind: .chunk)
                harness.close(link, LinkClosure(.remote))
            } else {
                harness.open(link)
                harness.receive(link, ["type": "call_started", "callId": "c1"])
                harness.receive(link, state("listening"))
            }
        }
    }

    /// The body of the request that made the call; suite-wide checks look at messages, so it counts as one there.
    static func body(_ endpoint: Endpoint?) -> JSONValue {
        guard case .http(let http)? = endpoint, case .whole(let bytes) = http.body else { return .null }
        return (try? JSONParser.parse(bytes)) ?? .null
    }

    static func say(_ harness: ProviderHarness, _ messages: JSONValue...) {
        for message in messages { harness.receive(link, message) }
    }

    static func audio(_ harness: ProviderHarness, ms: Int) {
        let sample = [UInt8(0xD2), UInt8(0x04)]
        harness.receive(link, (0..<24 * ms).flatMap { _ in sample }, kind: .binary)
    }

    static func state(_ name: String) -> JSONValue { ["type": "state", "state": .string(name)] }

    static func text(_ role: String, _ ordinal: Int, _ text: String, final: Bool = true) -> JSONValue {
        [
            "type": "transcript", "role": .string(role), "medium": "voice", "text": .string(text),
            "final": .bool(final),
            "ordinal": .int(Int64(ordinal)),
        ]
    }

    static func call(_ id: String, _ name: String) -> JSONValue {
        [
            "type": "client_tool_invocation", "toolName": .string(name), "invocationId": .string(id),
            "parameters": ["city": "Oslo"],
        ]
    }

    static func answer(_ harness: ProviderHarness, _ ordinal: Int) {
        say(harness, state("thinking"), state("speaking"), text("agent", ordinal, "It is mild."))
        audio(harness, ms: 100)
        audio(harness, ms: 100)
        say(harness, state("listening"))
    }

    static var seeds: [[UInt8]] {
        [
            state("listening"), state("thinking"), state("speaking"), text("user", 1, "what"), text("agent", 2, "It"),
            ["type": "transcript", "role": "agent", "medium": "voice", "delta": " is", "final": false, "ordinal": 2],
            ["type": "playback_clear_buffer"], call("c9", "get_time"), ["type": "pong", "timestamp": 1.5],
            ["type": "call_started", "callId": "c1"],
        ].map(\.bytes)
    }

    static func subject() -> ConformanceSubject {
        var number = 100
        return ConformanceSubject(
            make: { try provider() }, attach: attach,
            answer: { harness in
                number += 1
                answer(harness, number)
            },
            beginAnswer: { harness in
                say(harness, state("speaking"))
                audio(harness, ms: 100)
                return harness.out.items.last ?? "?"
            },
            moreAudio: { harness in
                audio(harness, ms: 100)
                say(harness, state("listening"))
            },
            callTools: { harness in say(harness, call("call_1", "get_weather"), call("call_2", "get_time")) },
            answeredCall: { $0.json["invocationId"]?.string },
            refusal: { LinkClosure(.rejected(status: 401), body: Array(#"{"detail":"Invalid \#($0)"}"#.utf8)) },
            secret: key, seeds: seeds, link: link)
    }
}
