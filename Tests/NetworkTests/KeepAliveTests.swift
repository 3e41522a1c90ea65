import Core
import Testing

@testable import Network

/// Which connections serve another exchange, over real sockets.
extension NetworkTests {
    @Suite struct KeepAliveTests {
        static let whole = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

        @Test(arguments: [
            (whole, true),
            ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nTrailer: t\r\n\r\n", true),
            ("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n", true),
            ("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: keep-alive\r\n\r\n", true),
            ("HTTP/1.1 429 Too Many\r\nContent-Length: 4\r\n\r\nslow", true),
            ("HTTP/1.1 200 OK\r\nKeep-Alive: max=9, timeout=5\r\nContent-Length: 2\r\n\r\nok", true),
            ("HTTP/1.1 200 OK\r\nKeep-Alive: timeout=1\r\nContent-Length: 2\r\n\r\nok", false),
            ("HTTP/1.1 200 OK\r\nKeep-Alive: timeout=soon\r\nContent-Length: 2\r\n\r\nok", false),
            ("HTTP/1.1 200 OK\r\nConnection: x, Close\r\nContent-Length: 2\r\n\r\nok", false),
            ("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nok", false),
            (whole + "!", false),
            ("HTTP/1.1 204 No Content\r\n\r\n\r\n", false),
            ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\nHTTP/1.1", false),
            ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n2\r\nok\r\n0\r\n\r\n", false),
            ("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n", false),
            ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\nrubbish", false),
            ("HTTP/1.1 500 No\r\nContent-Length: 9000\r\n\r\n" + String(repeating: "e", count: 9000), false),
            ("rubbish\r\n\r\n", false),
        ])
        func servesAnotherExchangeOnlyAfterAnExactEnd(_ answer: String, _ isKept: Bool) throws {
            let keep = try KeepAliveFixture()
            defer { keep.finish() }
            let peer = try keep.first(answer: answer)
            try keep.second(on: peer, expected: isKept)
        }

