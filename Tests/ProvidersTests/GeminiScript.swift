import AudioKit
import Core
import ProviderKit
import TestKit

@testable import Providers

/// The vendor's side of Gemini Live for tests, after the shapes of wire reference 2.4 and 2.7.
struct GeminiScript {
    static let link = LinkID(0)
    static let key = "AIza-test-0123456789abcdef"

    static func provider(
        _ options: JSONValue = .object([]), model: String? = nil, voice: String? = nil, vertex: Bool = false,
        key: String = GeminiScript.key
    ) throws -> GeminiLiveProvider {
        var options = options
        if vertex, options["project"] == nil { options["project"] = "p1" }
        let configuration = ProviderConfiguration(
            name: "gem", model: model, voice: voice, key: Secret(key), options: options)
        return GeminiLiveProvider(try GeminiLiveOptions(configuration, vertex: vertex), prefix: "g")
    }

    static func ready(
        _ options: JSONValue = .object([]), model: String? = nil, vertex: Bool = false,
        context: ProviderContext = ConformanceSuite.context
    ) throws -> ProviderHarness {
        let harness = ProviderHarness(try provider(options, model: model, vertex: vertex))
        attach(harness)
        harness.start(context)
        return harness
    }

    static func attach(_ harness: ProviderHarness) {
        harness.onConnect = { harness, link, _ in harness.open(link) }
        harness.onSend = { harness, sent in
            if sent.json["setup"] != nil { harness.receive(sent.link, ["setupComplete": .object([])]) }
        }
    }

    static func say(_ harness: ProviderHarness, _ messages: JSONValue...) {
        for message in messages { harness.receive(link, message) }
    }

    static func content(_ key: String, _ value: JSONValue) -> JSONValue { ["serverContent": .object([.init(key, value)])] }

    static func audio(ms: Int, rate: Int = 24000, value: Int16 = 1234) -> JSONValue {
        let samples = [Int16](repeating: value, count: rate / 1000 * ms)
        var bytes: [UInt8] = []
        Base64.encode(pcm: samples.span, into: &bytes)
        let blob: JSONValue = [
            "mimeType": .string("audio/pcm;rate=\(rate)"), "data": .string(String(decoding: bytes, as: UTF8.self)),
        ]
        return content("modelTurn", ["role": "model", "parts": [["inlineData": blob]]])
    }

    static func heard(_ text: String) -> JSONValue { content("inputTranscription", ["text": .string(text)]) }
    static func said(_ text: String) -> JSONValue { content("outputTranscription", ["text": .string(text)]) }
    static let interrupted = content("interrupted", true)
    static let generated = content("generationComplete", true)
    static let usage: JSONValue = [
        "promptTokenCount": 120, "responseTokenCount": 40, "totalTokenCount": 160,
        "promptTokensDetails": [["modality": "AUDIO", "tokenCount": 100], ["modality": "TEXT", "tokenCount": 20]],
        "responseTokensDetails": [["modality": "AUDIO", "tokenCount": 40]],
    ]
    static let complete: JSONValue = ["serverContent": ["turnComplete": true], "usageMetadata": usage]

    static func call(_ calls: (id: String?, name: String)...) -> JSONValue {
        let list: [JSONValue] = calls.map { call in
            var json: JSONValue = ["name": .string(call.name), "args": ["city": "Oslo"]]
            json["id"] = call.id.map { .string($0) }
            return json
        }
        return ["toolCall": ["functionCalls": .array(list)]]
    }

    static func handle(_ name: String) -> JSONValue {
        ["sessionResumptionUpdate": ["newHandle": .string(name), "resumable": true]]
    }

    static func answer(_ harness: ProviderHarness) {
        say(harness, audio(ms: 100), said(" It is"), audio(ms: 100), said(" mild."), generated, complete)
    }

    /// Every kind of server message once, as they are when nothing is wrong.
    static var seeds: [[UInt8]] {
        [
            ["setupComplete": .object([])], heard(" what time"), audio(ms: 10), audio(ms: 10, rate: 16000),
            said(" It is"), interrupted, generated, complete, call(("c9", "get_time")), call((nil, "get_time")),
            ["toolCallCancellation": ["ids": ["c9"]]], handle("h1"), ["goAway": ["timeLeft": "9.5s"]],
            ["voiceActivity": ["voiceActivityType": "ACTIVITY_START", "audioOffset": "1s"]],
            ["voiceActivity": ["voiceActivityType": "ACTIVITY_END"]],
            ["serverContent": ["turnComplete": true, "interactionStatus": "IN_PROGRESS"]],
            content("modelTurn", ["parts": [["text": "I think", "thought": true]]]),
        ].map(\.bytes)
    }

    static func subject(vertex: Bool = false) -> ConformanceSubject {
        ConformanceSubject(
            make: { try provider(vertex: vertex) }, attach: attach, answer: answer,
            beginAnswer: { harness in
                say(harness, audio(ms: 100))
                return harness.out.items.last ?? "?"
            },
            moreAudio: { harness in say(harness, audio(ms: 100), said(" more"), audio(ms: 100), generated, complete) },
            callTools: { harness in
                say(harness, heard(" weather?"), call(("call_1", "get_weather"), ("call_2", "get_time")))
            },
            answeredCall: { $0.json["toolResponse"]?["functionResponses"]?[0]?["id"]?.string },
            refusal: { secret in
                LinkClosure(
                    .rejected(status: 403),
                    body: Array(#"{"error":{"code":403,"message":"API key not valid: \#(secret)."}}"#.utf8))
            },
            secret: key, seeds: seeds, link: link)
    }
}
