import CWebSockets
import Core

/// Who stands behind a wire: a client link or a server peer. Engine thread.
@EngineActor
protocol WireOwner: AnyObject {
    /// TCP is up (client).
    func wireConnected()
    /// The upgrade request is being written: add headers (client).
    func wireWritesRequest(_ add: (_ name: String, _ value: String) -> Bool)
    /// The answer to an upgrade is being written: the text of further header lines, each ended by CR LF (server).
    func wireWritesAnswer() -> String
    /// Open; `headers` are the answer's (client).
    func wireOpened(_ headers: [HeaderField])
    /// A whole message.
    func wireReceived(_ kind: LinkMessageKind, _ payload: Span<UInt8>)
    /// The end, once, never from inside a call into the wire. `connected`: whether TCP had come up.
    func wireEnded(_ closure: LinkClosure, connected: Bool)
}

/// One WebSocket connection of libwebsockets, client or server: whole messages in and out, one end.
///
/// The way out: `send` -> frame laid into the context's scratch buffer -> one `lws_write`, at once, when nothing waits
/// (docs/decisions/0005-websocket-sends.md). When the socket is full, libwebsockets keeps the rest of that one frame,
/// later messages wait here and leave together when it is writable. The way in: a message that fits the receive buffer
/// is handed on where it lies; a longer one is put together in `assembly`.
@EngineActor
final class WebSocketWire {
    enum Phase { case idle, connecting, open, closing, ended }

    /// Messages sent in one writable round.
    private static let batch = 64
    /// How long the peer's close frame is waited for.
    private static let closePatience: Duration = .seconds(2)
    /// Memory of the reassembly buffer that is kept between messages.
    private static let keptAssembly = 1 << 20

    let context: WebSocketContext
    /// Payload bytes that wait here for the socket.
    var queuedBytes: Int { queue.bytes }
    private(set) var phase: Phase = .idle
    var maximumMessage = 16 << 20
    /// Headers of the answer that the provider wants besides the usual ones.
    var answerHeaders: [String] = []
    var queueLimit = 8 << 20

    private var owner: (any WireOwner)?
    private var wsi: OpaquePointer?
    /// libwebsockets has closed it by itself: it must not be killed any more.
    private var isGone = false
    private var isHeld = false
    private var connected = false
    private var requestWritten = false
    private var status = 0
    private var headers: [HeaderField] = []
    private var body: [UInt8] = []
    private var certificateError: Int32 = 0
    private var peerClose: (code: Int, reason: String)?
    private var wantedClose: (code: Int, reason: String)?
    private var closeFrameSent = false
    private var closeTimer: (any EngineTimer)?

    private var queue = OutgoingMessages()
    private var assembly: [UInt8] = []
    private var isHeard = true
    private var silentBeats = 0

    init(_ context: WebSocketContext, owner: any WireOwner) {
        self.context = context
        self.owner = owner
    }

    // MARK: - Opening

    /// Connects to a numeric address; failure comes as the owner's `wireEnded`.
    func connect(_ host: OpaquePointer, address: String, url: URLParts, subprotocols: [String]) {
        phase = .connecting
        hold()
        let offered = subprotocols.isEmpty ? nil : subprotocols.joined(separator: ", ")
        var early: OpaquePointer?
        // libwebsockets knows the path of a unix domain socket by the plus sign before it.
        let made = cws_connect(
            context.raw, host, address.hasPrefix("/") ? "+" + address : address, Int32(url.port), url.isSecure ? 1 : 0,
            url.target, url.authority, offered,
            Unmanaged.passUnretained(self).toOpaque(), &early)
        if made == nil {
            // No destroy callback may have come at all: let go here, once.
            isGone = true
            end(LinkClosure(.refused, reason: "no connection to \(address) port \(url.port)"))
            drop()
        } else if !isGone {
            wsi = made
        }
    }

    /// Hands over an accepted socket on which an upgrade request waits unread.
    func adopt(_ host: OpaquePointer, descriptor: Int32) {
        phase = .connecting
        connected = true
        hold()
        wsi = cws_adopt(host, descriptor, Unmanaged.passUnretained(self).toOpaque())
        if wsi == nil {
            isGone = true
            end(LinkClosure(.broken, reason: "the connection broke before the upgrade"))
            drop()
        }
    }

    private func hold() {
        isHeld = true
        context.adopt(self)
        _ = Unmanaged.passRetained(self)
    }

    /// Gives up what keeps the wire alive for libwebsockets, at its last callback.
    private func drop() {
        guard isHeld else { return }
        isHeld = false
        wsi = nil
        closeTimer?.cancel()
        closeTimer = nil
        context.release(self)
        Unmanaged.passUnretained(self).release()
    }

    // MARK: - Sending

