import Glibc

/// Walks JSON text of a shape that is known, without building values: the hot path of audio messages.
///
/// Strict on purpose: whatever is not as expected (an escape, another shape) makes it give up, and the general parser looks.
struct JSONCursor {
    private let base: UnsafeBufferPointer<UInt8>
    private(set) var at = 0

    /// A cursor at the start of a text.
    init(_ base: UnsafeBufferPointer<UInt8>) { self.base = base }

    /// Whether only white space is left.
    mutating func isAtEnd() -> Bool {
        skipSpace()
        return at == base.count
    }

    private mutating func skipSpace() {
        while at < base.count, base[at] == 0x20 || base[at] == 0x0A || base[at] == 0x0D || base[at] == 0x09 { at += 1 }
    }

    /// Takes one sign, with white space before it.
    mutating func take(_ byte: UInt8) -> Bool {
        skipSpace()
        guard at < base.count, base[at] == byte else { return false }
        at += 1
        return true
    }

    /// A short string without escapes; its place without the quotes.
    mutating func shortString() -> Range<Int>? {
        guard take(UInt8(ascii: "\"")) else { return nil }
        let start = at
        while at < base.count, base[at] >= 0x20, base[at] != UInt8(ascii: "\\") {
            if base[at] == UInt8(ascii: "\"") {
                at += 1
                return start..<at - 1
            }
            at += 1
        }
        return nil
    }

    /// A string to the next quote; whoever decodes it refuses what does not belong in it.
    mutating func longString() -> Range<Int>? {
        guard take(UInt8(ascii: "\"")), let address = base.baseAddress, at < base.count else { return nil }
        let start = at
        guard let quote = memchr(address + at, 0x22, base.count - at) else { return nil }
        at = UnsafeRawPointer(quote) - UnsafeRawPointer(address) + 1
        return start..<at - 1
    }

    /// A whole number without sign, at most nine digits.
    mutating func smallNumber() -> Int? {
        skipSpace()
        var value = 0
        var digits = 0
        while at < base.count, digits < 9, (0x30...0x39).contains(base[at]) {
            value = value * 10 + Int(base[at] - 0x30)
            digits += 1
            at += 1
        }
        return digits > 0 ? value : nil
    }

    /// A word such as `null`.
    mutating func word(_ word: StaticString) -> Bool {
        skipSpace()
        let end = at + word.utf8CodeUnitCount
        guard end <= base.count, matches(at..<end, word) else { return false }
        at = end
        return true
    }

    /// A key and its colon: must be this one.
    mutating func key(_ word: StaticString) -> Bool {
        guard let key = shortString(), matches(key, word) else { return false }
        return take(UInt8(ascii: ":"))
    }

    /// Whether the text at a place is this word.
    func matches(_ range: Range<Int>, _ word: StaticString) -> Bool {
        guard range.count == word.utf8CodeUnitCount, let address = base.baseAddress else { return false }
        return memcmp(address + range.lowerBound, word.utf8Start, range.count) == 0
    }
}
