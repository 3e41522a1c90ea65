import Core

/// The calls of `turnEnded` that wait for their `turnFinal`: each gets exactly one.
struct FinalRequests {
    private var asked: [MonotonicTime] = []

    /// Whether one waits.
    var isWaiting: Bool { !asked.isEmpty }
    /// How many wait.
    var count: Int { asked.count }

    /// A turn ended.
    mutating func add(_ now: MonotonicTime) { asked.append(now) }

    /// Answers the oldest: how long it took, in ms; nil when none waits.
    mutating func answer(_ now: MonotonicTime) -> Double? {
        asked.isEmpty ? nil : max(0, (now - asked.removeFirst()).milliseconds)
    }
}
