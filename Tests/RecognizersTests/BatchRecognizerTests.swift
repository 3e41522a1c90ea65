import Core
import ProviderKit
import Testing

@testable import Recognizers

/// A request a turn: what is sent, what is tried again, what the answers mean.
@Suite struct BatchRecognizerTests {
    private func harness(_ type: String = "whisper-cpp", _ options: JSONValue = [:]) throws -> RecognizerHarness {
        var subject = try #require(RecognizerSubject.all.first { $0.type == type && !$0.streams })
        subject.options = options
        let harness = try subject.ready()
        harness.onConnect = { harness, link, _ in harness.open(link, status: 200) }
        return harness
    }

    private func say(_ harness: RecognizerHarness, ms: Int = 400) {
        harness.turnStarted()
        harness.speak(ms: ms)
        harness.turnEnded()
    }

    private func answer(_ harness: RecognizerHarness, _ text: String, link: Int) {
        let bytes = Array(text.utf8)
        let middle = bytes.count / 2
        harness.receive(LinkID(link), Array(bytes[..<middle]), kind: .chunk)
        harness.receive(LinkID(link), Array(bytes[middle...]), kind: .chunk)
        harness.close(LinkID(link), LinkClosure(.remote))
    }

    /// The samples of the WAV file in the last request.
    private func samples(_ harness: RecognizerHarness) -> Int {
        guard case .http(let endpoint)? = harness.endpoints.last, case .whole(let body) = endpoint.body else {
            return 0
        }
        return (body.count - 44) / 2
    }

