import Core
import ProviderKit
import Testing

@testable import LanguageModels

@Suite struct DialogueTests {
    private let call = ToolCall(id: "a", name: "f", arguments: "{}")

    @Test func everyCallHasItsResult() {
        let late = Dialogue([
            .user("x"), .agent("", calls: [call]), .user("y"),
            .toolResult(callID: "a", name: "f", output: "ok", isError: false),
        ])
        #expect(
            late.steps == [
                .user("x"), .agent("", [.init(call: call, output: "ok", isError: false)]), .user("y"),
            ])
        let never = Dialogue([.user("x"), .agent("One moment", calls: [call]), .user("y")])
        #expect(
            never.steps[1] == .agent("One moment", [.init(call: call, output: Dialogue.interrupted, isError: true)]))
    }

    @Test func noEmptyTurnsAndNoLooseResults() {
        let made = Dialogue([
            .user(" "), .agent("", calls: []), .toolResult(callID: "z", name: "f", output: "7", isError: false),
            .user("a"), .user("b"), .agent("c", calls: []), .agent("d", calls: []),
        ])
        #expect(made.steps == [.instruction("Result of the tool f: 7"), .user("a\nb"), .agent("c\nd", [])])
    }

    @Test func idsAreUniqueInAConversation() {
        var memory = CallMemory<Int>()
        memory.align([.agent("", calls: [call])])
        #expect(memory.unique("a", request: 3) == "call_3_1")
        #expect(memory.unique(nil, request: 3) == "call_3_2")
        #expect(memory.unique("b", request: 3) == "b")
        #expect(memory.unique("", request: 3) == "call_3_3")
    }

    @Test func brokenArgumentsBecomeAnObject() {
        #expect(ToolCall(id: "", name: "", arguments: " ").argumentObject == .object([]))
        #expect(ToolCall(id: "", name: "", arguments: "{\"x\":").argumentObject == ["invalid": "{\"x\":"])
    }
}
