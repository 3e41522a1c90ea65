import Core
import Glibc
import Testing

@testable import Network

/// Certificates made for one run by the openssl program: an authority, a good one, an expired one.
struct TestCertificates {
    let folder: String
    var authority: String { folder + "/ca.pem" }

    static func make() throws -> TestCertificates {
        var template = Array("/tmp/sidetone-tls-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw TimedOut(what: "mkdtemp") }
        let folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let key = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes"
        let sign = "openssl x509 -req -CA ca.pem -CAkey ca.key -CAcreateserial -extfile san.txt"
        _ = try run(
            """
            cd \(folder) && { openssl req -x509 \(key) -keyout ca.key -out ca.pem -subj '/CN=Test CA' -days 2 &&
            printf 'subjectAltName=DNS:localhost' > san.txt &&
            openssl req \(key) -keyout server.key -out server.csr -subj '/CN=localhost' &&
            \(sign) -in server.csr -days 2 -out good.pem && \(sign) -in server.csr -days -1 -out expired.pem &&
            openssl req -x509 -key server.key -out self.pem -subj '/CN=localhost' -days 2; } 2>&1
            """)
        return TestCertificates(folder: folder)
    }

    func remove() { _ = try? run("rm -r \(folder)") }
}

/// Ends TLS before a plain port, as a proxy in front of a service does.
@EngineActor
final class TLSFront: TCPConnectionDelegate {
    private let loop: UVLoop
    private let identity: TLSTrust
    private let backend: SocketAddress
    private var pairs: [Pair] = []
    private var listener: (any TCPListener)?

    init(_ loop: UVLoop, certificate: String, key: String, backend: SocketAddress) throws {
        self.loop = loop
        self.backend = backend
        guard let made = TLSTrust(certificate: certificate, key: key) else { throw TimedOut(what: "identity") }
        identity = made
    }

    func listen() throws -> Int {
        let made = try UVTCP(loop: loop).listen(
            SocketAddress(host: "127.0.0.1", port: 0), backlog: 16, trouble: { _ in }, accepted: { self.accept($0) })
        listener = made
        return made.localAddress.port
    }

    private final class Pair {
        let front: any TCPConnection
        var back: (any TCPConnection)?
        let session: TLSSession
        init(_ front: any TCPConnection, _ session: TLSSession) {
            self.front = front
            self.session = session
        }
    }

    private func accept(_ connection: any TCPConnection) {
        guard let session = TLSSession(identity, host: nil) else { return connection.abort() }
        let pair = Pair(connection, session)
        connection.queueLimit = 64 << 20
        connection.delegate = self
        pair.back = UVTCP(loop: loop).connect(backend, timeout: .seconds(5), delegate: self) { _ in }
        pair.back?.queueLimit = 64 << 20
        pairs.append(pair)
    }

    func tcpReceived(_ connection: any TCPConnection, _ bytes: Span<UInt8>) {
        guard let pair = pairs.first(where: { $0.front === connection || $0.back === connection }) else { return }
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 32 << 10, alignment: 16)
        defer { buffer.deallocate() }
        bytes.withUnsafeBytes { raw in
            if pair.front === connection {
                pair.session.feed(raw, buffer: buffer) { pair.back?.send(Span(_unsafeBytes: $0)) }
            } else {
                _ = pair.session.write(raw)
            }
        }
        pair.session.drain(into: buffer) { pair.front.send(Span(_unsafeBytes: $0)) }
    }

    func tcpClosed(_ connection: any TCPConnection, _ closure: TCPClosure) {
        guard let index = pairs.firstIndex(where: { $0.front === connection || $0.back === connection }) else { return }
        let pair = pairs.remove(at: index)
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 32 << 10, alignment: 16)
        defer { buffer.deallocate() }
        pair.session.shutdown()
        pair.session.drain(into: buffer) { pair.front.send(Span(_unsafeBytes: $0)) }
        pair.front.close()
        pair.back?.close()
    }
}

/// A loop with an echo service behind TLS.
final class TLSService: Sendable {
    let fixture: LoopFixture
    let service = EchoService()
    let port: Int
    private let front = EngineBox<TLSFront>()

    init(_ certificates: TestCertificates, certificate: String) throws {
        let fixture = try LoopFixture()
        let (service, front, folder) = (service, front, certificates.folder)
        self.fixture = fixture
        port = try fixture.engine {
            let listener = try LWSServer(loop: fixture.loop)
                .serve(SocketAddress(host: "127.0.0.1", port: 0), handler: service)
            let made = try TLSFront(
                fixture.loop, certificate: folder + "/" + certificate, key: folder + "/server.key",
                backend: listener.localAddress)
            front.value = made
            return try made.listen()
        }
    }

    /// Opens a link through the front; `authority` is what the client trusts besides the system.
    func open(_ text: String, authority: String?, _ client: LinkRecorder) throws -> EngineBox<any Link> {
        let (fixture, link) = (fixture, EngineBox<any Link>())
        try fixture.engine {
            let links = LWSLinks(
                loop: fixture.loop, options: LWSLinks.Options(authorities: authority),
                resolver: LoopbackResolver(fixture.loop))
            let url = try URLParts(parsing: text)
            let endpoint: Endpoint =
                url.scheme.hasPrefix("ws")
                ? .webSocket(WebSocketEndpoint(url: url)) : .http(HTTPEndpoint(method: "GET", url: url))
            link.value = links.open(LinkID(1), endpoint, delegate: client)
        }
        return link
    }
}

/// Every name is this machine, except those of `.invalid`.
@EngineActor
final class LoopbackResolver: NameResolver {
    private let loop: UVLoop
    private let addresses: [String]

    init(_ loop: UVLoop, addresses: [String] = ["127.0.0.1"]) {
        self.loop = loop
        self.addresses = addresses
    }

    func resolve(_ host: String, _ done: @escaping @EngineActor (NameResolution) -> Void) {
        let outcome: NameResolution =
            host.hasSuffix(".invalid") ? .failed("unknown node or service") : .addresses(addresses)
        _ = loop.schedule(after: .zero) { done(outcome) }
    }
}
