import CUV
import Core

/// Who owns a watched descriptor. Engine thread.
@EngineActor
protocol DescriptorOwner: AnyObject {
    /// The descriptor is readable or writable (`UV_READABLE`, `UV_WRITABLE` bits). `failed`: the kernel reports an
    /// error condition and the watch has stopped by itself; reading tells which.
    func descriptorReady(_ events: Int32, failed: Bool)
    /// The loop stops: close the descriptor and let go, now.
    func loopStops()
}

/// One descriptor watched by the loop (`uv_poll`). It keeps its owner alive until closed.
@EngineActor
final class DescriptorWatch {
    private let loop: UVLoop
    private var handle: UnsafeMutablePointer<uv_poll_t>?
    fileprivate(set) var owner: (any DescriptorOwner)?
    private var events: Int32 = 0

    /// Watches `descriptor`, which must be non-blocking and stay open until `close`. Nil when libuv refuses it.
    init?(_ loop: UVLoop, descriptor: Int32, owner: any DescriptorOwner) {
        let made = UnsafeMutablePointer<uv_poll_t>.allocate(capacity: 1)
        guard !loop.isStopping, uv_poll_init(loop.raw, made, descriptor) == 0 else {
            made.deallocate()
            return nil
        }
        self.loop = loop
        self.owner = owner
        handle = made
        made.pointee.data = Unmanaged.passRetained(self).toOpaque()
        loop.adopt(self)
    }

    /// Sets what to watch for; 0 stops watching. Repeating the same events costs nothing.
    func watch(_ wanted: Int32) {
        guard let handle, wanted != events else { return }
        events = wanted
        if wanted == 0 { uv_poll_stop(handle) } else { uv_poll_start(handle, wanted, descriptorFired) }
    }

    /// Ends the watch; afterwards the descriptor may be closed at once.
    func close() {
        guard let handle else { return }
        self.handle = nil
        owner = nil
        loop.release(self)
        handle.withMemoryRebound(to: uv_handle_t.self, capacity: 1) { uv_close($0, descriptorWatchClosed) }
    }

    fileprivate func fired(_ status: Int32, _ ready: Int32) {
        if status < 0 { events = 0 }
        owner?.descriptorReady(ready, failed: status < 0)
    }
}

/// The way of a readable descriptor: epoll -> libuv -> here -> owner. No allocation, no check but the loop's own.
private let firedOnEngine: @Sendable (UnsafeMutableRawPointer, Int32, Int32) -> Void = {
    let onEngine: @EngineActor @Sendable (UnsafeMutableRawPointer, Int32, Int32) -> Void = { data, status, events in
        Unmanaged<DescriptorWatch>.fromOpaque(data).takeUnretainedValue().fired(status, events)
    }
    // SAFETY: a global-actor function has the representation of the plain function. libuv calls back only inside
    // uv_run, and UVLoop calls uv_run only while its thread occupies the engine executor.
    return unsafeBitCast(onEngine, to: (@Sendable (UnsafeMutableRawPointer, Int32, Int32) -> Void).self)
}()

private let descriptorFired: uv_poll_cb = { handle, status, events in
    guard let data = handle?.pointee.data else { return }
    firedOnEngine(data, status, events)
}

private let descriptorWatchClosed: uv_close_cb = { handle in
    guard let handle else { return }
    if let data = handle.pointee.data { Unmanaged<DescriptorWatch>.fromOpaque(data).release() }
    handle.withMemoryRebound(to: uv_poll_t.self, capacity: 1) { $0.deallocate() }
}
