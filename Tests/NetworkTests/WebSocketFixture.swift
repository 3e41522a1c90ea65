import AudioKit
import Core
import Glibc
import Network
import Testing

/// What a link's delegate hears.
@EngineActor
final class LinkRecorder: LinkDelegate {
    var openings: [LinkOpening] = []
    var messages: [(kind: LinkMessageKind, bytes: [UInt8])] = []
    var closures: [LinkClosure] = []

    nonisolated init() {}

    var texts: [String] { messages.filter { $0.kind == .text }.map { String(decoding: $0.bytes, as: UTF8.self) } }
    var body: [UInt8] { messages.flatMap(\.bytes) }

    func linkOpened(_ id: LinkID, _ opening: LinkOpening) { openings.append(opening) }

    func linkReceived(_ id: LinkID, _ kind: LinkMessageKind, _ payload: Span<UInt8>) {
        messages.append((kind, payload.withUnsafeBufferPointer { Array($0) }))
    }

    func linkClosed(_ id: LinkID, _ closure: LinkClosure) { closures.append(closure) }
}

/// A service that accepts WebSockets and echoes, and answers requests by path.
@EngineActor
final class EchoService: HTTPHandler, WebSocketPeerDelegate {
    var upgrades: [HTTPRequest] = []
    var requests: [HTTPRequest] = []
    var peers: [any WebSocketPeer] = []
    var messages: [(kind: LinkMessageKind, bytes: [UInt8])] = []
    var closures: [LinkClosure] = []
    var refusal: HTTPResponse?
    private let subprotocol: String?

    nonisolated init(subprotocol: String? = nil) { self.subprotocol = subprotocol }

    func handle(_ request: HTTPRequest, respond: @escaping @EngineActor (HTTPResponse) -> Void) {
        requests.append(request)
        respond(HTTPResponse(status: 200, contentType: "text/plain", body: Array(request.path.utf8) + request.body))
    }

    func upgrade(_ request: HTTPRequest) -> UpgradeAnswer {
        upgrades.append(request)
        if let refusal { return .refuse(refusal) }
        return .accept(self, subprotocol: subprotocol)
    }

    func upgraded(_ peer: any WebSocketPeer, _ delegate: any WebSocketPeerDelegate) { peers.append(peer) }

    func peerReceived(_ peer: any WebSocketPeer, _ kind: LinkMessageKind, _ payload: Span<UInt8>) {
        messages.append((kind, payload.withUnsafeBufferPointer { Array($0) }))
        peer.send(kind, payload)
    }

    func peerClosed(_ peer: any WebSocketPeer, _ closure: LinkClosure) { closures.append(closure) }
}

/// A client link that is open to an echo service, both on one loop.
final class WebSocketPair: Sendable {
    let fixture: LoopFixture
    let client = LinkRecorder()
    let service: EchoService
    let link = EngineBox<any Link>()

    init(
        path: String = "/", headers: [HeaderField] = [], subprotocols: [String] = [], accepted: String? = nil,
        maximumMessage: Int = 16 << 20
    ) throws {
        let fixture = try LoopFixture()
        let (client, service, link) = (client, EchoService(subprotocol: accepted), link)
        self.fixture = fixture
        self.service = service
        try fixture.engine {
            let listener = try LWSServer(loop: fixture.loop)
                .serve(SocketAddress(host: "127.0.0.1", port: 0), handler: service)
            let endpoint = WebSocketEndpoint(
                url: try URLParts(parsing: "ws://127.0.0.1:\(listener.localAddress.port)\(path)"), headers: headers,
                subprotocols: subprotocols, maximumMessage: maximumMessage)
            link.value = LWSLinks(loop: fixture.loop).open(LinkID(1), .webSocket(endpoint), delegate: client)
        }
        guard try fixture.eventually({ !client.openings.isEmpty && !service.peers.isEmpty }) else {
            fixture.finish()
            throw TimedOut(what: "the WebSocket")
        }
    }
}

/// A listening socket of the test's own thread.
final class RawListener: Sendable {
    let descriptor: Int32
    let port: Int

    init() throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var raw = sockaddr_in()
        raw.sin_family = sa_family_t(AF_INET)
        inet_pton(AF_INET, "127.0.0.1", &raw.sin_addr)
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let fd = descriptor
        let status = withUnsafeMutablePointer(to: &raw) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(fd, address, size) == 0 && listen(fd, 16) == 0 && getsockname(fd, address, &size) == 0
            }
        }
        guard status else { throw TimedOut(what: "bind") }
        var bound = timeval(tv_sec: 20, tv_usec: 0)
        setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &bound, socklen_t(MemoryLayout<timeval>.size))
        port = Int(UInt16(bigEndian: raw.sin_port))
    }

    func accept() throws -> RawSocket {
        let made = Glibc.accept(descriptor, nil, nil)
        guard made >= 0 else { throw TimedOut(what: "accept") }
        return RawSocket(adopted: made)
    }

    func close() { Glibc.close(descriptor) }
}

extension RawSocket {
    init(adopted descriptor: Int32) {
        self.descriptor = descriptor
        var bound = timeval(tv_sec: 20, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &bound, socklen_t(MemoryLayout<timeval>.size))
    }

    /// Reads to the empty line of a head.
    func readHead() -> String {
        var all: [UInt8] = []
        while !all.suffix(4).elementsEqual([13, 10, 13, 10]) {
            let byte = read(1)
            if byte.isEmpty { break }
            all += byte
        }
        return String(decoding: all, as: UTF8.self)
    }
}

