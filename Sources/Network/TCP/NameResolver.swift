import CLinux
import CUV
import Core
import Glibc

/// What a look-up of a name came to.
public enum NameResolution: Sendable, Equatable {
    /// Numeric addresses, best first, at least one.
    case addresses([String])
    /// Why there is none, in words.
    case failed(String)
}

/// Finds the addresses of a host name without holding the engine up. Tests put their own in.
@EngineActor
public protocol NameResolver: AnyObject {
    /// Looks `host` up; `done` is called once, later, on the engine thread.
    func resolve(_ host: String, _ done: @escaping @EngineActor (NameResolution) -> Void)
}

/// The system's resolver on libuv's worker threads. A numeric host answers at the loop's next turn.
@EngineActor
public final class UVNameResolver: NameResolver {
    private let loop: UVLoop

    /// A resolver on `loop`.
    public init(loop: UVLoop) { self.loop = loop }

    public func resolve(_ host: String, _ done: @escaping @EngineActor (NameResolution) -> Void) {
        if SocketNames.withRaw(SocketAddress(host: host, port: 0), { _, _ in true }) != nil {
            return loop.soon { done(.addresses([host])) }
        }
        let request = UnsafeMutablePointer<uv_getaddrinfo_t>.allocate(capacity: 1)
        request.pointee.data = Unmanaged.passRetained(LookUp(done)).toOpaque()
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_ADDRCONFIG
        let status =
            loop.isStopping
            ? UV_ECANCELED.rawValue : uv_getaddrinfo(loop.raw, request, lookedUp, host, nil, &hints)
        guard status != 0 else { return }
        release(request)
        loop.soon { done(.failed(String(cString: uv_strerror(status)))) }
    }
}

private final class LookUp {
    let done: @EngineActor (NameResolution) -> Void
    init(_ done: @escaping @EngineActor (NameResolution) -> Void) { self.done = done }
}

private func release(_ request: UnsafeMutablePointer<uv_getaddrinfo_t>) {
    if let data = request.pointee.data { Unmanaged<LookUp>.fromOpaque(data).release() }
    request.deallocate()
}

private let lookedUp: uv_getaddrinfo_cb = { request, status, result in
    guard let request else { return }
    defer {
        uv_freeaddrinfo(result)
        release(request)
    }
    guard let data = request.pointee.data else { return }
    let done = Unmanaged<LookUp>.fromOpaque(data).takeUnretainedValue().done
    let outcome: NameResolution
    if status != 0 {
        outcome = .failed(String(cString: uv_strerror(status)))
    } else {
        let found = addresses(result)
        outcome = found.isEmpty ? .failed("the name has no address") : .addresses(found)
    }
    EngineActor.assumeIsolated { done(outcome) }
}

/// The numeric addresses of a result, in the system's order, the two families taking turns.
private func addresses(_ result: UnsafeMutablePointer<addrinfo>?) -> [String] {
    var families: [[String]] = [[], []]
    var first: Int32?
    var entry = result
    while let item = entry {
        entry = item.pointee.ai_next
        guard let raw = item.pointee.ai_addr else { continue }
        var storage = sockaddr_storage()
        memcpy(&storage, raw, min(Int(item.pointee.ai_addrlen), MemoryLayout<sockaddr_storage>.size))
        let text = SocketNames.text(of: &storage).host
        first = first ?? item.pointee.ai_family
        let family = item.pointee.ai_family == first ? 0 : 1
        if !text.isEmpty, !families[family].contains(text) { families[family].append(text) }
    }
    var mixed: [String] = []
    for index in 0..<max(families[0].count, families[1].count) {
        for family in families where index < family.count { mixed.append(family[index]) }
    }
    return mixed
}
