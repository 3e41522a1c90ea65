import CLinux
import CUV
import Core
import Glibc

/// A TCP connection: a non-blocking socket that the loop watches.
///
/// The way of a frame in: epoll -> libuv -> `descriptorReady` -> one `recv` into the loop's buffer -> delegate. Out:
/// `send` -> one `send(2)`; only what the kernel refuses is queued and leaves when the socket is writable again.
@EngineActor
final class UVTCPConnection: TCPConnection, DescriptorOwner {
    private enum Phase {
        case connecting
        case open
        /// FIN is wanted or sent; reading on to the peer's FIN.
        case closing
        /// The peer has sent FIN and the delegate has heard of it; what waits still leaves.
        case flushing
        case closed
    }

    /// How long an orderly close may take.
    private static let closePatience: Duration = .seconds(1)
    /// Reads in one turn, so that one flooding peer cannot hold the others up.
    private static let readsPerTurn = 32

    let remoteAddress: SocketAddress
    weak var delegate: (any TCPConnectionDelegate)?
    var queueLimit = 256 << 10

    private let loop: UVLoop
    private var descriptor: Int32
    private var watch: DescriptorWatch?
    private var phase: Phase
    private var queue = SendQueue()
    private var timer: (any EngineTimer)?
    private var opened: (@EngineActor (any TCPConnection) -> Void)?

    var queuedBytes: Int { queue.count }

    /// Open, and the kernel holds neither bytes nor an end that have not been read.
    var isQuiet: Bool {
        var byte: UInt8 = 0
        return phase == .open && recv(descriptor, &byte, 1, Int32(MSG_PEEK)) < 0 && errno == EAGAIN
    }

    /// Takes over an accepted socket.
    init(_ loop: UVLoop, accepted descriptor: Int32, from address: SocketAddress) {
        self.loop = loop
        self.descriptor = descriptor
        remoteAddress = address
        phase = .open
    }

    /// Connects to `address`.
    init(
        _ loop: UVLoop, to address: SocketAddress, timeout: Duration, delegate: any TCPConnectionDelegate,
        opened: @escaping @EngineActor (any TCPConnection) -> Void
    ) {
        self.loop = loop
        self.delegate = delegate
        self.opened = opened
        remoteAddress = address
        phase = .connecting
        descriptor = SocketNames.makeSocket(address)
        if let cause = startConnect() {
            loop.soon { self.end(.failed(cause)) }
        } else {
            timer = loop.schedule(after: timeout) { self.end(.failed("no answer from \(address) in time")) }
        }
    }

    /// Begins to watch an accepted socket; false (and closed) when that cannot be.
    func startReading() -> Bool {
        SocketNames.set(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, 1)
        guard let made = DescriptorWatch(loop, descriptor: descriptor, owner: self) else {
            Glibc.close(descriptor)
            phase = .closed
            return false
        }
        watch = made
        made.watch(Int32(UV_READABLE.rawValue))
        return true
    }

    private func startConnect() -> String? {
        guard descriptor >= 0 else { return SocketNames.words(errno) }
        SocketNames.set(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, 1)
        let status = SocketNames.withRaw(remoteAddress) { connect(descriptor, $0, $1) }
        guard let status else { return "\"\(remoteAddress.host)\" is not a numeric address" }
        if status != 0, errno != EINPROGRESS { return "\(remoteAddress): \(SocketNames.words(errno))" }
        guard let made = DescriptorWatch(loop, descriptor: descriptor, owner: self) else {
            return "the event loop stops"
        }
        watch = made
        made.watch(Int32(UV_WRITABLE.rawValue))
        return nil
    }

    // MARK: - Sending

    @discardableResult
    func send(_ bytes: Span<UInt8>) -> Bool {
        guard phase == .open || phase == .connecting || phase == .flushing, !bytes.isEmpty else { return false }
        guard phase != .connecting, queue.isEmpty else {
            guard queue.count + bytes.count <= queueLimit else { return false }
            queue.append(bytes)
            return true
        }
        let sent = bytes.withUnsafeBytes { push($0) }
        if sent < bytes.count {
            queue.append(bytes, from: max(0, sent))
            watchForWrite(true)
        }
        return true
    }

