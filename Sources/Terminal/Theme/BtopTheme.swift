/// A theme file of btop, read as far as it can be: `theme[key]="value"` lines.
///
/// A colour is `#rrggbb`, `#bw` (a grey), three decimals from 0 to 255, or nothing, which is the terminal's own. A bad
/// line is reported and left out. Never fails.
public struct BtopTheme: Sendable {
    /// Colours by key, for the keys that were there and could be read.
    public private(set) var colors: [String: ThemeColor] = [:]
    public private(set) var problems: [ThemeProblem] = []

    /// Bound for files from outside.
    static let lineLimit = 2_000

    public init(_ text: String, file: String) {
        let lines = text.split(omittingEmptySubsequences: false) { $0.isNewline }
        for (index, raw) in lines.prefix(Self.lineLimit).enumerated() {
            let line = raw.trimmed
            if line.isEmpty || line.hasPrefix("#") { continue }
            guard let (key, value) = Self.pair(line) else {
                report("no theme[key]=\"value\" in this line", file, index + 1)
                continue
            }
            guard let color = Self.color(value) else {
                report("\"\(value)\" is no colour; btop writes #rrggbb, #bw or three numbers", file, index + 1)
                continue
            }
            colors[key] = color
        }
        if lines.count > Self.lineLimit { report("more than \(Self.lineLimit) lines; the rest is left out", file, 0) }
    }

    private mutating func report(_ text: String, _ file: String, _ line: Int) {
        if problems.count < 100 { problems.append(ThemeProblem(file: file, line: line, text: text)) }
    }

    private static func pair(_ line: String) -> (key: String, value: String)? {
        guard line.hasPrefix("theme["), let close = line.firstIndex(of: "]") else { return nil }
        let rest = line[line.index(after: close)...].trimmed
        guard rest.hasPrefix("=") else { return nil }
        var value = Substring(rest.dropFirst().trimmed)
        if value.hasPrefix("\"") {
            value = value.dropFirst()
            guard let end = value.firstIndex(of: "\"") else { return nil }
            value = value[..<end]
        } else if let remark = value.range(ofRemark: " #") {
            value = value[..<remark]
        }
        let key = line[line.index(line.startIndex, offsetBy: 6)..<close]
        guard !key.isEmpty, key.utf8.count <= 40 else { return nil }
        return (key.trimmed, value.trimmed)
    }

    /// The colour of a value; nil when it is none.
    static func color(_ value: String) -> ThemeColor? {
        if value.isEmpty { return .terminal }
        if value.hasPrefix("#") {
            let digits = value.dropFirst()
            if digits.utf8.count == 2, digits.allSatisfy(\.isHexDigit), let grey = UInt8(digits, radix: 16) {
                return .rgb(RGB(grey, grey, grey))
            }
            return value.utf8.count == 7 ? RGB(hex: value).map { .rgb($0) } : nil
        }
        let words = value.split(separator: " ")
        let numbers = words.compactMap { UInt8($0) }
        guard words.count == 3, numbers.count == 3 else { return nil }
        return .rgb(RGB(numbers[0], numbers[1], numbers[2]))
    }
}

extension Substring {
    /// Where a remark begins behind an unquoted value.
    fileprivate func range(ofRemark mark: String) -> Index? {
        var at = startIndex
        while at < endIndex {
            if self[at...].hasPrefix(mark) { return at }
            at = index(after: at)
        }
        return nil
    }
}
