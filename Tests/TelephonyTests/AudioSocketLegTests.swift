import AudioKit
import Core
import Testing
import TestKit

@testable import Telephony

struct AudioSocketLegTests {
    typealias Rig = AudioSocketRig

    @Test func silenceFlowsFromTheUUIDOnInWholeFrames() throws {
        try Rig.run {
            let rig = try Rig()
            let peer = try rig.call(1)
            #expect(peer.arrivals.count == 1)
            rig.loop.advance(by: .seconds(1))
            #expect(peer.arrivals.count == 51)
            for arrival in peer.arrivals {
                #expect(arrival.bytes.prefix(3) == [0x10, 1, 64])
                #expect(arrival.bytes.count == 323 && arrival.bytes.dropFirst(3).allSatisfy { $0 == 0 })
            }
            let gaps = zip(peer.arrivals, peer.arrivals.dropFirst()).map { ($1.time - $0.time).milliseconds }
            #expect(gaps.allSatisfy { $0 >= 19.4 && $0 <= 20.6 })
        }
    }

    @Test(arguments: AudioSocketKind.allCases.filter { $0.sampleRate != nil })
    func theFirstAudioFrameFixesTheRate(kind: AudioSocketKind) throws {
        try Rig.run {
            let rig = try Rig()
            let peer = try rig.call(1)
            #expect(rig.calls.isEmpty)
            rig.talk(peer, Rig.audio(kind, 300), count: 5)
            let call = try #require(rig.calls.first)
            let rate = try #require(kind.sampleRate)
            #expect(call.leg.info.sampleRate == rate && call.leg.info.callID == "01010101-0101-0101-0101-010101010101")
            #expect(call.heard == [Int16](repeating: 300, count: rate / 50 * 5))
            let last = try #require(Rig.frames(peer).last)
            #expect(last.kind == kind.rawValue && last.payload.count == rate / 25)
            #expect(call.findings.isEmpty)
        }
    }

    @Test func agentAudioLeavesAtOnceInLittleEndian() throws {
        try Rig.run {
            let rig = try Rig()
            let peer = try rig.call(1)
            rig.talk(peer, Rig.audio(.audio8k, 0), count: 10)
            rig.loop.advance(by: .milliseconds(7))
            let before = peer.arrivals.count
            rig.calls[0].play([Int16](repeating: 0x1234, count: 320))
            #expect(peer.arrivals.count == before + 1)
            #expect(peer.arrivals.last?.time == rig.loop.now)
            #expect(peer.arrivals.last?.bytes[3...6] == [0x34, 0x12, 0x34, 0x12])
            #expect(rig.calls[0].leg.unheardSamples >= 160 && rig.calls[0].leg.unheardSamples <= 480)
            // The lead of the early start is paid back by intervals of 21 ms.
            rig.loop.advance(by: .milliseconds(21))
            #expect(peer.arrivals.count == before + 2)

            rig.loop.advance(by: .seconds(1))
            #expect(abs(peer.arrivals.count - 62) <= 1)
        }
    }

    @Test func aSilentCallerGetsASessionAt8kAndAnotherRateLaterIsResampled() throws {
        try Rig.run {
            let rig = try Rig()
            let peer = try rig.call(1)
            rig.loop.advance(by: .milliseconds(220))
            let call = try #require(rig.calls.first)
            #expect(call.leg.info.sampleRate == 8000)
            rig.talk(peer, Rig.audio(.audio16k, 1000), count: 10)
            #expect(call.heard.count == 1600)
            #expect(call.heard.suffix(800).allSatisfy { abs(Int($0) - 1000) < 30 })
            #expect(call.findings == ["changed to 16000 Hz in mid-call"])
            call.play([Int16](repeating: 2000, count: 1600))
            rig.loop.advance(by: .milliseconds(160))
            let last = try #require(Rig.frames(peer).last)
            #expect(last.kind == 0x12 && last.payload.count == 640)
        }
    }

