import AudioKit
import Core
import ProviderKit
import Testing

@testable import Conversations

/// Speech over the agent: what interrupts, what is ignored, and the reason told.
@Suite struct SessionMachineOverheardTests {
    private struct Case: CustomTestStringConvertible, Sendable {
        var name: String
        var speechMs: Int
        var backchannelMs = 0
        /// Words that the recogniser gives, and when after the onset.
        var words: (text: String, ms: Int)?
        var likeness: Double?
        var ignoresEcho = false
        var cuts: Bool
        var ignored: SpeechIgnored.Kind?
        var testDescription: String { name }
    }

    private static let cases = [
        Case(name: "long speech interrupts", speechMs: 400, cuts: true),
        Case(name: "a short sound does not", speechMs: 80, cuts: false, ignored: .short),
        Case(name: "without a backchannel time nothing waits", speechMs: 200, cuts: true),
        Case(
            name: "a sign of listening by its length", speechMs: 400, backchannelMs: 700, cuts: false,
            ignored: .backchannel),
        Case(name: "too long for a sign of listening", speechMs: 900, backchannelMs: 700, cuts: true),
        Case(
            name: "words of listening wait on", speechMs: 500, backchannelMs: 700, words: ("Mhm, yeah.", 300),
            cuts: false,
            ignored: .backchannel),
        Case(
            name: "other words interrupt at once", speechMs: 500, backchannelMs: 700, words: ("mhm stop", 300),
            cuts: true),
        Case(name: "an echo is reported", speechMs: 400, likeness: 0.8, cuts: true),
        Case(
            name: "an echo is ignored when asked", speechMs: 400, likeness: 0.8, ignoresEcho: true, cuts: false,
            ignored: .echo),
        Case(name: "an unlike voice is no echo", speechMs: 400, likeness: 0.4, ignoresEcho: true, cuts: true),
    ]

    @Test(arguments: cases) private func decisions(_ one: Case) throws {
        var settings = SessionSettings()
        settings.backchannelMs = one.backchannelMs
        settings.ignoresEcho = one.ignoresEcho
        let bench = MachineBench(settings)
        bench.facts.capabilitiesNow.endpointing = .local
        bench.facts.capabilitiesNow.nativeBargeIn = false
        bench.facts.echoFound = one.likeness.map { EchoLikeness.Finding(likeness: $0, delayMs: 85) }
        bench.ready()
        bench.provider(.responseStarted(id: "r"))
        bench.speak(0, heardMs: 2310)
        let actions = overhear(bench, one)
        let events = MachineBench.events(actions)
        let cut = events.compactMap { if case .bargeIn(let cut) = $0 { cut } else { nil } }.first
        let ignored = events.compactMap { if case .speechIgnored(let what) = $0 { what } else { nil } }
        #expect((cut != nil) == one.cuts)
        #expect(actions.contains(.discardPlayout) == one.cuts)
        #expect(ignored.map(\.kind) == (one.ignored.map { [$0] } ?? []))
        if let cut {
            #expect(cut.reason.hasPrefix("user speech p 0.83 for ") && cut.reason.contains(" while agent at 2.3 s"))
            #expect(cut.isEchoSuspected == one.likeness.map { $0 > 0.6 })
            #expect(cut.reason.contains("echo suspected") == ((one.likeness ?? 0) > 0.6))
        } else {
            #expect(bench.machine.open?.trigger != .speech, "what is ignored is no turn")
        }
        #expect(bench.machine.overheard == nil)
    }

    /// Speech of a length, with its timer and its words.
    private func overhear(_ bench: MachineBench, _ one: Case) -> [SessionAction] {
        let onset = bench.now
        var actions = bench.input(.speechStarted(probability: 0.83, at: 0, onset: onset))
        var due: MonotonicTime?
        for _ in 0..<(one.speechMs / 20) {
            bench.wait(20)
            let passed = Int((bench.now - onset).milliseconds)
            var step: [SessionAction] = []
            if passed == 120 { step += bench.input(.speechSustained(probability: 0.83, onset: onset)) }
            if let words = one.words, passed == words.ms {
                step += bench.provider(.userTranscript(item: "u", text: words.text, isFinal: false))
            }
            for action in step {
                if case .timer(.backchannel, let after) = action { due = bench.now + after }
                if case .cancelTimer(.backchannel) = action { due = nil }
            }
            actions += step
            if let at = due, bench.now >= at {
                due = nil
                actions += bench.input(.timer(.backchannel))
            }
        }
        let last = bench.now
        bench.wait(600)
        return actions + bench.input(.speechStopped(at: 0, lastSpeech: last))
    }

    @Test func aShortAnswerAtTheEndIsATurn() {
        var settings = SessionSettings()
        settings.backchannelMs = 700
        let bench = MachineBench(settings)
        bench.facts.capabilitiesNow.endpointing = .local
        bench.facts.capabilitiesNow.nativeBargeIn = false
        bench.ready()
        bench.provider(.responseStarted(id: "r"))
        bench.speak(0)
        let onset = bench.now
        bench.input(.speechStarted(probability: 0.9, at: 0, onset: onset))
        bench.wait(120)
        bench.input(.speechSustained(probability: 0.9, onset: onset))
        bench.provider(.responseEnded(id: "r", status: .completed))
        bench.playedOut(0)
        bench.wait(100)
        let actions = bench.input(.speechStopped(at: 0, lastSpeech: bench.now))
        #expect(MachineBench.requests(actions).contains(.userTurnStarted))
        #expect(MachineBench.requests(actions).contains(.userTurnEnded))
    }

    @Test func aVendorsCutIsToldWithWhatWasHeardHere() {
        let bench = MachineBench()
        bench.facts.capabilitiesNow.nativeBargeIn = true
        bench.facts.localSpeech = HeardSpeech(probability: 0.12)
        bench.facts.echoFound = EchoLikeness.Finding(likeness: 0.74, delayMs: 85)
        bench.ready()
        bench.provider(.responseStarted(id: "r"))
        bench.speak(0, heardMs: 2310)
        let events = MachineBench.events(bench.provider(.userSpeechStarted(item: nil)))
        let cut = events.compactMap { if case .bargeIn(let cut) = $0 { cut } else { nil } }.first
        #expect(
            cut?.reason == "p heard the user while agent at 2.3 s, echo suspected (0.74 like the agent 85 ms before)")
        #expect(cut?.probability == 0.12 && cut?.detectMs == nil && cut?.isEchoSuspected == true)
    }
}
