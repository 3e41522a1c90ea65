import Core
import ProviderKit
import TestKit
import Testing

@testable import Conversations

/// A microphone in memory.
@EngineActor
final class FakeMicrophone: OperatorMicrophone {
    var onFailure: (@EngineActor (String) -> Void)?
    var obstacle: String?
    var rate: Int?
    private var deliver: (@EngineActor (Span<Int16>) -> Void)?

    func open(rate: Int, _ deliver: @escaping @EngineActor (Span<Int16>) -> Void) {
        self.rate = rate
        self.deliver = deliver
    }
    func close() { deliver = nil }
    var isOpen: Bool { deliver != nil }
    func say(_ value: Int16, _ count: Int = 160) { deliver?([Int16](repeating: value, count: count).span) }
}

/// The leg's audio while an operator acts, and the engine's commands.
@Suite struct SessionOperatorTests {
    private static func refusals(_ queue: EventQueue) -> [CommandRefusal] {
        queue.take().records.compactMap { if case .commandRefused(let r) = $0.event { r } else { nil } }
    }

    @Test func theOperatorsVoiceTakesTheAgentsPlace() throws {
        try EngineActor.executor.occupy { () throws in
            let microphone = FakeMicrophone()
            let bench = SessionBench(microphone: microphone)
            bench.openNewest()
            let provider = try #require(bench.providers.first)
            provider.script = [
                { out in
                    out.event(.responseStarted(id: "r"))
                    out.audio(out.item("i1")) { $0.append(contentsOf: [Int16](repeating: 1000, count: 80_000)) }
                }
            ]
            bench.poke()
            bench.pass(20, 7)
            #expect(bench.leg.played.suffix(160).allSatisfy { $0 == 1000 })
            bench.engine.perform(.takeOver(session: bench.session.id))
            #expect(microphone.rate == 8000 && bench.session.state == .takenOver && bench.leg.discards == 1)
            let start = bench.leg.played.count
            let heard = provider.heard.count
            // An answer that begins now is not heard either.
            provider.script = [
                { out in out.audio(out.item("i2")) { $0.append(contentsOf: [Int16](repeating: 999, count: 8000)) } }
            ]
            bench.poke()
            for _ in 0..<50 {
                microphone.say(55)
                bench.pass(1, 7)
            }
            // In the first frame the agent fades out.
            let played = bench.leg.played[(start + 160)...]
            #expect(played.allSatisfy { $0 == 55 || $0 == 0 } && played.count { $0 == 55 } > 48 * 160)
            // The provider is kept alive by silence and gets nothing of the caller; the record has both.
            #expect(provider.heard.count == heard + 50 * 160 && provider.heard[heard...].allSatisfy { $0 == 0 })
            let tap = bench.factory.taps[0]
            #expect(tap.user.last.map { $0.at + Int64($0.count) } ?? 0 >= 69 * 160)
            bench.engine.perform(.giveBack(session: nil))
            #expect(!microphone.isOpen)
            bench.pass(5, 7)
            #expect(provider.heard.suffix(800).allSatisfy { $0 == 7 })
            #expect(bench.leg.played.suffix(800).allSatisfy { $0 == 0 })
            let kinds = bench.events.compactMap { if case .operatorAction(let a) = $0 { a.kind } else { nil } }
            #expect(kinds == [.takeOver, .giveBack])
        }
    }

    @Test func withoutAMicrophoneTakingOverIsRefusedWithTheReason() throws {
        EngineActor.executor.occupy {
            for (microphone, obstacle, words) in [
                (nil, nil, "serve runs without devices"), (FakeMicrophone(), "it was unplugged", "it was unplugged"),
            ] as [(FakeMicrophone?, String?, String)] {
                microphone?.obstacle = obstacle
                let bench = SessionBench(microphone: microphone)
                let queue = EventQueue(bound: 100, policy: .lossless) {}
                bench.engine.subscribe(queue)
                bench.engine.perform(.takeOver(session: bench.session.id))
                let reasons = Self.refusals(queue).map(\.reason)
                #expect(reasons.count == 1 && reasons[0].contains(words))
                #expect(!bench.session.isTakenOver)
            }
        }
    }

    @Test func theEndOfACallClosesTheMicrophone() {
        EngineActor.executor.occupy {
            let microphone = FakeMicrophone()
            let bench = SessionBench(microphone: microphone)
            bench.openNewest()
            bench.engine.perform(.takeOver(session: bench.session.id))
            #expect(microphone.isOpen && bench.engine.taken != nil)
            bench.leg.delegate?.legEnded(SessionEnd(by: .caller, reason: "hung up"))
            #expect(!microphone.isOpen && bench.engine.taken == nil)
        }
    }

