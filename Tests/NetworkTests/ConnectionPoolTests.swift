import Core
import TestKit
import Testing

@testable import Network

/// The pool's rules, over scripted streams and time driven by hand.
extension NetworkTests {
    @Suite struct ConnectionPoolTests {
        @EngineActor
        final class FakeStream: KeptStream {
            weak var owner: (any ByteStreamOwner)?
            var isQuiet = true
            private(set) var closes = 0
            func close() {
                closes += 1
                isQuiet = false
            }
        }

        private typealias Pool = ConnectionPool<FakeStream>

        @EngineActor
        private static func key(_ host: String, port: Int = 80, secure: Bool = false) -> ConnectionKey {
            ConnectionKey(isSecure: secure, host: host, port: port, trust: nil)
        }

        private func onEngine(_ body: @EngineActor (ManualLoop, Pool) -> Void) {
            EngineActor.executor.occupy {
                let loop = ManualLoop()
                body(loop, Pool(loop))
            }
        }

        @Test func givesBackOnlyToTheSamePlaceAndTheNewestFirst() {
            onEngine { _, pool in
                let (old, new) = (FakeStream(), FakeStream())
                pool.give(old, Self.key("a"), patience: nil)
                pool.give(new, Self.key("a"), patience: nil)
                #expect(pool.take(Self.key("b")) == nil)
                #expect(pool.take(Self.key("a", port: 81)) == nil)
                #expect(pool.take(Self.key("a", secure: true)) == nil)
                let other = ConnectionKey(isSecure: false, host: "a", port: 80, trust: ObjectIdentifier(old))
                #expect(pool.take(other) == nil)
                #expect(pool.take(Self.key("a")) === new)
                #expect(pool.take(Self.key("a")) === old)
                #expect(pool.take(Self.key("a")) == nil)
                #expect(old.owner == nil && new.owner == nil && old.closes + new.closes == 0)
            }
        }

        @Test func nothingIsKeptWhenNobodyTalks() {
            onEngine { _, pool in
                let (kept, late, next) = (FakeStream(), FakeStream(), FakeStream())
                pool.give(kept, Self.key("a"), patience: nil)
                pool.release()
                #expect(kept.closes == 1 && pool.count == 0)
                pool.give(late, Self.key("a"), patience: nil)
                #expect(late.closes == 1 && pool.count == 0)
                #expect(pool.take(Self.key("a")) == nil)
                pool.give(next, Self.key("a"), patience: nil)
                #expect(next.closes == 0 && pool.count == 1)
            }
        }

        @Test func theOldestGoWhenThereAreTooMany() {
            onEngine { _, pool in
                let many = (0..<6).map { _ in FakeStream() }
                for stream in many { pool.give(stream, Self.key("a"), patience: nil) }
                #expect(pool.count == 4)
                #expect(many.map(\.closes) == [1, 1, 0, 0, 0, 0])
                let rest = (0..<40).map { ($0, FakeStream()) }
                for (host, stream) in rest { pool.give(stream, Self.key("host-\(host)"), patience: nil) }
                #expect(pool.count == 32)
                #expect(many.allSatisfy { $0.closes == 1 })
                #expect(rest.map(\.1.closes) == Array(repeating: 1, count: 8) + Array(repeating: 0, count: 32))
            }
        }

        @Test(
            arguments: [(nil, 30), (.seconds(5), 4), (.seconds(100), 30), (.seconds(1), 0), (.zero, 0)]
                as [(Duration?, Int)])
        func waitsNoLongerThanEitherSideAllows(_ patience: Duration?, _ seconds: Int) {
            onEngine { loop, pool in
                let stream = FakeStream()
                pool.give(stream, Self.key("a"), patience: patience)
                #expect(pool.count == (seconds > 0 ? 1 : 0))
                loop.advance(by: .seconds(seconds) - .milliseconds(1))
                #expect(stream.closes == (seconds > 0 ? 0 : 1))
                loop.advance(by: .milliseconds(1))
                #expect(stream.closes == 1 && pool.count == 0)
            }
        }

        @Test func anythingThatComesEndsAWaitingConnection() {
            onEngine { loop, pool in
                let (spoken, ended, restless) = (FakeStream(), FakeStream(), FakeStream())
                for stream in [spoken, ended, restless] { pool.give(stream, Self.key("a"), patience: nil) }
                [UInt8](repeating: 1, count: 3).withUnsafeBytes { spoken.owner?.streamReceived($0) }
                #expect(spoken.closes == 1 && pool.count == 2)
                ended.owner?.streamEnded(nil)
                #expect(pool.count == 1)
                restless.isQuiet = false
                #expect(pool.take(Self.key("a")) == nil)
                #expect(restless.closes == 1 && pool.count == 0)
                let late = FakeStream()
                late.isQuiet = false
                pool.give(late, Self.key("a"), patience: nil)
                #expect(late.closes == 1 && pool.count == 0)
                loop.advance(by: .seconds(60))
                #expect([spoken, restless, late].allSatisfy { $0.closes == 1 })
            }
        }
    }
}
