import AudioKit
import Core
import ProviderKit
import TestKit
import Testing

@testable import Conversations

@Suite struct SessionTests {
    @Test func audioFlowsBothWaysAndIsTappedAsPlayed() throws {
        try EngineActor.executor.occupy { () throws in
            let bench = SessionBench()
            bench.openNewest()
            bench.pass(10, 7)
            let provider = try #require(bench.providers.first)
            #expect(provider.heard.count == 1600 && provider.heard.allSatisfy { $0 == 7 })
            provider.script = [
                { out in
                    out.event(.responseStarted(id: "r"))
                    out.audio(out.item("i1")) { $0.append(contentsOf: [Int16](repeating: 1000, count: 1600)) }
                    out.event(.agentAudioEnded(item: out.item("i1")))
                    out.event(.responseEnded(id: "r", status: .completed))
                }
            ]
            bench.poke()
            #expect(bench.leg.readyCalls == 1)
            bench.pass(12)
            #expect(bench.leg.played.count { $0 == 1000 } > 1500)
            let kinds = bench.events.map(\.kind)
            #expect(
                kinds.contains(.agentSpeechStarted) && kinds.contains(.agentSpeechStopped) && kinds.contains(.turnEnded)
            )
            let tap = bench.factory.taps[0]
            #expect(tap.agent.map(\.at) == tap.agent.map(\.at).sorted())
            #expect(tap.records.map(\.sequence) == (1...UInt64(tap.records.count)).map { $0 })
        }
    }

    @Test func formatsNamedBeforeReadyStandInTheProfile() throws {
        try EngineActor.executor.occupy { () throws in
            let bench = SessionBench()
            let provider = try #require(bench.providers.first)
            provider.script = [{ $0.event(.audioFormat(VendorAudioFormat(.agent, encoding: "mulaw", rate: 16000))) }]
            bench.poke()
            bench.openNewest()
            let profiles = bench.events.compactMap { if case .audioFormat(let it) = $0 { it } else { nil } }
            let sides = try #require(profiles.last?.sides)
            #expect(sides.map(\.assumed) == [8000, 8000, 8000] && sides[2].advertised == 16000)
            #expect(profiles.compactMap(\.finding) == ["the vendor sends mulaw at 16000 Hz, converted to 8000 Hz"])
        }
    }

    @Test func audioHeldWhileConnectingIsDeliveredWhole() throws {
        try EngineActor.executor.occupy { () throws in
            let bench = SessionBench()
            for i in 0..<50 { bench.pass(1, Int16(i)) }
            bench.openNewest()
            bench.pass(1, 50)
            let provider = try #require(bench.providers.first)
            #expect(provider.heard.count == 51 * 160)
            #expect(provider.heard.first == 0 && provider.heard.last == 50)
            #expect(bench.session.currentHealth().callerLostMs == 0)
        }
    }

    @Test func bargeInEmptiesThePlayoutAndLateAudioIsNotHeard() throws {
        try EngineActor.executor.occupy { () throws in
            let bench = SessionBench()
            bench.openNewest()
            let provider = try #require(bench.providers.first)
            provider.script = [
                { out in
                    out.event(.responseStarted(id: "r"))
                    out.audio(out.item("i1")) { $0.append(contentsOf: [Int16](repeating: 1000, count: 80_000)) }
                }
            ]
            bench.poke()
            bench.pass(50)
            provider.script = [
                { out in
                    out.event(.userSpeechStarted(item: "u"))
                    out.audio(out.item("i1")) { $0.append(contentsOf: [Int16](repeating: 999, count: 8000)) }
                }
            ]
            bench.poke()
            let before = bench.leg.played.count
            bench.pass(20)
            #expect(bench.leg.played[(before + 160)...].allSatisfy { $0 == 0 })
            #expect(bench.leg.discards == 1)
            guard case .interrupt(let item?, let heard, true)? = provider.requests.first else {
                return #expect(Bool(false), "the provider was not told: \(provider.requests)")
            }
            #expect(item == "i1" && abs(heard - 1000) <= 20)
        }
    }

    @Test func switchingLosesNoFrameAndTheOldIsSilent() throws {
        try EngineActor.executor.occupy { () throws in
            let bench = SessionBench()
            bench.openNewest()
            var total = 0
            for round in 0..<10 {
                bench.pass(7, Int16(round + 1))
                total += 7
                let old = bench.providers.count - 1
                bench.engine.perform(.switchProvider(session: bench.session.id, provider: round % 2 == 0 ? "b" : "a"))
                bench.pass(5, Int16(round + 1))
                total += 5
                bench.openNewest()
                bench.providers[old].script = [
                    { out in
                        out.audio(out.item("late")) { $0.append(contentsOf: [Int16](repeating: 31000, count: 800)) }
                    }
                ]
                bench.poke(old)
            }
            bench.pass(5)
            #expect(bench.providers.count == 11)
            #expect(bench.providers.reduce(0) { $0 + $1.heard.count } >= (total + 5) * 160)
            #expect(!bench.leg.played.contains(31000))
            #expect(bench.session.currentHealth().callerLostMs == 0)
            #expect(
                bench.events.count { if case .providerSwitch(let s) = $0 { s.phase == .done } else { false } } == 10)
        }
    }

    @Test func toolsRunAndTheirResultsReturn() throws {
        try EngineActor.executor.occupy { () throws in
            let bench = SessionBench()
            bench.openNewest()
            let provider = try #require(bench.providers.first)
            provider.script = [{ $0.event(.toolCall(ToolCall(id: "c", name: "no_such", arguments: "{}"))) }]
            bench.poke()
            bench.loop.runPosted()
            guard case .toolResult(callID: "c", output: let output, isError: true)? = provider.requests.first else {
                return #expect(Bool(false), "no result: \(provider.requests)")
            }
            #expect(output.contains("no tool named no_such"))
        }
    }

    @Test func lossIsVisibleAndMendedWithTheConversation() throws {
        try EngineActor.executor.occupy { () throws in
            let bench = SessionBench()
            bench.openNewest()
            bench.engine.perform(.sendText(session: bench.session.id, text: "hello"))
            let link = bench.opener.links[0]
            link.delegate?.linkClosed(link.id, LinkClosure(.broken))
            #expect(bench.session.state == .reconnecting)
            bench.pass(55, 3)
            #expect(bench.providers.count == 2)
            bench.openNewest()
            #expect(bench.providers[1].context?.history == [.user("hello")])
            #expect(bench.providers[1].context?.answerPending == true)
            bench.pass(2)
            #expect(bench.providers[1].heard.count >= 57 * 160)
        }
    }

    @Test func theEndClosesEverything() throws {
        try EngineActor.executor.occupy { () throws in
            let bench = SessionBench()
            bench.openNewest()
            bench.pass(3)
            bench.leg.delegate?.legEnded(SessionEnd(by: .caller, reason: "closed"))
            #expect(bench.engine.activeCount == 0)
            #expect(bench.factory.taps[0].hasEnded && bench.opener.links[0].isClosed)
            guard case .sessionEnded(let end)? = bench.events.last else {
                return #expect(Bool(false), "the last event is not the end")
            }
            #expect(end.by == .caller)
        }
    }

    @Test func muteSendsSilence() throws {
        try EngineActor.executor.occupy { () throws in
            let bench = SessionBench()
            bench.openNewest()
            bench.engine.perform(.setMute(session: bench.session.id, on: true))
            bench.pass(5, 900)
            #expect(bench.providers[0].heard.allSatisfy { $0 == 0 })
            #expect(bench.session.meters.snapshot.isMuted)
        }
    }
}
