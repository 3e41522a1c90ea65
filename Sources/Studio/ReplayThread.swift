import Core
import Glibc

/// Runs a replay in real time on a thread of its own until it is closed.
public enum ReplayThread {
    /// Starts the thread; false when the system refuses. It ends within 50 ms of the client's `shutdown`.
    public static func start(_ client: ReplayClient) -> Bool {
        var thread = pthread_t()
        let box = Unmanaged.passRetained(client)
        guard pthread_create(&thread, nil, main, box.toOpaque()) == 0 else {
            box.release()
            return false
        }
        pthread_detach(thread)
        return true
    }

    private static let main: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { argument in
        guard let argument else { return nil }
        let client = Unmanaged<ReplayClient>.fromOpaque(argument).takeRetainedValue()
        while !client.isClosed {
            let next = client.advance(to: .now())
            let wait = next.map { $0 - .now() } ?? .milliseconds(50)
            poll(nil, 0, Int32(clamping: max(1, wait.wholeNanoseconds / 1_000_000)))
        }
        return nil
    }
}
