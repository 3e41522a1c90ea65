import Core
import Testing

@testable import Network

/// One opener of links that lives over several exchanges, and a listening socket of the test's own.
final class KeepAliveFixture: Sendable {
    let fixture: LoopFixture
    let listener: RawListener
    private let links = EngineBox<LWSLinks>()

    init() throws {
        fixture = try LoopFixture()
        listener = try RawListener()
        let (loop, links) = (fixture.loop, links)
        try fixture.engine { links.value = LWSLinks(loop: loop) }
    }

    func finish() {
        dropLinks()
        fixture.finish()
        listener.close()
    }

    /// The opener goes; what it opened stays.
    func dropLinks() { _ = try? fixture.engine { [links] in links.value = nil } }

    /// Begins an exchange with the listener.
    @discardableResult
    func begin(
        _ path: String, _ client: some LinkDelegate & Sendable, body: HTTPEndpoint.Body = .none, events: Bool = false,
        addresses: AddressPolicy? = nil
    ) throws -> EngineBox<any Link> {
        let (links, link, port) = (links, EngineBox<any Link>(), listener.port)
        try fixture.engine {
            let url = try URLParts(parsing: "http://127.0.0.1:\(port)\(path)")
            let endpoint = HTTPEndpoint(
                method: body == .none ? "GET" : "POST", url: url, body: body, serverSentEvents: events,
                addresses: addresses)
            link.value = links.value?.open(LinkID(1), .http(endpoint), delegate: client)
        }
        return link
    }

    /// A whole first exchange with this answer; its connection stays open on the peer's side.
    func first(answer: String, body: HTTPEndpoint.Body = .none, addresses: AddressPolicy? = nil) throws -> RawSocket {
        let client = LinkRecorder()
        let link = try begin("/1", client, body: body, addresses: addresses)
        let peer = try listener.accept()
        #expect(peer.readHead().contains(" /1 "))
        if case .whole(let bytes) = body { #expect(peer.read(bytes.count) == bytes) }
        if body == .streaming {
            try fixture.engine { link.value?.finish() }
            #expect(peer.read(5) == Array("0\r\n\r\n".utf8))
        }
        peer.write(answer)
        #expect(try fixture.eventually { client.closures.count == 1 })
        return peer
    }

    /// A second exchange that is answered; `expected` says whether its request comes on the first one's connection.
    func second(
        on peer: RawSocket, expected: Bool, body: HTTPEndpoint.Body = .none, addresses: AddressPolicy? = nil
    ) throws {
        let client = LinkRecorder()
        let link = try begin("/2", client, body: body, addresses: addresses)
        let server = expected ? peer : try listener.accept()
        #expect(server.readHead().contains(" /2 "))
        if case .whole(let bytes) = body { #expect(server.read(bytes.count) == bytes) }
        if body == .streaming { try fixture.engine { link.value?.finish() } }
        server.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi")
        #expect(try fixture.eventually { client.closures.count == 1 })
        #expect(try fixture.engine { client.closures[0].cause } == .remote)
        #expect(try fixture.engine { client.body } == Array("hi".utf8))
        if !expected {
            #expect(peer.readAll().isEmpty, "the first connection has ended")
            server.close()
        }
        peer.close()
    }
}

/// A reader that closes its link at the first thing it reads.
@EngineActor
final class ClosingReader: LinkDelegate {
    weak var link: (any Link)?
    private(set) var closures: [LinkClosure] = []
    private let box: EngineBox<any Link>

    nonisolated init(_ box: EngineBox<any Link>) { self.box = box }

    func linkOpened(_ id: LinkID, _ opening: LinkOpening) {}
    func linkReceived(_ id: LinkID, _ kind: LinkMessageKind, _ payload: Span<UInt8>) {
        box.value?.close(code: 1000, reason: "read enough")
    }
    func linkClosed(_ id: LinkID, _ closure: LinkClosure) { closures.append(closure) }
}