    @Test func aMicrophoneThatFailsGivesTheCallBack() {
        EngineActor.executor.occupy {
            let microphone = FakeMicrophone()
            let bench = SessionBench(microphone: microphone)
            bench.openNewest()
            let queue = EventQueue(bound: 1000, policy: .lossless) {}
            bench.engine.subscribe(queue)
            bench.engine.perform(.takeOver(session: bench.session.id))
            microphone.onFailure?("it was unplugged")
            #expect(!bench.session.isTakenOver && !microphone.isOpen)
            #expect(Self.refusals(queue).first?.reason.contains("it was unplugged") == true)
            microphone.onFailure?("again")
            #expect(bench.session.state == .ready)
        }
    }

    @Test func oneMicrophoneForOneCall() {
        EngineActor.executor.occupy {
            let bench = SessionBench(microphone: FakeMicrophone())
            let other = bench.engine.accept(FakeLeg())
            let queue = EventQueue(bound: 1000, policy: .lossless) {}
            bench.engine.subscribe(queue)
            bench.engine.perform(.takeOver(session: bench.session.id))
            bench.engine.perform(.takeOver(session: other.id))
            #expect(Self.refusals(queue).first?.reason.contains("give it back first") == true)
            #expect(bench.session.isTakenOver && !other.isTakenOver)
        }
    }

    @Test func aMutedAgentIsNotHeardAndGoesOn() throws {
        try EngineActor.executor.occupy { () throws in
            let bench = SessionBench()
            bench.openNewest()
            let provider = try #require(bench.providers.first)
            bench.engine.perform(.setAgentMute(session: bench.session.id, on: true))
            provider.script = [
                { out in
                    out.event(.responseStarted(id: "r"))
                    out.audio(out.item("i1")) { $0.append(contentsOf: [Int16](repeating: 1000, count: 3200)) }
                    out.event(.agentAudioEnded(item: out.item("i1")))
                    out.event(.responseEnded(id: "r", status: .completed))
                }
            ]
            bench.poke()
            bench.pass(30)
            #expect(bench.leg.played.allSatisfy { $0 == 0 })
            #expect(bench.events.map(\.kind).contains(.agentSpeechStopped))
            #expect(provider.requests == [.playedOut(item: "i1")])
            bench.engine.perform(.setAgentMute(session: bench.session.id, on: false))
            provider.script = [
                { out in out.audio(out.item("i2")) { $0.append(contentsOf: [Int16](repeating: 1000, count: 3200)) } }
            ]
            bench.poke()
            bench.pass(10)
            #expect(bench.leg.played.contains(1000))
        }
    }

    @Test func keysAreHeardAndNonsenseIsRefused() {
        EngineActor.executor.occupy {
            let bench = SessionBench()
            bench.openNewest()
            for bad in ["", "12x", String(repeating: "1", count: 65), "1;rm"] {
                bench.engine.perform(.sendDigits(session: bench.session.id, digits: bad))
            }
            let refused = bench.events.count { if case .commandRefused = $0 { true } else { false } }
            #expect(refused == 4)
            bench.engine.perform(.sendDigits(session: bench.session.id, digits: "1#"))
            bench.pass(20)
            // 100 ms of tone, 80 ms of pause, twice.
            let loud = bench.leg.played.count { abs(Int($0)) > 500 }
            #expect(loud > 1000 && loud < 1600)
        }
    }

    @Test func notesAndWhispersAreInTheLog() throws {
        EngineActor.executor.occupy {
            let bench = SessionBench()
            bench.openNewest()
            bench.engine.perform(.note(session: bench.session.id, text: "angry\ncaller"))
            bench.engine.perform(.whisper(session: bench.session.id, text: "calm down"))
            bench.engine.perform(.whisper(session: bench.session.id, text: " \n "))
            let told = bench.events.compactMap { if case .operatorAction(let a) = $0 { a } else { nil } }
            #expect(told.map(\.kind) == [.note, .whisper] && told.map(\.text) == ["angry caller", "calm down"])
            #expect(bench.session.notes == ["angry caller"])
            guard case .updateInstructions(let text)? = bench.providers.first?.requests.last else {
                return #expect(Bool(false), "the provider was not told")
            }
            #expect(text.contains("calm down"))
        }
    }
}
