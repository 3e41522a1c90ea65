import Glibc

/// Finds the parts of an audio delta (`response.output_audio.delta` and its likes) without building a JSON value.
///
/// ```
///  {"type":"response.output_audio.delta", … "item_id":"item_1", … "delta":"UklGR…"}
///          ╰── must be this             bytes ╯          base64 ╯   any order of keys, any white space
/// ```
/// Strict on purpose: whatever is not a flat object of plain strings, small numbers and words (an escape, a nested
/// value, a repeated key) is left to the general parser. So a hit means the same as the general parser would say.
struct AudioDeltaScanner {
    /// Where the parts stand.
    struct Hit: Equatable {
        var item: Range<Int>
        var delta: Range<Int>
    }

    private let base: UnsafeBufferPointer<UInt8>
    private var at = 0

    private let wanted: StaticString

    private init(_ base: UnsafeBufferPointer<UInt8>, _ wanted: StaticString) {
        self.base = base
        self.wanted = wanted
    }

    /// The parts of a message of this type, or nil when the general parser must look. Without items in the protocol
    /// `item` is empty.
    static func scan(
        _ message: UnsafeBufferPointer<UInt8>, type: StaticString = "response.output_audio.delta", hasItem: Bool = true
    ) -> Hit? {
        guard message.count > 50 else { return nil }
        var scanner = AudioDeltaScanner(message, type)
        guard let hit = scanner.object(), !hit.item.isEmpty || !hasItem else { return nil }
        return hit
    }

    private static let type: StaticString = "type"
    private static let item: StaticString = "item_id"
    private static let delta: StaticString = "delta"

    private mutating func object() -> Hit? {
        skipSpace()
        guard take(UInt8(ascii: "{")) else { return nil }
        var hasType = false
        var item: Range<Int>?
        var delta: Range<Int>?
        var isClosed = false
        while !isClosed, at < base.count {
            skipSpace()
            guard let key = shortString() else { return nil }
            skipSpace()
            guard take(UInt8(ascii: ":")) else { return nil }
            skipSpace()
            if matches(key, Self.type) {
                guard !hasType, let value = shortString(), matches(value, wanted) else { return nil }
                hasType = true
            } else if matches(key, Self.item) {
                guard item == nil, let value = shortString() else { return nil }
                item = value
            } else if matches(key, Self.delta) {
                guard delta == nil, let value = longString() else { return nil }
                delta = value
            } else if !skipValue() {
                return nil
            }
            skipSpace()
            isClosed = take(UInt8(ascii: "}"))
            guard isClosed || take(UInt8(ascii: ",")) else { return nil }
        }
        skipSpace()
        guard isClosed, hasType, at == base.count, let delta else { return nil }
        return Hit(item: item ?? 0..<0, delta: delta)
    }

    private mutating func skipSpace() {
        while at < base.count, base[at] == 0x20 || base[at] == 0x0A || base[at] == 0x0D || base[at] == 0x09 { at += 1 }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard at < base.count, base[at] == byte else { return false }
        at += 1
        return true
    }

    /// A string without escapes or control characters, looked at byte by byte.
    private mutating func shortString() -> Range<Int>? {
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

    /// A string to the next quote; whoever decodes it refuses what is not base64, escapes among it.
    private mutating func longString() -> Range<Int>? {
        guard take(UInt8(ascii: "\"")), let address = base.baseAddress, at < base.count else { return nil }
        let start = at
        guard let quote = memchr(address + at, 0x22, base.count - at) else { return nil }
        at = UnsafeRawPointer(quote) - UnsafeRawPointer(address) + 1
        return start..<at - 1
    }

    /// A short string, a small whole number, or a word.
    private mutating func skipValue() -> Bool {
        guard at < base.count else { return false }
        switch base[at] {
        case UInt8(ascii: "\""): return shortString() != nil
        case UInt8(ascii: "0"):
            at += 1
            return true
        case UInt8(ascii: "1")...UInt8(ascii: "9"):
            while at < base.count, (0x30...0x39).contains(base[at]) { at += 1 }
            return true
        case UInt8(ascii: "n"): return skip("null")
        case UInt8(ascii: "t"): return skip("true")
        case UInt8(ascii: "f"): return skip("false")
        default: return false
        }
    }

    private mutating func skip(_ word: StaticString) -> Bool {
        let end = at + word.utf8CodeUnitCount
        guard end <= base.count, matches(at..<end, word) else { return false }
        at = end
        return true
    }

    private func matches(_ range: Range<Int>, _ word: StaticString) -> Bool {
        guard range.count == word.utf8CodeUnitCount, let address = base.baseAddress else { return false }
        return memcmp(address + range.lowerBound, word.utf8Start, range.count) == 0
    }
}
