import Core
import Network
import Testing

extension NetworkTests {
    @Suite struct TCPLinkTests {
        @Test func bytesGoBothWaysAlsoBeforeItIsOpen() throws {
            let pair = try TCPLinkPair()
            defer { pair.fixture.finish() }
            let (client, link) = (pair.client, pair.link)
            #expect(pair.peer.read(5) == Array("early".utf8))
            #expect(try pair.fixture.eventually { client.openings.count == 1 })
            #expect(try pair.fixture.engine { client.openings[0].status } == 0)
            try pair.fixture.engine { _ = link.value?.send(.text, Array("later".utf8).span) }
            #expect(pair.peer.read(5) == Array("later".utf8))
            pair.peer.write("down")
            #expect(try pair.fixture.eventually { client.body == Array("down".utf8) })
            #expect(try pair.fixture.engine { client.messages.allSatisfy { $0.kind == .chunk } })
            pair.finish()
        }

        @Test func largeTransfersArriveWhole() throws {
            let pair = try TCPLinkPair()
            defer { pair.fixture.finish() }
            let (client, link) = (pair.client, pair.link)
            _ = pair.peer.read(5)
            let big = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
            try pair.fixture.engine { #expect(link.value?.send(.binary, big.span) == true) }
            #expect(pair.peer.read(big.count) == big)
            pair.peer.write(big)
            #expect(try pair.fixture.eventually { client.messages.reduce(0) { $0 + $1.bytes.count } == big.count })
            #expect(try pair.fixture.engine { client.body } == big)
            pair.finish()
        }

        @Test func whatThePeerSaidLastArrivesBeforeItsEnd() throws {
            let pair = try TCPLinkPair()
            defer { pair.fixture.finish() }
            let (client, link) = (pair.client, pair.link)
            _ = pair.peer.read(5)
            pair.peer.write("bye")
            pair.peer.finishWriting()
            #expect(try pair.fixture.eventually { client.closures.count == 1 })
            #expect(try pair.fixture.engine { client.body } == Array("bye".utf8))
            #expect(try pair.fixture.engine { client.closures[0].cause } == .remote)
            #expect(try pair.fixture.engine { link.value?.send(.chunk, [1].span) } == false)
            pair.finish()
        }

        @Test func aResetIsABrokenConnection() throws {
            let pair = try TCPLinkPair()
            defer { pair.fixture.finish() }
            let client = pair.client
            _ = pair.peer.read(5)
            pair.peer.reset()
            #expect(try pair.fixture.eventually { client.closures.count == 1 })
            #expect(try pair.fixture.engine { client.closures[0].cause } == .broken)
            pair.listener.close()
        }

        @Test func closingSendsWhatWaitsAndTellsOnce() throws {
            let pair = try TCPLinkPair()
            defer { pair.fixture.finish() }
            let (client, link) = (pair.client, pair.link)
            _ = pair.peer.read(5)
            #expect(try pair.fixture.eventually { client.openings.count == 1 })
            let big = [UInt8](repeating: 7, count: 1_000_000)
            try pair.fixture.engine {
                _ = link.value?.send(.binary, big.span)
                link.value?.close(code: 1000, reason: "enough")
                link.value?.close(code: 1000, reason: "twice")
                #expect(client.closures.isEmpty)
            }
            #expect(pair.peer.readAll().count == big.count)
            #expect(try pair.fixture.eventually { client.closures.count == 1 })
            #expect(try pair.fixture.engine { client.closures[0].cause } == .local)
            pair.finish()
        }

        @Test func whatWaitsForAPeerThatDoesNotReadIsBounded() throws {
            let pair = try TCPLinkPair()
            defer { pair.fixture.finish() }
            let (client, link) = (pair.client, pair.link)
            #expect(try pair.fixture.eventually { client.openings.count == 1 })
            let piece = [UInt8](repeating: 1, count: 1 << 20)
            let taken = try pair.fixture.engine { (0..<64).count { _ in link.value?.send(.chunk, piece.span) == true } }
            #expect(taken >= 16 && taken < 40)
            #expect(try pair.fixture.engine { link.value?.queuedBytes ?? 0 } <= 16 << 20)
            pair.peer.reset()
            #expect(try pair.fixture.eventually { client.closures.count == 1 })
            pair.listener.close()
        }

        @Test func refusedUnresolvedAndClosedWhileConnecting() throws {
            let fixture = try LoopFixture()
            defer { fixture.finish() }
            let listener = try RawListener()
            let port = listener.port
            listener.close()
            let cases: [(host: String, close: Bool, cause: LinkClosure.Cause)] = [
                ("127.0.0.1", false, .refused), ("nobody.invalid", false, .nameNotResolved),
                ("127.0.0.1", true, .local),
            ]
            for each in cases {
                let client = LinkRecorder()
                try fixture.engine {
                    let links = LWSLinks(loop: fixture.loop, resolver: LoopbackResolver(fixture.loop))
                    let endpoint = TCPEndpoint(host: each.host, port: port)
                    let link = links.open(LinkID(1), .tcp(endpoint), delegate: client)
                    if each.close { link.close(code: 1000, reason: "") }
                    #expect(client.closures.isEmpty)
                }
                #expect(try fixture.eventually { client.closures.count == 1 }, "\(each)")
                #expect(try fixture.engine { client.closures[0].cause } == each.cause, "\(each)")
            }
        }

        @Test func stoppingTheLoopEndsItOnce() throws {
            let pair = try TCPLinkPair()
            _ = pair.peer.read(5)
            pair.fixture.finish()
            let client = pair.client
            EngineActor.executor.occupy { #expect(client.closures.map(\.cause) == [.local]) }
            pair.finish()
        }
    }
}

/// A TCP link and the peer's socket; `early` was sent before it was open.
private struct TCPLinkPair {
    let fixture: LoopFixture
    let client = LinkRecorder()
    let link = EngineBox<any Link>()
    let listener: RawListener
    let peer: RawSocket

    init() throws {
        let fixture = try LoopFixture()
        let (client, link, listener) = (client, link, try RawListener())
        try fixture.engine {
            let endpoint = Endpoint.tcp(TCPEndpoint(host: "127.0.0.1", port: listener.port))
            link.value = LWSLinks(loop: fixture.loop).open(LinkID(1), endpoint, delegate: client)
            #expect(link.value?.send(.text, Array("early".utf8).span) == true)
        }
        (self.fixture, self.listener) = (fixture, listener)
        peer = try listener.accept()
    }

    func finish() {
        peer.close()
        listener.close()
    }
}
