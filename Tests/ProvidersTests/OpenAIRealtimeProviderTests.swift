import Core
import ProviderKit
import TestKit
import Testing

@testable import Providers

@Suite struct OpenAIRealtimeProviderTests {
    private typealias S = OpenAIScript

    @Test func connectsWithModelAndKey() throws {
        let harness = ProviderHarness(try S.provider(["organization": "org_1"], model: "gpt-realtime-2.1"))
        harness.start()
        guard case .webSocket(let endpoint)? = harness.endpoints[S.link] else {
            Issue.record("no WebSocket")
            return
        }
        #expect(endpoint.url.description == "wss://api.openai.com/v1/realtime?model=gpt-realtime-2.1")
        let names = endpoint.headers.map(\.name)
        #expect(names == ["Authorization", "OpenAI-Organization"])
        #expect(endpoint.headers[0].isSecret && endpoint.headers[0].value == "Bearer \(S.key)")
    }

    @Test func updatesThenWaitsThenGreetsOnce() throws {
        var context = ConformanceSuite.context
        context.greeting = "Good morning."
        let harness = ProviderHarness(try S.provider())
        harness.start(context)
        harness.open(S.link)
        #expect(harness.sent.isEmpty)
        harness.receive(S.link, S.created)
        #expect(harness.sent.count == 1 && !harness.isReady)
        #expect(harness.events == [.expires(after: .seconds(1800))])
        let session = harness.sent("session.update").first?["session"]
        #expect(session?["instructions"]?.string == "Be brief.")
        #expect(session?["tools"]?[1]?["name"]?.string == "get_time")
        #expect(session?["audio"]?["output"]?["voice"]?.string == "marin")
        harness.receive(S.link, ["type": "session.updated"])
        #expect(harness.isReady)
        let greeting = harness.sent("response.create")
        #expect(greeting.count == 1)
        #expect(greeting[0]["response"]?["instructions"]?.string?.hasSuffix("Good morning.") == true)
        harness.receive(S.link, ["type": "session.updated"])
        #expect(harness.sent("response.create").count == 1)
    }

    @Test func interruptsByItselfOnlyWhereItMay() throws {
        for may in [true, false] {
            let harness = ProviderHarness(try S.provider())
            harness.start(ProviderContext(vendorMayInterrupt: may))
            harness.open(S.link)
            harness.receive(S.link, S.created)
            let input = harness.sent("session.update").first?["session"]?["audio"]?["input"]
            #expect(input?["turn_detection"]?["interrupt_response"]?.bool == may)
        }
    }

    @Test func silentVendorIsReplaced() throws {
        let harness = ProviderHarness(try S.provider())
        harness.start()
        harness.open(S.link)
        harness.advance(by: .seconds(11))
        #expect(harness.failures.first?.code == "protocol")
        #expect(harness.failures.first?.consequence == .reconnect(after: nil))
    }

    @Test func answersAPendingQuestionAfterAReconnect() throws {
        var context = ConformanceSuite.context
        context.greeting = "Hello."
        context.history = [.user("what time is it")]
        context.answerPending = true
        let harness = ProviderHarness(try S.provider())
        S.attach(harness)
        harness.start(context)
        let kinds = harness.sent.compactMap { $0.json["type"]?.string }
        #expect(kinds == ["session.update", "conversation.item.create", "response.create"])
        #expect(harness.sent("response.create")[0]["response"] == nil)
    }

    /// One server message on a ready connection, and the events that follow.
    private struct Row: CustomTestStringConvertible {
        let name: String
        let messages: [JSONValue]
        let events: [ProviderEvent]
        var testDescription: String { name }
    }