    /// One send call; what it took. An error takes nothing: reading tells the reason, in order, after unread bytes.
    private func push(_ bytes: UnsafeRawBufferPointer) -> Int {
        max(0, Glibc.send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL)))
    }

    private func watchForWrite(_ wanted: Bool) {
        watch?.watch(Int32(UV_READABLE.rawValue) | (wanted ? Int32(UV_WRITABLE.rawValue) : 0))
    }

    private func flush() {
        queue.drain { push($0) }
        guard queue.isEmpty else { return }
        watchForWrite(false)
        switch phase {
        case .closing: shutdown(descriptor, Int32(SHUT_WR))
        case .flushing: release()
        default: break
        }
    }

    // MARK: - Ending

    func close() {
        switch phase {
        case .connecting: soonEnd(.local)
        case .open:
            phase = .closing
            if queue.isEmpty { shutdown(descriptor, Int32(SHUT_WR)) }
            timer = loop.schedule(after: Self.closePatience) { self.end(.local) }
        default: break
        }
    }

    func abort() {
        guard phase != .closed else { return }
        if phase == .flushing { return release() }
        var linger = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout.size(ofValue: linger)))
        soonEnd(.local)
    }

    func loopStops() { end(.local) }

    /// Lets the socket go now and tells the delegate in the next turn.
    private func soonEnd(_ closure: TCPClosure) {
        release()
        loop.soon { self.tell(closure) }
    }

    private func end(_ closure: TCPClosure) {
        guard phase != .closed else { return }
        let told = phase == .flushing
        release()
        if !told { tell(closure) }
    }

    private func tell(_ closure: TCPClosure) {
        let listener = delegate
        delegate = nil
        listener?.tcpClosed(self, closure)
    }

    private func release() {
        guard phase != .closed else { return }
        phase = .closed
        timer?.cancel()
        timer = nil
        opened = nil
        queue.removeAll()
        watch?.close()
        watch = nil
        if descriptor >= 0 { Glibc.close(descriptor) }
        descriptor = -1
    }

    // MARK: - The loop's side

    func descriptorReady(_ events: Int32, failed: Bool) {
        if phase == .connecting { return finishConnect() }
        if failed || events & Int32(UV_READABLE.rawValue) != 0 { receive(toTheEnd: failed) }
        if phase != .closed, events & Int32(UV_WRITABLE.rawValue) != 0 { flush() }
    }

    private func finishConnect() {
        let code = SocketNames.pendingError(descriptor)
        guard code == 0 else { return end(.failed("\(remoteAddress): \(SocketNames.words(code))")) }
        timer?.cancel()
        timer = nil
        phase = .open
        watchForWrite(!queue.isEmpty)
        let tellOpened = opened
        opened = nil
        tellOpened?(self)
    }

    /// Reads what is there. `toTheEnd`: the watch has stopped with an error, so read until the kernel names it.
    private func receive(toTheEnd: Bool) {
        var reads = 0
        let buffer = loop.readBuffer
        while phase != .closed, toTheEnd || reads < Self.readsPerTurn {
            reads += 1
            let count = recv(descriptor, buffer.baseAddress, buffer.count, 0)
            if count > 0 {
                if phase == .open {
                    let bytes = UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(buffer)[..<count])
                    delegate?.tcpReceived(self, Span(_unsafeBytes: bytes))
                }
                if count < buffer.count, !toTheEnd { return }
            } else if count == 0 {
                return peerFinished()
            } else if errno == EAGAIN {
                if toTheEnd { failed(SocketNames.pendingError(descriptor)) }
                return
            } else if errno != EINTR {
                return failed(errno)
            }
        }
    }

    private func failed(_ code: Int32) {
        switch (phase, code) {
        case (.closing, _): end(.local)
        case (_, ECONNRESET), (_, EPIPE), (_, 0): end(.reset)
        default: end(.failed("\(remoteAddress): \(SocketNames.words(code))"))
        }
    }

    /// FIN: the delegate hears of it, may still send a last message from there, and the rest is flushed before our FIN.
    private func peerFinished() {
        guard phase == .open else { return end(.local) }
        phase = .flushing
        watch?.watch(0)
        tell(.remote)
        guard phase == .flushing else { return }
        if queue.isEmpty { return release() }
        watch?.watch(Int32(UV_WRITABLE.rawValue))
        timer = loop.schedule(after: Self.closePatience) { self.release() }
    }
}
