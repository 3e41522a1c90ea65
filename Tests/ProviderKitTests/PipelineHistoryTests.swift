import Core
import TestKit
import Testing

@testable import ProviderKit

@Suite struct PipelineHistoryTests {
    private func call(_ id: String) -> ToolCall { ToolCall(id: id, name: "t", arguments: "{}") }

    @Test func contextBecomesGroupedMessages() {
        let history = PipelineHistory([
            .agent("Welcome."), .user("a"), .user("b"), .agent("Let me see."), .tool(call: call("1"), output: "x"),
            .tool(call: call("2"), output: "y"), .agent("It is x."), .user("c"), .tool(call: call("3"), output: "z"),
        ])
        #expect(
            history.messages(PipelineSettings()) == [
                .agent("Welcome.", calls: []), .user("a b"), .agent("Let me see.", calls: [call("1"), call("2")]),
                .toolResult(callID: "1", name: "t", output: "x", isError: false),
                .toolResult(callID: "2", name: "t", output: "y", isError: false), .agent("It is x.", calls: []),
                .user("c"),
                .agent("", calls: [call("3")]), .toolResult(callID: "3", name: "t", output: "z", isError: false),
            ])
        #expect(history.needsAnswer)
        #expect(PipelineHistory().messages(PipelineSettings()).count == 1)
    }

    @Test func anyBudgetKeepsPairsAndBeginsWithTheUser() {
        var random = SeededRandom(11)
        for _ in 0..<2000 {
            var history = PipelineHistory()
            var calls = 0
            for _ in 0..<Int.random(in: 1...30, using: &random) {
                switch Int.random(in: 0..<3, using: &random) {
                case 0: history.addUser(String(repeating: "word ", count: Int.random(in: 1...40, using: &random)))
                case 1: history.addAgent(item: nil, text: "Some answer of the agent.")
                default:
                    let count = Int.random(in: 1...3, using: &random)
                    let ids = (0..<count).map { String(calls + $0) }
                    calls += count
                    history.addAgent(item: nil, text: "", calls: ids.map(call))
                    for id in ids where Bool.random(using: &random) { _ = history.setResult(id, "r", isError: false) }
                }
            }
            var settings = PipelineSettings()
            settings.historyMessages = Int.random(in: 2...20, using: &random)
            settings.historyTokens = Int.random(in: 20...300, using: &random)
            check(history, settings)
        }
    }

    private func check(_ history: PipelineHistory, _ settings: PipelineSettings) {
        let messages = history.messages(settings)
        #expect(!messages.isEmpty)
        var open: [String] = []
        for message in messages {
            switch message {
            case .agent(_, let calls):
                #expect(open.isEmpty)
                open = calls.map(\.id)
            case .toolResult(let id, _, _, _):
                #expect(open.first == id)
                if !open.isEmpty { open.removeFirst() }
            case .user, .instruction: #expect(open.isEmpty)
            }
        }
        #expect(open.isEmpty)
        let whole = history.messages(PipelineSettings())
        #expect(messages.last == whole.last)
        let hasUser = messages.contains { if case .user = $0 { true } else { false } }
        if messages.count < whole.count, hasUser, case .agent? = messages.first {
            #expect(Bool(false), "a cut conversation begins with the agent")
        }
    }

    @Test func whatWasHeard() {
        var item = SpokenItem(number: 1, kind: .given, response: "r")
        item.pieces = [
            SpokenItem.Piece(number: 1, text: "Hello there.", samples: 8000, isDone: true),
            SpokenItem.Piece(number: 2, text: " How are you today?", samples: 4000, isDone: false),
        ]
        #expect(item.heard(ms: 999, rate: 8000) == "Hello there.")
        #expect(item.heard(ms: 500, rate: 8000) == "Hello")
        #expect(item.heard(ms: 1500, rate: 8000) == "Hello there. How")
        #expect(item.heard(ms: 0, rate: 8000) == "")
        #expect(SpokenItem.share(of: "今日は晴れです明日は雨が降る", 0.5) == "今日は晴れです")
    }

    @Test func settingsSayWhatIsWrong() throws {
        let all = try PipelineSettings(
            [
                "endpointing": "both", "eager": false, "filler_after_ms": 900, "filler_phrases": ["Hm."],
                "history_tokens": 500, "keywords": ["Sidetone"], "interrupted_remark": "",
            ], place: "x")
        #expect(all.endpointing == .both && all.fillerPhrases == ["Hm."] && all.fillerAfter == .milliseconds(900))
        for (options, cause) in [
            (["endpoint": "both"], "there is no such option"), (["endpointing": "all"], "\"all\" is not possible"),
            (["filler_after_ms": 5], "5 is not possible"), (["keywords": [1]], "holds something that is no text"),
            (["filler_phrases": [], "filler_after_ms": 300], "there is no phrase"),
        ] as [(JSONValue, String)] {
            #expect { _ = try PipelineSettings(options, place: "x") } throws: { error in
                (error as? ConfigurationError)?.cause == cause
                    && (error as? ConfigurationError)?.place.hasPrefix("pipeline \"x\", option") == true
            }
        }
    }
}
