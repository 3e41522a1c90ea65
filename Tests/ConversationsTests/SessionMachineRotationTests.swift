import Core
import ProviderKit
import Testing

@testable import Conversations

@Suite struct SessionMachineRotationTests {
    /// A connection that the vendor ends 30 s from now; the machine has begun to look for a quiet moment.
    private func rotating(_ busy: (MachineBench) -> Void = { _ in }) -> MachineBench {
        let bench = MachineBench()
        bench.ready()
        let armed = bench.provider(.expires(after: .seconds(30)))
        #expect(armed == [.timer(.expiry, after: .seconds(15))])
        busy(bench)
        bench.wait(15_000)
        bench.input(.timer(.expiry))
        return bench
    }

    private func opened(_ actions: [SessionAction]) -> [ProviderContext] {
        actions.compactMap { if case .open(_, _, let context) = $0 { context } else { nil } }
    }

    private func waits(_ actions: [SessionAction]) -> [Duration] {
        actions.compactMap { if case .timer(.rotation, let after) = $0 { after } else { nil } }
    }

    /// What keeps the agent or the user busy.
    enum Busy: CaseIterable {
        case speaking, responding, userSpeaking, answerPending, toolRunning

        func begin(_ bench: MachineBench) {
            switch self {
            case .speaking: bench.speak(0)
            case .responding: bench.provider(.responseStarted(id: "r"))
            case .userSpeaking: bench.provider(.userSpeechStarted(item: "u"))
            case .answerPending: bench.input(.text("and then?"))
            case .toolRunning: bench.provider(.toolCall(ToolCall(id: "c", name: "t", arguments: "{}")))
            }
        }

        func end(_ bench: MachineBench) -> [SessionAction] {
            switch self {
            case .speaking:
                bench.facts.playing = nil
                bench.facts.isPlayoutActive = false
                let item = AgentItem(slot: bench.slot, handle: ItemHandle(0))
                return bench.input(.itemPlayedOut(item, heardMs: 4000, generatedMs: 4000))
            case .responding: return bench.provider(.responseEnded(id: "r", status: .completed))
            case .userSpeaking:
                bench.provider(.userSpeechStopped(item: "u"))
                bench.provider(.responseStarted(id: "r"))
                return bench.provider(.responseEnded(id: "r", status: .completed))
            case .answerPending:
                bench.provider(.responseStarted(id: "r"))
                return bench.provider(.responseEnded(id: "r", status: .completed))
            case .toolRunning:
                bench.input(
                    .toolFinished(
                        id: "c", name: "t", outcome: .result, output: "1", hangUp: nil, elapsed: .milliseconds(5)))
                bench.provider(.responseStarted(id: "r"))
                return bench.provider(.responseEnded(id: "r", status: .completed))
            }
        }
    }

    @Test(arguments: Busy.allCases) func preparingWaitsForAQuietMomentButNotForever(_ busy: Busy) {
        let calm = rotating(busy.begin)
        #expect(calm.machine.standby == nil && waits(calm.all).last == .seconds(9))
        #expect(opened(busy.end(calm)).count == 1)

        let late = rotating(busy.begin)
        late.wait(9000)
        #expect(opened(late.input(.timer(.rotation))).count == 1, "6 s before the deadline it is prepared anyway")
    }

    @Test(arguments: Busy.allCases) func takingOverWaitsForAQuietMomentButNotForever(_ busy: Busy) throws {
        let bench = rotating()
        let old = bench.slot
        let new = try #require(bench.machine.standby?.slot)
        busy.begin(bench)
        #expect(!bench.input(.provider(new, .ready)).contains(.discardPlayout))
        #expect(bench.slot == old, "the agent is not cut and the user not interrupted")
        #expect(waits(bench.all).last == .seconds(9))
        for _ in 0..<2 {
            bench.wait(1000)
            bench.input(.timer(.rotation))
            #expect(bench.slot == old)
        }
        _ = busy.end(bench)
        if let again = bench.machine.standby?.slot { bench.input(.provider(again, .ready)) }
        #expect(bench.slot != old && bench.machine.rotation == nil)
    }

    @Test(arguments: Busy.allCases) func twoSecondsBeforeTheDeadlineItTakesOver(_ busy: Busy) throws {
        let bench = rotating()
        let old = bench.slot
        let new = try #require(bench.machine.standby?.slot)
        busy.begin(bench)
        bench.input(.provider(new, .ready))
        bench.wait(12_999)
        bench.input(.timer(.rotation))
        #expect(bench.slot == old)
        bench.wait(1)
        let actions = bench.input(.timer(.rotation))
        #expect(bench.slot != old && actions.contains(.drop(old)))
        #expect(actions.contains(.discardPlayout) == (busy == .speaking))
    }

