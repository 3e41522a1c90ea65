import Core
import Glibc
import Network
import Testing

extension NetworkTests {
    /// Every way in which opening a link ends: one terminal event, its cause in words.
    @Suite struct LinkEndingTests {
        @Test(arguments: ["wss", "https"])
        func tellsInWordsWhyTLSIsRefused(_ scheme: String) throws {
            let certificates = try TestCertificates.make()
            defer { certificates.remove() }
            let cases: [(certificate: String, host: String, trusted: Bool, words: String)] = [
                ("good.pem", "localhost", false, "unknown authority"),
                ("self.pem", "localhost", true, "self-signed"),
                ("good.pem", "other.example", true, "another host"),
                ("expired.pem", "localhost", true, "expired"),
            ]
            for each in cases {
                let server = try TLSService(certificates, certificate: each.certificate)
                defer { server.fixture.finish() }
                let client = LinkRecorder()
                let link = try server.open(
                    "\(scheme)://\(each.host):\(server.port)/", authority: each.trusted ? certificates.authority : nil,
                    client)
                #expect(try server.fixture.eventually { client.closures.count == 1 }, "\(each)")
                let closure = try server.fixture.engine { client.closures[0] }
                #expect(closure.cause == .tls, "\(each)")
                #expect(closure.reason.contains(each.words), "\(each): \(closure.reason)")
                #expect(try server.fixture.engine { client.openings.isEmpty })
                _ = link
            }
        }

        @Test func speaksTLSWithATrustedServer() throws {
            let certificates = try TestCertificates.make()
            defer { certificates.remove() }
            let server = try TLSService(certificates, certificate: "good.pem")
            defer { server.fixture.finish() }
            let client = LinkRecorder()
            let link = try server.open("wss://localhost:\(server.port)/x", authority: certificates.authority, client)
            #expect(try server.fixture.eventually { client.openings.count == 1 })
            let big = [UInt8](repeating: 0x62, count: 300_000)
            try server.fixture.engine {
                link.value?.send(.text, Array("over TLS".utf8).span)
                link.value?.send(.binary, big.span)
            }
            #expect(try server.fixture.eventually { client.messages.count == 2 })
            #expect(try server.fixture.engine { client.texts } == ["over TLS"])
            #expect(try server.fixture.engine { client.messages[1].bytes } == big)
            let page = LinkRecorder()
            let request = try server.open(
                "https://localhost:\(server.port)/page", authority: certificates.authority, page)
            #expect(try server.fixture.eventually { page.closures.count == 1 })
            #expect(try server.fixture.engine { page.closures[0].cause } == .remote)
            #expect(try server.fixture.engine { page.body } == Array("/page".utf8))
            _ = request
        }

        @Test(arguments: ["ws", "http"])
        func refusedAndUnresolved(_ scheme: String) throws {
            let fixture = try LoopFixture()
            defer { fixture.finish() }
            let listener = try RawListener()
            let port = listener.port
            listener.close()
            let refused = try fixture.open("\(scheme)://127.0.0.1:\(port)/")
            #expect(try fixture.eventually { refused.closures.count == 1 })
            #expect(try fixture.engine { refused.closures[0].cause } == .refused)
            let unresolved = try fixture.open("\(scheme)://nobody.invalid/")
            #expect(try fixture.eventually { unresolved.closures.count == 1 })
            #expect(try fixture.engine { unresolved.closures[0].cause } == .nameNotResolved)
            #expect(try fixture.engine { unresolved.closures[0].reason.contains("nobody.invalid") })
        }

        @Test(arguments: ["ws", "http"])
        func fallsBackToTheNextAddress(_ scheme: String) throws {
            let fixture = try LoopFixture()
            defer { fixture.finish() }
            let service = EchoService()
            let port = try fixture.serve(service)
            let client = try fixture.open(
                "\(scheme)://service.example:\(port)/", addresses: ["127.0.0.9", "127.0.0.1"])
            #expect(try fixture.eventually { client.openings.count == 1 })
        }

        @Test(arguments: ["ws", "http", "wss", "https"])
        func givesUpOnAServerThatNeverAnswers(_ scheme: String) throws {
            let fixture = try LoopFixture()
            defer { fixture.finish() }
            let listener = try RawListener()
            let client = try fixture.open("\(scheme)://127.0.0.1:\(listener.port)/", timeout: .milliseconds(150))
            #expect(try fixture.eventually { client.closures.count == 1 })
            #expect(try fixture.engine { client.closures[0].cause } == .timedOut)
            listener.close()
        }

        @Test(arguments: ["wss", "https"])
        func tellsThatAPortDoesNotSpeakTLS(_ scheme: String) throws {
            let fixture = try LoopFixture()
            defer { fixture.finish() }
            let port = try fixture.serve(EchoService())
            let client = try fixture.open("\(scheme)://127.0.0.1:\(port)/")
            #expect(try fixture.eventually { client.closures.count == 1 })
            #expect(try fixture.engine { client.closures[0].cause } == .tls)
        }

