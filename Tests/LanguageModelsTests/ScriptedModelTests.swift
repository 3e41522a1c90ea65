import Core
import ProviderKit
import TestKit
import Testing

@testable import LanguageModels

@Suite struct ScriptedModelTests {
    private let options: JSONValue = [
        "default": "I heard {user}.",
        "rules": [
            [
                "when": ["weather", "rain"], "say": "Let me see.", "call": "get_weather", "with": ["city": "{user}"],
                "then": "It is {result.now.sky} at {result.list.1} degrees.",
            ],
            ["when": "hello", "say": "Hello to you."],
        ],
    ]
    private let tool = ToolDefinition(name: "get_weather", summary: "", parameters: ["type": "object"])

    private func ask(_ messages: [ModelMessage], tools: [ToolDefinition] = []) throws -> [ModelEvent] {
        let model = ScriptedModel(try Script(ProviderConfiguration(name: "s", options: options)))
        let out = PartOutput<ModelEvent>(ProviderOutput())
        model.generate(ModelRequest(id: 1, instructions: "", messages: messages, tools: tools), out)
        return out.events
    }

    private func text(_ events: [ModelEvent]) -> String {
        events.compactMap { if case .text(let text) = $0 { text } else { nil } }.joined()
    }

    @Test func rulesAnswer() throws {
        #expect(text(try ask([.user("Well, HELLO!")])) == "Hello to you.")
        #expect(text(try ask([.user("othello")])) == "I heard othello.")
        #expect(try ask([.user("hello")]).last == .ended(.completed))
        #expect(text(try ask([.instruction("say hello")])) == "Hello to you.")
        #expect(text(try ask([.instruction("anything")])) == "I am listening.")
    }

    @Test func toolsAreCalledAndTheirResultsSaid() throws {
        let events = try ask([.user("any rain?")], tools: [tool])
        let calls = events.compactMap { if case .toolCall(let call) = $0 { call } else { nil } }
        #expect(calls.map(\.name) == ["get_weather"] && calls.first?.arguments == #"{"city":"any rain?"}"#)
        #expect(text(events) == "Let me see.")
        #expect(text(try ask([.user("any rain?")])) == "Let me see. The tool get_weather is not offered to me.")
        let call = ToolCall(id: "1", name: "get_weather", arguments: "{}")
        func after(_ output: String, _ isError: Bool = false) throws -> String {
            let result = ModelMessage.toolResult(callID: "1", name: "get_weather", output: output, isError: isError)
            return text(try ask([.user("rain"), .agent("", calls: [call]), result]))
        }
        #expect(try after(#"{"now":{"sky":"dry"},"list":[1,21]}"#) == "It is dry at 21 degrees.")
        #expect(try after("no json") == "It is unknown at unknown degrees.")
        #expect(try after("timed out", true) == "The tool get_weather failed: timed out.")
    }

    @Test func wordsComeInTheirTimeUntilCancelled() throws {
        let model = ScriptedModel(
            try Script(ProviderConfiguration(name: "s", options: ["delay_ms": 100, "word_ms": 50, "default": "a b c"])))
        let out = PartOutput<ModelEvent>(ProviderOutput())
        model.generate(ModelRequest(id: 1, instructions: "", messages: [.user("x")], tools: []), out)
        #expect(out.take() == [])
        model.timer(ProviderTimer(0), out)
        #expect(out.take() == [.text("a")])
        model.timer(ProviderTimer(0), out)
        #expect(out.take() == [.text(" b")])
        model.cancel(out)
        model.timer(ProviderTimer(0), out)
        #expect(out.take() == [])
    }

    @Test(
        arguments: [
            (["rules": [["say": "x"]]], "a rule has no words"),
            (["rules": [["when": "x"]]], "a rule neither says nor calls anything"),
            (["rules": ["x"]], "must be a map of options, not the text \"x\""),
            (["delay_ms": -1], "-1 is not possible"),
            (["rulez": []], "there is no such option"),
            (["rules": [["when": "x", "with": 1, "call": "y"]]], "must be a map, not a number"),
        ] as [(JSONValue, String)])
    func mistakesAreNamed(_ options: JSONValue, _ cause: String) {
        #expect { _ = try Script(ProviderConfiguration(name: "s", options: options)) } throws: {
            ($0 as? ConfigurationError)?.cause == cause
        }
    }

    @Test func fillingHarmsNothing() {
        var random = SeededRandom(5)
        let parts = ["{", "}", "{user}", "{result}", "{result.a.0}", "{.}", "x", "{result.}", "{}"]
        for _ in 0..<10_000 {
            let template = (0..<6).map { _ in parts.randomElement(using: &random) ?? "" }.joined()
            _ = Script.filled(template, user: "{user}", result: #"{"a":[1]}"#)
        }
        #expect(Script.filled("{a} {user", user: "u", result: "r") == "{a} {user")
    }
}
