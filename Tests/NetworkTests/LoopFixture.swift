import Core
import Glibc
import Network
import Synchronization
import Testing

/// All tests of this target run one after another: the engine executor belongs to one loop at a time.
@Suite(.serialized) struct NetworkTests {}

/// A real loop on its own thread for one test.
final class LoopFixture: Sendable {
    let loop = UVLoop()

    init() throws { try loop.start(name: "test-engine") }

    /// Ends the loop; nothing of the test may run after it.
    func finish() { loop.stop() }

    /// Runs `body` on the engine thread and waits for its result.
    func engine<T: Sendable>(_ body: @escaping @EngineActor @Sendable () throws -> T) throws -> T {
        let box = Mutex<Result<T, any Error>?>(nil)
        let done = Signal()
        let shared = Shared(box)
        loop.post {
            let result = Result { try body() }
            shared.box.withLock { $0 = result }
            done.set()
        }
        guard done.wait(.seconds(20)) else { throw TimedOut(what: "the engine thread") }
        guard let result = shared.box.withLock({ $0 }) else { throw TimedOut(what: "a result") }
        return try result.get()
    }

    private final class Shared<T: Sendable>: Sendable {
        let box: Mutex<Result<T, any Error>?>
        init(_ box: consuming Mutex<Result<T, any Error>?>) { self.box = box }
    }

    /// Waits until `condition` holds on the engine thread; false when it does not within the bound.
    func eventually(
        within bound: Duration = .seconds(20), _ condition: @escaping @EngineActor @Sendable () -> Bool
    ) throws -> Bool {
        let deadline = MonotonicTime.now() + bound
        while MonotonicTime.now() < deadline {
            if try engine(condition) { return true }
            poll(nil, 0, 1)
        }
        return false
    }
}

struct TimedOut: Error {
    var what: String
}

/// A flag that another thread waits for.
final class Signal: @unchecked Sendable {
    // SAFETY: sem_t is made for several threads; the pointer is constant.
    private let raw = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)

    init() { sem_init(raw, 0, 0) }
    deinit {
        sem_destroy(raw)
        raw.deallocate()
    }

    func set() { sem_post(raw) }

    func wait(_ bound: Duration) -> Bool {
        var until = timespec()
        clock_gettime(CLOCK_REALTIME, &until)
        until.tv_sec += Int(bound.components.seconds) + 1
        while sem_timedwait(raw, &until) != 0 {
            if errno != EINTR { return false }
        }
        return true
    }
}

/// A blocking client socket of the test's own thread.
struct RawSocket {
    let descriptor: Int32

    init(connectedTo address: SocketAddress) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var raw = sockaddr_in()
        raw.sin_family = sa_family_t(AF_INET)
        raw.sin_port = in_port_t(truncatingIfNeeded: address.port).bigEndian
        inet_pton(AF_INET, address.host, &raw.sin_addr)
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let fd = descriptor
        let status = withUnsafePointer(to: &raw) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(fd, $0, size) }
        }
        var bound = timeval(tv_sec: 10, tv_usec: 0)
        setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &bound, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &bound, socklen_t(MemoryLayout<timeval>.size))
        var one: Int32 = 1
        setsockopt(fd, Int32(IPPROTO_TCP), TCP_NODELAY, &one, 4)
        if status != 0 { throw TimedOut(what: "connect \(errno)") }
    }

    func write(_ bytes: [UInt8]) {
        var start = 0
        while start < bytes.count {
            let sent = bytes[start...].withUnsafeBytes {
                send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if sent <= 0 { return }
            start += sent
        }
    }

    func write(_ text: String) { write(Array(text.utf8)) }

    /// Reads until `count` bytes, EOF, error or the time bound.
    func read(_ count: Int) -> [UInt8] {
        var all: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65536)
        while all.count < count {
            let got = recv(descriptor, &buffer, min(buffer.count, count - all.count), 0)
            if got <= 0 { break }
            all += buffer[..<got]
        }
        return all
    }

    /// Reads to EOF.
    func readAll() -> [UInt8] { read(.max) }

    /// Closes with RST.
    func reset() {
        var linger = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout.size(ofValue: linger)))
        Glibc.close(descriptor)
    }

    func finishWriting() { shutdown(descriptor, Int32(SHUT_WR)) }
    func close() { Glibc.close(descriptor) }
}

/// Descriptors of this process that only event loops have (other tests of the run open files and sockets of their own).
func loopDescriptors() -> Int {
    var count = 0
    var name = [CChar](repeating: 0, count: 128)
    for descriptor in 0..<1024 {
        let length = readlink("/proc/self/fd/\(descriptor)", &name, name.count)
        guard length > 0 else { continue }
        let target = String(decoding: name[..<length].map { UInt8(bitPattern: $0) }, as: UTF8.self)
        if target.contains("eventpoll") || target.contains("timerfd") { count += 1 }
    }
    return count
}

/// Whether this target runs alone (`SIDETONE_TEST_ALONE=1 swift test --filter NetworkTests`): then tests may change
/// limits of the whole process and count its sockets.
let runsAlone = getenv("SIDETONE_TEST_ALONE") != nil

/// Open descriptors of this process.
func openDescriptors() -> Int {
    guard let folder = opendir("/proc/self/fd") else { return -1 }
    defer { closedir(folder) }
    var count = 0
    while readdir(folder) != nil { count += 1 }
    return count
}
