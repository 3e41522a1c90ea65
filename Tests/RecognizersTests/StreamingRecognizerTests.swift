import Core
import ProviderKit
import Testing

@testable import Recognizers

/// What vendors' messages become, and what is sent when a turn ends.
@Suite struct StreamingRecognizerTests {
    private func subject(_ type: String, _ options: JSONValue = [:]) throws -> RecognizerHarness {
        let known = try #require(RecognizerSubject.all.first { $0.type == type && $0.streams })
        var subject = known
        subject.options = options
        let harness = try subject.ready()
        harness.forget()
        return harness
    }

    /// Vendor's messages in order; `turn` marks our `turnEnded`, after `turnStarted` and 200 ms of sound at the start.
    struct Story: Sendable, CustomStringConvertible {
        var type: String
        var options: JSONValue = [:]
        var messages: [String]
        var told: [String]
        var controls: [String] = []
        var description: String { "\(type) \(told.joined(separator: " "))" }
    }

    static let stories: [Story] = [
        Story(
            type: "deepgram-listen",
            messages: [
                #"{"type":"SpeechStarted"}"#, dg("one", false), dg("one", true), dg("two three", true, speech: true),
                #"{"type":"UtteranceEnd","last_word_end":1.2}"#, "turn", dg("", true, finalize: true),
            ], told: ["speech", "~one", "one", "two three", "end 0.9", "final"], controls: [#"{"type":"Finalize"}"#]),
        Story(
            type: "deepgram-listen",
            messages: [dg("one", false), "turn", dg("one two", true, speech: true, finalize: true)],
            told: ["~one", "one two", "final"], controls: [#"{"type":"Finalize"}"#]),
        Story(
            type: "deepgram-listen", messages: [dg("one", true), #"{"type":"UtteranceEnd","last_word_end":-1}"#],
            told: ["one", "end"]),
        Story(
            type: "deepgram-flux",
            messages: [
                flux("StartOfTurn", ""), flux("Update", "one"), flux("EagerEndOfTurn", "one"),
                flux("TurnResumed", "one"), flux("Update", "one two"), flux("EndOfTurn", "one two"), "turn",
            ], told: ["speech", "~one", "likely", "resumed", "~one two", "one two", "end 0.5", "final"]),
        Story(
            type: "deepgram-flux",
            messages: [flux("StartOfTurn", "one"), "turn", flux("EndOfTurn", "one two", ",\"trigger\":\"manual\"")],
            told: ["speech", "~one", "one two", "final"], controls: [#"{"type":"ForceEndTurn"}"#]),
        Story(
            type: "openai-realtime-transcription",
            messages: [
                "turn", #"{"type":"input_audio_buffer.committed","item_id":"a"}"#, delta("a", "one"),
                delta("a", " two"), done("a", "One two."),
            ], told: ["~one", "~one two", "One two.", "final"], controls: [#"{"type":"input_audio_buffer.commit"}"#]),
        Story(
            type: "openai-realtime-transcription",
            messages: ["turn", #"{"type":"error","error":{"code":"input_audio_buffer_commit_empty"}}"#],
            told: ["final"], controls: [#"{"type":"input_audio_buffer.commit"}"#]),
        Story(
            type: "elevenlabs-scribe",
            messages: [
                #"{"message_type":"partial_transcript","text":"one"}"#, "turn",
                #"{"message_type":"committed_transcript","text":"one two"}"#,
            ], told: ["~one", "one two", "final"],
            controls: [#"{"message_type":"input_audio_chunk","audio_base_64":"","commit":true,"sample_rate":16000}"#]),
        Story(
            type: "elevenlabs-scribe", messages: ["turn", #"{"message_type":"commit_throttled","error":"x"}"#],
            told: ["final"],
            controls: [#"{"message_type":"input_audio_chunk","audio_base_64":"","commit":true,"sample_rate":16000}"#]),
        Story(
            type: "assemblyai", options: ["format_turns": true],
            messages: [
                #"{"type":"SpeechStarted"}"#, turn(0, "one"), turn(0, "one two", ended: true),
                turn(0, "One two.", ended: true, formatted: true), turn(0, "One two.", ended: true, formatted: true),
            ], told: ["speech", "~one", "~one two", "One two.", "end 0.8"]),
        Story(
            type: "assemblyai",
            messages: [
                turn(0, "one"), "turn", turn(0, "one two", ended: true),
                turn(0, "One two.", ended: true, formatted: true),
            ], told: ["~one", "one two", "final"], controls: [#"{"type":"ForceEndpoint"}"#]),
        Story(
            type: "soniox",
            messages: [
                tokens(("on", false)), tokens(("one", true), (" tw", false)), tokens((" two", true), ("<end>", true)),
                "turn", tokens(("<fin>", true)),
            ], told: ["~on", "~one tw", "one two", "end", "final"], controls: [#"{"type":"finalize"}"#]),
        Story(
            type: "vosk", messages: [#"{"partial":"one"}"#, #"{"text":"one two"}"#, "turn", #"{"text":""}"#],
            told: ["~one", "one two", "end", "final"], controls: [#"{"reset" : 1}"#]),
        Story(
            type: "vosk", messages: [#"{"partial":""}"#, #"{"partial":"one"}"#, "turn", #"{"text":"one two"}"#],
            told: ["~one", "one two", "final"], controls: [#"{"reset" : 1}"#]),
        Story(
            type: "cartesia-stt",
            messages: [
                #"{"type":"turn.start"}"#, #"{"type":"turn.update","transcript":"one"}"#,
                #"{"type":"turn.eager_end","transcript":"one"}"#, #"{"type":"turn.resume"}"#,
                #"{"type":"turn.end","transcript":"one two"}"#, "turn",
            ], told: ["speech", "~one", "likely", "resumed", "one two", "end", "final"]),
    ]

    @Test(arguments: stories)
    func becomesTheContract(_ story: Story) throws {
        let harness = try subject(story.type, story.options)
        harness.turnStarted()
        harness.speak(ms: 200)
        for message in story.messages {
            if message == "turn" { harness.turnEnded() } else { harness.receive(message) }
        }
        #expect(harness.story == story.told)
        #expect(harness.controls == story.controls)
        #expect(harness.violations == [])
    }

    @Test func aPartialBecomesFinalWhenPatienceIsOverAndItsLateFinalIsDropped() throws {
        let harness = try subject("deepgram-listen", ["final_timeout_ms": 1000])
        harness.turnStarted()
        harness.receive(Self.dg("one two", false))
        harness.turnEnded()
        harness.advance(by: .milliseconds(900))
        #expect(harness.finals == 0)
        harness.advance(by: .milliseconds(200))
        #expect(harness.story == ["~one two", "notice", "one two", "final"])
        harness.receive(Self.dg("One, two.", true, finalize: true))
        #expect(harness.texts == ["one two"])
        harness.receive(Self.dg("three", true))
        #expect(harness.texts == ["one two", "three"])
        #expect(harness.finals == 1)
    }

    @Test func aLateFinalOfATurnWithoutTextIsStillTold() throws {
        let harness = try subject("soniox", ["final_timeout_ms": 500])
        harness.turnStarted()
        harness.turnEnded()
        harness.advance(by: .seconds(1))
        harness.receive(Self.tokens(("one", true), ("<fin>", true)))
        #expect(harness.story == ["notice", "final", "one"])
    }

    @Test func aSettledTurnWaitsOnlyAMomentForTheMark() throws {
        let harness = try subject("deepgram-listen")
        harness.turnStarted()
        harness.receive(Self.dg("one two", true, speech: true))
        harness.turnEnded()
        harness.advance(by: .milliseconds(450))
        #expect(harness.story == ["one two", "end 0.9", "final"])
    }

    @Test func twoEndsGetTwoFinals() throws {
        let harness = try subject("soniox")
        harness.turnEnded()
        harness.turnEnded()
        harness.receive(Self.tokens(("one", true), ("<fin>", true)))
        #expect(harness.finals == 1)
        harness.receive(Self.tokens(("<fin>", true)))
        #expect(harness.finals == 2)
        harness.receive(Self.tokens(("<fin>", true)))
        harness.advance(by: .seconds(60))
        #expect(harness.finals == 2)
    }

    @Test(arguments: [
        ("deepgram-listen", 4.0, #"{"type":"KeepAlive"}"#), ("soniox", 5.0, #"{"type":"keepalive"}"#),
        ("assemblyai", 5.0, #"{"type":"KeepAlive"}"#),
    ])
    func anIdleLinkIsKeptAliveAndABusyOneIsNot(_ type: String, _ seconds: Double, _ text: String) throws {
        let harness = try subject(type)
        for _ in 0..<100 {
            harness.speak(ms: 100)
            harness.advance(by: .milliseconds(100))
        }
        #expect(harness.controls == [])
        harness.advance(by: .milliseconds(Int64(seconds * 3000) + 100))
        #expect(harness.controls == [text, text, text])
    }

    @Test func fluxGetsSilenceWhenAudioStopsInsideATurn() throws {
        let harness = try subject("deepgram-flux")
        harness.advance(by: .seconds(5))
        #expect(harness.sent.isEmpty)
        harness.receive(Self.flux("StartOfTurn", ""))
        harness.advance(by: .milliseconds(1600))
        #expect(harness.sent.count == 3)
        #expect(harness.sent.allSatisfy { $0.bytes.count == 16000 && $0.bytes.allSatisfy { $0 == 0 } })
    }

    @Test func assemblyAIGetsPiecesOfFiftyMilliseconds() throws {
        let harness = try subject("assemblyai")
        harness.speak(ms: 120)
        harness.turnEnded()
        #expect(harness.sent.filter { $0.kind == .binary }.map(\.bytes.count) == [1600, 1600, 1600])
    }

    @Test func g711GoesOutAsOneByteASample() throws {
        let harness = try subject("deepgram-listen", ["encoding": "mulaw", "sample_rate": 8000])
        harness.audio([Int16](repeating: 0, count: 160))
        #expect(harness.sent.map(\.bytes) == [[UInt8](repeating: 0xFF, count: 160)])
    }

    @Test func voskTellsItsResetsReplyByNumber() throws {
        let harness = try subject("vosk")
        harness.turnStarted()
        harness.speak(ms: 300)
        harness.turnEnded()
        for reply in [#"{"partial":""}"#, #"{"partial":"one"}"#, #"{"partial":"one two"}"#] { harness.receive(reply) }
        #expect(harness.finals == 0)
        harness.receive(#"{"text":"one two"}"#)
        #expect(harness.story == ["~one", "~one two", "one two", "final"])
    }

    @Test func avrTextIsCutByPausesAndNotInsideCharacters() throws {
        let harness = try subject("avr-asr")
        let text = Array("grüß dich".utf8)
        harness.receive(LinkID(0), Array(text[..<3]), kind: .chunk)
        harness.advance(by: .milliseconds(150))
        #expect(harness.texts == [])
        harness.receive(LinkID(0), Array(text[3...]), kind: .chunk)
        harness.advance(by: .milliseconds(150))
        harness.receive("one\ntwo\n", kind: .chunk)
        harness.advance(by: .milliseconds(150))
        #expect(harness.texts == ["grüß dich", "one", "two"])
    }

    @Test func costIsToldWhereAPriceIsKnown() throws {
        let harness = try subject("deepgram-listen", ["price_per_minute": 0.6])
        harness.speak(ms: 61_000)
        let dollars = harness.events.compactMap { if case .usage(let usage) = $0 { usage.dollars } else { nil } }
        #expect(dollars.count == 1)
        #expect(abs(dollars[0] - 0.6) < 0.01)
    }

    static let errors: [(type: String, message: String, code: String, fatal: Bool)] = [
        ("soniox", #"{"tokens":[],"error_code":401,"error_message":"bad key"}"#, "auth", true),
        ("soniox", #"{"tokens":[],"error_code":402,"error_message":"no money"}"#, "quota", true),
        ("soniox", #"{"tokens":[],"error_code":503,"error_message":"busy"}"#, "vendor", false),
        ("elevenlabs-scribe", #"{"message_type":"auth_error","error":"bad"}"#, "auth", true),
        ("elevenlabs-scribe", #"{"message_type":"quota_exceeded","error":"bad"}"#, "quota", true),
        ("elevenlabs-scribe", #"{"message_type":"transcriber_error","error":"bad"}"#, "vendor", false),
        ("cartesia-stt", #"{"type":"error","status_code":402,"message":"no"}"#, "quota", true),
        ("cartesia-stt", #"{"type":"error","message":"no"}"#, "vendor", false),
        ("assemblyai", #"{"type":"Error","error_code":4001,"error":"no"}"#, "auth", true),
        ("deepgram-listen", #"{"type":"Error","description":"NET-0000"}"#, "vendor", false),
        ("deepgram-flux", #"{"type":"Error","code":"INTERNAL","description":"no"}"#, "vendor", false),
        ("openai-realtime-transcription", #"{"type":"error","error":{"code":"invalid_api_key"}}"#, "auth", true),
        ("openai-realtime-transcription", #"{"type":"error","error":{"code":"session_expired"}}"#, "lost", false),
    ]

    @Test(arguments: errors.indices)
    func errorsInsideASessionMeanWhatTheySay(_ index: Int) throws {
        let row = Self.errors[index]
        let harness = try subject(row.type)
        harness.receive(row.message)
        #expect(harness.failures.map(\.code) == [row.code])
        #expect((harness.failures.first?.consequence == .fatal) == row.fatal)
        #expect(harness.links.values.allSatisfy { $0 == .closed })
        #expect(harness.violations == [])
    }

    @Test func aVendorThatDoesNotGreetIsGivenUp() throws {
        let harness = RecognizerHarness(try #require(RecognizerSubject.all.first { $0.type == "assemblyai" }).make())
        harness.start()
        harness.open(LinkID(0))
        harness.advance(by: .seconds(11))
        #expect(harness.failures.map(\.code) == ["protocol"])
    }

    // MARK: Messages

    private static func dg(_ text: String, _ final: Bool, speech: Bool = false, finalize: Bool = false) -> String {
        """
        {"type":"Results","is_final":\(final),"speech_final":\(speech),"from_finalize":\(finalize),\
        "channel":{"alternatives":[{"transcript":"\(text)","confidence":0.9}]}}
        """
    }

    private static func flux(_ event: String, _ text: String, _ more: String = "") -> String {
        #"{"type":"TurnInfo","event":"\#(event)","transcript":"\#(text)","end_of_turn_confidence":0.5\#(more)}"#
    }

    private static func delta(_ id: String, _ text: String) -> String {
        #"{"type":"conversation.item.input_audio_transcription.delta","item_id":"\#(id)","delta":"\#(text)"}"#
    }

    private static func done(_ id: String, _ text: String) -> String {
        #"{"type":"conversation.item.input_audio_transcription.completed","item_id":"\#(id)","transcript":"\#(text)"}"#
    }

    private static func turn(_ order: Int, _ text: String, ended: Bool = false, formatted: Bool = false) -> String {
        """
        {"type":"Turn","turn_order":\(order),"transcript":"\(text)","end_of_turn":\(ended),\
        "turn_is_formatted":\(formatted),"end_of_turn_confidence":0.8}
        """
    }

    private static func tokens(_ tokens: (String, Bool)...) -> String {
        let all = tokens.map { #"{"text":"\#($0.0)","is_final":\#($0.1)}"# }
        return #"{"tokens":[\#(all.joined(separator: ","))]}"#
    }
}
