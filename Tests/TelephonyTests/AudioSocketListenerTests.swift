import Core
import Testing
import TestKit

@testable import Telephony

struct AudioSocketListenerTests {
    typealias Rig = AudioSocketRig

    @Test func aConnectionThatNamesNoCallIsClosedAfterTwoSeconds() throws {
        try Rig.run {
            let rig = try Rig()
            let silent = try #require(rig.tcp.dial())
            let slow = try #require(rig.tcp.dial())
            for byte in Rig.wire(.identity, [UInt8](repeating: 1, count: 16)).prefix(3) {
                slow.send([byte])
                rig.loop.advance(by: .milliseconds(650))
            }
            #expect(!silent.sawFIN && !slow.sawFIN)
            rig.loop.advance(by: .milliseconds(60))
            #expect(silent.sawFIN && slow.sawFIN)
            #expect(rig.listener.refused(.noIdentity) == 2)
            #expect(rig.calls.isEmpty)
        }
    }

    @Test(arguments: [
        Array("GET / HTTP/1.1\r\n\r\n".utf8), [0x01, 0x00, 0x08, 1, 2, 3, 4, 5, 6, 7, 8], [0x01, 0xFF, 0xFF],
        [0x10, 0x01, 0x40], [0x02, 0, 0], [0x00, 0, 0], [0x01, 0, 16] + [UInt8](repeating: 0, count: 16),
    ])
    func whatIsNotAnAsteriskIsClosedAtOnce(bytes: [UInt8]) throws {
        try Rig.run {
            let rig = try Rig()
            let peer = try #require(rig.tcp.dial())
            peer.send(bytes, piece: 1)
            #expect(peer.sawFIN && rig.troubles.count == 1 && rig.listener.statistics.rejected == 1)
            rig.loop.advance(by: .seconds(3))
            #expect(rig.troubles.count == 1 && rig.calls.isEmpty)
        }
    }

    @Test func zeroByteCloseIsQuiet() throws {
        try Rig.run {
            let rig = try Rig()
            let peer = try #require(rig.tcp.dial())
            peer.finish()
            rig.loop.advance(by: .seconds(3))
            #expect(rig.troubles.isEmpty && peer.received.isEmpty && rig.listener.statistics == AudioSocketStatistics())
        }
    }

    @Test func aLiveUUIDIsRefusedAndFreeAgainAfterTheCall() throws {
        try Rig.run {
            let rig = try Rig()
            let first = try rig.call(1)
            let second = try rig.call(1)
            #expect(second.sawFIN && second.received == [0, 0, 0] && !first.sawFIN)
            #expect(rig.listener.refused(.duplicate) == 1 && rig.listener.statistics.active == 1)
            first.finish()
            let third = try rig.call(1)
            #expect(!third.sawFIN && rig.listener.statistics.accepted == 2)
        }
    }

    @Test func capsHold() throws {
        try Rig.run {
            let rig = try Rig {
                $0.maximumCalls = 3
                $0.maximumPerSource = 2
            }
            _ = try rig.call(1)
            let second = try rig.call(2)
            let overSource = try rig.call(3)
            #expect(overSource.sawFIN && rig.listener.refused(.tooManyFromSource) == 1)
            _ = try rig.call(4, from: "127.0.0.2")
            let overAll = try rig.call(5, from: "127.0.0.3")
            #expect(overAll.sawFIN && rig.listener.refused(.tooManyCalls) == 1)
            second.finish()
            let next = try rig.call(6)
            #expect(!next.sawFIN && rig.listener.statistics.active == 3)
        }
    }