    @Test func theTurnAndWhatWasBeforeItAreSent() throws {
        let harness = try harness()
        harness.speak(ms: 2000)
        say(harness)
        // 500 ms of pre-roll and 400 ms of turn; the form around it takes some bytes.
        #expect((14400...14900).contains(samples(harness)))
        answer(harness, #"{"text":" one two\n three\n"}"#, link: 0)
        #expect(harness.story == ["ready", "one two three", "final"])
        #expect(harness.timers.isEmpty)
    }

    @Test func turnsAreAnsweredInOrderOneRequestAtATime() throws {
        let harness = try harness()
        say(harness)
        say(harness)
        #expect(harness.endpoints.count == 1)
        answer(harness, #"{"text":"one"}"#, link: 0)
        #expect(harness.endpoints.count == 2)
        answer(harness, #"{"text":"two"}"#, link: 1)
        #expect(harness.story == ["ready", "one", "final", "two", "final"])
        #expect(harness.violations == [])
    }

    @Test func aLongTurnIsSentInPieces() throws {
        let harness = try harness("google-speech")
        say(harness, ms: 120_000)
        #expect(harness.endpoints.count == 1)
        for link in 0..<3 {
            answer(harness, #"{"results":[{"alternatives":[{"transcript":"part \#(link)"}]}]}"#, link: link)
        }
        #expect(harness.story == ["ready", "part 0", "part 1", "part 2", "final"])
    }

    @Test func silenceIsNotSent() throws {
        let harness = try harness()
        harness.turnStarted()
        harness.audio([Int16](repeating: 3, count: 16000))
        harness.turnEnded()
        #expect(harness.endpoints.isEmpty)
        #expect(harness.story == ["ready", "final"])
    }

    @Test func aRateLimitIsWaitedFor() throws {
        let harness = try harness()
        say(harness)
        let head = [HeaderField("retry-after", "2")]
        harness.close(LinkID(0), LinkClosure(.rejected(status: 429), headers: head))
        harness.advance(by: .milliseconds(1900))
        #expect(harness.endpoints.count == 1)
        harness.advance(by: .milliseconds(200))
        #expect(harness.endpoints.count == 2)
        answer(harness, #"{"text":"one"}"#, link: 1)
        #expect(harness.story == ["ready", "notice", "one", "final"])
    }

    @Test(arguments: [LinkClosure.Cause.rejected(status: 500), .broken, .refused, .timedOut])
    func aFailureIsTriedAgainOnceAndThenTold(_ cause: LinkClosure.Cause) throws {
        let harness = try harness()
        say(harness)
        harness.close(LinkID(0), LinkClosure(cause))
        harness.advance(by: .milliseconds(100))
        #expect(harness.endpoints.count == 1)
        harness.advance(by: .milliseconds(300))
        #expect(harness.endpoints.count == 2)
        harness.close(LinkID(1), LinkClosure(cause))
        #expect(harness.failures.map(\.consequence) == [.goesOn])
        #expect(harness.finals == 1)
    }

    @Test func threeFailedTurnsEndThePart() throws {
        let harness = try harness()
        for turn in 0..<3 {
            say(harness)
            harness.close(LinkID(2 * turn), LinkClosure(.refused))
            harness.advance(by: .milliseconds(400))
            harness.close(LinkID(2 * turn + 1), LinkClosure(.refused))
        }
        #expect(harness.failures.map(\.consequence) == [.goesOn, .goesOn, .reconnect(after: nil)])
        #expect(harness.finals == 3)
        #expect(harness.violations == [])
    }

    @Test func aRefusedKeyEndsThePartAtOnce() throws {
        let harness = try harness()
        say(harness)
        harness.close(LinkID(0), LinkClosure(.rejected(status: 401)))
        #expect(harness.failures.map(\.consequence) == [.fatal])
        #expect(harness.finals == 1)
        harness.advance(by: .seconds(60))
        #expect(harness.endpoints.count == 1)
    }

    @Test func patienceEndsATurn() throws {
        let harness = try harness("whisper-cpp", ["final_timeout_ms": 2000])
        say(harness)
        harness.advance(by: .seconds(3))
        #expect(harness.failures.map(\.code) == ["lost"])
        #expect(harness.finals == 1)
        #expect(harness.links.values.allSatisfy { $0 == .closed })
    }

    @Test func streamedTextIsToldAsItComes() throws {
        let harness = try harness("openai-transcription")
        say(harness)
        for text in ["one", " two"] {
            harness.receive(#"{"type":"transcript.text.delta","delta":"\#(text)"}"#, kind: .serverSentEvent)
        }
        harness.receive(#"{"type":"transcript.text.done","text":"One two."}"#, kind: .serverSentEvent)
        harness.receive("[DONE]", kind: .serverSentEvent)
        harness.close(LinkID(0), LinkClosure(.remote))
        #expect(harness.story == ["ready", "~one", "~one two", "One two.", "final"])
    }

    @Test func aStreamThatIsCutTwiceGivesWhatCame() throws {
        let harness = try harness("openai-transcription")
        say(harness)
        for link in 0..<2 {
            let delta = #"{"type":"transcript.text.delta","delta":"one"}"#
            harness.receive(LinkID(link), Array(delta.utf8), kind: .serverSentEvent)
            harness.close(LinkID(link), LinkClosure(.broken))
            harness.advance(by: .milliseconds(400))
        }
        #expect(harness.texts == ["one"])
        #expect(harness.failures.map(\.consequence) == [.goesOn])
        #expect(harness.finals == 1)
    }

    static let answers: [(type: String, options: JSONValue, body: String, told: [String])] = [
        ("google-speech", [:], #"{"totalBilledTime":"1s"}"#, ["final"]),
        (
            "google-speech", [:],
            #"{"results":[{"alternatives":[{"transcript":"one"}]},{"alternatives":[{"transcript":" two"}]}]}"#,
            ["one two", "final"]
        ),
        ("google-speech", [:], "not json", []),
        (
            "azure-speech", ["region": "westeurope"], #"{"RecognitionStatus":"Success","DisplayText":"One."}"#,
            ["One.", "final"]
        ),
        ("azure-speech", ["region": "westeurope"], #"{"RecognitionStatus":"NoMatch"}"#, ["final"]),
        ("azure-speech", ["region": "westeurope"], #"{"RecognitionStatus":"Error"}"#, []),
        (
            "azure-speech", ["region": "westeurope", "mode": "fast"], #"{"combinedPhrases":[{"text":"One."}]}"#,
            ["One.", "final"]
        ),
        ("azure-speech", ["region": "westeurope", "mode": "fast"], #"{"combinedPhrases":[]}"#, ["final"]),
        ("elevenlabs-scribe", ["mode": "batch"], #"{"text":"One.","words":[]}"#, ["One.", "final"]),
        ("openai-transcription", ["stream": false], #"{"text":"One."}"#, ["One.", "final"]),
        ("openai-transcription", ["stream": false], #"{"error":{"message":"no"}}"#, []),
        ("whisper-cpp", [:], #"{"text":" [BLANK_AUDIO]\n"}"#, ["final"]),
        ("whisper-cpp", [:], #"{"error":"no"}"#, []),
    ]

    /// An answer without text is tried again: nothing is told yet.
    @Test(arguments: answers.indices)
    func answersMeanWhatTheySay(_ index: Int) throws {
        let row = Self.answers[index]
        let harness = try harness(row.type, row.options)
        say(harness)
        answer(harness, row.body, link: 0)
        #expect(Array(harness.story.dropFirst()) == row.told)
        harness.advance(by: .seconds(1))
        #expect(harness.endpoints.count == (row.told.isEmpty ? 2 : 1))
    }
}
