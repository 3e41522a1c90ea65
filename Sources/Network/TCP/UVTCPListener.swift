import CLinux
import CUV
import Core
import Glibc

/// A listening socket: accepts until the kernel has no more, pauses when descriptors run out.
@EngineActor
final class UVTCPListener: TCPListener, DescriptorOwner {
    /// Connections accepted in one turn, so that a flood cannot hold the calls up.
    private static let acceptsPerTurn = 64
    /// How soon accepting is tried again after descriptors ran out.
    private static let pause: Duration = .milliseconds(250)

    let localAddress: SocketAddress
    private let loop: UVLoop
    private var descriptor: Int32
    /// The socket's file, for a unix domain socket.
    private var file: SocketFile?
    private var watch: DescriptorWatch?
    private var resume: (any EngineTimer)?
    private var isTroubled = false
    private let trouble: @EngineActor (String?) -> Void
    private let accepted: @EngineActor (Int32, SocketAddress) -> Void

    /// Binds and listens. `accepted` gets each new non-blocking socket, and owns it.
    init(
        _ loop: UVLoop, _ address: SocketAddress, backlog: Int, sharePort: Bool,
        trouble: @escaping @EngineActor (String?) -> Void,
        accepted: @escaping @EngineActor (Int32, SocketAddress) -> Void
    ) throws(ConfigurationError) {
        self.loop = loop
        self.trouble = trouble
        self.accepted = accepted
        if let path = address.socketPath { try SocketFile.makeRoom(at: path) }
        descriptor = try Self.bind(address, backlog: backlog, sharePort: sharePort)
        let fd = descriptor
        file = address.socketPath.flatMap { SocketFile(path: $0) }
        localAddress = file == nil ? SocketNames.read { getsockname(fd, $0, &$1) }.address : address
        guard let made = DescriptorWatch(loop, descriptor: descriptor, owner: self) else {
            Glibc.close(fd)
            throw Self.refusal(address, "the event loop is stopping", "start again")
        }
        watch = made
        made.watch(Int32(UV_READABLE.rawValue))
    }

    private static func bind(
        _ address: SocketAddress, backlog: Int, sharePort: Bool
    ) throws(ConfigurationError) -> Int32 {
        let descriptor = SocketNames.makeSocket(address)
        guard descriptor >= 0 else { throw refusal(address, errno) }
        // Before the file exists: nobody else can reach it at any moment.
        if address.socketPath != nil { fchmod(descriptor, 0o600) }
        SocketNames.set(descriptor, SOL_SOCKET, SO_REUSEADDR, 1)
        if sharePort { SocketNames.set(descriptor, SOL_SOCKET, SO_REUSEPORT, 1) }
        if address.socketPath == nil, address.host.contains(":") {
            SocketNames.set(descriptor, Int32(IPPROTO_IPV6), IPV6_V6ONLY, 1)
        }
        guard let status = SocketNames.withRaw(address, { Glibc.bind(descriptor, $0, $1) }) else {
            Glibc.close(descriptor)
            throw refusal(address, "the host is not a numeric address", "write one like 127.0.0.1, 0.0.0.0 or [::1]")
        }
        guard status == 0, Glibc.listen(descriptor, Int32(clamping: backlog)) == 0 else {
            let code = errno
            Glibc.close(descriptor)
            throw refusal(address, code)
        }
        return descriptor
    }

    private static func refusal(_ address: SocketAddress, _ code: Int32) -> ConfigurationError {
        switch code {
        case EADDRINUSE:
            refusal(
                address, "the address is in use by another program",
                "choose another port or stop that program (ss -ltnp)")
        case EACCES: refusal(address, "binding it is not permitted", "choose a port of 1024 or above")
        case EADDRNOTAVAIL: refusal(address, "this machine has no such address", "choose one that ip addr shows")
        case EMFILE, ENFILE: refusal(address, descriptorTrouble(), "raise the limit (ulimit -n)")
        default: refusal(address, SocketNames.words(code), "check the address")
        }
    }

    private static func refusal(_ address: SocketAddress, _ cause: String, _ fix: String) -> ConfigurationError {
        ConfigurationError(place: "listen on \(address)", cause: cause, fix: fix)
    }

    /// "no descriptor left (limit 1024)".
    private static func descriptorTrouble() -> String {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        return "no file descriptor left (the limit is \(limit.rlim_cur))"
    }

    func close() {
        resume?.cancel()
        resume = nil
        watch?.close()
        watch = nil
        if descriptor >= 0 { Glibc.close(descriptor) }
        descriptor = -1
        file?.remove()
        file = nil
    }

    func loopStops() { close() }

    func descriptorReady(_ events: Int32, failed: Bool) {
        var accepts = 0
        while descriptor >= 0, accepts < Self.acceptsPerTurn {
            accepts += 1
            let fd = descriptor
            let (made, from) = SocketNames.read { clinux_accept(fd, $0, &$1) }
            if made >= 0 {
                recovered()
                guard file == nil || SocketFile.isOurs(peerOf: made) else {
                    Glibc.close(made)
                    continue
                }
                accepted(made, from)
            } else if errno == EAGAIN {
                return recovered()
            } else if [EMFILE, ENFILE, ENOBUFS, ENOMEM].contains(errno) {
                return pauseAccepting(errno)
            }
        }
    }

    private func pauseAccepting(_ code: Int32) {
        watch?.watch(0)
        resume = loop.schedule(after: Self.pause) { [weak self] in
            guard let self else { return }
            self.watch?.watch(Int32(UV_READABLE.rawValue))
        }
        guard !isTroubled else { return }
        isTroubled = true
        let cause = code == EMFILE ? Self.descriptorTrouble() : SocketNames.words(code)
        trouble("not accepting connections on \(localAddress): \(cause); raise it with ulimit -n or LimitNOFILE")
    }

    private func recovered() {
        guard isTroubled else { return }
        isTroubled = false
        trouble(nil)
    }
}
