import CLinux
import CUV
import Core
import Glibc
import Synchronization

/// The engine's event loop on libuv: sockets, timers, jobs from other threads, and the engine actor's executor.
///
/// It runs on a thread of its own (`start`) or on the caller's (`runOnThisThread`), which is *the* engine thread while
/// it runs. One loop runs at a time in a process. Signals stay with the main thread: the loop's thread blocks them all.
///
/// Stopping goes in two steps: first every part closes what it has (hooks, watched descriptors), then the loop turns
/// until libuv has confirmed each handle, and ends.
@EngineActor
public final class UVLoop: EngineLoop {
    /// How long a stop may wait for what libuv cannot cancel (a name look-up that hangs).
    private static let stopPatience: Duration = .seconds(2)

    nonisolated let door = LoopDoor()
    private nonisolated let thread = Mutex<pthread_t?>(nil)

    private nonisolated let memory = LoopMemory()

    var raw: UnsafeMutablePointer<uv_loop_t> { memory.loop }
    private var wake: UnsafeMutablePointer<uv_async_t> { memory.wake }
    /// Where descriptors are read into; one for all, as each read is consumed before the next.
    var readBuffer: UnsafeMutableRawBufferPointer { memory.readBuffer }

    private(set) var isStopping = false
    /// libwebsockets on this loop, once something needs it.
    var webSockets: WebSocketContext?
    private let timers = TimerHeap()
    private var alarm: DeadlineDescriptor?
    private var armed: MonotonicTime?
    private var firing = false
    private var watches: [ObjectIdentifier: DescriptorWatch] = [:]
    private var residents: [ObjectIdentifier: any LoopResident] = [:]
    private var stopHooks: [@EngineActor () -> Void] = []
    private var finishHooks: [@EngineActor () -> Void] = []
    private var deferred: [@EngineActor () -> Void] = []

    /// A loop that does not run yet. Any thread.
    public nonisolated init() {}

    // MARK: - Running

    /// Starts the engine thread, named `name` (at most 15 bytes are kept), and returns when it accepts jobs.
    /// Throws when the thread or its descriptors cannot be made.
    public nonisolated func start(name: String = "engine") throws(ConfigurationError) {
        let launch = Launch(loop: self, name: name)
        var made = pthread_t()
        let context = Unmanaged.passRetained(launch)
        let status = pthread_create(&made, nil, engineThreadMain, context.toOpaque())
        guard status == 0 else {
            context.release()
            throw loopTrouble("its thread cannot start: \(String(cString: strerror(status)))")
        }
        thread.withLock { $0 = made }
        if let cause = launch.waitUntilReady() {
            join()
            throw loopTrouble(cause)
        }
    }

    /// Runs the loop on the calling thread until `stop` is asked for; `ready` is called first, on the engine.
    public nonisolated func runOnThisThread(ready: @EngineActor () -> Void = {}) throws(ConfigurationError) {
        let cause: String? = EngineActor.executor.occupy {
            if let cause = self.prepare() { return cause }
            ready()
            self.turn()
            return nil
        }
        if let cause { throw loopTrouble(cause) }
    }

    /// Asks the loop to end. Any thread; returns at once. All links and connections get their terminal event.
    public nonisolated func requestStop() {
        post { self.beginStop() }
    }

    /// Ends the loop and waits for its thread. Not from the engine thread itself.
    public nonisolated func stop() {
        requestStop()
        join()
    }

    private nonisolated func join() {
        let taken = thread.withLock { t in
            let value = t
            t = nil
            return value
        }
        if let taken { pthread_join(taken, nil) }
    }

    private nonisolated func loopTrouble(_ cause: String) -> ConfigurationError {
        ConfigurationError(
            place: "event loop", cause: cause,
            fix: "raise the limits of descriptors and threads (ulimit -n, ulimit -u)")
    }

    // MARK: - EngineLoop

    public var now: MonotonicTime { .now() }

