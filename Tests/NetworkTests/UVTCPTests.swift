import Core
import Glibc
import Network
import Testing

extension NetworkTests {
    @Suite struct UVTCPTests {
        @Test func echoesEveryByteInPiecesAndInLumps() throws {
            let fixture = try LoopFixture()
            defer { fixture.finish() }
            let server = try EchoServer(fixture)
            let client = try RawSocket(connectedTo: server.address)
            var random = SeededRandom(1)
            let bytes = (0..<200_000).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            for byte in bytes[..<3000] { client.write([byte]) }
            #expect(client.read(3000) == Array(bytes[..<3000]))
            client.write(Array(bytes[3000...]))
            #expect(client.read(bytes.count - 3000) == Array(bytes[3000...]))
            client.finishWriting()
            #expect(client.readAll().isEmpty)
            client.close()
            #expect(try fixture.eventually { server.delegate.closures == [.remote] })
        }

        @Test func deliversUnreadBytesBeforeReportingReset() throws {
            let fixture = try LoopFixture()
            defer { fixture.finish() }
            let server = try EchoServer(fixture, echo: false)
            for _ in 0..<50 {
                let client = try RawSocket(connectedTo: server.address)
                client.write([UInt8](repeating: 7, count: 3230))
                client.reset()
            }
            #expect(try fixture.eventually { server.delegate.closures.count == 50 })
            #expect(try fixture.engine { server.delegate.closures.allSatisfy { $0 == .reset } })
            #expect(try fixture.engine { server.delegate.received.count } == 50 * 3230)
        }

        @Test func keepsFramesWholeWhenThePeerStopsReading() throws {
            let fixture = try LoopFixture()
            defer { fixture.finish() }
            let server = try EchoServer(fixture, echo: false, options: UVTCP.Options(sendBuffer: 4096))
            let client = try RawSocket(connectedTo: server.address)
            #expect(try fixture.eventually { server.delegate.connections.count == 1 })
            let accepted = try fixture.engine {
                let connection = server.delegate.connections[0]
                connection.queueLimit = 32_000
                var accepted: [UInt8] = []
                for number in 0..<60_000 {
                    let frame = [UInt8](repeating: UInt8(truncatingIfNeeded: number), count: 323)
                    if connection.send(frame.span) { accepted.append(UInt8(truncatingIfNeeded: number)) }
                }
                #expect(connection.queuedBytes <= 32_000 + 323)
                return accepted
            }
            #expect(accepted.count < 60_000)
            let bytes = client.read(accepted.count * 323)
            let frames = stride(from: 0, to: bytes.count, by: 323).map { Array(bytes[$0..<min($0 + 323, bytes.count)]) }
            #expect(frames == accepted.map { [UInt8](repeating: $0, count: 323) })
            client.close()
        }

        @Test func closeFlushesThenFinishes() throws {
            let fixture = try LoopFixture()
            defer { fixture.finish() }
            let server = try EchoServer(fixture, echo: false)
            let client = try RawSocket(connectedTo: server.address)
            #expect(try fixture.eventually { server.delegate.connections.count == 1 })
            try fixture.engine {
                let connection = server.delegate.connections[0]
                connection.queueLimit = 64 << 20
                for _ in 0..<200 { connection.send([UInt8](repeating: 9, count: 100_000).span) }
                connection.close()
                #expect(server.delegate.closures.isEmpty)
            }
            #expect(client.readAll().count == 20_000_000)
            client.close()
            #expect(try fixture.eventually { server.delegate.closures == [.local] })
        }

        @Test func answersTheLastWordAfterThePeersFIN() throws {
            let fixture = try LoopFixture()
            defer { fixture.finish() }
            let server = try EchoServer(fixture, echo: false)
            try fixture.engine { server.delegate.lastWord = [0, 0, 0] }
            let client = try RawSocket(connectedTo: server.address)
            client.finishWriting()
            #expect(client.readAll() == [0, 0, 0])
            client.close()
            #expect(try fixture.eventually { server.delegate.closures == [.remote] })
        }

        @Test func abortResetsAndTellsOnceLater() throws {
            let fixture = try LoopFixture()
            defer { fixture.finish() }
            let server = try EchoServer(fixture, echo: false)
            let client = try RawSocket(connectedTo: server.address)
            #expect(try fixture.eventually { server.delegate.connections.count == 1 })
            try fixture.engine {
                server.delegate.connections[0].abort()
                server.delegate.connections[0].abort()
                server.delegate.connections[0].close()
                #expect(server.delegate.closures.isEmpty)
            }
            var byte: UInt8 = 0
            #expect(recv(client.descriptor, &byte, 1, 0) == -1)
            #expect(errno == ECONNRESET)
            client.close()
            #expect(try fixture.eventually { server.delegate.closures == [.local] })
        }

