import Core
import Glibc
import Network
import TestKit
import Testing

/// A client link to a service at a unix domain socket, both on one loop.
private final class SocketPair: Sendable {
    let fixture: LoopFixture
    let service = EchoService()
    let client = LinkRecorder()
    let link = EngineBox<any Link>()
    let listener = EngineBox<any TCPListener>()

    init() throws { fixture = try LoopFixture() }

    func serve(_ path: String) throws {
        let (fixture, service, listener) = (fixture, service, listener)
        try fixture.engine {
            listener.value = try LWSServer(loop: fixture.loop).serve(SocketAddress(socketPath: path), handler: service)
        }
    }

    func open(_ endpoint: Endpoint) throws {
        let (fixture, client, link) = (fixture, client, link)
        try fixture.engine {
            link.value = LWSLinks(loop: fixture.loop).open(LinkID(1), endpoint, delegate: client)
        }
    }

    func close() throws {
        let listener = listener
        try fixture.engine { listener.value?.close() }
    }
}

extension NetworkTests {
    @Suite struct SocketFileTests {
        private func mode(_ path: String) -> mode_t {
            var info = stat()
            return lstat(path, &info) == 0 ? info.st_mode & 0o777 : 0
        }

        private func refusal(_ path: String) throws -> ConfigurationError? {
            let pair = try SocketPair()
            defer { pair.fixture.finish() }
            do { try pair.serve(path) } catch { return error as? ConfigurationError }
            return nil
        }

        @Test func webSocketsGoBothWaysAndTheFileIsOursAlone() throws {
            let folder = TemporaryFolder()
            let path = folder.path + "/control.sock"
            let pair = try SocketPair()
            defer { pair.fixture.finish() }
            try pair.serve(path)
            #expect(mode(path) == 0o600 && SocketFile.isAlive(path) && SocketFile.isOwn(path))
            try pair.open(
                .webSocket(WebSocketEndpoint(url: URLParts(socketPath: path, scheme: "ws", target: "/v1/events?a=1"))))
            let (client, service, link) = (pair.client, pair.service, pair.link)
            #expect(try pair.fixture.eventually { client.openings.count == 1 && !service.peers.isEmpty })
            #expect(try pair.fixture.engine { service.upgrades.first?.query.first?.value } == "1")
            try pair.fixture.engine { _ = link.value?.send(.text, Array("hello".utf8).span) }
            #expect(try pair.fixture.eventually { client.texts == ["hello"] })
            try pair.close()
            #expect(mode(path) == 0 && !SocketFile.isAlive(path))
        }

        @Test func requestsAreAnsweredThere() throws {
            let folder = TemporaryFolder()
            let path = folder.path + "/control.sock"
            let pair = try SocketPair()
            defer { pair.fixture.finish() }
            try pair.serve(path)
            try pair.open(
                .http(HTTPEndpoint(method: "GET", url: URLParts(socketPath: path, scheme: "http", target: "/healthz"))))
            let client = pair.client
            #expect(try pair.fixture.eventually { !client.closures.isEmpty })
            #expect(try pair.fixture.engine { client.body } == Array("/healthz".utf8))
        }

        @Test func whatADeadProcessLeftIsReplacedAndALivingOneIsNot() throws {
            let folder = TemporaryFolder()
            let path = folder.path + "/control.sock"
            let dead = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
            var raw = sockaddr_un()
            raw.sun_family = sa_family_t(AF_UNIX)
            withUnsafeMutableBytes(of: &raw.sun_path) { $0.copyBytes(from: path.utf8) }
            let size = socklen_t(MemoryLayout<sockaddr_un>.size)
            let bound = withUnsafePointer(to: &raw) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(dead, $0, size) }
            }
            #expect(bound == 0)
            Glibc.close(dead)
            #expect(mode(path) != 0 && !SocketFile.isAlive(path))
            let pair = try SocketPair()
            defer { pair.fixture.finish() }
            try pair.serve(path)
            #expect(SocketFile.isAlive(path))
            #expect(try refusal(path)?.cause == "another program listens there")
            #expect(SocketFile.isAlive(path))
        }

        @Test func badPlacesAreRefusedWithTheReason() throws {
            let folder = TemporaryFolder()
            folder.write("file", "kept")
            #expect(try refusal(folder.path + "/file")?.cause == "there is a file that is no socket")
            #expect(folder.read("file") == "kept")
            #expect(try refusal(folder.path + "/none/a.sock")?.cause.contains("No such file") == true)
            let long = folder.path + "/" + String(repeating: "x", count: 120)
            #expect(try refusal(long)?.cause.contains("a socket's may have 107") == true)
            chmod(folder.path, 0o777)
            #expect(try refusal(folder.path + "/a.sock")?.cause.contains("others may write") == true)
        }
    }
}