    public func schedule(at deadline: MonotonicTime, _ action: @escaping @EngineActor () -> Void) -> any EngineTimer {
        let timer = timers.add(deadline, action)
        if !firing { rearm() }
        return timer
    }

    public nonisolated func post(_ job: @escaping @EngineActor @Sendable () -> Void) { door.post(job) }

    public func makePacingTimer(_ handler: @escaping @EngineActor () -> Void) -> any PacingTimer {
        UVPacingTimer(self, handler) ?? ScheduledPacingTimer(loop: self, handler: handler)
    }

    public func makeWake(_ action: @escaping @EngineActor @Sendable () -> Void) -> any EngineWake {
        UVWake.make(self, action) ?? PostingWake(loop: self, action)
    }

    // MARK: - For the parts of Network

    /// Runs `action` at the loop's next turn, never inside the present call. For outcomes that must not re-enter.
    func soon(_ action: @escaping @EngineActor () -> Void) {
        deferred.append(action)
        if deferred.count == 1 { door.knock() }
    }

    /// Runs `hook` when the loop begins to stop, in order of registration.
    func onStop(_ hook: @escaping @EngineActor () -> Void) { stopHooks.append(hook) }

    /// Runs `hook` after the last turn, when every handle is closed.
    func onFinish(_ hook: @escaping @EngineActor () -> Void) { finishHooks.append(hook) }

    /// Keeps `resident` alive until `letGo` or the stop, of which it hears.
    func keep(_ resident: any LoopResident) { residents[ObjectIdentifier(resident)] = resident }
    func letGo(_ resident: any LoopResident) { residents[ObjectIdentifier(resident)] = nil }

    func adopt(_ watch: DescriptorWatch) { watches[ObjectIdentifier(watch)] = watch }
    func release(_ watch: DescriptorWatch) { watches[ObjectIdentifier(watch)] = nil }

    // MARK: - The life of the loop (engine thread)

    /// Makes the handles; returns what went wrong.
    fileprivate func prepare() -> String? {
        isStopping = false
        var status = uv_loop_init(raw)
        guard status == 0 else { return "libuv: \(String(cString: uv_strerror(status)))" }
        wake.pointee.data = Unmanaged.passUnretained(self).toOpaque()
        status = uv_async_init(raw, wake, loopWoken)
        guard status == 0 else {
            uv_loop_close(raw)
            return "libuv: \(String(cString: uv_strerror(status)))"
        }
        alarm = DeadlineDescriptor(self) { [unowned self] in self.fireTimers() }
        EngineActor.executor.setWake { [door] in door.knock() }
        door.open(wake)
        guard alarm != nil else {
            let cause = "no timer descriptor: \(String(cString: strerror(errno)))"
            beginStop()
            turn()
            return cause
        }
        return nil
    }

    /// Turns until stopped and every handle is closed.
    fileprivate func turn() {
        while !isStopping { uv_run(raw, UV_RUN_DEFAULT) }
        let patience = MonotonicTime.now() + Self.stopPatience
        while uv_run(raw, UV_RUN_NOWAIT) != 0, MonotonicTime.now() < patience {
            var ready = pollfd(fd: uv_backend_fd(raw), events: Int16(POLLIN), revents: 0)
            poll(&ready, 1, 10)
        }
        for hook in finishHooks { hook() }
        (stopHooks, finishHooks, deferred) = ([], [], [])
        let closed = uv_loop_close(raw)
        // A look-up still running keeps using the loop's memory: leave that memory to it.
        if closed != 0 { abandon() }
    }

    private func abandon() {
        let message = "sidetone: the event loop stopped with work that cannot be cancelled (a name look-up)\n"
        _ = message.utf8CString.withUnsafeBufferPointer { write(2, $0.baseAddress, $0.count - 1) }
        _ = Unmanaged.passRetained(self)
    }