    private static let item = ItemHandle(0)
    private static let rows: [Row] = [
        Row(
            name: "speech_started", messages: [S.user("speech_started", "u1")], events: [.userSpeechStarted(item: "u1")]
        ),
        Row(
            name: "speech_started without item", messages: [["type": "input_audio_buffer.speech_started"]],
            events: [.userSpeechStarted(item: nil)]),
        Row(
            name: "speech_stopped", messages: [S.user("speech_stopped", "u1")], events: [.userSpeechStopped(item: "u1")]
        ),
        Row(name: "response.created", messages: [S.responseCreated("r")], events: [.responseStarted(id: "r")]),
        Row(
            name: "transcript before its item",
            messages: [
                ["type": "conversation.item.input_audio_transcription.delta", "item_id": "u1", "delta": "he"],
                S.user("committed", "u1"),
                ["type": "conversation.item.input_audio_transcription.delta", "item_id": "u1", "delta": "llo"],
                [
                    "type": "conversation.item.input_audio_transcription.completed", "item_id": "u1",
                    "transcript": "Hello.",
                ],
                ["type": "conversation.item.input_audio_transcription.delta", "item_id": "u1", "delta": "late"],
            ],
            events: [
                .userTranscript(item: "u1", text: "he", isFinal: false),
                .userTranscript(item: "u1", text: "hello", isFinal: false),
                .userTranscript(item: "u1", text: "Hello.", isFinal: true),
            ]),
        Row(
            name: "agent text",
            messages: [S.text("delta", "a", "delta", "It"), S.text("done", "a", "transcript", "It is.")],
            events: [.agentText(item: item, delta: "It"), .agentTextEnded(item: item, text: "It is.")]),
        Row(
            name: "audio of an unannounced item", messages: [S.delta("a", "r", samples: [1, 2, 3])],
            events: [.agentAudio(item: item, range: 0..<3)]),
        Row(
            name: "audio ends once",
            messages: [
                S.delta("a", "r", samples: [1]), ["type": "response.output_audio.done", "item_id": "a"],
                ["type": "response.output_audio.done", "item_id": "a"],
            ],
            events: [.agentAudio(item: item, range: 0..<1), .agentAudioEnded(item: item)]),
        Row(
            name: "error that goes on", messages: [S.error("odd", "Strange.")],
            events: [
                .failure(
                    ProviderFailure(
                        code: "vendor", text: "openai at wss://api.openai.com/v1/realtime?…: odd: Strange.",
                        consequence: .goesOn))
            ]),
        Row(name: "harmless error", messages: [S.error("response_cancel_not_active")], events: []),
        Row(name: "rate limits", messages: [["type": "rate_limits.updated"]], events: []),
        Row(
            name: "unknown types are noticed once", messages: [["type": "brand.new"], ["type": "brand.new2"]],
            events: [
                .notice(
                    "the vendor sent a message of the unknown type brand.new; ignored, more of them are only counted")
            ]),
        Row(
            name: "empty objects", messages: [["type": "response.done"], ["type": "conversation.item.added"]],
            events: []),
    ]

    @Test(arguments: rows) private func tellsTheSession(_ row: Row) throws {
        let harness = try S.ready()
        for message in row.messages { harness.receive(S.link, message) }
        #expect(harness.events == row.events)
        #expect(harness.violations == [])
    }

    @Test func usageIsPriced() throws {
        let harness = try S.ready()
        S.say(harness, S.responseCreated("r"), S.done("r"))
        let usage = harness.events.compactMap { if case .usage(let usage) = $0 { usage } else { nil } }
        #expect(usage.count == 1 && usage[0].inputTokens == 100 && usage[0].outputAudioTokens == 40)
        // 60 x 4 + 40 x 32 + 10 x 24 + 40 x 64 dollars a million.
        #expect(abs((usage[0].dollars ?? 0) - 0.00432) < 1e-12)
    }