/// A WebSocket server that sends frames byte by byte as the test wants them.
final class FrameServer {
    private let listener: RawListener
    private var peer: RawSocket?

    init() throws { listener = try RawListener() }

    func connect(_ fixture: LoopFixture, _ client: LinkRecorder) throws -> EngineBox<any Link> {
        let port = listener.port
        let link = EngineBox<any Link>()
        try fixture.engine {
            let endpoint = WebSocketEndpoint(url: try URLParts(parsing: "ws://127.0.0.1:\(port)/"))
            link.value = LWSLinks(loop: fixture.loop).open(LinkID(1), .webSocket(endpoint), delegate: client)
        }
        let accepted = try listener.accept()
        let head = accepted.readHead()
        let key =
            head.split(separator: "\r\n").first { $0.lowercased().hasPrefix("sec-websocket-key:") }
            .map { $0.drop { $0 != ":" }.dropFirst().drop { $0 == " " } } ?? ""
        accepted.write(
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Accept: \(webSocketAccept(String(key)))\r\n\r\n")
        peer = accepted
        guard try fixture.eventually({ !client.openings.isEmpty }) else { throw TimedOut(what: "open") }
        return link
    }

    func send(raw bytes: [UInt8]) { peer?.write(bytes) }

    func send(frame first: UInt8, _ payload: [UInt8]) { send(raw: [first, UInt8(payload.count)] + payload) }

    /// One frame from the client: its first byte and the unmasked payload.
    func receive() -> [UInt8] {
        guard let peer else { return [] }
        let head = peer.read(2)
        guard head.count == 2 else { return [] }
        var length = Int(head[1] & 0x7F)
        if length == 126 { length = peer.read(2).reduce(0) { $0 << 8 | Int($1) } }
        if length == 127 { length = peer.read(8).reduce(0) { $0 << 8 | Int($1) } }
        let mask = peer.read(4)
        guard mask.count == 4 else { return [] }
        var payload = peer.read(length)
        guard payload.count == length else { return [] }
        for index in payload.indices { payload[index] ^= mask[index & 3] }
        return [head[0]] + payload
    }

    /// Reads up to `count` frames; how many came.
    func receiveCount(_ count: Int) -> Int {
        (0..<count).count { _ in !receive().isEmpty }
    }

    func close() {
        peer?.close()
        peer = nil
        listener.close()
    }
}

/// Runs a program and returns its output; the test machine has openssl.
func run(_ command: String) throws -> String {
    guard let pipe = popen(command, "r") else { throw TimedOut(what: command) }
    var out: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
        let count = fread(&buffer, 1, buffer.count, pipe)
        if count == 0 { break }
        out += buffer[..<count]
    }
    guard pclose(pipe) == 0 else { throw TimedOut(what: "\(command): \(String(decoding: out, as: UTF8.self))") }
    return String(decoding: out, as: UTF8.self)
}

/// The answer to a Sec-WebSocket-Key (RFC 6455, 4.2.2).
func webSocketAccept(_ key: String) -> String {
    var text: [UInt8] = []
    Base64.encode(bytes: SHA1.digest(Array("\(key)258EAFA5-E914-47DA-95CA-C5AB0DC85B11".utf8)).span, into: &text)
    return String(decoding: text, as: UTF8.self)
}

/// SHA-1 of a short message (RFC 3174), for the handshake alone.
enum SHA1 {
    static func digest(_ message: [UInt8]) -> [UInt8] {
        var state: [UInt32] = [0x6745_2301, 0xEFCD_AB89, 0x98BA_DCFE, 0x1032_5476, 0xC3D2_E1F0]
        var padded = message + [0x80]
        while padded.count % 64 != 56 { padded.append(0) }
        padded += bytes(UInt64(message.count) * 8)
        for start in stride(from: 0, to: padded.count, by: 64) { add(padded[start..<(start + 64)], to: &state) }
        return state.flatMap { bytes($0) }
    }

    private static func bytes(_ value: some FixedWidthInteger) -> [UInt8] {
        stride(from: value.bitWidth - 8, through: 0, by: -8).map { UInt8(truncatingIfNeeded: value >> $0) }
    }

    private static func rotated(_ word: UInt32, by bits: UInt32) -> UInt32 { word << bits | word >> (32 - bits) }

    private static func add(_ block: ArraySlice<UInt8>, to state: inout [UInt32]) {
        var words = stride(from: block.startIndex, to: block.endIndex, by: 4).map { at in
            block[at..<(at + 4)].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        }
        for i in 16..<80 { words.append(rotated(words[i - 3] ^ words[i - 8] ^ words[i - 14] ^ words[i - 16], by: 1)) }
        var (a, b, c, d, e) = (state[0], state[1], state[2], state[3], state[4])
        for i in 0..<80 {
            let (mix, constant): (UInt32, UInt32) =
                switch i / 20 {
                case 0: (b & c | ~b & d, 0x5A82_7999)
                case 1: (b ^ c ^ d, 0x6ED9_EBA1)
                case 2: (b & c | b & d | c & d, 0x8F1B_BCDC)
                default: (b ^ c ^ d, 0xCA62_C1D6)
                }
            let next = rotated(a, by: 5) &+ mix &+ e &+ constant &+ words[i]
            (a, b, c, d, e) = (next, a, rotated(b, by: 30), c, d)
        }
        for (i, value) in [a, b, c, d, e].enumerated() { state[i] &+= value }
    }
}
