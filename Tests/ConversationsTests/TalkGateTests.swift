import Core
import Testing

@testable import Conversations

@Suite struct TalkGateTests {
    private func at(_ ms: Int) -> MonotonicTime { MonotonicTime(nanoseconds: 0) + .milliseconds(ms) }

    @Test func pushToTalkHasATail() {
        var gate = TalkGate(.pushToTalk)
        func press(_ on: Bool, _ ms: Int) {
            let counts = gate.press(on, now: at(ms))
            #expect(counts)
        }
        #expect(!gate.isOpen(now: at(0)))
        press(true, 100)
        #expect(gate.isOpen(now: at(100)) && gate.isOpen(now: at(60_000)))
        press(false, 1000)
        #expect(gate.isOpen(now: at(1299)) && !gate.isOpen(now: at(1300)))
        press(false, 2000)
        #expect(!gate.isOpen(now: at(2000)), "letting go twice opens nothing")
        gate.change(to: .openMic)
        #expect(gate.isOpen(now: at(2000)))
    }

    @Test func halfDuplexWaitsForTheRoomToBeQuiet() {
        var gate = TalkGate(.halfDuplex)
        #expect(gate.isOpen(now: at(0)))
        gate.agentSounds(unheard: .milliseconds(80), now: at(1000))
        #expect(!gate.isOpen(now: at(1000)) && !gate.isOpen(now: at(1579)) && gate.isOpen(now: at(1580)))
    }

    @Test(arguments: [(TalkMode.openMic, true), (.halfDuplex, true), (.text, false)])
    func otherModesKnowNoKey(mode: TalkMode, isOpen: Bool) {
        var gate = TalkGate(mode)
        let counts = gate.press(true, now: at(0))
        #expect(!counts)
        #expect(gate.isOpen(now: at(0)) == isOpen)
    }
}

/// The gate in a session: what the provider gets.
@Suite struct SessionTalkTests {
    @EngineActor private func bench(_ mode: TalkMode) -> SessionBench {
        var settings = SessionSettings()
        settings.talkMode = mode
        let bench = SessionBench(settings, kind: .device)
        bench.openNewest()
        return bench
    }

    @EngineActor private func loud(_ bench: SessionBench) -> Int { bench.providers[0].heard.filter { $0 != 0 }.count }

    @Test func pushToTalkSendsWhatWasSaidJustBeforeAndJustAfter() throws {
        try EngineActor.executor.occupy { () throws in
            let bench = bench(.pushToTalk)
            bench.pass(50, 900)
            #expect(loud(bench) == 0)
            #expect(bench.session.meters.snapshot.talkMode == .pushToTalk && !bench.session.meters.snapshot.isMicOpen)
            bench.engine.perform(.pushToTalk(session: bench.session.id, on: true))
            #expect(loud(bench) == 1600, "200 ms of before")
            bench.pass(10, 900)
            #expect(loud(bench) == 1600 + 10 * 160)
            bench.engine.perform(.pushToTalk(session: bench.session.id, on: false))
            bench.pass(50, 900)
            #expect(abs(loud(bench) - (1600 + 10 * 160 + 2400)) <= 160, "300 ms of after")
            #expect(bench.providers[0].heard.count >= 110 * 160, "silence goes on")
        }
    }

    @Test func aMutedKeyOpensNothing() throws {
        try EngineActor.executor.occupy { () throws in
            let bench = bench(.pushToTalk)
            bench.engine.perform(.setMute(session: bench.session.id, on: true))
            bench.pass(20, 900)
            bench.engine.perform(.pushToTalk(session: bench.session.id, on: true))
            bench.pass(20, 900)
            #expect(loud(bench) == 0)
            bench.engine.perform(.setMute(session: bench.session.id, on: false))
            bench.pass(5, 900)
            #expect(loud(bench) == 5 * 160, "the key is still held")
        }
    }

    @Test func textSilencesBothSides() throws {
        try EngineActor.executor.occupy { () throws in
            let bench = bench(.text)
            bench.pass(20, 900)
            #expect(loud(bench) == 0 && bench.leg.played.allSatisfy { $0 == 0 })
        }
    }

    @Test func aPhoneCallHasNoTalkMode() throws {
        try EngineActor.executor.occupy { () throws in
            var settings = SessionSettings()
            settings.talkMode = .pushToTalk
            let bench = SessionBench(settings)
            bench.openNewest()
            bench.pass(5, 900)
            #expect(loud(bench) == 5 * 160, "the setting is of our own conversation")
            bench.engine.perform(.setTalkMode(session: bench.session.id, mode: .text))
            #expect(
                bench.events.contains {
                    if case .commandRefused(let refusal) = $0 { refusal.command == "setTalkMode" } else { false }
                })
        }
    }

    @Test func theModeIsInTheLog() throws {
        try EngineActor.executor.occupy { () throws in
            let bench = bench(.halfDuplex)
            let modes = bench.events.compactMap {
                if case .operatorAction(let action) = $0, action.kind == .talkMode { action.text } else { nil }
            }
            #expect(modes == ["half-duplex"] || modes.isEmpty)
            bench.engine.perform(.setTalkMode(session: bench.session.id, mode: .openMic))
            #expect(
                bench.events.contains(
                    .operatorAction(OperatorAction("talk mode open-mic", kind: .talkMode, text: "open-mic"))))
        }
    }
}
