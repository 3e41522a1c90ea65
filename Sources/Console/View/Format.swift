import Core

extension Int {
    /// The nearest integer that fits: numbers of a log may be anything.
    init(saturating value: Double) {
        self = value.isNaN ? 0 : value >= 9e18 ? .max : value <= -9e18 ? .min : Int(value)
    }

    /// The sum, cut to what fits.
    func adding(saturating other: Int) -> Int {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? (other < 0 ? .min : .max) : sum
    }
}

/// Numbers as people read them. No locale: a point is a point.
enum Format {
    /// A number with so many decimals, rounded.
    static func decimal(_ value: Double, _ places: Int) -> String {
        guard value.isFinite, abs(value) < 1e12 else { return "–" }
        var scale = 1.0
        for _ in 0..<places { scale *= 10 }
        let scaled = Int64((abs(value) * scale).rounded())
        let whole = scaled / Int64(scale)
        let sign = value < 0 && scaled > 0 ? "-" : ""
        guard places > 0 else { return sign + String(whole) }
        let rest = String(scaled % Int64(scale))
        return sign + String(whole) + "." + String(repeating: "0", count: places - rest.count) + rest
    }

    /// Milliseconds as `0.62s`, `–` when not measured.
    static func seconds(_ ms: Double?) -> String { ms.map { decimal($0 / 1000, 2) + "s" } ?? "–" }

    /// Milliseconds as `182 ms` or `5.0 s`, `–` when not measured.
    static func milliseconds(_ ms: Double?) -> String {
        guard let ms else { return "–" }
        return abs(ms) < 1_995 ? decimal(ms, 0) + " ms" : decimal(ms / 1000, 1) + " s"
    }

    /// A span of time as `01:23` or `1:02:03`.
    static func clock(_ duration: Duration) -> String {
        let seconds = max(0, duration.wholeNanoseconds / 1_000_000_000)
        let (hours, minutes, rest) = (seconds / 3600, seconds / 60 % 60, seconds % 60)
        return hours > 0 ? "\(hours):\(two(minutes)):\(two(rest))" : "\(two(minutes)):\(two(rest))"
    }

    private static func two(_ value: Int64) -> String { value < 10 ? "0\(value)" : "\(value)" }

    /// A place in a session as `0:52.4` or `1:02:03.5`, cut down to tenths.
    static func place(_ time: Duration) -> String {
        let tenths = max(0, time.wholeNanoseconds) / 100_000_000
        let (hours, minutes, rest) = (tenths / 36_000, tenths / 600 % 60, tenths % 600)
        let seconds = "\(rest / 10).\(rest % 10)"
        let padded = rest < 100 ? "0" + seconds : seconds
        return hours > 0 ? "\(hours):\(two(minutes)):\(padded)" : "\(minutes):\(padded)"
    }

    /// A factor without needless digits: `1.0`, `0.25`, `1.5`.
    static func speed(_ factor: Double) -> String {
        let text = decimal(factor, 2)
        return text.hasSuffix("0") ? String(text.dropLast()) : text
    }

    /// `812 B`, `44.1 kB`, `1.2 GB`.
    static func bytes(_ count: Int64) -> String {
        switch max(0, count) {
        case ..<1000: "\(max(0, count)) B"
        case ..<1_000_000: decimal(Double(count) / 1e3, count < 100_000 ? 1 : 0) + " kB"
        case ..<1_000_000_000: decimal(Double(count) / 1e6, count < 100_000_000 ? 1 : 0) + " MB"
        default: decimal(Double(count) / 1e9, 1) + " GB"
        }
    }

    /// US dollars: enough digits to see a turn's cost.
    static func dollars(_ amount: Double?) -> String {
        guard let amount else { return "–" }
        return "$" + decimal(amount, amount < 1 ? 4 : 2)
    }

    /// `1 204`: thousands apart.
    static func count(_ number: Int) -> String {
        let digits = String(number.magnitude)
        var text = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { text.append(" ") }
            text.append(digit)
        }
        return number < 0 ? "-" + text : text
    }

    /// A level as `-18dB`, `-inf` for silence.
    static func decibels(_ level: Double?) -> String { level.map { decimal($0, 0) + "dB" } ?? "-inf" }

    /// A rate in kHz: `16k`, `44.1k`.
    static func rate(_ hertz: Int) -> String {
        hertz % 1000 == 0 ? "\(hertz / 1000)k" : decimal(Double(hertz) / 1000, 1) + "k"
    }

    /// dBFS to the share of a meter: −60 dB is nothing, 0 dB is all.
    static func meterShare(_ level: Double?) -> Double {
        guard let level, level.isFinite else { return 0 }
        return min(1, max(0, (level + 60) / 60))
    }
}
