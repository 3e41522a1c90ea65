import Core

/// How fast the terminal takes bytes, measured whenever it did not take all at once. A terminal that always did has no
/// figure: it is faster than what we send. A value, fed with what each write did.
public struct DrainRate: Sendable, Equatable {
    /// Slower than this is a slow line, bytes a second.
    public static let slow = 50_000.0
    /// A pause this long is a terminal that stood still (Ctrl-S, a suspended window), not a slow line.
    static let standstill = Duration.seconds(3)
    /// A figure is forgotten after this: the line may have become better.
    static let memory = Duration.seconds(60)
    /// More than any pseudo-terminal holds: taken at once it tells of a fast line.
    static let large = 32_768
    /// Less than this tells nothing.
    private static let least = (bytes: 1_024, time: Duration.milliseconds(20))

    private var window: (start: MonotonicTime, last: MonotonicTime, bytes: Int)?
    private var known: (rate: Double, at: MonotonicTime)?

    public init() {}

    /// A write ended: this much was taken; `isFull` when the terminal took no more.
    public mutating func wrote(_ bytes: Int, isFull: Bool, now: MonotonicTime) {
        guard let open = window else {
            if isFull { window = (now, now, 0) } else if bytes >= Self.large { known = nil }
            return
        }
        guard now - open.last < Self.standstill else {
            window = isFull ? (now, now, 0) : nil
            return
        }
        guard bytes > 0 || !isFull else { return }
        let taken = open.bytes + bytes
        let span = now - open.start
        window = isFull ? (open.start, now, taken) : nil
        if taken >= Self.least.bytes, span >= Self.least.time {
            known = (Double(taken) / (span.milliseconds / 1000), now)
        } else if !isFull {
            known = nil
        }
    }

    /// Bytes a second of a slow line; nil on every other.
    public func slowRate(now: MonotonicTime) -> Double? {
        guard let known, now - known.at < Self.memory, known.rate < Self.slow else { return nil }
        return known.rate
    }

    public static func == (a: DrainRate, b: DrainRate) -> Bool {
        a.known?.rate == b.known?.rate && a.known?.at == b.known?.at && a.window?.start == b.window?.start
            && a.window?.bytes == b.window?.bytes
    }
}
