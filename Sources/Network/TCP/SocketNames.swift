import CLinux
import CUV
import Core
import Glibc

/// Socket addresses between the kernel's form and ours.
enum SocketNames {
    /// Calls `body` with the kernel's form of a numeric address or a socket's path; nil when the host is neither (or the
    /// path too long).
    static func withRaw<T>(
        _ address: SocketAddress, _ body: (UnsafePointer<sockaddr>, socklen_t) -> T
    ) -> T? {
        if let path = address.socketPath { return withPath(path, body) }
        var four = sockaddr_in()
        if inet_pton(AF_INET, address.host, &four.sin_addr) == 1 {
            four.sin_family = sa_family_t(AF_INET)
            four.sin_port = in_port_t(truncatingIfNeeded: address.port).bigEndian
            return pass(&four, body)
        }
        var six = sockaddr_in6()
        guard inet_pton(AF_INET6, address.host, &six.sin6_addr) == 1 else { return nil }
        six.sin6_family = sa_family_t(AF_INET6)
        six.sin6_port = in_port_t(truncatingIfNeeded: address.port).bigEndian
        return pass(&six, body)
    }

    /// Longest path of a unix domain socket in bytes, without the zero at its end.
    static let longestPath = 107

    private static func withPath<T>(_ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> T) -> T? {
        guard path.utf8.count <= longestPath else { return nil }
        var raw = sockaddr_un()
        raw.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &raw.sun_path) { $0.copyBytes(from: path.utf8) }
        return pass(&raw, body)
    }

    private static func pass<S, T>(_ raw: inout S, _ body: (UnsafePointer<sockaddr>, socklen_t) -> T) -> T {
        withUnsafePointer(to: &raw) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<S>.size)) }
        }
    }

    /// The address that `ask` (getsockname, getpeername, accept) fills in.
    static func read(
        _ ask: (UnsafeMutablePointer<sockaddr>, inout socklen_t) -> Int32
    ) -> (status: Int32, address: SocketAddress) {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let status = withUnsafeMutablePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { ask($0, &length) }
        }
        return (status, status < 0 ? SocketAddress(host: "", port: 0) : text(of: &storage))
    }

    /// The numeric form of a kernel address.
    static func text(of storage: UnsafePointer<sockaddr_storage>) -> SocketAddress {
        var name = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        var port: in_port_t = 0
        if Int32(storage.pointee.ss_family) == AF_INET {
            storage.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { four in
                var address = four.pointee.sin_addr
                inet_ntop(AF_INET, &address, &name, socklen_t(name.count))
                port = four.pointee.sin_port
            }
        } else if Int32(storage.pointee.ss_family) == AF_INET6 {
            storage.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { six in
                var address = six.pointee.sin6_addr
                inet_ntop(AF_INET6, &address, &name, socklen_t(name.count))
                port = six.pointee.sin6_port
            }
        }
        let host = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return SocketAddress(host: host, port: Int(UInt16(bigEndian: port)))
    }

    /// A new non-blocking stream socket for the address' family; -1 with errno set.
    static func makeSocket(_ address: SocketAddress) -> Int32 {
        let family = address.socketPath != nil ? AF_UNIX : address.host.contains(":") ? AF_INET6 : AF_INET
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        return socket(family, kind, 0)
    }

    /// Sets an integer socket option; a failure leaves the system's default.
    static func set(_ descriptor: Int32, _ level: Int32, _ option: Int32, _ value: Int32) {
        var value = value
        setsockopt(descriptor, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
    }

    /// The error that waits on a socket (and clears it), 0 for none.
    static func pendingError(_ descriptor: Int32) -> Int32 {
        var value: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &value, &length)
        return value
    }

    /// `strerror` as a Swift string.
    static func words(_ code: Int32) -> String { String(cString: strerror(code)) }
}
