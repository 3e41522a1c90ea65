import Core

/// What is masked in the arguments and results of tools before they reach log, screen or recording. The model and the tool get
/// everything.
public struct Redaction: Sendable, Equatable {
    /// What stands in place of a masked value.
    public static let mask = "***"

    /// Kinds of text with a rule of their own.
    public enum Kind: String, Sendable, CaseIterable {
        /// 13 to 19 digits that pass the check digit, with blanks or dashes between.
        case card
        case email
        /// An international bank account number.
        case iban
        /// A number of 8 to 15 digits with a plus, blanks, dashes or brackets.
        case phone
    }

    /// Names of members whose whole value is masked; compared without case, blanks, `_` and `-`, as a part of the name.
    public var keys: [String]
    /// Kinds of text that are masked wherever they stand.
    public var kinds: [Kind]
    /// Further patterns.
    public var patterns: [Pattern]

    /// The keys that are always masked unless rules say otherwise.
    public static let defaultKeys = [
        "password", "passwd", "passphrase", "secret", "token", "apikey", "authorization", "credential", "cvv", "cvc",
        "pincode",
    ]

    /// Rules; the defaults mask secrets by key and payment cards.
    public init(keys: [String] = defaultKeys, kinds: [Kind] = [.card], patterns: [Pattern] = []) {
        self.keys = keys.map(Self.plain)
        self.kinds = kinds
        self.patterns = patterns
    }

    private static func plain(_ key: String) -> String {
        key.lowercased().filter { $0 != "_" && $0 != "-" && $0 != " " }
    }

    /// JSON text (or any text) with what the rules name masked.
    public func apply(_ text: String) -> String {
        guard let value = try? JSONParser.parse(text) else { return masked(text) }
        return apply(value, depth: 0).text
    }

    private func apply(_ value: JSONValue, depth: Int) -> JSONValue {
        switch value {
        case .string(let text):
            // Tools often give JSON inside a string.
            let isDocument = text.first == "{" || text.first == "["
            if isDocument, depth < 8, let inner = try? JSONParser.parse(text) {
                let masked = apply(inner, depth: depth + 1)
                return masked == inner ? value : .string(masked.text)
            }
            return .string(masked(text))
        case .int(let number):
            let masked = masked("\(number)")
            return masked == "\(number)" ? value : .string(masked)
        case .array(let items): return .array(items.map { apply($0, depth: depth) })
        case .object(let members):
            return .object(
                members.map { member in
                    let key = Self.plain(member.key)
                    let isSecret = keys.contains { key.contains($0) } && member.value != .null
                    return JSONValue.Member(
                        member.key, isSecret ? .string(Self.mask) : apply(member.value, depth: depth))
                })
        default: return value
        }
    }

    private func masked(_ text: String) -> String {
        guard !kinds.isEmpty || !patterns.isEmpty, text.utf8.count >= 3 else { return text }
        let scalars = Array(text.unicodeScalars)
        let values = scalars.map(\.value)
        var spans = patterns.flatMap { $0.matches(in: values) }
        for kind in kinds { spans += TextKinds.spans(of: kind, in: values) }
        guard !spans.isEmpty else { return text }
        var out = String.UnicodeScalarView()
        var at = 0
        for span in spans.sorted(by: { $0.lowerBound < $1.lowerBound }) where span.upperBound > at {
            if span.lowerBound >= at {
                out.append(contentsOf: scalars[at..<span.lowerBound])
                out.append(contentsOf: Self.mask.unicodeScalars)
            }
            at = span.upperBound
        }
        out.append(contentsOf: scalars[at...])
        return String(out)
    }
}

/// Finds the kinds of text that `Redaction` knows by name, in one pass each.
enum TextKinds {
    static func spans(of kind: Redaction.Kind, in text: [UInt32]) -> [Range<Int>] {
        switch kind {
        case .card: digitRuns(text, counts: 13...19, between: [0x20, 0x2D]).filter { passesLuhn(text[$0]) }
        case .phone: digitRuns(text, counts: 8...15, between: [0x20, 0x2D, 0x28, 0x29, 0x2B, 0x2E, 0x2F])
        case .email: emails(text)
        case .iban: ibans(text)
        }
    }