    @Test func aStrayFrameOfAnotherKindDoesNotSwitchTheCall() throws {
        try Rig.run {
            let rig = try Rig()
            let peer = try rig.call(1)
            rig.talk(peer, Rig.audio(.audio8k, 5), count: 3)
            rig.talk(peer, Rig.audio(.audio24k, 9), count: 2)
            rig.talk(peer, Rig.audio(.audio8k, 5), count: 3)
            #expect(rig.calls[0].heard == [Int16](repeating: 5, count: 960))
            #expect(rig.calls[0].findings.isEmpty)
        }
    }

    @Test(arguments: [G711.ulaw, .alaw])
    func g711LabelledLinearIsDecodedWithoutLoss(law: G711) throws {
        try Rig.run {
            let rig = try Rig()
            let peer = try rig.call(1)
            // Speech-like: a vowel whose loudness moves.
            let samples = (0..<8000).map { n -> Int16 in
                let slope = Double(n % 64) / 64 - 0.5
                return Int16(slope * 6000 * (0.6 + 0.4 * Double(n % 2000) / 2000))
            }
            for frame in 0..<50 {
                peer.send(Rig.wire(.audio8k, samples[(frame * 160)..<(frame * 160 + 160)].map { law.encode($0) }))
                rig.loop.advance(by: .milliseconds(20))
            }
            let call = try #require(rig.calls.first)
            #expect(call.heard == samples.map { law.decode(law.encode($0)) })
            let name = law == .ulaw ? "u-law" : "A-law"
            #expect(call.findings == ["labelled slin but is \(name): use c(slin) in Dial()"])
            #expect(Rig.frames(peer).allSatisfy { $0.kind == 0x10 && $0.payload.count == 320 })
        }
    }

