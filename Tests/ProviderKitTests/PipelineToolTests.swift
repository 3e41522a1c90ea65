import Core
import ProviderKit
import TestKit
import Testing

/// Tool calls of a pipeline: grouped, answered once, withdrawn, limited.
@Suite struct PipelineToolTests {
    private let one = ToolCall(id: "a", name: "t", arguments: "{}")
    private let two = ToolCall(id: "b", name: "t", arguments: "{}")

    private func calling(_ settings: PipelineSettings = PipelineSettings(), text: String = "") -> PipelineBench {
        let tool = ToolDefinition(name: "t", summary: "", parameters: ["type": "object"])
        let bench = PipelineBench(settings, context: ProviderContext(tools: [tool]))
        bench.model.answers = [
            (text.isEmpty ? [] : [.text(text)]) + [.toolCall(one), .toolCall(two), .toolCall(one), .ended(.completed)]
        ]
        bench.say("look it up")
        return bench
    }

    @Test func allResultsComeBeforeTheNextRequest() {
        let bench = calling(text: "Let me look.")
        #expect(bench.told.filter { $0.hasPrefix("call") } == ["call a", "call b"])
        bench.harness.perform(.toolResult(callID: "b", output: "2", isError: false))
        #expect(bench.model.requests.count == 1)
        bench.harness.perform(.toolResult(callID: "x", output: "9", isError: false))
        bench.harness.perform(.toolResult(callID: "a", output: "1", isError: true))
        bench.harness.perform(.toolResult(callID: "a", output: "1", isError: true))
        #expect(bench.model.requests.count == 2)
        #expect(
            bench.messages == [
                .user("look it up"), .agent("Let me look.", calls: [one, two]),
                .toolResult(callID: "a", name: "t", output: "1", isError: true),
                .toolResult(callID: "b", name: "t", output: "2", isError: false),
            ])
        bench.think(.text("Done."), .ended(.completed))
        #expect(bench.spoken == ["Let me look.", "Done."])
        #expect(
            bench.told.filter { $0.contains("response") } == [
                "response_1 {", "} response_1", "response_2 {", "} response_2",
            ])
    }

    @Test func callsOfAFailedResponseAreNotMade() {
        let bench = PipelineBench()
        bench.model.answers = [[.toolCall(one), .ended(.failed("cut"))]]
        bench.say("x")
        #expect(bench.harness.toolCalls.isEmpty && bench.spoken.first == "Sorry, something went wrong.")
    }

    @Test func interruptedCallsAreWithdrawnAndAnswered() {
        let bench = calling(text: "Let me look for it now.")
        bench.harness.perform(.toolResult(callID: "a", output: "1", isError: false))
        bench.harness.perform(.interrupt(item: "item_1", heardMs: 500, cancelledByProvider: false))
        #expect(bench.told.contains("withdrawn b") && !bench.told.contains("withdrawn a"))
        bench.harness.perform(.toolResult(callID: "b", output: "2", isError: false))
        #expect(bench.model.requests.count == 1)
        bench.say("never mind")
        guard case .toolResult(_, _, let output, true)? = bench.messages.dropLast().last else {
            return #expect(Bool(false), "no result for the withdrawn call: \(bench.messages)")
        }
        #expect(
            output.hasPrefix("Withdrawn")
                && bench.messages[1] == .agent("Let me look [interrupted by the user]", calls: [one, two]))
    }

    @Test func aResultWhileTheUserSpeaksWaitsForTheTurn() {
        let bench = calling()
        bench.harness.perform(.userTurnStarted)
        bench.harness.perform(.toolResult(callID: "a", output: "1", isError: false))
        bench.harness.perform(.toolResult(callID: "b", output: "2", isError: false))
        #expect(bench.model.requests.count == 1)
        bench.recognizer.words = "and quickly"
        bench.harness.perform(.userTurnEnded)
        #expect(bench.messages.last == .user("and quickly") && bench.messages.count == 5)
        let silent = calling()
        silent.harness.perform(.userTurnStarted)
        silent.harness.perform(.toolResult(callID: "a", output: "1", isError: false))
        silent.harness.perform(.toolResult(callID: "b", output: "2", isError: false))
        silent.recognizer.words = ""
        silent.harness.perform(.userTurnEnded)
        #expect(silent.model.requests.count == 2)
    }

    @Test func aNewQuestionWithdrawsWhatIsStillRunning() {
        let bench = calling()
        bench.say("something else")
        #expect(bench.told.filter { $0.hasPrefix("withdrawn") } == ["withdrawn a", "withdrawn b"])
        #expect(bench.messages.last == .user("something else") && bench.model.violations == [])
    }

    @Test func roundsAreLimited() {
        var settings = PipelineSettings()
        settings.toolRounds = 2
        let bench = calling(settings)
        for round in 1...2 {
            if round == 2 { bench.think(.toolCall(ToolCall(id: "c", name: "t", arguments: "{}")), .ended(.completed)) }
            for id in round == 1 ? ["a", "b"] : ["c"] {
                bench.harness.perform(.toolResult(callID: id, output: "1", isError: false))
            }
        }
        #expect(bench.model.requests.map(\.tools.count) == [1, 1, 0])
        #expect(bench.messages.last == .instruction("Answer now, with what you know: no more tools can be called."))
        bench.think(.text("So be it."), .ended(.completed))
        bench.harness.perform(.playedOut(item: "item_1"))
        bench.say("next")
        #expect(bench.model.requests.last?.tools.count == 1)
    }

    @Test func aSlowToolGetsAFiller() {
        var settings = PipelineSettings()
        settings.fillerAfter = .seconds(1)
        let bench = calling(settings)
        bench.harness.advance(by: .seconds(3))
        #expect(bench.spoken == ["One moment, please."])
    }
}
