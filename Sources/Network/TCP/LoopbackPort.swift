import Core
import Glibc
import Synchronization

/// A free port of 127.0.0.1, bound and kept: no other program is given it, while one that sets `SO_REUSEADDR` (as servers do) may bind and
/// listen on it, because this socket never listens (Linux, socket(7)). Any thread.
public final class LoopbackPort: Sendable {
    /// The port.
    public let number: Int
    private let descriptor: Mutex<Int32>

    /// Binds a free port. Throws what the system said.
    public init() throws(ConfigurationError) {
        let refuse = { (what: String) in
            ConfigurationError(
                place: "a port of 127.0.0.1", cause: "\(what): \(String(cString: strerror(errno)))",
                fix: "see that ports are free and descriptors are left")
        }
        let fd = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard fd >= 0 else { throw refuse("socket") }
        var on: Int32 = 1
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { raw in
                bind(fd, raw, size) == 0 ? getsockname(fd, raw, &size) : -1
            }
        }
        guard result == 0 else {
            let error = refuse("bind")
            close(fd)
            throw error
        }
        descriptor = Mutex(fd)
        number = Int(UInt16(bigEndian: address.sin_port))
    }

    /// Gives the port up; a second time does nothing.
    public func release() {
        descriptor.withLock { fd in
            if fd >= 0 { close(fd) }
            fd = -1
        }
    }

    deinit { release() }
}