    @Test func theLastWordsOfTheUserAreNotSplit() throws {
        let bench = rotating()
        let old = bench.slot
        let new = try #require(bench.machine.standby?.slot)
        bench.facts.lastSpeech = bench.now
        #expect(waits(bench.input(.provider(new, .ready))) == [.milliseconds(100)])
        #expect(bench.slot == old, "the local detector hears what the vendor's will tell of in a moment")
        bench.wait(400)
        bench.input(.timer(.rotation))
        #expect(bench.slot == new)
    }

    @Test func whatWasSaidMeanwhileIsInTheContext() throws {
        let bench = rotating()
        let first = try #require(bench.machine.standby?.slot)
        bench.provider(.userSpeechStarted(item: "u"))
        bench.input(.provider(first, .ready))
        bench.provider(.userSpeechStopped(item: "u"))
        bench.provider(.userTranscript(item: "u", text: "my name is Ann", isFinal: true))
        bench.provider(.responseStarted(id: "r"))
        bench.provider(.agentText(item: ItemHandle(0), delta: "Hello Ann."))
        let ended = bench.provider(.responseEnded(id: "r", status: .completed))
        #expect(opened(ended).map(\.history) == [[.user("my name is Ann"), .agent("Hello Ann.")]])
        let second = try #require(bench.machine.standby?.slot)
        bench.input(.provider(second, .ready))
        #expect(bench.slot == second)
    }

    @Test func theFreshConnectionIsRotatedTooAndKeepsItsHandle() throws {
        let bench = rotating()
        let new = try #require(bench.machine.standby?.slot)
        bench.input(.provider(new, .expires(after: .seconds(600))))
        bench.input(.provider(new, .resumable(handle: "h2")))
        let actions = bench.input(.provider(new, .ready))
        #expect(bench.slot == new && actions.contains(.timer(.expiry, after: .seconds(585))))
        #expect(bench.machine.active.resumption?.handle == "h2")
    }

    @Test func aFailedTryIsRepeatedWhileThereIsTime() throws {
        let bench = rotating()
        let lost = ProviderFailure(code: "lost", text: "reset", consequence: .reconnect(after: nil))
        bench.input(.provider(try #require(bench.machine.standby?.slot), .failure(lost)))
        #expect(bench.machine.standby == nil)
        bench.wait(3000)
        #expect(opened(bench.input(.timer(.rotation))).count == 1)
        let refused = ProviderFailure(code: "auth", text: "401", consequence: .fatal)
        bench.input(.provider(try #require(bench.machine.standby?.slot), .failure(refused)))
        bench.wait(3000)
        #expect(opened(bench.input(.timer(.rotation))).isEmpty)
    }

    @Test func aConnectionThatEndsEarlyIsReplacedByTheOneThatWaits() throws {
        let lost = ProviderFailure(code: "lost", text: "1000", consequence: .reconnect(after: nil))
        let bench = rotating()
        let new = try #require(bench.machine.standby?.slot)
        bench.speak(0)
        bench.input(.provider(new, .ready))
        #expect(bench.provider(.failure(lost)).contains(.route(new, replayTurn: false)))
        #expect(bench.slot == new && bench.machine.state != .reconnecting)

        let slow = rotating()
        let late = try #require(slow.machine.standby?.slot)
        slow.provider(.failure(lost))
        #expect(slow.input(.timer(.reconnect)).contains(.drop(late)), "one new connection is enough")
        #expect(slow.machine.standby == nil && slow.machine.rotation == nil)
    }

    @Test func anOperatorsSwitchDoesNotWait() throws {
        let bench = rotating { $0.speak(0) }
        bench.input(.switchProvider("b"))
        let new = try #require(bench.machine.standby?.slot)
        #expect(bench.input(.provider(new, .ready)).contains(.discardPlayout))
        #expect(bench.slot == new && bench.machine.rotation == nil)
    }

    @Test func undoMeansTheSwitchNotTheRotation() throws {
        let bench = rotating()
        let actions = MachineBench.events(bench.input(.undoSwitch))
        #expect(actions.contains { if case .commandRefused = $0 { true } else { false } })
        #expect(bench.machine.standby?.isRotation == true)
    }
}
