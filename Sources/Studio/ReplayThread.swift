import Core
import Glibc

/// Runs a replay in real time on a thread of its own, and looks through its audio on another, until it is closed.
public enum ReplayThread {
    /// Starts the threads; false when the system refuses. They end within 50 ms of the client's `shutdown`. Without `survey`
    /// the audio is not looked through.
    public static func start(_ client: ReplayClient, survey: Bool = true) -> Bool {
        let isRunning = WorkerThread.start {
            while !client.isClosed {
                let next = client.advance(to: .now())
                let wait = next.map { $0 - .now() } ?? .milliseconds(50)
                poll(nil, 0, Int32(clamping: max(1, wait.wholeNanoseconds / 1_000_000)))
            }
            client.advance(to: .now())
        }
        guard survey, isRunning else { return isRunning }
        return WorkerThread.start { ReplaySurvey.run(client) }
    }
}

/// A detached thread for work that may block.
enum WorkerThread {
    private final class Box: Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }

    /// Runs `body` on a new thread; false when the system refuses one.
    static func start(_ body: @escaping @Sendable () -> Void) -> Bool {
        var thread = pthread_t()
        let box = Unmanaged.passRetained(Box(body))
        guard pthread_create(&thread, nil, main, box.toOpaque()) == 0 else {
            box.release()
            return false
        }
        pthread_detach(thread)
        return true
    }

    private static let main: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { argument in
        guard let argument else { return nil }
        Unmanaged<Box>.fromOpaque(argument).takeRetainedValue().body()
        return nil
    }
}