    /// Sends one message; false (and dropped) when more than `queueLimit` bytes would wait or it is not open.
    func send(_ kind: LinkMessageKind, _ payload: Span<UInt8>) -> Bool {
        guard phase == .open, let wsi else { return false }
        let opcode: Int32 = kind == .text ? 1 : 2
        guard queue.isEmpty, lws_partial_buffered(wsi) == 0 else { return enqueue(opcode, payload) }
        let headroom = Int(cws_headroom)
        context.reserve(payload.count)
        guard let base = context.scratch.baseAddress else { return false }
        payload.withUnsafeBufferPointer { bytes in
            if let from = bytes.baseAddress { (base + headroom).update(from: from, count: bytes.count) }
        }
        if cws_send(wsi, base + headroom, payload.count, opcode) != 0 { broken() }
        return true
    }

    private func enqueue(_ opcode: Int32, _ payload: Span<UInt8>) -> Bool {
        guard queuedBytes + payload.count <= queueLimit, let wsi else { return false }
        queue.append(opcode, payload)
        lws_callback_on_writable(wsi)
        return true
    }

    /// Sends what waits while the socket takes it; non-zero asks libwebsockets to close.
    private func writable(_ wsi: OpaquePointer) -> Int32 {
        var sent = 0
        while !queue.isEmpty, sent < Self.batch, lws_partial_buffered(wsi) == 0 {
            sent += 1
            guard queue.sendFirst(wsi) else { return -1 }
        }
        writeCloseFrame()
        if !queue.isEmpty || closeFrameWaits { lws_callback_on_writable(wsi) }
        return 0
    }

    private var closeFrameWaits: Bool { wantedClose != nil && !closeFrameSent }

    /// Sends the close frame that is wanted, unless messages still wait before it.
    private func writeCloseFrame() {
        guard closeFrameWaits, let wanted = wantedClose, let wsi, queue.isEmpty, lws_partial_buffered(wsi) == 0 else {
            return
        }
        guard let base = context.scratch.baseAddress.map({ $0 + Int(cws_headroom) }) else { return }
        closeFrameSent = true
        base[0] = UInt8(truncatingIfNeeded: wanted.code >> 8)
        base[1] = UInt8(truncatingIfNeeded: wanted.code)
        var count = 2
        for byte in wanted.reason.utf8 {
            base[count] = byte
            count += 1
        }
        if cws_send(wsi, base, count, 8) != 0 { killSoon() }
    }

    /// Queues the close frame and gives the peer two seconds to answer it.
    private func beginClose(_ code: Int, _ reason: String, _ timedOut: LinkClosure) {
        wantedClose = (code, WebSocketWire.fitting(reason))
        writeCloseFrame()
        if closeFrameWaits, let wsi { lws_callback_on_writable(wsi) }
        closeTimer = context.loop.schedule(after: Self.closePatience) {
            self.end(timedOut)
            self.killSoon()
        }
    }

    // MARK: - Closing

    /// Closes in order: what waits, a close frame, at most two seconds for the peer's.
    func close(code: Int, reason: String) {
        switch phase {
        case .idle, .connecting:
            end(LinkClosure(.local, code: code, reason: reason))
            killSoon()
        case .open:
            phase = .closing
            beginClose(code, reason, LinkClosure(.local, code: code, reason: reason))
        case .closing, .ended: break
        }
    }

    /// Ends it now with `closure`, without a close frame.
    func abandon(_ closure: LinkClosure) {
        end(closure)
        killSoon()
    }

    func loopStops() {
        end(LinkClosure(.local, reason: "stopping"))
    }

    /// At most 123 bytes of reason, cut at a character.
    private static func fitting(_ reason: String) -> String {
        var text = reason
        while text.utf8.count > 123 { text.removeLast() }
        return text
    }

    private func broken() {
        end(LinkClosure(.broken, reason: "the connection broke while sending"))
        killSoon()
    }

    private func killSoon() {
        context.loop.soon {
            guard let wsi = self.wsi, !self.isGone else { return }
            cws_kill(wsi)
        }
    }

    private func end(_ closure: LinkClosure) {
        guard phase != .ended else { return }
        phase = .ended
        queue.removeAll()
        assembly = []
        let (last, connected) = (owner, connected)
        owner = nil
        context.loop.soon { last?.wireEnded(closure, connected: connected) }
    }

    // MARK: - The heartbeat

    /// Called every ten seconds: a silent peer gets a ping, then is given up.
    func beat() {
        guard phase == .open, let wsi else { return }
        silentBeats = isHeard ? 0 : silentBeats + 1
        isHeard = false
        if silentBeats == WebSocketContext.pingAfter { ping(wsi) }
        if silentBeats >= WebSocketContext.deadAfter {
            abandon(LinkClosure(.timedOut, reason: "nothing heard, and no answer to a ping"))
        }
    }

