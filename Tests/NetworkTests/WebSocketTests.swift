import Core
import Glibc
import Network
import Testing

extension NetworkTests {
    @Suite struct WebSocketTests {
        @Test func echoesTextAndBinaryOfManySizes() throws {
            let pair = try WebSocketPair()
            defer { pair.fixture.finish() }
            let sizes = [0, 1, 125, 126, 640, 65_535, 65_536, 65_540, 200_000, 16 << 20]
            try pair.fixture.engine {
                for size in sizes {
                    let payload = [UInt8](repeating: 0x61, count: size)
                    #expect(pair.link.value?.send(.text, payload.span) == true || size > 8 << 20)
                    if size == sizes.last {
                        #expect(pair.link.value?.send(.binary, [1, 2, 255].span) == true)
                    }
                }
            }
            #expect(try pair.fixture.eventually { pair.client.messages.count >= sizes.count })
            let got = try pair.fixture.engine { pair.client.messages.map { $0.bytes.count } }
            #expect(got.prefix(9) == ArraySlice(sizes.prefix(9)))
            #expect(try pair.fixture.eventually { pair.client.messages.last.map { $0.kind == .binary } == true })
            #expect(try pair.fixture.engine { pair.client.messages.last?.bytes } == [1, 2, 255])
        }

        @Test func carriesSixteenMebibytesWholeAndKeepsOrder() throws {
            let pair = try WebSocketPair()
            defer { pair.fixture.finish() }
            var random = SeededRandom(3)
            let big = (0..<(16 << 20) / 8).flatMap { _ in
                withUnsafeBytes(of: random.next()) { Array($0) }
            }
            try pair.fixture.engine {
                #expect(pair.link.value?.send(.binary, big.span) == true)
                for number in 0..<100 { pair.link.value?.send(.text, Array("\(number)".utf8).span) }
            }
            #expect(try pair.fixture.eventually { pair.client.messages.count == 101 })
            #expect(try pair.fixture.engine { pair.client.messages[0].bytes == big })
            #expect(try pair.fixture.engine { pair.client.texts } == (0..<100).map { "\($0)" })
        }

        @Test func refusesAMessageOverTheBoundWith1009() throws {
            let pair = try WebSocketPair(maximumMessage: 1000)
            defer { pair.fixture.finish() }
            try pair.fixture.engine {
                pair.link.value?.send(.text, [UInt8](repeating: 0x61, count: 1000).span)
                pair.link.value?.send(.text, [UInt8](repeating: 0x61, count: 1001).span)
            }
            #expect(try pair.fixture.eventually { pair.client.closures.count == 1 })
            #expect(try pair.fixture.engine { pair.client.closures[0].cause } == .protocolError)
            #expect(try pair.fixture.engine { pair.client.closures[0].code } == 1009)
            #expect(try pair.fixture.engine { pair.client.messages.count } == 1)
            #expect(try pair.fixture.eventually { pair.service.closures.count == 1 })
            #expect(try pair.fixture.engine { pair.service.closures[0].code } == 1009)
        }

        @Test func sendsRequestHeadersQueryAndSubprotocol() throws {
            let pair = try WebSocketPair(
                path: "/v1/realtime?model=a%20b&x=1",
                headers: [HeaderField("Authorization", "Bearer key", secret: true), HeaderField("X-Own", "yes")],
                subprotocols: ["other", "media"], accepted: "media")
            defer { pair.fixture.finish() }
            let request = try pair.fixture.engine { pair.service.upgrades[0] }
            #expect(request.path == "/v1/realtime")
            #expect(request.query.map(\.value) == ["a b", "1"])
            #expect(request.header("Authorization") == "Bearer key")
            #expect(request.header("x-own") == "yes")
            let opening = try pair.fixture.engine { pair.client.openings[0] }
            #expect(opening.status == 101)
            #expect(opening.header("Sec-WebSocket-Protocol") == "media")
        }

        @Test func closesInOrderWithCodeAndReason() throws {
            let pair = try WebSocketPair()
            defer { pair.fixture.finish() }
            try pair.fixture.engine {
                pair.link.value?.send(.text, Array("last words".utf8).span)
                pair.link.value?.close(code: 4001, reason: "bye")
                pair.link.value?.close(code: 4002, reason: "again")
                #expect(pair.client.closures.isEmpty)
            }
            #expect(try pair.fixture.eventually { pair.client.closures.count == 1 && pair.service.closures.count == 1 })
            #expect(try pair.fixture.engine { pair.client.closures[0].cause } == .local)
            let seen = try pair.fixture.engine { pair.service.closures[0] }
            #expect(seen.cause == .remote)
            #expect(seen.code == 4001)
            #expect(seen.reason == "bye")
            #expect(try pair.fixture.engine { pair.service.messages.map { $0.bytes } } == [Array("last words".utf8)])
        }

