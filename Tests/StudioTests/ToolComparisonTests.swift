import Core
import Testing

@testable import Studio

@Suite struct ToolComparisonTests {
    private func call(_ name: String, _ arguments: String) -> CompareTurn.Call {
        CompareTurn.Call(name: name, arguments: arguments, verdict: .extra)
    }

    @Test(arguments: [
        (#"{"a":1,"b":"x"}"#, #"{"b":"x","a":1.0}"#, true), ("{}", "", true), (#"{"a":1}"#, #"{"a":2}"#, false),
        ("not json", "not json", true), ("not json", "{}", false), ("[1,2]", "[2,1]", false),
    ])
    func argumentsAreEqualAsJSON(a: String, b: String, same: Bool) { #expect(ToolComparison.same(a, b) == same) }

    @Test func eachExpectedCallIsTakenOnce() {
        let expected = [
            CallerScript.Call(name: "book", arguments: #"{"n":2}"#),
            CallerScript.Call(name: "book", arguments: #"{"n":3}"#),
            CallerScript.Call(name: "time", arguments: "{}"),
        ]
        let made = [call("book", #"{"n":3}"#), call("book", #"{"n":9}"#), call("hang_up", "{}")]
        let found = ToolComparison.compare(expected: expected, made: made)
        #expect(found.map(\.verdict) == [.equal, .differs, .extra, .missing])
        #expect(found[1].expected == #"{"n":2}"#)
        #expect(found[3].name == "time")
    }
}