    @Test func aFloodOfUnidentifiedConnectionsDoesNotKeepACallOut() throws {
        try Rig.run {
            let rig = try Rig { $0.maximumUnidentified = 8 }
            let flood = try (0..<100).map { _ in try #require(rig.tcp.dial()) }
            #expect(flood.count { $0.sawFIN } == 68)
            rig.loop.advance(by: .milliseconds(250))
            let call = try rig.call(1)
            #expect(!call.sawFIN && call.arrivals.count == 1)
            rig.loop.advance(by: .seconds(3))
            #expect(flood.allSatisfy { $0.sawFIN } && !call.sawFIN)
            #expect(rig.troubles.count <= 10)
        }
    }

    @Test func peersOutsideTheAllowListAreReset() throws {
        try Rig.run {
            let rig = try Rig {
                $0.address = SocketAddress(host: "0.0.0.0", port: 9092)
                $0.allowed = (try? [AddressBlock(parsing: "10.0.0.0/8"), AddressBlock(parsing: "fd00::/8")]) ?? []
            }
            let stranger = try #require(rig.tcp.dial(from: "192.168.1.1"))
            rig.loop.advance(by: .milliseconds(1))
            #expect(stranger.sawReset && rig.listener.refused(.notAllowed) == 1)
            let friend = try rig.call(1, from: "10.200.1.1")
            let other = try rig.call(2, from: "fd12::7")
            #expect(friend.arrivals.count == 1 && other.arrivals.count == 1)
        }
    }

    @Test func drainHangsUpEveryCallThenIsDone() throws {
        try Rig.run {
            let rig = try Rig()
            let peers = try (1...3).map { try rig.call(UInt8($0)) }
            let half = try #require(rig.tcp.dial())
            let done = Flag()
            rig.listener.drain(within: .seconds(5)) { done.isSet = true }
            #expect(!rig.tcp.isListening)
            #expect((peers + [half]).allSatisfy { $0.sawFIN && $0.arrivals.last?.bytes == [0, 0, 0] })
            #expect(!done.isSet)
            for peer in peers + [half] { peer.finish() }
            #expect(done.isSet)
            rig.loop.advance(by: .seconds(10))
            #expect(rig.troubles.isEmpty && rig.loop.waiting == 0)
        }
    }

    @Test func drainCutsOffAtItsLimit() throws {
        try Rig.run {
            let rig = try Rig()
            _ = try rig.call(1)
            let done = Flag()
            rig.listener.drain(within: .milliseconds(300)) { done.isSet = true }
            rig.loop.advance(by: .milliseconds(299))
            #expect(!done.isSet)
            rig.loop.advance(by: .milliseconds(2))
            #expect(done.isSet)
        }
    }

    @Test func troubleIsRateLimitedAndCleared() throws {
        try Rig.run {
            let rig = try Rig()
            for _ in 0..<50 { try #require(rig.tcp.dial()).send([9]) }
            #expect(rig.troubles.count == RefusalLog.reportsPerWindow && rig.listener.refused(.badIdentity) == 50)
            rig.loop.advance(by: .seconds(11))
            try #require(rig.tcp.dial()).send([9])
            guard case .trouble(let trouble)? = rig.events.last else { throw Missing() }
            #expect(trouble.text.contains("and 45 more before"))
            rig.loop.advance(by: .seconds(61))
            #expect(rig.events.last == .troubleCleared(TroubleCleared(code: "listener.refused.badIdentity")))
        }
    }

    @Test func descriptorTroubleIsPassedOn() throws {
        try Rig.run {
            let rig = try Rig()
            rig.tcp.trouble?("no file descriptor left (the limit is 128)")
            guard case .trouble(let trouble)? = rig.events.last else { throw Missing() }
            #expect(trouble.code == "listener.descriptors" && trouble.text.contains("the limit is 128"))
            for _ in 0..<5 {
                rig.tcp.trouble?(nil)
                rig.loop.advance(by: .milliseconds(250))
                rig.tcp.trouble?("no file descriptor left (the limit is 128)")
            }
            #expect(rig.events.count == 1)
            rig.tcp.trouble?(nil)
            rig.loop.advance(by: .seconds(2))
            #expect(rig.events.last == .troubleCleared(TroubleCleared(code: "listener.descriptors")))
        }
    }

    @Test func manyCallsShareOneTimerAndKeepTheirPace() throws {
        try Rig.run {
            let rig = try Rig()
            let peers = try (0..<200).map { n in
                rig.loop.advance(by: .microseconds(730))
                return try rig.call(UInt8(n % 250 + 1))
            }
            let before = peers.map(\.arrivals.count)
            rig.loop.advance(by: .seconds(2))
            for (peer, count) in zip(peers, before) { #expect(peer.arrivals.count - count == 100) }
            #expect(rig.loop.waiting <= 2)
        }
    }

    /// Whatever bytes come after the UUID, the call lives or ends in order, and nothing is left behind.
    @Test func fuzzedCallsLeaveNothingBehind() throws {
        try Rig.run {
            let rig = try Rig()
            var random = SeededGenerator(seed: 5)
            for n in 0..<2000 {
                let peer = try #require(rig.tcp.dial())
                if n % 4 != 0 { peer.send(Rig.wire(.identity, [UInt8](repeating: UInt8(n % 255 + 1), count: 16))) }
                let length = Int.random(in: 0...700, using: &random)
                peer.send((0..<length).map { _ in UInt8.random(in: 0...255, using: &random) })
                rig.loop.advance(by: .milliseconds(Int.random(in: 0...30, using: &random)))
                Bool.random(using: &random) ? peer.reset() : peer.finish()
            }
            #expect(rig.listener.statistics.active == 0)
            rig.loop.advance(by: .seconds(100))
            #expect(rig.loop.waiting == 0)
        }
    }

    private struct Missing: Error {}

    @EngineActor private final class Flag { var isSet = false }
}