        @Test func connectsAndReportsRefusal() throws {
            let fixture = try LoopFixture()
            defer { fixture.finish() }
            let server = try EchoServer(fixture)
            let caller = TCPRecorder()
            let address = server.address
            try fixture.engine {
                let tcp = UVTCP(loop: fixture.loop)
                let made = tcp.connect(address, timeout: .seconds(5), delegate: caller) {
                    caller.connections.append($0)
                }
                made.send([1, 2, 3].span)
            }
            #expect(try fixture.eventually { caller.received == [1, 2, 3] })
            try fixture.engine {
                server.listener.value?.close()
                caller.connections[0].abort()
            }
            #expect(try fixture.eventually { caller.closures == [.local] })
            let refused = TCPRecorder()
            try fixture.engine {
                _ = UVTCP(loop: fixture.loop).connect(address, timeout: .seconds(5), delegate: refused) { _ in }
                #expect(refused.closures.isEmpty)
            }
            #expect(try fixture.eventually { refused.closures.count == 1 })
            guard case .failed(let words)? = try fixture.engine({ refused.closures.first }) else {
                Issue.record("not failed")
                return
            }
            #expect(words.contains("refused"))
        }

        @Test func namesAnAddressInUse() throws {
            let fixture = try LoopFixture()
            defer { fixture.finish() }
            let server = try EchoServer(fixture)
            let address = server.address
            let error = #expect(throws: ConfigurationError.self) {
                try fixture.engine {
                    _ = try UVTCP(loop: fixture.loop).listen(address, backlog: 8, trouble: { _ in }, accepted: { _ in })
                }
            }
            #expect(error?.place.contains("\(address.port)") == true)
            #expect(error?.cause.contains("in use") == true)
        }

        @Test func refusesAHostThatIsNoAddress() throws {
            let fixture = try LoopFixture()
            defer { fixture.finish() }
            #expect(throws: ConfigurationError.self) {
                try fixture.engine {
                    _ = try UVTCP(loop: fixture.loop).listen(
                        SocketAddress(host: "nowhere", port: 0), backlog: 8, trouble: { _ in }, accepted: { _ in })
                }
            }
        }

        @Test(.enabled(if: runsAlone, "lowers the descriptor limit of the process: SIDETONE_TEST_ALONE=1"))
        func pausesAcceptingWithoutDescriptorsAndGoesOn() throws {
            let fixture = try LoopFixture()
            defer { fixture.finish() }
            let server = try EchoServer(fixture)
            let first = try RawSocket(connectedTo: server.address)
            first.write([1])
            #expect(first.read(1) == [1])
            var old = rlimit()
            getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &old)
            let second = try RawSocket(connectedTo: server.address, whileLimited: old)
            #expect(try fixture.eventually { server.delegate.troubles.count == 1 })
            #expect(try fixture.engine { server.delegate.troubles[0]?.contains("descriptor") } == true)
            first.write([2])
            #expect(first.read(1) == [2])
            setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &old)
            second.write([3])
            #expect(second.read(1) == [3])
            #expect(try fixture.engine { server.delegate.troubles.count == 2 && server.delegate.troubles[1] == nil })
            first.close()
            second.close()
        }

        @Test func stoppingTheLoopEndsOpenConnections() throws {
            let before = openDescriptors()
            let fixture = try LoopFixture()
            let server = try EchoServer(fixture)
            let client = try RawSocket(connectedTo: server.address)
            client.write([1])
            #expect(client.read(1) == [1])
            fixture.finish()
            client.close()
            if runsAlone { #expect(openDescriptors() == before) }
        }
    }
}

extension RawSocket {
    /// Connects, then leaves the process no descriptor for whoever accepts: the limit drops below the next free number.
    init(connectedTo address: SocketAddress, whileLimited old: rlimit) throws {
        let probe = dup(0)
        Glibc.close(probe)
        var tight = rlimit(rlim_cur: rlim_t(probe) + 1, rlim_max: old.rlim_max)
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &tight)
        try self.init(connectedTo: address)
    }
}

/// A listener that echoes (or only records).
final class EchoServer: Sendable {
    let delegate: TCPRecorder
    let listener: EngineBox<any TCPListener>
    let address: SocketAddress

    init(_ fixture: LoopFixture, echo: Bool = true, options: UVTCP.Options = UVTCP.Options()) throws {
        let delegate = TCPRecorder(echo: echo)
        let box = EngineBox<any TCPListener>()
        address = try fixture.engine {
            let tcp = UVTCP(loop: fixture.loop, options: options)
            let made = try tcp.listen(
                SocketAddress(host: "127.0.0.1", port: 0), backlog: 256, trouble: { delegate.troubles.append($0) },
                accepted: {
                    $0.delegate = delegate
                    delegate.connections.append($0)
                })
            box.value = made
            return made.localAddress
        }
        self.delegate = delegate
        listener = box
    }
}

@EngineActor
final class TCPRecorder: TCPConnectionDelegate {
    var connections: [any TCPConnection] = []
    var received: [UInt8] = []
    var closures: [TCPClosure] = []
    var troubles: [String?] = []
    var lastWord: [UInt8] = []
    private let echo: Bool

    nonisolated init(echo: Bool = false) { self.echo = echo }

    func tcpReceived(_ connection: any TCPConnection, _ bytes: Span<UInt8>) {
        bytes.withUnsafeBufferPointer { received.append(contentsOf: $0) }
        if echo {
            connection.queueLimit = 64 << 20
            connection.send(bytes)
        }
    }

    func tcpClosed(_ connection: any TCPConnection, _ closure: TCPClosure) {
        closures.append(closure)
        let word = lastWord
        if !word.isEmpty { connection.send(word.span) }
    }
}
