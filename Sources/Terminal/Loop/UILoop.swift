import CLinux
import Core
import Glibc

/// What the loop hands on. Called on the main thread, one at a time; must not block.
public protocol UILoopDelegate: AnyObject {
    /// Decoded input, in order.
    func loop(_ loop: UILoop, received events: [InputEvent])
    /// A signal that means something to a screen.
    func loop(_ loop: UILoop, received signal: UISignal)
    /// Another thread rang: something waits in a queue.
    func loopWasWoken(_ loop: UILoop)
    /// The tick asked for with `setTick`.
    func loopTicked(_ loop: UILoop)
    /// Time to draw: asked for with `requestFrame`, at most 30 times a second.
    func loopDraws(_ loop: UILoop)
    /// The terminal takes bytes again: asked for with `waitForOutput`.
    func loopCanWrite(_ loop: UILoop)
    /// The terminal is gone: no input will come and nothing can be shown.
    func loopLostTerminal(_ loop: UILoop)
}

/// Signals as the screen understands them.
public enum UISignal: Sendable, Hashable {
    case resized
    case interrupt
    case terminate
    case quit
    case hangUp
    /// Asked to stop (SIGTSTP from outside; Ctrl-Z arrives as a key).
    case stop
    case resumed
    /// SIGUSR2: read again what the user may have changed.
    case reload
}

/// The main thread's loop: epoll over the terminal, an eventfd that other threads ring, a timer for frames and one for
/// ticks, and a signalfd. Sleeps when nothing happens; a dead terminal ends its input and never spins.
public final class UILoop {
    /// Least time between two frames: 30 a second.
    public static let frameInterval = Duration.nanoseconds(33_333_333)

    /// What other threads ring to wake the loop.
    public let wake: UIWake

    private let epoll: Int32
    private let signals: Int32
    private let frames: Int32
    private let ticks: Int32
    private let input: Int32
    private var parser: InputParser
    private var isRunning = false
    private var hasInput = true
    /// A file or /dev/null: always readable, and epoll does not take it.
    private var isFile = false
    private var frameIsDue = false
    /// Waited for until it can be written to.
    private var output: Int32?
    private var lastFrame = MonotonicTime(nanoseconds: 0)

    /// `input` is the terminal's descriptor. `blockSignals()` must have been called before any thread was made.
    public init(input: Int32 = 0, escapeDelay: Duration = .milliseconds(25)) {
        self.input = input
        parser = InputParser(escapeDelay: UInt64(max(0, escapeDelay.wholeNanoseconds)))
        wake = UIWake()
        epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
        var set = Self.handledSignals
        signals = signalfd(-1, &set, Int32(SFD_NONBLOCK) | Int32(SFD_CLOEXEC))
        frames = timerfd_create(CLOCK_MONOTONIC, Int32(TFD_NONBLOCK) | Int32(TFD_CLOEXEC))
        ticks = timerfd_create(CLOCK_MONOTONIC, Int32(TFD_NONBLOCK) | Int32(TFD_CLOEXEC))
        for descriptor in [input, wake.descriptor, signals, frames, ticks] { watch(descriptor) }
    }

    deinit { for descriptor in [epoll, signals, frames, ticks] { close(descriptor) } }