        @Test(arguments: [HTTPEndpoint.Body.none, .whole(Array("body".utf8))])
        func sendsAWholeRequestOnceMoreWhenTheConnectionWasJustEnded(_ body: HTTPEndpoint.Body) throws {
            let keep = try KeepAliveFixture()
            defer { keep.finish() }
            let (peer, client) = (try keep.first(answer: Self.whole, body: body), LinkRecorder())
            try keep.begin("/2", client, body: body)
            #expect(peer.readHead().contains(" /2 "))
            peer.close()
            let fresh = try keep.listener.accept()
            #expect(fresh.readHead().contains(" /2 "))
            if case .whole(let bytes) = body { #expect(fresh.read(bytes.count) == bytes) }
            fresh.write(Self.whole)
            #expect(try keep.fixture.eventually { client.closures.count == 1 })
            #expect(try keep.fixture.engine { client.closures[0].cause } == .remote)
            #expect(try keep.fixture.engine { client.openings.count == 1 && client.body == Array("ok".utf8) })
            fresh.close()
        }

        @Test func givesUpWhenAFreshConnectionEndsToo() throws {
            let keep = try KeepAliveFixture()
            defer { keep.finish() }
            let (peer, client) = (try keep.first(answer: Self.whole), LinkRecorder())
            try keep.begin("/2", client)
            #expect(peer.readHead().contains(" /2 "))
            peer.reset()
            let fresh = try keep.listener.accept()
            #expect(fresh.readHead().contains(" /2 "))
            fresh.close()
            #expect(try keep.fixture.eventually { client.closures.count == 1 })
            #expect(try keep.fixture.engine { client.closures[0].cause } == .broken)
        }

        @Test(arguments: ["H", "HTTP/1.1 100 Continue\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"])
        func neverSendsAgainOnceAnAnswerHasBegun(_ beginning: String) throws {
            let keep = try KeepAliveFixture()
            defer { keep.finish() }
            let (peer, client) = (try keep.first(answer: Self.whole), LinkRecorder())
            try keep.begin("/2", client)
            #expect(peer.readHead().contains(" /2 "))
            peer.write(beginning)
            peer.close()
            #expect(try keep.fixture.eventually { client.closures.count == 1 })
            #expect(try keep.fixture.engine { client.closures[0].cause } == .broken)
        }

        @Test(arguments: [true, false])
        func aConnectionThatEndsOrSpeaksWhileItWaitsIsNotUsed(_ speaks: Bool) throws {
            let keep = try KeepAliveFixture()
            defer { keep.finish() }
            let peer = try keep.first(answer: Self.whole)
            if speaks { peer.write("HTTP/1.1 408 Request Timeout\r\n\r\n") } else { peer.finishWriting() }
            try keep.second(on: peer, expected: false, body: .whole([65]))
        }

        @Test func streamedRequestsGetAFreshConnectionAndLeaveItBehind() throws {
            let keep = try KeepAliveFixture()
            defer { keep.finish() }
            let peer = try keep.first(answer: Self.whole, body: .streaming)
            let client = LinkRecorder()
            try keep.begin("/streamed", client, body: .streaming)
            let fresh = try keep.listener.accept()
            #expect(fresh.readHead().contains(" /streamed "))
            // An answer to half a request is whole, its connection is not between two exchanges.
            fresh.write(Self.whole)
            #expect(try keep.fixture.eventually { client.closures.count == 1 })
            #expect(fresh.readAll().isEmpty)
            fresh.close()
            try keep.second(on: peer, expected: true)
        }

        @Test func exchangesWithRulesForTheirAddressesNeitherTakeNorGive() throws {
            let keep = try KeepAliveFixture()
            defer { keep.finish() }
            let policy = AddressPolicy(allowed: ["127.0.0.1"])
            let guarded = try keep.first(answer: Self.whole, addresses: policy)
            #expect(guarded.readAll().isEmpty)
            let kept = try keep.first(answer: Self.whole)
            let client = LinkRecorder()
            try keep.begin("/guarded", client, addresses: policy)
            let fresh = try keep.listener.accept()
            #expect(fresh.readHead().contains("Connection: close\r\n"))
            fresh.close()
            guarded.close()
            try keep.second(on: kept, expected: true)
        }

        @Test func everyWaitingConnectionEndsWithItsOpenerAndWithTheLoop() throws {
            let keep = try KeepAliveFixture()
            let peer = try keep.first(answer: Self.whole)
            keep.dropLinks()
            #expect(peer.readAll().isEmpty)
            peer.close()
            keep.finish()
            let other = try KeepAliveFixture()
            let last = try other.first(answer: Self.whole)
            other.fixture.finish()
            #expect(last.readAll().isEmpty)
            last.close()
            other.listener.close()
        }

        @Test(arguments: [
            ("6\r\ndata\n\n\r\n0\r\n\r\n", true), ("6\r\ndata\n\n\r\n6\r\ndata\n\n\r\n", false),
            ("6\r\ndata\n\n\r\n", false),
        ])
        func aReaderMayCloseAtTheLastEventButNotInTheMiddle(_ rest: String, _ isKept: Bool) throws {
            let keep = try KeepAliveFixture()
            defer { keep.finish() }
            let link = EngineBox<any Link>()
            let client = ClosingReader(link)
            let opened = try keep.begin("/1", client, events: true)
            try keep.fixture.engine { link.value = opened.value }
            let peer = try keep.listener.accept()
            _ = peer.readHead()
            peer.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + rest)
            #expect(try keep.fixture.eventually { client.closures.count == 1 })
            #expect(try keep.fixture.engine { client.closures[0].cause } == .local)
            try keep.second(on: peer, expected: isKept)
        }

        @Test func keepsTLSConnections() throws {
            let certificates = try TestCertificates.make()
            defer { certificates.remove() }
            let service = try TLSService(certificates, certificate: "good.pem")
            let (fixture, links, resolver) = (service.fixture, EngineBox<LWSLinks>(), EngineBox<CountingResolver>())
            defer { fixture.finish() }
            let options = LWSLinks.Options(authorities: certificates.authority)
            try fixture.engine {
                let counting = CountingResolver(fixture.loop)
                resolver.value = counting
                links.value = LWSLinks(loop: fixture.loop, options: options, resolver: counting)
            }
            for _ in 0..<5 {
                let client = LinkRecorder()
                try fixture.engine {
                    let url = try URLParts(parsing: "https://localhost:\(service.port)/x")
                    _ = links.value?.open(LinkID(1), .http(HTTPEndpoint(method: "GET", url: url)), delegate: client)
                }
                #expect(try fixture.eventually { client.closures.count == 1 })
                #expect(try fixture.engine { client.body } == Array("/x".utf8))
            }
            #expect(try fixture.engine { resolver.value?.count } == 1)
            try fixture.engine { links.value = nil }
        }
    }
}

/// Every name is this machine; counts the questions, one for each fresh connection.
@EngineActor
final class CountingResolver: NameResolver {
    private(set) var count = 0
    private let inner: LoopbackResolver

    init(_ loop: UVLoop) { inner = LoopbackResolver(loop) }

    func resolve(_ host: String, _ done: @escaping @EngineActor (NameResolution) -> Void) {
        count += 1
        inner.resolve(host, done)
    }
}