    @Test func linearAudioInShortFramesIsNotTakenForG711() throws {
        try Rig.run {
            let rig = try Rig()
            let peer = try rig.call(1)
            for n in 0..<100 {
                let samples = (0..<80).map { Int16(truncatingIfNeeded: ((n * 80 + $0) % 100 - 50) * 60) }
                let bytes = samples.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] }
                peer.send(Rig.wire(.audio8k, bytes))
                rig.loop.advance(by: .milliseconds(10))
            }
            #expect(rig.calls[0].findings.isEmpty)
            #expect(rig.calls[0].heard.count == 8000)
        }
    }

    @Test func widebandLabelled8kIsFoundWithinThreeSeconds() throws {
        try Rig.run {
            let rig = try Rig()
            let peer = try rig.call(1)
            let frame = Rig.audio(.audio16k, 700)
            let mislabelled = [0x10] + frame.dropFirst()
            rig.talk(peer, mislabelled, count: 150)
            #expect(rig.calls[0].findings == ["labelled 8000 Hz but runs at 16000 Hz"])
            let before = rig.calls[0].heard.count
            rig.talk(peer, mislabelled, count: 50)
            #expect(rig.calls[0].heard.count - before == 8000)
            #expect(Rig.frames(peer).allSatisfy { $0.kind == 0x10 && $0.payload.count == 320 })
        }
    }

    @Test func aBurstAfterAPauseIsNotTakenForARate() throws {
        try Rig.run {
            let rig = try Rig()
            let peer = try rig.call(1)
            let frame = Rig.audio(.audio8k, 700)
            for _ in 0..<4 {
                rig.talk(peer, frame, count: 75)
                rig.loop.advance(by: .seconds(1))
                for _ in 0..<50 { peer.send(frame) }
            }
            #expect(rig.calls[0].findings.isEmpty)
            #expect(rig.calls[0].heard.count == 4 * 125 * 160)
        }
    }

    @Test func oddAndGiantPayloadsKeepTheStreamWhole() throws {
        try Rig.run {
            let rig = try Rig()
            let peer = try rig.call(1)
            rig.talk(peer, Rig.audio(.audio8k, 4), count: 1)
            peer.send(Rig.wire(.audio8k, [UInt8](repeating: 0, count: 65_535)), piece: 1000)
            peer.send(Rig.wire(.audio8k, [4, 0, 9]))
            rig.talk(peer, Rig.audio(.audio8k, 4), count: 1)
            #expect(rig.calls[0].heard.count == 160 + 32_767 + 1 + 160)
            #expect(rig.calls[0].heard.suffix(161) == ArraySlice([Int16](repeating: 4, count: 161)))
        }
    }

    @Test func digitsReachTheSession() throws {
        try Rig.run {
            let rig = try Rig()
            let peer = try rig.call(1)
            rig.talk(peer, Rig.audio(.audio8k, 4), count: 1)
            for digit in "159*0#AD".utf8 { peer.send(Rig.wire(.digit, [digit])) }
            #expect(rig.calls[0].digits == "159*0#AD")
        }
    }

    @Test func ourHangUpIsTheFrameThenFINAndTheSessionHearsOnce() throws {
        try Rig.run {
            let rig = try Rig()
            let peer = try rig.call(1)
            rig.talk(peer, Rig.audio(.audio8k, 4), count: 5)
            rig.calls[0].leg.hangUp("done")
            #expect(rig.calls[0].ends.isEmpty)
            #expect(peer.sawFIN && peer.arrivals.last?.bytes == [0, 0, 0])
            peer.finish()
            rig.loop.advance(by: .seconds(2))
            #expect(rig.calls[0].ends == [SessionEnd(by: .system, reason: "done")])
            #expect(peer.arrivals.last?.bytes == [0, 0, 0])
        }
    }

    @Test func theCallerCanEndTheCallInEveryWay() throws {
        try Rig.run {
            let ways: [(LoopbackPeer) -> Void] = [
                { $0.finish() }, { $0.reset() }, { $0.send(Rig.wire(.hangUp)) }, { $0.send(Rig.wire(.error, [1])) },
            ]
            for (n, end) in ways.enumerated() {
                let rig = try Rig()
                let peer = try rig.call(1)
                rig.talk(peer, Rig.audio(.audio8k, 4), count: 5)
                end(peer)
                let sent = peer.arrivals.count
                rig.loop.advance(by: .seconds(2))
                #expect(rig.calls[0].ends.count == 1 && rig.calls[0].ends.first?.by == .caller)
                #expect(peer.arrivals.count == sent)
                #expect(n == 1 || peer.arrivals.last?.bytes == [0, 0, 0])
                #expect(rig.listener.statistics.active == 0)
            }
        }
    }

    @Test func aPeerThatDoesNotReadLosesWholeFramesAndIsNamed() throws {
        try Rig.run {
            let rig = try Rig()
            let peer = try rig.call(1)
            rig.talk(peer, Rig.audio(.audio8k, 4), count: 5)
            peer.isReading = false
            rig.loop.advance(by: .seconds(10))
            let call = rig.calls[0]
            #expect(call.leg.droppedFrames >= 480 && call.leg.connection.queuedBytes <= 3230)
            #expect(call.troubles.count == 1 && call.troubles.first != .some(nil))
            peer.isReading = true
            rig.loop.advance(by: .seconds(1))
            #expect(call.troubles.count == 2 && call.troubles.last == .some(nil))
            #expect(Rig.frames(peer).reduce(0) { $0 + 3 + $1.payload.count } == peer.received.count)
        }
    }

    @Test func aStalledProcessSendsNoBurst() throws {
        try Rig.run {
            let rig = try Rig()
            let peer = try rig.call(1)
            rig.talk(peer, Rig.audio(.audio8k, 4), count: 50)
            let before = peer.arrivals.count
            rig.loop.stall(for: .seconds(1))
            rig.loop.advance(by: .milliseconds(1))
            #expect(peer.arrivals.count - before <= 3)
            var health = Health()
            rig.calls[0].leg.report(into: &health)
            #expect((46...49).contains(health.lateFrames - 3))
            rig.loop.advance(by: .seconds(1))
            #expect((49...54).contains(peer.arrivals.count - before))
        }
    }

    @Test func reportCountsFramesAndJitter() throws {
        try Rig.run {
            let rig = try Rig()
            let peer = try rig.call(1)
            for n in 0..<100 {
                peer.send(Rig.audio(.audio8k, 4))
                rig.loop.advance(by: .milliseconds(n % 10 == 0 ? 25 : 20))
            }
            var health = Health()
            rig.calls[0].leg.report(into: &health)
            #expect(health.framesIn == 100 && (102...104).contains(health.framesOut) && health.lateFrames == 0)
            #expect(health.jitterMs == 5)
            #expect(abs((health.measuredInputRate ?? 0) - 7800) < 100)
        }
    }
}
