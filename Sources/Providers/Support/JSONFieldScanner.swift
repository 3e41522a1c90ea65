import Glibc

/// Finds fields in the bytes of a JSON message without making a value of it: the hot path of vendors that send audio as JSON.
///
/// A quotation mark inside a string is escaped, so `"name":` cannot stand inside one.
enum JSONFieldScanner {
    private static let quote = UInt8(ascii: "\"")

    /// The bytes of the string in the first field of this name; nil when there is none or it holds an escape.
    static func string(_ name: [UInt8], in message: UnsafeBufferPointer<UInt8>) -> Range<Int>? {
        guard let start = value(name, in: message), start < message.count, message[start] == quote,
            let end = next(quote, in: message, from: start + 1)
        else { return nil }
        let range = (start + 1)..<end
        let hasEscape = next(UInt8(ascii: "\\"), in: UnsafeBufferPointer(rebasing: message[range]), from: 0) != nil
        return hasEscape ? nil : range
    }

    /// The whole number in the first field of this name.
    static func int(_ name: [UInt8], in message: UnsafeBufferPointer<UInt8>) -> Int? {
        guard var at = value(name, in: message) else { return nil }
        let start = at
        var number = 0
        while at < message.count, at - start < 15, (0x30...0x39).contains(message[at]) {
            number = number * 10 + Int(message[at] - 0x30)
            at += 1
        }
        guard at > start, at < message.count, message[at] == UInt8(ascii: ",") || message[at] == UInt8(ascii: "}")
        else { return nil }
        return number
    }

    /// Whether the string in the first field of this name is `text`.
    static func isString(_ name: [UInt8], _ text: [UInt8], in message: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let range = string(name, in: message), range.count == text.count else { return false }
        return equal(message, range.lowerBound, text)
    }

    /// Where the value of the first field of this name begins.
    private static func value(_ name: [UInt8], in message: UnsafeBufferPointer<UInt8>) -> Int? {
        var from = 0
        while let mark = next(quote, in: message, from: from) {
            from = mark + 1
            var at = from + name.count
            guard at < message.count, message[at] == quote, equal(message, from, name) else { continue }
            at = skipSpace(message, at + 1)
            guard at < message.count, message[at] == UInt8(ascii: ":") else { continue }
            return skipSpace(message, at + 1)
        }
        return nil
    }

    private static func skipSpace(_ message: UnsafeBufferPointer<UInt8>, _ start: Int) -> Int {
        var at = start
        while at < message.count, message[at] == 0x20 || (0x09...0x0D).contains(message[at]) { at += 1 }
        return at
    }

    private static func equal(_ message: UnsafeBufferPointer<UInt8>, _ at: Int, _ word: [UInt8]) -> Bool {
        guard at + word.count <= message.count else { return false }
        for i in 0..<word.count where message[at + i] != word[i] { return false }
        return true
    }

    private static func next(_ byte: UInt8, in message: UnsafeBufferPointer<UInt8>, from: Int) -> Int? {
        guard from < message.count, let base = message.baseAddress,
            let hit = memchr(base + from, Int32(byte), message.count - from)
        else { return nil }
        return UnsafeRawPointer(base).distance(to: UnsafeRawPointer(hit))
    }
}
