/// Numbers as text, the same on every machine.
enum ExportNumber {
    /// With so many digits after the point; nothing when it is no number.
    static func fixed(_ value: Double, _ digits: Int) -> String {
        guard value.isFinite, abs(value) < 1e12 else { return "" }
        let scale = (0..<digits).reduce(1.0) { scale, _ in scale * 10 }
        let scaled = Int64((abs(value) * scale).rounded())
        let (whole, rest) = scaled.quotientAndRemainder(dividingBy: Int64(scale))
        let sign = value < 0 && scaled > 0 ? "-" : ""
        guard digits > 0 else { return "\(sign)\(whole)" }
        let tail = String(rest)
        return "\(sign)\(whole)." + String(repeating: "0", count: max(0, digits - tail.utf8.count)) + tail
    }

    /// The same, or nothing.
    static func fixed(_ value: Double?, _ digits: Int) -> String { value.map { fixed($0, digits) } ?? "" }

    /// `1:02:03.4`, `2:03.4`.
    static func clock(_ seconds: Double) -> String {
        guard seconds.isFinite, (0..<1e9).contains(seconds) else { return "–" }
        let tenths = Int((seconds * 10).rounded())
        let two = { (value: Int) in value < 10 ? "0\(value)" : "\(value)" }
        let (hours, minutes) = (tenths / 36000, tenths / 600 % 60)
        let rest = "\(two(tenths / 10 % 60)).\(tenths % 10)"
        return hours > 0 ? "\(hours):\(two(minutes)):\(rest)" : "\(minutes):\(rest)"
    }

    /// `630 ms`, `–` when it was not measured.
    static func ms(_ value: Double?) -> String { value.map { fixed($0, 0) + " ms" } ?? "–" }
}
