import Core
import ProviderKit
import Testing

@testable import LanguageModels

@Suite struct StreamedModelTests {
    private static func chunk(_ text: String) -> String {
        let value: JSONValue = ["choices": [["index": 0, "delta": ["content": .string(text)]]]]
        return value.text
    }

    private static let stop = #"{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"#

    @Test func tellsTextUsageAndOneEnding() throws {
        let rig = try ModelRig("openai-chat", ["prices": ["input": 2, "cached": 1, "output": 10]])
        rig.ask()
        rig.open()
        rig.feed(
            Self.chunk("Hel"), Self.chunk("lo"), Self.stop,
            #"{"choices":[],"usage":{"prompt_tokens":100,"completion_tokens":10,"prompt_tokens_details":{"cached_tokens":40}}}"#,
            "[DONE]")
        rig.end()
        let used = Usage(provider: "llm", inputTokens: 100, cachedTokens: 40, outputTokens: 10, dollars: 0.00026)
        #expect(rig.events == [.text("Hel"), .text("lo"), .usage(used), .ended(.completed)])
        #expect(rig.closed.count == 1 && rig.due == nil)
    }

    @Test func aRateLimitWaitsAsLongAsTheVendorSays() throws {
        let rig = try ModelRig("openai-chat")
        rig.ask()
        rig.reject(429, #"{"error":{"message":"slow"}}"#, headers: [HeaderField("retry-after", "2")])
        rig.wait(.milliseconds(1900))
        #expect(rig.endpoints.count == 1)
        rig.wait(.milliseconds(200))
        #expect(rig.endpoints.count == 2 && rig.endpoints[0] == rig.endpoints[1])
        rig.open()
        rig.feed(Self.chunk("Hi"), Self.stop, "[DONE]")
        #expect(rig.endings == [.completed] && rig.failures.isEmpty)
    }

    @Test func aLongRateLimitFailsTheRequestOnly() throws {
        let rig = try ModelRig("openai-chat")
        rig.ask()
        rig.reject(429, headers: [HeaderField("retry-after", "60")])
        #expect(rig.failures.map(\.code) == ["rate-limit"] && rig.failures[0].consequence == .goesOn)
        #expect(rig.endings.count == 1)
        rig.ask()
        #expect(rig.endpoints.count == 2)
    }

    @Test func aFailingServerIsAskedOnceMore() throws {
        let rig = try ModelRig("openai-chat")
        rig.ask()
        rig.reject(503, #"{"error":{"message":"down"}}"#)
        rig.wait(.milliseconds(249))
        #expect(rig.endpoints.count == 1)
        rig.wait(.milliseconds(100))
        rig.reject(500)
        #expect(rig.endpoints.count == 2 && rig.endings.count == 1)
        #expect(rig.failures.map(\.consequence) == [.goesOn])
    }

    @Test func aRefusedKeyEndsThePart() throws {
        let rig = try ModelRig("openai-chat")
        rig.ask()
        rig.reject(401, #"{"error":{"message":"Incorrect API key sk-test-1234"}}"#)
        #expect(rig.failures.map(\.code) == ["auth"] && rig.failures[0].consequence == .fatal)
        #expect(
            !rig.failures[0].text.contains("sk-test-1234") && rig.failures[0].fix?.contains("OPENAI_API_KEY") == true)
        rig.ask()
        #expect(rig.endpoints.count == 1 && rig.endings.count == 2)
    }

    @Test func nothingIsAskedAgainOnceTextWasTold() throws {
        let rig = try ModelRig("openai-chat")
        rig.ask()
        rig.open()
        rig.feed(Self.chunk("Half an ans"))
        rig.end(LinkClosure(.broken, reason: "the connection was reset"))
        #expect(rig.text == "Half an ans" && rig.failures.map(\.code) == ["lost"])
        #expect(rig.endings == [.failed("the connection was reset")] && rig.due == nil)
    }

    @Test func aLossBeforeAnyTextIsAskedOnceMore() throws {
        let rig = try ModelRig("openai-chat")
        rig.ask()
        rig.open()
        rig.end(LinkClosure(.broken))
        rig.wait(.milliseconds(300))
        #expect(rig.endpoints.count == 2 && rig.endings.isEmpty)
        rig.end(LinkClosure(.refused))
        #expect(rig.failures.map(\.consequence) == [.reconnect(after: nil)] && rig.endings.count == 1)
    }

    @Test func anAnswerThatStallsFails() throws {
        let rig = try ModelRig("openai-chat", ["stall": 5])
        rig.ask()
        rig.open()
        rig.feed(Self.chunk("One moment"))
        rig.wait(.milliseconds(4000))
        rig.feed(Self.chunk(" more"))
        rig.wait(.milliseconds(4900))
        #expect(rig.endings.isEmpty)
        rig.wait(.milliseconds(200))
        #expect(rig.text == "One moment more" && rig.endings == [.failed("nothing came for 5.0 s (option stall)")])
        #expect(rig.closed == [rig.link])
    }

    @Test func nothingIsToldAfterCancel() throws {
        let rig = try ModelRig("openai-chat")
        rig.ask()
        rig.open()
        rig.feed(Self.chunk("One"))
        rig.cancel()
        let old = rig.link
        rig.forget()
        rig.feed(Self.chunk("two"), Self.stop, "[DONE]")
        rig.end()
        #expect(rig.events.isEmpty && rig.closed == [old] && rig.due == nil)
        rig.ask()
        #expect(rig.link != old && rig.endpoints.count == 2)
    }

    @Test func cancelStopsARetry() throws {
        let rig = try ModelRig("openai-chat")
        rig.ask()
        rig.reject(500)
        rig.cancel()
        rig.wait(.milliseconds(60000))
        #expect(rig.endpoints.count == 1)
    }

    @Test func aHugeAnswerIsCut() throws {
        let rig = try ModelRig("openai-chat", ["longest_answer": 1000])
        rig.ask()
        rig.open()
        for _ in 0..<50 { rig.feed(Self.chunk(String(repeating: "ü", count: 100))) }
        #expect(rig.text.utf8.count <= 1000 && rig.text.allSatisfy { $0 == "ü" })
        #expect(rig.endings.count == 1 && rig.closed.count == 1)
    }

    @Test(arguments: ["text/html; charset=utf-8", "application/json"])
    func anAnswerThatIsNoStreamIsNamed(_ type: String) throws {
        let rig = try ModelRig("openai-chat")
        rig.ask()
        rig.open(type)
        #expect(rig.failures.first?.text.contains(type) == true && rig.endings.count == 1)
    }

    @Test func aRefusedFieldIsLeftOutOnce() throws {
        let rig = try ModelRig("openai-chat", ["temperature": 0.5, "max_tokens": 100])
        rig.ask()
        rig.reject(
            400,
            #"{"error":{"message":"Unsupported value: 'temperature'","param":"temperature","code":"unsupported_value"}}"#
        )
        #expect(rig.endpoints.count == 2 && rig.body["temperature"] == nil && rig.body["max_completion_tokens"] == 100)
        rig.reject(
            400, #"{"error":{"message":"Unsupported parameter","param":"max_completion_tokens"}}"#)
        #expect(rig.body["max_completion_tokens"] == nil && rig.body["max_tokens"] == 100)
        #expect(rig.notices.count == 2)
        rig.reject(400, #"{"error":{"message":"bad","param":"messages"}}"#)
        #expect(rig.failures.map(\.code) == ["refused"])
    }

    @Test func brokenMessagesAreCountedAndSurvived() throws {
        let rig = try ModelRig("openai-chat")
        rig.ask()
        rig.open()
        rig.feed("", "nonsense", Self.chunk("Hi"), "[1]", Self.stop, "[DONE]")
        #expect(rig.text == "Hi" && rig.endings == [.completed])
        #expect(rig.notices == ["2 messages of the answer could not be read"])
    }
}
