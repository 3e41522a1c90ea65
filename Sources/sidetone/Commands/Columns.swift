import Terminal

/// Text tables on standard output: what comes from outside is cleaned, widths are those of the terminal's cells.
enum Columns {
    /// Cells padded to their widths, then a last one without an end.
    static func row(_ cells: [(text: String, width: Int)], _ last: String) -> String {
        let front = cells.map { padded($0.text, $0.width) }.joined()
        return (front + SafeText(last).string).trimmedEnd
    }

    /// Text from outside, cleaned.
    static func safe(_ text: String) -> String { SafeText(text).string }

    /// Text of at least `width` cells, a space at its end.
    static func padded(_ text: String, _ width: Int) -> String {
        let safe = SafeText(text)
        return safe.string + String(repeating: " ", count: max(1, width - safe.width))
    }

    /// Rows under headings, each column as wide as its widest cell; the last column has no end.
    static func table(_ heads: [String], _ rows: [[String]]) -> [String] {
        let all = [heads] + rows
        let widths = heads.indices.map { column in
            (all.map { $0.indices.contains(column) ? SafeText($0[column]).width : 0 }.max() ?? 0) + 2
        }
        return all.map { cells in row(Array(zip(cells.dropLast(), widths)), cells.last ?? "") }
    }

    /// A number with at most `digits` decimals, without locale.
    static func number(_ value: Double, _ digits: Int) -> String {
        guard value.isFinite, abs(value) < 1e12 else { return "–" }
        var scale = 1.0
        for _ in 0..<digits { scale *= 10 }
        let scaled = Int64((abs(value) * scale).rounded())
        let whole = scaled / Int64(scale), rest = String(scaled % Int64(scale))
        let sign = value < 0 && scaled > 0 ? "-" : ""
        guard digits > 0 else { return "\(sign)\(whole)" }
        return "\(sign)\(whole)." + String(repeating: "0", count: digits - rest.utf8.count) + rest
    }
}

extension String {
    fileprivate var trimmedEnd: String {
        var text = self
        while text.last == " " { text.removeLast() }
        return text
    }
}
