import Core
import Glibc
import Network
import Testing

extension NetworkTests {
    @Suite struct HTTPTests {
        @Test func streamsUpAndDownAtOnce() throws {
            let fixture = try LoopFixture()
            defer { fixture.finish() }
            let listener = try RawListener()
            let (client, link) = (LinkRecorder(), EngineBox<any Link>())
            try fixture.request(listener.port, client, link, body: .streaming)
            let peer = try listener.accept()
            let head = peer.readHead().lowercased()
            #expect(head.hasPrefix("post /stream?x=1 http/1.1\r\n"))
            #expect(head.contains("transfer-encoding: chunked"))
            #expect(head.contains("x-own: yes"))
            #expect(head.contains("host: 127.0.0.1:\(listener.port)"))
            try fixture.engine { _ = link.value?.send(.chunk, Array("one".utf8).span) }
            #expect(peer.read(8) == Array("3\r\none\r\n".utf8))
            peer.write("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX-Id: 9\r\n\r\n")
            #expect(try fixture.eventually { client.openings.count == 1 })
            #expect(try fixture.engine { client.openings[0].header("X-ID") } == "9")
            peer.write("4\r\ndown\r")
            #expect(try fixture.eventually { client.body == Array("down".utf8) })
            try fixture.engine {
                _ = link.value?.send(.chunk, [UInt8](repeating: 0x7A, count: 26).span)
                link.value?.finish()
                #expect(link.value?.send(.chunk, [1].span) == false)
            }
            #expect(peer.read(37) == Array("1a\r\nzzzzzzzzzzzzzzzzzzzzzzzzzz\r\n0\r\n\r\n".utf8))
            peer.write("\n3;note=x\r\nend\r\n0\r\nTrailer: t\r\n\r\n")
            #expect(try fixture.eventually { client.closures.count == 1 })
            #expect(try fixture.engine { client.closures[0].cause } == .remote)
            #expect(try fixture.engine { client.body } == Array("downend".utf8))
            peer.close()
            listener.close()
        }

        @Test func deliversServerSentEvents() throws {
            let fixture = try LoopFixture()
            defer { fixture.finish() }
            let listener = try RawListener()
            let (client, link) = (LinkRecorder(), EngineBox<any Link>())
            try fixture.request(listener.port, client, link, body: .whole(Array("{}".utf8)), events: true)
            let peer = try listener.accept()
            let head = peer.readHead().lowercased()
            #expect(head.contains("content-length: 2"))
            #expect(head.contains("accept: text/event-stream"))
            #expect(peer.read(2) == Array("{}".utf8))
            peer.write("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n")
            for piece in ["event: a\nda", "ta: {\"n\":1}\n\nda", "ta: two\ndata: lines\n\n: comment\n\ndata\n\n"] {
                peer.write(piece)
            }
            peer.close()
            #expect(try fixture.eventually { client.closures.count == 1 })
            let events = try fixture.engine { client.messages.map { String(decoding: $0.bytes, as: UTF8.self) } }
            #expect(events == ["{\"n\":1}", "two\nlines", ""])
            #expect(try fixture.engine { client.messages.allSatisfy { $0.kind == .serverSentEvent } })
            #expect(try fixture.engine { client.closures[0].cause } == .remote)
            listener.close()
        }

        @Test func refusalsCarryStatusHeadersAndTheBodysBeginning() throws {
            let fixture = try LoopFixture()
            defer { fixture.finish() }
            let listener = try RawListener()
            let (client, link) = (LinkRecorder(), EngineBox<any Link>())
            try fixture.request(listener.port, client, link, body: .none)
            let peer = try listener.accept()
            _ = peer.readHead()
            let body = String(repeating: "e", count: 9000)
            peer.write("HTTP/1.1 429 Too Many\r\nRetry-After: 3\r\nContent-Length: 9000\r\n\r\n" + body)
            #expect(try fixture.eventually { client.closures.count == 1 })
            let closure = try fixture.engine { client.closures[0] }
            #expect(closure.cause == .rejected(status: 429))
            #expect(closure.body == Array(body.utf8.prefix(4096)))
            #expect(closure.headers.contains(HeaderField("retry-after", "3")))
            #expect(try fixture.engine { client.openings.isEmpty })
            peer.close()
            listener.close()
        }

