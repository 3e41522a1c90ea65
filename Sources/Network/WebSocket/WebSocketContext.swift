import CUV
import CWebSockets
import Core

/// libwebsockets on the loop: made when the first WebSocket needs it, taken down with the loop in two steps.
///
/// Facts of 4.1.6 that shape this code: it takes no signals on a foreign loop; its timers are armed only from its own
/// callbacks, so every deadline here is the loop's; killing a connection is safe only outside its callbacks.
@EngineActor
final class WebSocketContext {
    /// Bytes that one callback can carry: a typical message arrives whole and is handed on without a copy.
    static let receiveBuffer = 64 << 10
    /// How often silence is looked at; a ping goes out after two silent spans, the end comes after four.
    private static let tick: Duration = .seconds(10)
    static let pingAfter = 2
    static let deadAfter = 4

    let loop: UVLoop
    let raw: OpaquePointer
    private var clientHosts: [String: OpaquePointer] = [:]
    private var serverHosts: [String: OpaquePointer] = [:]
    private var wires: [ObjectIdentifier: WebSocketWire] = [:]
    private var heartbeat: (any EngineTimer)?
    /// Where outgoing frames are laid with room for their header; a frame is masked in place and gone after the call.
    private(set) var scratch: UnsafeMutableBufferPointer<UInt8>

    /// The context of `loop`, made at the first call; nil when libwebsockets cannot start.
    static func of(_ loop: UVLoop) -> WebSocketContext? {
        if let made = loop.webSockets { return made }
        guard !loop.isStopping, let raw = cws_context(loop.raw, webSocketEvent, receiveBuffer) else { return nil }
        let made = WebSocketContext(loop, raw)
        loop.webSockets = made
        loop.onStop { made.stop() }
        loop.onFinish { made.finish() }
        return made
    }

    private init(_ loop: UVLoop, _ raw: OpaquePointer) {
        self.loop = loop
        self.raw = raw
        scratch = .allocate(capacity: cws_headroom + 64 << 10)
    }

    /// The host for client connections that trusts the system's authorities and those of `authorities` (a PEM file).
    func clientHost(_ authorities: String?) -> OpaquePointer? {
        if let host = clientHosts[authorities ?? ""] { return host }
        let host = cws_client_host(raw, authorities)
        if let host { clientHosts[authorities ?? ""] = host }
        return host
    }

    /// The host for server connections that speak `subprotocol`; only names chosen by our own service come here.
    func serverHost(_ subprotocol: String) -> OpaquePointer? {
        if let host = serverHosts[subprotocol] { return host }
        let host = cws_server_host(raw, subprotocol)
        if let host { serverHosts[subprotocol] = host }
        return host
    }

    /// Makes the scratch buffer hold a payload of `count` bytes.
    func reserve(_ count: Int) {
        let wanted = cws_headroom + count
        guard scratch.count < wanted else { return }
        scratch.deallocate()
        scratch = .allocate(capacity: wanted)
    }

    func adopt(_ wire: WebSocketWire) {
        wires[ObjectIdentifier(wire)] = wire
        if heartbeat == nil { scheduleHeartbeat() }
    }

    func release(_ wire: WebSocketWire) { wires[ObjectIdentifier(wire)] = nil }

    private func scheduleHeartbeat() {
        heartbeat = loop.schedule(after: Self.tick) { [weak self] in
            guard let self else { return }
            self.heartbeat = nil
            for wire in self.wires.values { wire.beat() }
            if !self.wires.isEmpty { self.scheduleHeartbeat() }
        }
    }

    /// First step: every wire gets its end, libwebsockets begins to close its descriptors.
    private func stop() {
        for wire in Array(wires.values) { wire.loopStops() }
        lws_context_destroy(raw)
    }

    /// Second step, after the loop's last turn.
    private func finish() {
        lws_context_destroy(raw)
        cws_sweep(loop.raw, nil)
        uv_run(loop.raw, UV_RUN_NOWAIT)
        scratch.deallocate()
        scratch = .init(start: nil, count: 0)
        loop.webSockets = nil
    }
}

/// libwebsockets -> the wire that owns the connection. Engine thread by construction.
private let eventOnEngine: @Sendable (WebSocketEvent) -> Int32 = {
    let onEngine: @EngineActor @Sendable (WebSocketEvent) -> Int32 = { event in
        Unmanaged<WebSocketWire>.fromOpaque(event.owner).takeUnretainedValue().handle(event)
    }
    // SAFETY: a global-actor function has the representation of the plain function. libwebsockets rides on the loop: it
    // calls back inside uv_run or inside a call made by engine code, both on the engine thread.
    return unsafeBitCast(onEngine, to: (@Sendable (WebSocketEvent) -> Int32).self)
}()

/// One callback of libwebsockets; its pointers live until the callback returns.
struct WebSocketEvent {
    var kind: cws_kind
    var wsi: OpaquePointer
    var owner: UnsafeMutableRawPointer
    var data: UnsafeMutableRawPointer?
    var length: Int
    var flags: Int32

    /// The data as bytes.
    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: data, count: data == nil ? 0 : length) }
    /// The data as text.
    var text: String { String(decoding: bytes, as: UTF8.self) }
}

private let webSocketEvent: cws_handler = { kind, wsi, owner, data, length, flags in
    guard let wsi, let owner else { return 0 }
    return eventOnEngine(
        WebSocketEvent(kind: kind, wsi: wsi, owner: owner, data: data, length: length, flags: flags))
}
