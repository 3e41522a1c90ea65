import CLinux
import Core
import Glibc
import Synchronization

/// The one thread that writes all sessions. Started with the first session, woken every `drainInterval` while there are any.
final class RecorderThread: Sendable {
    private struct State {
        var arrivals: [TapChannel] = []
        var thread: pthread_t?
        var isStopping = false
    }

    private let state = Mutex(State())
    private let doorbell: Int32
    private let farewell: Int32
    private let options: RecordingOptions
    private let disk: any Disk

    init(options: RecordingOptions, disk: any Disk) {
        self.options = options
        self.disk = disk
        doorbell = eventfd(0, Int32(EFD_CLOEXEC) | Int32(EFD_NONBLOCK))
        farewell = eventfd(0, Int32(EFD_CLOEXEC) | Int32(EFD_NONBLOCK))
    }

    deinit { for bell in [doorbell, farewell] where bell >= 0 { close(bell) } }

    /// Wakes the thread. Any thread, never blocks: the descriptor is non-blocking and a full counter wakes as well.
    func wake() { ring(doorbell) }

    private func ring(_ bell: Int32) {
        var one: UInt64 = 1
        _ = write(bell, &one, 8)
    }

    /// Hands a session over; false when the thread cannot run.
    func adopt(_ channel: TapChannel) -> Bool {
        let isRunning = state.withLock { s in
            guard !s.isStopping else { return false }
            s.arrivals.append(channel)
            if s.thread == nil { s.thread = start() }
            return s.thread != nil
        }
        wake()
        return isRunning
    }

    private func start() -> pthread_t? {
        var thread = pthread_t()
        let box = Unmanaged.passRetained(self)
        let failed = pthread_create(&thread, nil, RecorderThread.main, box.toOpaque())
        guard failed == 0 else {
            box.release()
            return nil
        }
        return thread
    }

    private static let main: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { argument in
        guard let argument else { return nil }
        Unmanaged<RecorderThread>.fromOpaque(argument).takeRetainedValue().run()
        return nil
    }

    private func run() {
        clinux_name_thread("recorder")
        let core = RecorderCore(disk: disk, options: options)
        var isStopping = false
        while !isStopping {
            wait(isIdle: core.isIdle)
            let (arrivals, stop) = state.withLock { s in
                let taken = s.arrivals
                s.arrivals = []
                return (taken, s.isStopping)
            }
            for channel in arrivals { core.adopt(channel) }
            core.step(now: .now())
            isStopping = stop
        }
        core.stop(now: .now())
        ring(farewell)
    }

    private func wait(isIdle: Bool) {
        let timeout = Int32(clamping: options.drainInterval.wholeNanoseconds / 1_000_000)
        _ = listen(doorbell, isIdle && doorbell >= 0 ? -1 : max(1, timeout))
    }

    /// Waits for a bell, at most `timeout` ms; true when it rang.
    private func listen(_ bell: Int32, _ timeout: Int32) -> Bool {
        var entry = pollfd(fd: bell, events: Int16(POLLIN), revents: 0)
        guard poll(&entry, 1, timeout) > 0 else { return false }
        var count: UInt64 = 0
        return read(bell, &count, 8) == 8
    }

    /// Ends the thread after it has written and closed everything; waits at most `limit` seconds for a slow disk. Returns
    /// whether all was written.
    func stop(limit: Int) -> Bool {
        let thread = state.withLock { s in
            s.isStopping = true
            return s.thread
        }
        guard let thread else { return true }
        wake()
        guard listen(farewell, Int32(clamping: limit * 1000)) else { return false }
        pthread_join(thread, nil)
        state.withLock { $0.thread = nil }
        return true
    }
}
