import AudioKit
import Core
import ProviderKit
import TestKit

@testable import Providers

/// An AVR adapter for tests, after reference systems.md b.5.1.
struct AVRScript {
    static let link = LinkID(0)

    static func provider(_ options: JSONValue = .object([])) throws -> AVRSTSProvider {
        AVRSTSProvider(
            try AVRSTSOptions(ProviderConfiguration(name: "avr", options: options)),
            uuid: { "00000000-0000-4000-8000-000000000001" })
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

    static func attach(_ harness: ProviderHarness) { harness.onConnect = { harness, link, _ in harness.open(link) } }

    static func say(_ harness: ProviderHarness, _ messages: JSONValue...) {
        for message in messages { harness.receive(link, message) }
    }

    static func base64(_ samples: Int) -> JSONValue {
        var text: [UInt8] = []
        Base64.encode(pcm: [Int16](repeating: 1234, count: samples).span, into: &text)
        return .string(String(decoding: text, as: UTF8.self))
    }

    /// `count` frames of 20 ms.
    static func audio(_ harness: ProviderHarness, frames: Int) {
        for _ in 0..<frames { say(harness, ["type": "audio", "audio": base64(160)]) }
    }

    static func transcript(_ role: String, _ text: String) -> JSONValue {
        ["type": "transcript", "role": .string(role), "text": .string(text)]
    }

    static func call(_ id: String, _ name: String) -> JSONValue {
        [
            "type": "tool_invocation", "toolName": .string(name), "invocationId": .string(id),
            "parameters": ["city": "Oslo"],
        ]
    }

    static func answer(_ harness: ProviderHarness) {
        say(harness, ["type": "interruption"], transcript("user", "What time is it?"))
        audio(harness, frames: 10)
        say(harness, transcript("agent", "It is two."))
        harness.advance(by: .seconds(2))
    }

    static var seeds: [[UInt8]] {
        let messages: [JSONValue] = [
            ["type": "audio", "audio": base64(160)], ["type": "interruption"], transcript("user", "hello"),
            transcript("agent", "Hi."), ["type": "error", "message": "no"], call("i1", "get_time"),
        ]
        return messages.map(\.bytes)
    }

    static func subject() -> ConformanceSubject {
        ConformanceSubject(
            make: { try provider() }, attach: attach, answer: answer,
            beginAnswer: { harness in
                audio(harness, frames: 5)
                return harness.out.items.last ?? ""
            },
            moreAudio: { audio($0, frames: 5) },
            callTools: { say($0, call("call_1", "get_weather"), call("call_2", "get_time")) },
            answeredCall: { $0.json["type"]?.string == "tool_result" ? $0.json["invocationId"]?.string : nil },
            seeds: seeds, link: link, audioMessages: 3)
    }
}