        @Test(arguments: [
            ("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nfour", LinkClosure.Cause.broken),
            ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", .protocolError),
            ("SSH-2.0-OpenSSH\r\n\r\n", .protocolError),
            ("HTTP/1.1 200 OK\r\nContent-Length: -4\r\n\r\n", .protocolError),
            ("HTTP/1.1 200 OK\r\nno colon\r\n\r\n", .protocolError),
            ("", .broken),
            ("HTTP/1.1 204 No Content\r\n\r\n", .remote),
        ])
        func endsOnceHoweverTheAnswerIs(_ answer: String, _ cause: LinkClosure.Cause) throws {
            let fixture = try LoopFixture()
            defer { fixture.finish() }
            let listener = try RawListener()
            let (client, link) = (LinkRecorder(), EngineBox<any Link>())
            try fixture.request(listener.port, client, link, body: .none)
            let peer = try listener.accept()
            _ = peer.readHead()
            peer.write(answer)
            peer.close()
            #expect(try fixture.eventually { client.closures.count == 1 })
            #expect(try fixture.engine { client.closures[0].cause } == cause)
            listener.close()
        }

        @Test func servesRequestsOneAfterAnotherOnOneConnection() throws {
            let fixture = try LoopFixture()
            defer { fixture.finish() }
            let service = EchoService()
            let peer = try RawSocket(connectedTo: SocketAddress(host: "127.0.0.1", port: try fixture.serve(service)))
            for byte in Array("GET /a%20b?q=1+2&r=%26 HTTP/1.1\r\nHost: h\r\n\r\n".utf8) { peer.write([byte]) }
            #expect(peer.readHead().hasPrefix("HTTP/1.1 200 OK\r\n"))
            #expect(peer.read(4) == Array("/a b".utf8))
            peer.write("POST /p HTTP/1.1\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n")
            #expect(peer.readHead() == "HTTP/1.1 100 Continue\r\n\r\n")
            peer.write("12345")
            #expect(peer.readHead().contains("Content-Length: 7\r\n"))
            #expect(peer.read(7) == Array("/p12345".utf8))
            peer.write("POST /c HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n")
            #expect(peer.readHead().contains("Connection: close"))
            #expect(peer.readAll() == Array("/cabc".utf8))
            let requests = try fixture.engine { service.requests }
            #expect(requests.map(\.method) == ["GET", "POST", "POST"])
            #expect(requests[0].query.map(\.value) == ["1 2", "&"])
            peer.close()
        }

        @Test(arguments: [
            ("POST / HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n", 413),
            ("POST / HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
            ("nonsense\r\n\r\n", 400), ("GET nowhere HTTP/1.1\r\n\r\n", 400), ("GET / HTTP/2.0\r\n\r\n", 400),
            ("GET / HTTP/1.1\r\nX: " + String(repeating: "x", count: 17_000), 431),
            ("\u{16}\u{3}\u{1}", 400),
        ])
        func refusesWhatItCannotServe(_ request: String, _ status: Int) throws {
            let fixture = try LoopFixture()
            defer { fixture.finish() }
            let service = EchoService()
            let peer = try RawSocket(connectedTo: SocketAddress(host: "127.0.0.1", port: try fixture.serve(service)))
            peer.write(request)
            #expect(peer.readHead().hasPrefix("HTTP/1.1 \(status) "))
            #expect(try fixture.engine { service.requests.isEmpty })
            peer.close()
        }

        @Test func survivesRandomRequests() throws {
            let fixture = try LoopFixture()
            defer { fixture.finish() }
            let service = EchoService()
            let port = try fixture.serve(service)
            var random = SeededRandom(5)
            let words = [
                "GET ", "/", " HTTP/1.1\r\n", "Content-Length: ", "3", "\r\n", "\r\n\r\n", "chunked", ":",
                "Upgrade: websocket\r\n",
                "Connection: upgrade\r\n", "Sec-WebSocket-Key: x\r\n", "Transfer-Encoding: ", "\u{0}", "POST ",
            ]
            for _ in 0..<200 {
                let peer = try RawSocket(connectedTo: SocketAddress(host: "127.0.0.1", port: port))
                peer.write((0..<20).map { _ in words.randomElement(using: &random) ?? "" }.joined())
                peer.close()
            }
            let last = try RawSocket(connectedTo: SocketAddress(host: "127.0.0.1", port: port))
            last.write("GET /alive HTTP/1.0\r\n\r\n")
            #expect(last.readAll().suffix(6) == ArraySlice("/alive".utf8))
            last.close()
        }
    }
}

extension LoopFixture {
    /// Makes one request of the test's own listener.
    func request(
        _ port: Int, _ client: LinkRecorder, _ link: EngineBox<any Link>, body: HTTPEndpoint.Body, events: Bool = false
    ) throws {
        let loop = loop
        try engine {
            let endpoint = HTTPEndpoint(
                method: body == .none ? "GET" : "POST",
                url: try URLParts(parsing: "http://127.0.0.1:\(port)/stream?x=1"),
                headers: [HeaderField("X-Own", "yes")], body: body,
                serverSentEvents: events)
            link.value = LWSLinks(loop: loop).open(LinkID(1), .http(endpoint), delegate: client)
        }
    }
}
