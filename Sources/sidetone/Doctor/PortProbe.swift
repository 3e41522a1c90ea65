import Core
import Glibc

/// Whether an address can be listened on, tried by binding it for a moment.
enum PortProbe {
    /// False when somebody listens there; throws when the address cannot be used at all.
    static func isFree(_ address: SocketAddress) throws(ConfigurationError) -> Bool {
        var hints = addrinfo()
        hints.ai_flags = AI_NUMERICHOST | AI_PASSIVE
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        defer { if let found { freeaddrinfo(found) } }
        guard getaddrinfo(address.host, String(address.port), &hints, &found) == 0, let info = found?.pointee else {
            throw refusal(address, "it is not a numeric address", "write for example 127.0.0.1:9092")
        }
        let descriptor = socket(info.ai_family, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw refusal(address, String(cString: strerror(errno)), "see ulimit -n") }
        defer { close(descriptor) }
        var on: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
        if bind(descriptor, info.ai_addr, info.ai_addrlen) == 0, listen(descriptor, 1) == 0 { return true }
        let number = errno
        if number == EADDRINUSE { return false }
        throw refusal(
            address, String(cString: strerror(number)),
            number == EACCES
                ? "ports below 1024 need root; choose a higher one" : "listen on an address of this machine")
    }

    private static func refusal(_ address: SocketAddress, _ cause: String, _ fix: String) -> ConfigurationError {
        ConfigurationError(place: "\(address)", cause: cause, fix: fix)
    }
}
