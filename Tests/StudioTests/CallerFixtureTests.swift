import Core
import Recording
import TestKit
import Testing

@testable import Studio

@Suite struct CallerFixtureTests {
    private func sample() throws -> CallerScript { try CallerScript(try StoredSession(path: samplePath)) }

    @Test func theSampleIsAScriptOfTwoTurns() throws {
        let script = try sample()
        #expect(script.turns.map(\.number) == [1, 2])
        #expect(
            script.turns.map(\.reference) == ["What time is it in Berlin?", "Thanks. Book a table for two at seven."])
        #expect(script.turns[0].calls.map(\.name) == ["get_time"])
        #expect(script.turns[1].interruptsAfterMs == 3380)
        let recorded = script.turns.compactMap(\.recorded)
        #expect(recorded.map(\.e2eMs) == [700, 700])
        #expect(recorded.map(\.outcome) == [.interrupted, .completed])
        // The sample was made so that the audio says what the log says.
        for turn in recorded { #expect(abs((turn.heardE2eMs ?? 0) - 700) <= 20) }
        // 300 ms before the first and 500 ms after the last speech sample, as far as there was silence.
        guard case .speech(let pcm) = script.turns[0].input else { return #expect(Bool(false), "no audio") }
        #expect(pcm.count == 16_320 + 4000 - (3200 - 2400))
    }

    @Test func aChosenTurnKnowsWhatWasSaidBefore() throws {
        let script = try #require(try sample().selecting(2...2))
        #expect(script.turns.count == 1 && script.recordedAudio.count == 1)
        #expect(script.turns[0].interruptsAfterMs == nil)
        guard case .user("What time is it in Berlin?") = script.context.first, case .agent = script.context.last,
            case .tool(let call) = script.context[1]
        else { return #expect(Bool(false), "\(script.context)") }
        #expect(call.name == "get_time" && call.output == #"{"time":"15:20"}"#)
        #expect(try sample().selecting(7...9) == nil)
    }

    @Test func aFixtureIsReadAsItWasWritten() throws {
        let folder = TemporaryFolder()
        let script = try sample()
        let path = try CallerFixture.write(
            script, turn: 2, below: folder.path + "/new/fixtures", now: WallTime(nanoseconds: 0))
        #expect(path.hasSuffix("/thanks-book-a-table-for-two-at-seven-sample-t2"))
        #expect(CallerFixture.isFixture(path))
        let read = try CallerFixture.read(path)
        let chosen = try #require(script.selecting(2...2))
        #expect(read.context == chosen.context)
        #expect(read.turns[0].input == chosen.turns[0].input)
        #expect(read.turns[0].reference == chosen.turns[0].reference)
        #expect(read.turns[0].recorded?.e2eMs == 700)
        #expect(read.sampleRate == 8000 && read.instructions == script.instructions)
        let second = try CallerFixture.write(script, turn: 2, below: folder.path + "/new/fixtures", now: .now())
        #expect(second == path + "-2")
    }

    @Test func hostileWordsNeverReachAPath() {
        let turn = CallerScript.Turn(number: 3, input: .text(""), reference: "../../ETC/\u{1B}[31m passwd \u{0}日本")
        #expect(CallerFixture.name(turn, "../x/-Ü") == "etc-31m-passwd-x-t3")
    }

    @Test(arguments: [
        ("", "not JSON"), ("{}", "version"), (#"{"version":2}"#, "version"),
        (#"{"version":1}"#, "either audio or text"),
        (#"{"version":1,"audio":"../../etc/passwd"}"#, "file name"), (#"{"version":1,"text":"a","calls":7}"#, "list"),
        (#"{"version":1,"text":"a","calls":[{}]}"#, "calls.0"),
        (#"{"version":1,"text":"a","context":[{}]}"#, "context.0"),
    ])
    func faultsNameTheirPlace(text: String, says: String) {
        do throws(CompareSourceError) {
            _ = try CallerFixture.parse(Array(text.utf8), name: "x", place: "x/fixture.json")
            Issue.record("it was taken")
        } catch {
            #expect("\(error)".contains(says), "\(error)")
            #expect(error.place.hasPrefix("x/fixture.json"))
        }
    }

    @Test func garbageNeverCrashes() throws {
        let folder = TemporaryFolder()
        let path = try CallerFixture.write(try sample(), turn: 2, below: folder.path, now: .now())
        let good = try ReadFile(path + "/fixture.json").readAll()
        var mutator = MessageMutator(seeds: [good], seed: 5)
        for _ in 0..<10_000 {
            guard let (script, _) = try? CallerFixture.parse(mutator.next(), name: "x", place: "x") else { continue }
            #expect(script.turns.count == 1)
        }
    }
}
