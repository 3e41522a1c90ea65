import Core
import TestKit
import Testing

@testable import LanguageModels

@Suite struct SpokenFilterTests {
    private static func run(_ pieces: [String], _ filter: SpokenFilter) -> (String, [ToolCall]) {
        var filter = filter
        let said = pieces.map { filter.pass($0) }.joined()
        let rest = filter.finish()
        return (said + rest.text, rest.calls)
    }

    private static let cases: [(text: String, said: String)] = [
        ("Hello.", "Hello."),
        ("<think>no</think>\n\nHello.", "Hello."),
        ("A <b>bold</b> claim: 1 < 2", "A <b>bold</b> claim: 1 < 2"),
        ("One <think>no</think>two<thinking>no</thinking> three", "One two three"),
        ("<think>never closed", ""),
        ("a <thin", "a <thin"),
        ("x <tool_call>{\"name\":\"get_weather\",\"arguments\":{}}</tool_call> y", "x  y"),
        ("  {\"name\": \"get_weather\", \"parameters\": {\"city\":\"Zürich\"}}", ""),
        ("{\"name\": \"unknown\"}", "{\"name\": \"unknown\"}"),
        ("Grüß 😀 <think>😀</think>ß", "Grüß 😀 ß"),
    ]

    @Test func hidesThoughtsAndCallsHoweverTheTextIsCut() {
        var random = SeededRandom(7)
        let filter = SpokenFilter(thoughts: .hide, tools: ["get_weather"])
        for (text, said) in Self.cases {
            for _ in 0..<200 {
                var pieces: [String] = []
                var rest = Substring(text)
                while !rest.isEmpty {
                    let count = Int.random(in: 1...5, using: &random)
                    pieces.append(String(rest.prefix(count)))
                    rest = rest.dropFirst(count)
                }
                #expect(Self.run(pieces, filter).0 == said)
            }
        }
    }

    @Test func findsCallsInText() {
        let filter = SpokenFilter(thoughts: .hide, tools: ["get_weather"])
        let tagged = Self.run(
            ["<tool_call>{\"name\":\"get_weather\",\"arguments\":{\"city\":\"Bern\"}}</tool_call>"], filter)
        #expect(tagged.1.map(\.arguments) == [#"{"city":"Bern"}"#])
        let bare = Self.run(["{\"name\":\"get_weather\",\"parameters\":{\"city\":\"Bern\"}}"], filter)
        #expect(bare.1.map(\.name) == ["get_weather"] && bare.0.isEmpty)
    }

    @Test func knowsTheOtherWaysWithThoughts() {
        #expect(Self.run(["secret</th", "ink>Hi"], SpokenFilter(thoughts: .implicit)).0 == "Hi")
        #expect(Self.run(["<think>a</think>b"], SpokenFilter(thoughts: .speak)).0 == "<think>a</think>b")
    }

    @Test func aLongThoughtIsNotKept() {
        var filter = SpokenFilter(thoughts: .hide)
        #expect(filter.pass("<think>").isEmpty)
        for _ in 0..<1000 { #expect(filter.pass(String(repeating: "x", count: 1000)).isEmpty) }
        #expect(filter.pass("</think>Hi") == "Hi")
    }
}
