import Glibc

/// A point on the machine's monotonic clock, in nanoseconds; never wall time, never steps.
public struct MonotonicTime: Comparable, Hashable, Sendable, Codable {
    /// Nanoseconds since an arbitrary origin (`CLOCK_MONOTONIC`).
    public var nanoseconds: Int64

    /// A point given in nanoseconds of the monotonic clock.
    public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    /// The clock read now. Any thread; costs one vDSO call.
    public static func now() -> MonotonicTime {
        var t = timespec()
        clock_gettime(CLOCK_MONOTONIC, &t)
        return MonotonicTime(nanoseconds: Int64(t.tv_sec) * 1_000_000_000 + Int64(t.tv_nsec))
    }

    public static func < (a: MonotonicTime, b: MonotonicTime) -> Bool { a.nanoseconds < b.nanoseconds }

    /// The point `d` later, cut to what an Int64 holds: a replayed log may hold any time.
    public static func + (t: MonotonicTime, d: Duration) -> MonotonicTime {
        let (sum, overflow) = t.nanoseconds.addingReportingOverflow(d.wholeNanoseconds)
        return MonotonicTime(nanoseconds: overflow ? (t.nanoseconds < 0 ? .min : .max) : sum)
    }

    /// The point `d` earlier, cut to what an Int64 holds.
    public static func - (t: MonotonicTime, d: Duration) -> MonotonicTime {
        let (rest, overflow) = t.nanoseconds.subtractingReportingOverflow(d.wholeNanoseconds)
        return MonotonicTime(nanoseconds: overflow ? (t.nanoseconds < 0 ? .min : .max) : rest)
    }

    /// The time from `b` to `a`; negative when `a` is earlier. Cut to what an Int64 of nanoseconds holds.
    public static func - (a: MonotonicTime, b: MonotonicTime) -> Duration {
        let (rest, overflow) = a.nanoseconds.subtractingReportingOverflow(b.nanoseconds)
        return .nanoseconds(overflow ? (a.nanoseconds < 0 ? .min : .max) : rest)
    }
}

extension Duration {
    /// The duration in nanoseconds, cut to what an Int64 holds.
    public var wholeNanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        guard !overflow else { return seconds < 0 ? .min : .max }
        let (sum, carry) = product.addingReportingOverflow(attoseconds / 1_000_000_000)
        return carry ? (seconds < 0 ? .min : .max) : sum
    }

    /// The duration in milliseconds as a fraction.
    public var milliseconds: Double { Double(wholeNanoseconds) / 1_000_000 }
}

/// Wall time for labels only: nanoseconds since 1970, never used for intervals.
public struct WallTime: Hashable, Sendable, Codable, Comparable {
    /// Nanoseconds since 1970-01-01T00:00:00Z.
    public var nanoseconds: Int64

    /// A wall time given in nanoseconds since 1970.
    public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    /// The wall clock read now.
    public static func now() -> WallTime {
        var t = timespec()
        clock_gettime(CLOCK_REALTIME, &t)
        return WallTime(nanoseconds: Int64(t.tv_sec) * 1_000_000_000 + Int64(t.tv_nsec))
    }

    public static func < (a: WallTime, b: WallTime) -> Bool { a.nanoseconds < b.nanoseconds }

    private func broken(local: Bool) -> tm {
        var seconds = time_t(nanoseconds / 1_000_000_000)
        var parts = tm()
        if local { localtime_r(&seconds, &parts) } else { gmtime_r(&seconds, &parts) }
        return parts
    }

    /// RFC 3339 in UTC with milliseconds: `2026-11-21T14:03:22.118Z`.
    public var rfc3339: String {
        let p = broken(local: false)
        let millis = Int(nanoseconds / 1_000_000 % 1000)
        return "\(pad(p.tm_year + 1900, 4))-\(pad(p.tm_mon + 1, 2))-\(pad(p.tm_mday, 2))T"
            + "\(pad(p.tm_hour, 2)):\(pad(p.tm_min, 2)):\(pad(p.tm_sec, 2)).\(pad(Int32(millis), 3))Z"
    }

    /// `14:03:22` in local time, for the screen.
    public var localClock: String {
        let p = broken(local: true)
        return "\(pad(p.tm_hour, 2)):\(pad(p.tm_min, 2)):\(pad(p.tm_sec, 2))"
    }

    /// `2026-11-21T14-03-22Z`: sortable and safe in a file name.
    public var fileStamp: String {
        let p = broken(local: false)
        return "\(pad(p.tm_year + 1900, 4))-\(pad(p.tm_mon + 1, 2))-\(pad(p.tm_mday, 2))T"
            + "\(pad(p.tm_hour, 2))-\(pad(p.tm_min, 2))-\(pad(p.tm_sec, 2))Z"
    }
}

private func pad(_ value: Int32, _ width: Int) -> String {
    let text = String(value)
    return String(repeating: "0", count: max(0, width - text.utf8.count)) + text
}
