import Core
import Testing

@testable import LanguageModels

/// Fragments as servers really send them (wire reference 5.5, 5.6).
@Suite struct ChatCallAssemblyTests {
    private struct Case: Sendable {
        var name: String
        var fragments: [String]
        var expected: [String]
    }

    private static let cases = [
        Case(
            name: "in pieces",
            fragments: [
                #"{"index":0,"id":"a","function":{"name":"f","arguments":""}}"#,
                #"{"index":0,"function":{"arguments":"{\"x\":"}}"#, #"{"index":0,"function":{"arguments":"1}"}}"#,
            ], expected: [#"a f {"x":1}"#]),
        Case(
            name: "two at once, mixed",
            fragments: [
                #"{"index":0,"id":"a","function":{"name":"f"}}"#, #"{"index":1,"id":"b","function":{"name":"g"}}"#,
                #"{"index":0,"function":{"arguments":"{}"}}"#, #"{"index":1,"function":{"arguments":"[]"}}"#,
            ], expected: ["a f {}", "b g []"]),
        Case(
            name: "always index 0",
            fragments: [
                #"{"index":0,"id":"a","function":{"name":"f","arguments":"{}"}}"#,
                #"{"index":0,"id":"b","function":{"name":"f","arguments":"{"}}"#,
                #"{"index":0,"function":{"arguments":"}"}}"#,
            ], expected: ["a f {}", "b f {}"]),
        Case(
            name: "no index, no id, whole",
            fragments: [
                #"{"function":{"name":"f","arguments":"{}"}}"#, #"{"function":{"name":"f","arguments":"{\"y\":2}"}}"#,
            ], expected: ["- f {}", #"- f {"y":2}"#]),
        Case(
            name: "id and name repeated in every fragment",
            fragments: [
                #"{"index":0,"id":"a","function":{"name":"f","arguments":"{"}}"#,
                #"{"index":0,"id":"a","function":{"name":"f","arguments":"}"}}"#,
            ], expected: ["a f {}"]),
        Case(
            name: "name repeated without id",
            fragments: [
                #"{"index":0,"function":{"name":"f","arguments":"{"}}"#,
                #"{"index":0,"function":{"name":"f","arguments":"}"}}"#,
            ], expected: ["- f {}"]),
        Case(
            name: "arguments as an object, name null",
            fragments: [
                #"{"index":0,"id":"a","function":{"name":null,"arguments":null}}"#,
                #"{"index":0,"function":{"name":"f","arguments":{"x":1}}}"#,
            ], expected: [#"a f {"x":1}"#]),
        Case(name: "nonsense", fragments: ["3", "{}", #"{"function":7}"#], expected: []),
    ]

    @Test(arguments: Self.cases.indices) func putsCallsTogether(_ index: Int) throws {
        let item = Self.cases[index]
        var assembly = ChatCallAssembly()
        for fragment in item.fragments { assembly.add(try JSONParser.parse(fragment)) }
        let made = assembly.drafts.map { "\($0.id ?? "-") \($0.name) \($0.arguments)" }
        #expect(made == item.expected, "\(item.name)")
    }
}
