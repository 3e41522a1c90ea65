import Core
import Glibc

/// Notices a device that gives no error and moves nothing, and keeps a thread from spinning on wake-ups without room.
struct WaitPatience: Sendable {
    /// How long a device may move nothing.
    static let limit: Duration = .milliseconds(1500)
    private var since: MonotonicTime?

    /// A period was moved.
    mutating func moved() { since = nil }

    /// A wait ended without room for a period; `full` when the whole time passed, else the thread sleeps 1 ms.
    /// Returns 0 to go on, ETIMEDOUT to give up.
    mutating func waited(full: Bool, now: MonotonicTime) -> Int32 {
        guard let since else {
            self.since = now
            return 0
        }
        if now - since > Self.limit { return ETIMEDOUT }
        if !full { _ = AudioThread.sleep(until: now + .milliseconds(1)) }
        return 0
    }
}