    private func watch(_ descriptor: Int32) {
        var event = epoll_event()
        event.events = EPOLLIN.rawValue
        event.data.fd = descriptor
        guard epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event) != 0, descriptor == input else { return }
        isFile = errno == EPERM
        hasInput = isFile
    }

    // MARK: - Signals

    private static let numbers: [(number: Int32, signal: UISignal)] = [
        (SIGWINCH, .resized), (SIGINT, .interrupt), (SIGTERM, .terminate), (SIGQUIT, .quit), (SIGHUP, .hangUp),
        (SIGTSTP, .stop), (SIGCONT, .resumed), (SIGUSR2, .reload),
    ]

    private static var handledSignals: sigset_t {
        var set = sigset_t()
        sigemptyset(&set)
        for (number, _) in numbers { sigaddset(&set, number) }
        return set
    }

    /// Keeps the signals of the loop from all threads made after this call. First thing in `main`.
    public static func blockSignals() {
        var set = handledSignals
        pthread_sigmask(Int32(SIG_BLOCK), &set, nil)
        signal(SIGPIPE, SIG_IGN)
    }

    /// Stops the whole job as Ctrl-Z in a cooked terminal would; returns when it is continued. The screen must have
    /// been suspended before.
    public static func stopProcess() {
        signal(SIGTSTP, SIG_DFL)
        var set = sigset_t()
        sigemptyset(&set)
        sigaddset(&set, SIGTSTP)
        kill(0, SIGTSTP)
        pthread_sigmask(Int32(SIG_UNBLOCK), &set, nil)  // delivered here: sleeps until SIGCONT
        pthread_sigmask(Int32(SIG_BLOCK), &set, nil)
    }

    // MARK: - Running

    /// Asks for a frame. Any number of requests until it is drawn make one frame.
    public func requestFrame() {
        guard !frameIsDue else { return }
        frameIsDue = true
        let earliest = lastFrame + Self.frameInterval
        let wait = earliest - MonotonicTime.now()
        Self.arm(frames, first: max(.nanoseconds(1), wait), every: .zero)
    }

    /// Asks for a frame after a while; an earlier request is drawn earlier.
    public func requestFrame(after wait: Duration) {
        guard !frameIsDue else { return }
        Self.arm(frames, first: max(.nanoseconds(1), wait), every: .zero)
    }

    /// Calls `loopCanWrite` once the descriptor takes bytes.
    public func waitForOutput(_ descriptor: Int32) {
        guard output == nil else { return }
        var event = epoll_event()
        event.events = EPOLLOUT.rawValue
        event.data.fd = descriptor
        if epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event) == 0 { output = descriptor }
    }

    /// Calls `loopTicked` at this interval; nil for never. For meters and clocks: off while nothing moves.
    public func setTick(_ interval: Duration?) {
        Self.arm(ticks, first: interval ?? .zero, every: interval ?? .zero)
    }

    private static func arm(_ timer: Int32, first: Duration, every: Duration) {
        var spec = itimerspec()
        spec.it_value = timespec(first)
        spec.it_interval = timespec(every)
        timerfd_settime(timer, 0, &spec, nil)
    }

    /// Runs until `stop`. Main thread.
    public func run(_ delegate: any UILoopDelegate) {
        isRunning = true
        var ready = [epoll_event](repeating: epoll_event(), count: 8)
        if !hasInput { delegate.loopLostTerminal(self) }
        while isFile, hasInput, isRunning { readInput(delegate) }
        while isRunning {
            let count = epoll_wait(epoll, &ready, Int32(ready.count), waitMilliseconds())
            if count < 0, errno != EINTR { break }
            for index in 0..<Int(max(0, count)) where isRunning { serve(ready[index].data.fd, delegate) }
            let late = parser.expire(now: Self.now())
            if !late.isEmpty { delegate.loop(self, received: late) }
        }
    }

    /// Ends `run` after the current call.
    public func stop() { isRunning = false }

    private static func now() -> UInt64 { UInt64(max(0, MonotonicTime.now().nanoseconds)) }

    private func waitMilliseconds() -> Int32 {
        guard let deadline = parser.deadline else { return -1 }
        let now = Self.now()
        return deadline <= now ? 0 : Int32(min(1_000, (deadline - now) / 1_000_000 + 1))
    }

    private func serve(_ descriptor: Int32, _ delegate: any UILoopDelegate) {
        switch descriptor {
        case input: readInput(delegate)
        case wake.descriptor:
            wake.clear()
            delegate.loopWasWoken(self)
        case signals: readSignals(delegate)
        case frames:
            Self.drain(frames)
            frameIsDue = false
            lastFrame = .now()
            delegate.loopDraws(self)
        case ticks:
            Self.drain(ticks)
            delegate.loopTicked(self)
        case output:
            // Waited for anew when there is more: a dead terminal would be ready for ever.
            epoll_ctl(epoll, EPOLL_CTL_DEL, descriptor, nil)
            output = nil
            delegate.loopCanWrite(self)
        default: break
        }
    }

    private static func drain(_ timer: Int32) {
        var count: UInt64 = 0
        _ = read(timer, &count, MemoryLayout<UInt64>.size)
    }

    private func readInput(_ delegate: any UILoopDelegate) {
        var bytes = [UInt8](repeating: 0, count: 4_096)
        let count = read(input, &bytes, bytes.count)
        if count > 0 {
            let events = parser.feed(bytes[..<count], now: Self.now())
            if !events.isEmpty { delegate.loop(self, received: events) }
        } else if count == 0 || (errno != EAGAIN && errno != EINTR) {
            // End of file or EIO: the other side of the terminal is gone. Watching on would spin.
            epoll_ctl(epoll, EPOLL_CTL_DEL, input, nil)
            hasInput = false
            delegate.loopLostTerminal(self)
        }
    }

    private func readSignals(_ delegate: any UILoopDelegate) {
        var info = signalfd_siginfo()
        while read(signals, &info, MemoryLayout<signalfd_siginfo>.size) == MemoryLayout<signalfd_siginfo>.size {
            if let known = Self.numbers.first(where: { $0.number == Int32(info.ssi_signo) }) {
                delegate.loop(self, received: known.signal)
            }
        }
    }
}

extension timespec {
    fileprivate init(_ duration: Duration) {
        let nanoseconds = max(0, duration.wholeNanoseconds)
        self.init(tv_sec: Int(nanoseconds / 1_000_000_000), tv_nsec: Int(nanoseconds % 1_000_000_000))
    }
}