    private func ping(_ wsi: OpaquePointer) {
        guard queue.isEmpty, lws_partial_buffered(wsi) == 0 else { return }
        guard let base = context.scratch.baseAddress else { return }
        if cws_send(wsi, base + cws_headroom, 0, 9) != 0 { broken() }
    }

    // MARK: - Events

    func handle(_ event: WebSocketEvent) -> Int32 {
        switch event.kind {
        case cws_received: return received(event)
        case cws_writable: return phase == .ended && !closeFrameWaits && !closeFrameSent ? -1 : writable(event.wsi)
        case cws_pong: isHeard = true
        case cws_opened: return opened(event.wsi)
        case cws_peer_closed: return peerClosed(event)
        case cws_ended, cws_failed, cws_destroyed: gone(event)
        default: return handleOpening(event)
        }
        return 0
    }

    private func handleOpening(_ event: WebSocketEvent) -> Int32 {
        switch event.kind {
        case cws_connected:
            connected = true
            owner?.wireConnected()
        case cws_certificate: certificateError = event.flags
        case cws_handshake:
            requestWritten = true
            var fits = true
            owner?.wireWritesRequest { name, value in
                fits = fits && cws_add_header(event.wsi, event.data, event.length, name + ":", value) == 0
                return fits
            }
            return fits ? 0 : -1
        case cws_extra_headers:
            return cws_append_header_text(event.data, owner?.wireWritesAnswer() ?? "")
        case cws_answered:
            status = event.length
            headers = AnswerHeaders.read(event.wsi, wanted: answerHeaders)
            guard status != 101 else { return 0 }
            cws_read_body(event.wsi)
            return -1
        case cws_body: body += event.bytes.prefix(max(0, 4096 - body.count))
        default: break
        }
        return 0
    }

    private func opened(_ wsi: OpaquePointer) -> Int32 {
        guard phase == .connecting else { return -1 }
        self.wsi = wsi
        phase = .open
        owner?.wireOpened(headers)
        return 0
    }

    private func received(_ event: WebSocketEvent) -> Int32 {
        // After a refusal the rest is read and thrown away until the peer's close frame, so that ours arrives.
        guard phase == .open || phase == .closing else { return phase == .ended && !closeFrameSent ? -1 : 0 }
        isHeard = true
        let length = assembly.count + event.length
        guard length <= maximumMessage, Int(lws_remaining_packet_payload(event.wsi)) <= maximumMessage - length else {
            refuse(1009, "a message is larger than \(maximumMessage) bytes")
            return 0
        }
        let kind: LinkMessageKind = event.flags & Int32(cws_binary) != 0 ? .binary : .text
        guard event.flags & Int32(cws_last) != 0 else {
            assembly += event.bytes
            return 0
        }
        if assembly.isEmpty {
            deliver(kind, Span(_unsafeBytes: event.bytes))
            return 0
        }
        var message = assembly
        assembly = []
        message += event.bytes
        deliver(kind, message.span)
        if message.count <= Self.keptAssembly, phase != .ended {
            message.removeAll(keepingCapacity: true)
            assembly = message
        }
        return 0
    }

    private func deliver(_ kind: LinkMessageKind, _ payload: Span<UInt8>) {
        if kind == .text {
            do { _ = try UTF8Span(validating: payload) } catch { return refuse(1007, "a text message is not UTF-8") }
        }
        owner?.wireReceived(kind, payload)
    }

    /// Ends it for the owner and tells the peer why.
    private func refuse(_ code: Int, _ reason: String) {
        queue.removeAll()
        let closure = LinkClosure(.protocolError, code: code, reason: reason)
        beginClose(code, reason, closure)
        end(closure)
    }

    /// The peer's close frame. Non-zero: ours has gone out before, so nothing is left to say.
    private func peerClosed(_ event: WebSocketEvent) -> Int32 {
        let bytes = event.bytes
        if phase == .open { phase = .closing }
        if peerClose == nil {
            peerClose =
                bytes.count < 2
                ? (1005, "")
                : (Int(bytes[0]) << 8 | Int(bytes[1]), String(decoding: bytes.dropFirst(2), as: UTF8.self))
        }
        return closeFrameSent ? -1 : 0
    }

    private func gone(_ event: WebSocketEvent) {
        let failedToConnect = !connected
        isGone = true
        end(WireEnding.closure(of: ending(event)))
        guard event.kind == cws_destroyed else { return }
        if failedToConnect { cws_sweep(context.loop.raw, event.wsi) }
        drop()
    }

    private func ending(_ event: WebSocketEvent) -> WireEnding {
        var facts = WireEnding()
        facts.connected = connected
        facts.requestWritten = requestWritten
        facts.wasOpen = phase == .open || phase == .closing
        facts.certificateError = certificateError
        facts.status = status
        facts.headers = headers
        facts.body = body
        facts.peerClose = peerClose
        facts.localClose = wantedClose
        if event.kind == cws_failed { facts.words = event.text }
        return facts
    }
}
