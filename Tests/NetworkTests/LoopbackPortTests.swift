import Glibc
import Testing

@testable import Network

@Suite struct LoopbackPortTests {
    /// A server as it is usually made: binds with `SO_REUSEADDR` and listens. The error number, 0 for success.
    private func serve(_ port: Int, reuse: Bool) -> Int32 {
        let fd = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(fd) }
        var on: Int32 = reuse ? 1 : 0
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        address.sin_port = in_port_t(UInt16(port)).bigEndian
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(fd, $0, size) }
        }
        guard bound == 0, listen(fd, 1) == 0 else { return errno }
        return 0
    }

    @Test func isKeptForAServerOnly() throws {
        let port = try LoopbackPort()
        #expect(port.number > 0)
        #expect(serve(port.number, reuse: true) == 0)
        #expect(serve(port.number, reuse: false) == EADDRINUSE)
        port.release()
        port.release()
        #expect(serve(port.number, reuse: false) == 0)
    }

    @Test func twoAreDifferent() throws {
        let first = try LoopbackPort(), second = try LoopbackPort()
        #expect(first.number != second.number)
    }
}