    private func beginStop() {
        guard !isStopping else { return }
        for resident in Array(residents.values) { resident.loopStops() }
        residents = [:]
        for hook in stopHooks { hook() }
        isStopping = true
        for watch in Array(watches.values) { watch.owner?.loopStops() }
        runDeferred()
        timers.removeAll()
        alarm = nil
        armed = nil
        EngineActor.executor.setWake {}
        door.shut()
        wake.withMemoryRebound(to: uv_handle_t.self, capacity: 1) { uv_close($0, nil) }
        uv_stop(raw)
    }

    /// Runs what other threads handed over: actor jobs, posted jobs, then what waits for this turn.
    fileprivate func woken() {
        EngineActor.executor.drain()
        for job in door.take() { job() }
        runDeferred()
    }

    private func runDeferred() {
        let taken = deferred
        deferred = []
        for action in taken { action() }
        if !deferred.isEmpty { isStopping ? runDeferred() : door.knock() }
    }

    private func fireTimers() {
        firing = true
        let now = MonotonicTime.now()
        while let action = timers.popDue(now) { action() }
        firing = false
        armed = nil
        rearm()
    }

    private func rearm() {
        guard let alarm, timers.next != armed || armed == nil else { return }
        // A cancelled earliest timer leaves the alarm early; it then finds nothing due and arms itself anew.
        if let armed, let next = timers.next, armed < next { return }
        armed = timers.next
        alarm.arm(armed)
    }
}

/// A wake over `post`, for when there is no descriptor left: it still works, it only costs more.
private final class PostingWake: EngineWake {
    private let loop: UVLoop
    private let isCancelled = Atomic<Bool>(false)
    private let action: @EngineActor @Sendable () -> Void

    init(loop: UVLoop, _ action: @escaping @EngineActor @Sendable () -> Void) {
        self.loop = loop
        self.action = action
    }

    func signal() { loop.post { if !self.isCancelled.load(ordering: .acquiring) { self.action() } } }
    func cancel() { isCancelled.store(true, ordering: .releasing) }
}

/// What the loop keeps alive while it is under way and nobody else need hold it. Engine thread.
@EngineActor
protocol LoopResident: AnyObject {
    /// The loop stops: end now.
    func loopStops()
}

private let loopWoken: uv_async_cb = { handle in
    guard let data = handle?.pointee.data else { return }
    let loop = Unmanaged<UVLoop>.fromOpaque(data).takeUnretainedValue()
    EngineActor.assumeIsolated { loop.woken() }
}

/// What the new thread needs, and how it says that it is ready.
private final class Launch: Sendable {
    let loop: UVLoop
    let name: String
    private let ready: UnsafeSemaphore = .init()
    private let cause = Mutex<String?>(nil)

    init(loop: UVLoop, name: String) {
        self.loop = loop
        self.name = name
    }

    func waitUntilReady() -> String? {
        ready.wait()
        return cause.withLock { $0 }
    }

    func report(_ trouble: String?) {
        cause.withLock { $0 = trouble }
        ready.signal()
    }
}

/// A POSIX semaphore.
private final class UnsafeSemaphore: @unchecked Sendable {
    // SAFETY: sem_t is made for use from several threads; the pointer never changes and lives as long as the object.
    private let raw = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)

    init() { sem_init(raw, 0, 0) }

    deinit {
        sem_destroy(raw)
        raw.deallocate()
    }

    func wait() { while sem_wait(raw) != 0, errno == EINTR {} }
    func signal() { sem_post(raw) }
}

private let engineThreadMain: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { argument in
    guard let argument else { return nil }
    let launch = Unmanaged<Launch>.fromOpaque(argument).takeRetainedValue()
    var signals = sigset_t()
    sigfillset(&signals)
    for fault in [SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGABRT] { sigdelset(&signals, fault) }
    pthread_sigmask(SIG_BLOCK, &signals, nil)
    clinux_name_thread(launch.name)
    EngineActor.executor.occupy {
        let cause = launch.loop.prepare()
        launch.report(cause)
        if cause == nil { launch.loop.turn() }
    }
    return nil
}
