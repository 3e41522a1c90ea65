import Core
import Glibc

/// Times, spans and sizes as people type them.
public enum TimeText {
    /// `2026-11-20`, `2026-11-20T14:03`, `2026-11-20T14:03:22.118Z` (UTC), or how long ago: `45m`, `12h`, `30d`, `2w`. Nil when it
    /// is none of these.
    public static func moment(_ text: String, now: WallTime) -> WallTime? {
        if let ago = span(text) { return WallTime(nanoseconds: now.nanoseconds - ago.wholeNanoseconds) }
        let bytes = Array(text.utf8)
        guard let (day, rest) = date(bytes) else { return nil }
        if rest.isEmpty { return WallTime(nanoseconds: day * 1_000_000_000) }
        guard let time = clock(rest) else { return nil }
        return WallTime(nanoseconds: day * 1_000_000_000 + time)
    }

    /// Whether `text` is a date without a time, which as an end means the whole day.
    public static func isDay(_ text: String) -> Bool { date(Array(text.utf8))?.rest.isEmpty ?? false }

    /// `90s`, `45m`, `12h`, `30d`, `2w`: at most 100 years. Nil when it is none.
    public static func span(_ text: String) -> Duration? {
        let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800]
        guard let unit = text.last.flatMap({ units[$0] }), let count = whole(text.dropLast()) else { return nil }
        let (seconds, overflow) = count.multipliedReportingOverflow(by: unit)
        guard !overflow, seconds <= 100 * 366 * 86_400 else { return nil }
        return .seconds(seconds)
    }

    /// `500M`, `10G`, `1.5T` in thousands (1 G is 1,000,000,000 bytes). Nil when it is none.
    public static func size(_ text: String) -> Int64? {
        let units: [Character: Double] = ["K": 1e3, "M": 1e6, "G": 1e9, "T": 1e12]
        var number = text.uppercased()
        if number.hasSuffix("B") { number.removeLast() }
        guard let unit = number.last.flatMap({ units[$0] }) else { return nil }
        let digits = number.dropLast()
        guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) || $0 == 0x2E }), let count = Double(digits),
            count * unit < 1e18
        else { return nil }
        return Int64(count * unit)
    }

    private static func whole(_ text: Substring) -> Int64? {
        guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return Int64(text)
    }

    /// Digits at `at`, `count` of them.
    private static func number(_ bytes: [UInt8], _ at: Int, _ count: Int) -> Int? {
        guard at + count <= bytes.count else { return nil }
        var value = 0
        for byte in bytes[at..<at + count] {
            guard (0x30...0x39).contains(byte) else { return nil }
            value = value * 10 + Int(byte - 0x30)
        }
        return value
    }

    /// Seconds since 1970 of the day, and what follows it.
    private static func date(_ bytes: [UInt8]) -> (seconds: Int64, rest: [UInt8])? {
        guard let year = number(bytes, 0, 4), let month = number(bytes, 5, 2), let day = number(bytes, 8, 2),
            bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"), (1970...2200).contains(year)
        else { return nil }
        var parts = tm()
        (parts.tm_year, parts.tm_mon, parts.tm_mday) = (Int32(year - 1900), Int32(month - 1), Int32(day))
        let seconds = timegm(&parts)
        // A day that is not in the calendar comes back as another one.
        guard parts.tm_mon == Int32(month - 1), parts.tm_mday == Int32(day) else { return nil }
        return (Int64(seconds), Array(bytes[10...]))
    }

    /// Nanoseconds of `T14:03`, `T14:03:22`, `T14:03:22.118`, each with or without `Z`.
    private static func clock(_ given: [UInt8]) -> Int64? {
        var bytes = given
        if bytes.last == UInt8(ascii: "Z") { bytes.removeLast() }
        guard bytes.first == UInt8(ascii: "T") || bytes.first == UInt8(ascii: " "), let hour = number(bytes, 1, 2),
            let minute = number(bytes, 4, 2), bytes[3] == UInt8(ascii: ":"), hour < 24, minute < 60
        else { return nil }
        let start = Int64(hour * 3600 + minute * 60) * 1_000_000_000
        if bytes.count == 6 { return start }
        guard let second = number(bytes, 7, 2), bytes[6] == UInt8(ascii: ":"), second < 61 else { return nil }
        let full = start + Int64(second) * 1_000_000_000
        if bytes.count == 9 { return full }
        guard bytes[9] == UInt8(ascii: "."), bytes.count <= 19,
            let part = number(bytes, 10, bytes.count - 10), bytes.count > 10
        else { return nil }
        var scale: Int64 = 1
        for _ in 0..<19 - bytes.count { scale *= 10 }
        return full + Int64(part) * scale
    }
}