    private static func isDigit(_ c: UInt32) -> Bool { (0x30...0x39).contains(c) }
    private static func isLetter(_ c: UInt32) -> Bool { (0x41...0x5A).contains(c & ~0x20) }

    /// Runs of digits with single separators between them; a longer or shorter number is none.
    private static func digitRuns(_ text: [UInt32], counts: ClosedRange<Int>, between: Set<UInt32>) -> [Range<Int>] {
        var found: [Range<Int>] = []
        var at = 0
        while at < text.count {
            guard isDigit(text[at]) else {
                at += 1
                continue
            }
            var (end, digits, gap) = (at, 0, 0)
            var next = at
            while next < text.count, gap <= 2 {
                if isDigit(text[next]) {
                    digits += 1
                    gap = 0
                    end = next + 1
                } else if between.contains(text[next]) {
                    gap += 1
                } else {
                    break
                }
                next += 1
            }
            if counts.contains(digits) { found.append(at..<end) }
            at = end
        }
        return found
    }

    private static func passesLuhn(_ span: ArraySlice<UInt32>) -> Bool {
        var sum = 0
        for (i, c) in span.filter(isDigit).reversed().enumerated() {
            let digit = Int(c - 0x30)
            sum += i % 2 == 0 ? digit : (digit > 4 ? digit * 2 - 9 : digit * 2)
        }
        return sum % 10 == 0
    }

    private static func emails(_ text: [UInt32]) -> [Range<Int>] {
        let isLocal = { (c: UInt32) in
            isDigit(c) || isLetter(c) || ".!#$%&'*+/=?^_`{|}~-".unicodeScalars.contains { $0.value == c }
        }
        let isDomain = { (c: UInt32) in isDigit(c) || isLetter(c) || c == 0x2D || c == 0x2E }
        var found: [Range<Int>] = []
        for at in text.indices where text[at] == 0x40 {
            var (start, end) = (at, at + 1)
            while start > 0, isLocal(text[start - 1]) { start -= 1 }
            while end < text.count, isDomain(text[end]) { end += 1 }
            while end > at + 1, !isLetter(text[end - 1]), !isDigit(text[end - 1]) { end -= 1 }
            if start < at, text[(at + 1)..<end].contains(0x2E) { found.append(start..<end) }
        }
        return found
    }

    private static func ibans(_ text: [UInt32]) -> [Range<Int>] {
        var found: [Range<Int>] = []
        var at = 0
        while at + 4 < text.count {
            let begins = isLetter(text[at]) && isLetter(text[at + 1]) && isDigit(text[at + 2]) && isDigit(text[at + 3])
            let isBorder = at == 0 || !(isLetter(text[at - 1]) || isDigit(text[at - 1]))
            guard begins, isBorder else {
                at += 1
                continue
            }
            var (end, count) = (at, 0)
            while end < text.count, count < 34, isLetter(text[end]) || isDigit(text[end]) || text[end] == 0x20 {
                if text[end] != 0x20 { count += 1 }
                end += 1
            }
            if let length = checkedLength(text[at..<end]) {
                found.append(at..<length)
                at = length
            } else {
                at += 1
            }
        }
        return found
    }

    /// The end of the longest beginning that passes the check of ISO 13616 (the number modulo 97 is 1).
    private static func checkedLength(_ span: ArraySlice<UInt32>) -> Int? {
        let places = span.indices.filter { span[$0] != 0x20 }
        for count in stride(from: min(34, places.count), through: 15, by: -1) {
            let letters = places[..<count].map { span[$0] & ~(isLetter(span[$0]) ? 0x20 : 0) }
            var rest = 0
            for c in letters[4...] + letters[..<4] {
                rest = isDigit(c) ? (rest * 10 + Int(c - 0x30)) % 97 : (rest * 100 + Int(c - 0x41) + 10) % 97
            }
            if rest == 1 { return places[count - 1] + 1 }
        }
        return nil
    }
}
