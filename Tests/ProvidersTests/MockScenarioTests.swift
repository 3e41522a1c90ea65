import Core
import ProviderKit
import TestKit
import Testing

@testable import Providers

@Suite struct MockScenarioTests {
    private func scenario(_ text: String) throws -> MockScenario {
        try MockScenario(text: Array(text.utf8), name: "call.json")
    }

    @Test func readsEverything() throws {
        let made = try scenario(
            """
            {"seed": 7, "endpointing": "local", "latency_ms": 10, "repeat": false, "transcripts": ["one"],
             "replies": ["First.", {"text": "Second.", "seconds": 2.5, "tools": [{"name": "t", "arguments": {"a": 1}}]}]}
            """)
        #expect(made.seed == 7 && !made.detectsTurns && made.latencyMs == 10 && !made.repeats)
        #expect(made.replies.map(\.text) == ["First.", "Second."])
        #expect(made.replies[1].tools == [.init(name: "t", arguments: #"{"a":1}"#)])
    }

    @Test(arguments: [
        ("{\n \"seed\": 1,\n \"latency_ms\": \"x\"\n}", "call.json:3", "latency_ms"),
        ("{\n \"latncy_ms\": 1}", "call.json:2", "latency_ms"),
        ("{\n\"replies\": [\n\"a\",\n{\"text\": \"b\",\n \"seconds\": -1}]}", "call.json:5", "replies.1.seconds"),
        ("{\"replies\": [{\n}]}", "call.json:1", "text"), ("{\n\n\"seed\": }", "call.json:3", "JSON"),
        ("[]", "call.json:1", "map"), ("", "call.json:1", "JSON"),
        ("{\"replies\": [{\"text\": \"a\", \"tools\": [{}]}]}", "call.json:1", "name"),
    ])
    func mistakesNameTheLine(_ text: String, _ place: String, _ hint: String) {
        let error = #expect(throws: ConfigurationError.self) { try scenario(text) }
        #expect(error?.place.hasPrefix(place) == true, "\(error?.place ?? "")")
        #expect(error?.description.contains(hint) == true, "\(error?.description ?? "")")
    }

    @Test func missingFile() {
        let error = #expect(throws: ConfigurationError.self) {
            try MockScenario(ProviderConfiguration(name: "m", options: ["scenario": "/no/such/file.json"]))
        }
        #expect(error?.place == "/no/such/file.json" && error?.cause.contains("No such file") == true)
    }

    @Test func brokenScenariosNeverCrash() {
        let seed =
            #"{"seed": 7, "transcripts": ["a"], "replies": [{"text": "b", "tools": [{"name": "t", "arguments": {}}]}]}"#
        var mutator = MessageMutator(seeds: [Array(seed.utf8)], seed: 5)
        var refused = 0
        for _ in 0..<10_000 {
            do { _ = try MockScenario(text: mutator.next(), name: "f") } catch { refused += 1 }
        }
        #expect(refused > 5000)
    }
}