        @Test func tellsThePeersCloseCode() throws {
            let pair = try WebSocketPair()
            defer { pair.fixture.finish() }
            try pair.fixture.engine { pair.service.peers[0].close(code: 4003, reason: "session expired") }
            #expect(try pair.fixture.eventually { pair.client.closures.count == 1 })
            let closure = try pair.fixture.engine { pair.client.closures[0] }
            #expect(closure.cause == .remote)
            #expect(closure.code == 4003)
            #expect(closure.reason == "session expired")
        }

        @Test func readsFragmentsAndAnswersPings() throws {
            let fixture = try LoopFixture()
            defer { fixture.finish() }
            let server = try FrameServer()
            let client = LinkRecorder()
            let link = try server.connect(fixture, client)
            server.send(frame: 0x01, Array("Hel".utf8))
            server.send(frame: 0x89, Array("still there?".utf8))
            server.send(frame: 0x80, Array("lo".utf8))
            #expect(server.receive() == [0x8A] + Array("still there?".utf8))
            #expect(try fixture.eventually { client.texts == ["Hello"] })
            server.send(frame: 0x81, [0xFF, 0xFE])
            #expect(try fixture.eventually { client.closures.count == 1 })
            #expect(try fixture.engine { client.closures[0].cause } == .protocolError)
            #expect(try fixture.engine { client.closures[0].code } == 1007)
            _ = link
            server.close()
        }

        @Test(arguments: [
            [UInt8](arrayLiteral: 0x82, 0x7F, 0xFF, 0, 0, 0, 0, 0, 0, 1),
            [0x83, 0x00], [0xC1, 0x00], [0x80, 0x01, 0x00], [0x09, 0x00], [0x8A, 0x7E, 0x00, 0x80],
        ])
        func survivesFramesThatBreakTheProtocol(_ bytes: [UInt8]) throws {
            let fixture = try LoopFixture()
            defer { fixture.finish() }
            let server = try FrameServer()
            let client = LinkRecorder()
            let link = try server.connect(fixture, client)
            server.send(raw: bytes)
            #expect(try fixture.eventually { client.closures.count == 1 })
            #expect(try fixture.engine { client.messages.isEmpty })
            _ = link
            server.close()
        }

        @Test func survivesRandomBytesFromAPeer() throws {
            let fixture = try LoopFixture()
            defer { fixture.finish() }
            var random = SeededRandom(11)
            for _ in 0..<60 {
                let server = try FrameServer()
                let client = LinkRecorder()
                let link = try server.connect(fixture, client)
                server.send(raw: (0..<400).map { _ in UInt8(truncatingIfNeeded: random.next()) })
                server.close()
                #expect(try fixture.eventually { client.closures.count == 1 })
                _ = link
            }
        }

        @Test func tellsABrokenConnection() throws {
            let fixture = try LoopFixture()
            defer { fixture.finish() }
            let server = try FrameServer()
            let client = LinkRecorder()
            let link = try server.connect(fixture, client)
            server.close()
            #expect(try fixture.eventually { client.closures.count == 1 })
            #expect(try fixture.engine { client.closures[0].cause } == .broken)
            #expect(try fixture.engine { link.value?.send(.text, [1].span) } == false)
        }

        @Test func boundsWhatWaitsForAPeerThatDoesNotRead() throws {
            let fixture = try LoopFixture()
            defer { fixture.finish() }
            let server = try FrameServer()
            let client = LinkRecorder()
            let link = try server.connect(fixture, client)
            let accepted = try fixture.engine {
                let piece = [UInt8](repeating: 7, count: 100_000)
                return (0..<400).count { _ in link.value?.send(.binary, piece.span) == true }
            }
            #expect(accepted > 0 && accepted < 400)
            #expect(try fixture.engine { (link.value?.queuedBytes ?? 0) <= 8 << 20 })
            #expect(server.receiveCount(accepted) == accepted)
            server.close()
            #expect(try fixture.eventually { client.closures.count == 1 })
        }
    }
}