    @Test func configurationDriftIsMended() throws {
        let harness = ProviderHarness(try S.provider())
        harness.start(ConformanceSuite.context)
        harness.open(S.link)
        harness.receive(S.link, S.created)
        harness.receive(
            S.link, S.error("unknown_parameter", "Unknown parameter.", param: "session.audio.output.format.rate"))
        let updates = harness.sent("session.update")
        #expect(updates.count == 2)
        #expect(updates[1]["session"]?["audio"]?["output"]?["format"] == ["type": "audio/pcm"])
        #expect(
            harness.events.contains { if case .notice(let text) = $0 { text.contains("format.rate") } else { false } })
        harness.receive(S.link, S.error("unknown_parameter", "Again.", param: "session.audio.output.format.rate"))
        #expect(harness.failures.first?.code == "refused" && harness.failures.first?.consequence == .fatal)
    }

    @Test func oneResponseAtATime() throws {
        let harness = try S.ready()
        harness.perform(.userText("one"))
        harness.perform(.userText("two"))
        harness.perform(.userText("three"))
        #expect(harness.sent("response.create").count == 1)
        S.say(harness, S.responseCreated("r1"), S.done("r1"))
        #expect(harness.sent("response.create").count == 2)
        S.say(harness, S.responseCreated("r2"), S.done("r2"))
        #expect(harness.sent("response.create").count == 2)
        #expect(harness.failures.isEmpty)
    }

    @Test func busyVendorIsWaitedFor() throws {
        let harness = try S.ready()
        harness.perform(.userText("one"))
        let id = harness.sent("response.create")[0]["event_id"]?.string
        S.say(harness, S.error("conversation_already_has_active_response", eventID: id))
        #expect(harness.events.isEmpty && harness.sent("response.create").count == 1)
        S.say(harness, S.done("other"))
        #expect(harness.sent("response.create").count == 2)
    }

    @Test func vendorThatAnswersByItselfIsNotAskedTwice() throws {
        let harness = try S.ready()
        S.say(harness, S.user("speech_started", "u1"), S.user("speech_stopped", "u1"))
        harness.perform(.userText("typed meanwhile"))
        #expect(harness.sent("response.create").isEmpty)
        S.say(harness, S.responseCreated("r1"), S.done("r1"))
        #expect(harness.sent("response.create").isEmpty)
        S.say(harness, S.user("speech_started", "u2"), S.user("speech_stopped", "u2"))
        harness.perform(.userText("never answered by itself"))
        harness.advance(by: .seconds(5))
        #expect(harness.sent("response.create").count == 1)
    }

    @Test func rateLimitIsTriedAgainLater() throws {
        let harness = try S.ready()
        let details: JSONValue = [
            "type": "failed",
            "error": ["code": "inference_rate_limit_exceeded", "message": "Please try again in 2.5s."],
        ]
        S.say(harness, S.responseCreated("r1"), S.done("r1", "failed", details: details))
        #expect(harness.failures.map(\.code) == ["rate-limit"])
        #expect(harness.failures[0].consequence == .goesOn)
        harness.advance(by: .milliseconds(2400))
        #expect(harness.sent.isEmpty)
        harness.advance(by: .milliseconds(200))
        #expect(harness.sent("response.create").count == 1)
    }

    @Test func expiredSessionReconnects() throws {
        let harness = try S.ready()
        S.say(harness, S.error("session_expired", "Your session hit the maximum duration."))
        #expect(harness.failures.map(\.consequence) == [.reconnect(after: nil)])
        #expect(harness.links[S.link] == .closed && harness.violations == [])
    }

    @Test func turnsWithoutTheVendorsDetector() throws {
        let harness = try S.ready(["turn_detection": "none"])
        #expect(harness.provider.capabilities.endpointing == .local && !harness.provider.capabilities.nativeBargeIn)
        let frame = [Int16](repeating: 7, count: 480)
        for _ in 0..<100 { harness.audio(frame) }
        #expect(harness.sent.isEmpty)
        harness.perform(.userTurnStarted)
        #expect(harness.sent("input_audio_buffer.append").count == 1)
        #expect(harness.sent[0].json["audio"]?.string?.utf8.count == 12000 * 2 / 3 * 4)
        harness.audio(frame)
        harness.perform(.userTurnEnded)
        let kinds = harness.sent.compactMap { $0.json["type"]?.string }
        #expect(kinds.suffix(2) == ["input_audio_buffer.commit", "response.create"])
        harness.forget()
        harness.perform(.userTurnStarted)
        harness.perform(.userTurnEnded)
        #expect(harness.sent.isEmpty)
    }

    @Test func otherRequests() throws {
        let harness = try S.ready()
        harness.perform(.updateInstructions("Be long."))
        #expect(harness.sent("session.update")[0]["session"]?["instructions"]?.string == "Be long.")
        harness.perform(.respond(instructions: "Ask for the name."))
        let extra = harness.sent("response.create")[0]["response"]?["instructions"]?.string
        #expect(extra == "Be long.\n\nAsk for the name.")
        harness.perform(.speak("One moment."))
        S.say(harness, S.responseCreated("r"), S.done("r"))
        #expect(
            harness.sent("response.create")[1]["response"]?["instructions"]?.string?.hasSuffix("One moment.") == true)
    }

    @Test func largeAudioIsSplit() throws {
        let harness = try S.ready()
        harness.audio([Int16](repeating: 1, count: 30000))
        #expect(harness.sent("input_audio_buffer.append").count == 3)
    }
}
