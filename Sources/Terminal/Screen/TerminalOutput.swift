import CNcurses
import Core
import Glibc

/// What goes to the terminal: kept in memory first, then written as far as the terminal takes it. A terminal that stands
/// still never stops the caller. Main thread.
///
/// curses → file in memory → `pending` → write(2) on a descriptor of our own that does not block.
final class TerminalOutput {
    /// What can be waited for until the terminal takes more.
    let descriptor: Int32
    /// Bytes ever handed over, written or not.
    private(set) var total = 0
    /// Whether the descriptor is ours: then writing to it never blocks.
    private var isOwn: Bool
    private let memory: Int32
    private var pending: [UInt8] = []
    private var written = 0
    private var isDead = false

    /// What is left when the terminal takes nothing at the end is dropped after this.
    static let patience = Duration.milliseconds(300)
    /// On a descriptor that may block: what a terminal that can be written to takes at once.
    private static let cautious = 128

    /// The terminal behind standard output.
    init() {
        let own = open("/proc/self/fd/1", O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
        isOwn = own >= 0 && isatty(own) == 1
        if own >= 0, !isOwn { close(own) }
        descriptor = isOwn ? own : 1
        memory = sidetone_memory_file()
    }

    deinit {
        letGo()
        if memory >= 0 { close(memory) }
    }

    /// Gives the descriptor of our own back; what is sent from now on is dropped. A program that goes on without a screen must
    /// not hold the terminal.
    func letGo() {
        isDead = true
        pending.removeAll()
        written = 0
        guard isOwn else { return }
        isOwn = false
        close(descriptor)
    }

    /// From now on curses writes into memory. Without memory it goes on writing to the terminal.
    func takeOver() { if memory >= 0 { sidetone_screen_redirect(memory) } }

    /// Whether bytes wait for the terminal.
    var isWaiting: Bool { written < pending.count }

    /// Adds bytes behind what curses has written.
    func send(_ text: String) {
        collect()
        guard !isDead else { return }
        pending += text.utf8
        total += text.utf8.count
    }

    /// Takes what curses has written since.
    private func collect() {
        guard memory >= 0 else { return }
        let size = Int(lseek(memory, 0, SEEK_CUR))
        guard size > 0 else { return }
        var bytes = [UInt8](repeating: 0, count: size)
        let count = pread(memory, &bytes, size, 0)
        lseek(memory, 0, SEEK_SET)
        ftruncate(memory, 0)
        guard count > 0, !isDead else { return }
        pending += bytes[..<count]
        total += count
    }

    /// Writes what the terminal takes now; true when nothing is left.
    @discardableResult
    func flush() -> Bool {
        collect()
        while written < pending.count {
            if !isOwn, !isReady(within: 0) { return false }
            let room = isOwn ? pending.count - written : min(Self.cautious, pending.count - written)
            let count = pending.withUnsafeBytes { write(descriptor, $0.baseAddress?.advanced(by: written), room) }
            if count > 0 {
                written += count
            } else if errno == EAGAIN {
                return false
            } else if errno != EINTR {
                isDead = true
                break
            }
        }
        pending.removeAll(keepingCapacity: true)
        written = 0
        return true
    }

    /// Writes all, waiting a moment for a slow terminal; the rest is dropped.
    func finish() {
        var left = Int32(Self.patience.wholeNanoseconds / 1_000_000)
        while !flush(), left > 0 {
            _ = isReady(within: 50)
            left -= 50
        }
        pending.removeAll()
        written = 0
    }

    private func isReady(within milliseconds: Int32) -> Bool {
        var one = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        return poll(&one, 1, milliseconds) > 0 && one.revents & Int16(POLLOUT) != 0
    }
}