        @Test(arguments: ["ws", "http"])
        func neverSendsAHeaderWithALineBreak(_ scheme: String) throws {
            let fixture = try LoopFixture()
            defer { fixture.finish() }
            let client = LinkRecorder()
            try fixture.engine {
                let url = try URLParts(parsing: "\(scheme)://127.0.0.1:1/")
                let headers = [HeaderField("Authorization", "Bearer key\n", secret: true)]
                let endpoint: Endpoint =
                    scheme == "ws"
                    ? .webSocket(WebSocketEndpoint(url: url, headers: headers))
                    : .http(HTTPEndpoint(method: "GET", url: url, headers: headers))
                _ = LWSLinks(loop: fixture.loop).open(LinkID(1), endpoint, delegate: client)
            }
            #expect(try fixture.eventually { client.closures.count == 1 })
            let closure = try fixture.engine { client.closures[0] }
            #expect(closure.cause == .protocolError)
            #expect(closure.reason.contains("Authorization") && !closure.reason.contains("key\n"))
        }

        @Test func rejectionsCarryStatusHeadersAndBody() throws {
            let fixture = try LoopFixture()
            defer { fixture.finish() }
            let service = EchoService()
            try fixture.engine {
                service.refusal = HTTPResponse(
                    status: 401, contentType: "application/json", body: Array(#"{"error":"bad key"}"#.utf8),
                    headers: [HeaderField("X-Request-Id", "r-1"), HeaderField("Retry-After", "7")])
            }
            let port = try fixture.serve(service)
            let client = try fixture.open("ws://127.0.0.1:\(port)/")
            #expect(try fixture.eventually { client.closures.count == 1 })
            let closure = try fixture.engine { client.closures[0] }
            #expect(closure.cause == .rejected(status: 401))
            #expect(String(decoding: closure.body, as: UTF8.self) == #"{"error":"bad key"}"#)
            let opening = LinkOpening(status: 401, headers: closure.headers)
            #expect(opening.header("x-request-id") == "r-1")
            #expect(opening.header("retry-after") == "7")
        }

        @Test func anAnswerThatIsNoUpgradeIsRejected() throws {
            let fixture = try LoopFixture()
            defer { fixture.finish() }
            let listener = try RawListener()
            let client = try fixture.open("ws://127.0.0.1:\(listener.port)/")
            let peer = try listener.accept()
            _ = peer.readHead()
            peer.write(
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                    + "Sec-WebSocket-Accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA=\r\n\r\n")
            #expect(try fixture.eventually { client.closures.count == 1 })
            #expect(try fixture.engine { client.closures[0].cause } == .protocolError)
            peer.close()
            listener.close()
        }

        @Test(arguments: ["ws", "http"])
        func closingWhileConnectingEndsOnceLater(_ scheme: String) throws {
            let fixture = try LoopFixture()
            defer { fixture.finish() }
            let listener = try RawListener()
            let port = listener.port
            let client = LinkRecorder()
            try fixture.engine {
                let links = LWSLinks(loop: fixture.loop)
                let link = links.open(LinkID(1), try .to("\(scheme)://127.0.0.1:\(port)/"), delegate: client)
                link.close(code: 1000, reason: "changed my mind")
                #expect(client.closures.isEmpty)
            }
            #expect(try fixture.eventually { client.closures.count == 1 })
            #expect(try fixture.engine { client.closures[0].cause } == .local)
            listener.close()
        }

        @Test func stoppingTheLoopEndsEveryLinkOnceAndLosesNoDescriptor() throws {
            let before = openDescriptors()
            for _ in 0..<10 {
                let fixture = try LoopFixture()
                let service = EchoService()
                let port = try fixture.serve(service)
                let open = try fixture.open("ws://127.0.0.1:\(port)/")
                #expect(try fixture.eventually { open.openings.count == 1 })
                let refused = try fixture.open("ws://127.0.0.1:1/")
                #expect(try fixture.eventually { refused.closures.count == 1 })
                let pending = try fixture.open("http://127.0.0.1:\(port)/")
                fixture.finish()
                EngineActor.executor.occupy {
                    #expect(open.closures.count == 1)
                    #expect(pending.closures.count == 1)
                    #expect(service.closures.count == 1)
                }
            }
            if runsAlone { #expect(openDescriptors() == before) }
        }
    }
}

extension Endpoint {
    /// An endpoint by its URL.
    static func to(_ text: String, timeout: Duration = .seconds(10)) throws -> Endpoint {
        let url = try URLParts(parsing: text)
        return url.scheme.hasPrefix("ws")
            ? .webSocket(WebSocketEndpoint(url: url, timeout: timeout))
            : .http(HTTPEndpoint(method: "GET", url: url, timeout: timeout))
    }
}

extension LoopFixture {
    /// Opens a link that nobody but the network holds.
    func open(
        _ text: String, timeout: Duration = .seconds(10), addresses: [String] = ["127.0.0.1"]
    ) throws -> LinkRecorder {
        let client = LinkRecorder()
        let loop = loop
        try engine {
            let links = LWSLinks(loop: loop, resolver: LoopbackResolver(loop, addresses: addresses))
            _ = links.open(LinkID(1), try .to(text, timeout: timeout), delegate: client)
        }
        return client
    }

    /// Serves on a free port.
    func serve(_ service: EchoService) throws -> Int {
        let loop = loop
        return try engine {
            try LWSServer(loop: loop).serve(SocketAddress(host: "127.0.0.1", port: 0), handler: service).localAddress
                .port
        }
    }
}
