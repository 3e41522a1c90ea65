/// Why a text is not JSON.
public struct JSONError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Byte offset of the fault.
    public var offset: Int
    /// What is wrong.
    public var cause: String

    public var description: String { "not JSON at byte \(offset): \(cause)" }
}

/// Reads JSON (RFC 8259) from bytes: strict grammar, at most 256 levels deep, tolerant only of what cannot be
/// represented (lone surrogates and broken UTF-8 become U+FFFD).
///
/// Ours rather than a library's because wire messages arrive on the engine thread: no Foundation, no exceptions for
/// broken surrogates, one pass (docs/decisions/0004-json.md has the figures).
public struct JSONParser {
    /// Deepest nesting accepted.
    public static let maximumDepth = 256

    private let base: UnsafeBufferPointer<UInt8>
    private var at = 0
    private var depth = 0

    /// Parses a whole document.
    public static func parse(_ bytes: Span<UInt8>) throws(JSONError) -> JSONValue {
        let result: Result<JSONValue, JSONError> = bytes.withUnsafeBufferPointer { buffer in
            var parser = JSONParser(base: buffer)
            do throws(JSONError) { return .success(try parser.document()) } catch { return .failure(error) }
        }
        return try result.get()
    }

    /// Parses a whole document held in an array.
    public static func parse(_ bytes: [UInt8]) throws(JSONError) -> JSONValue { try parse(bytes.span) }

    /// Parses a whole document held in a string.
    public static func parse(_ text: String) throws(JSONError) -> JSONValue { try parse(Array(text.utf8).span) }

    private init(base: UnsafeBufferPointer<UInt8>) { self.base = base }

    private func fail(_ cause: String) -> JSONError { JSONError(offset: at, cause: cause) }

    private var peek: UInt8 { at < base.count ? base[at] : 0 }

    private mutating func skipSpace() {
        while at < base.count, base[at] == 0x20 || base[at] == 0x0A || base[at] == 0x0D || base[at] == 0x09 { at += 1 }
    }

    private mutating func document() throws(JSONError) -> JSONValue {
        let value = try value()
        skipSpace()
        guard at == base.count else { throw fail("text after the document") }
        return value
    }

    private mutating func value() throws(JSONError) -> JSONValue {
        skipSpace()
        guard at < base.count else { throw fail("the text ends where a value should stand") }
        switch base[at] {
        case UInt8(ascii: "{"): return try object()
        case UInt8(ascii: "["): return try array()
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        case UInt8(ascii: "-"), 0x30...0x39: return try number()
        default: throw fail("no value begins with this character")
        }
    }

    private mutating func word(_ text: StaticString, _ value: JSONValue) throws(JSONError) -> JSONValue {
        let count = text.utf8CodeUnitCount
        guard at + count <= base.count else { throw fail("cut short") }
        for i in 0..<count where base[at + i] != text.utf8Start[i] { throw fail("unknown word") }
        at += count
        return value
    }

    private mutating func enter() throws(JSONError) {
        depth += 1
        guard depth <= Self.maximumDepth else { throw fail("nested deeper than \(Self.maximumDepth) levels") }
        at += 1
        skipSpace()
    }

    private mutating func object() throws(JSONError) -> JSONValue {
        try enter()
        var members: [JSONValue.Member] = []
        if peek == UInt8(ascii: "}") { return leave(.object(members)) }
        while at < base.count {
            skipSpace()
            guard peek == UInt8(ascii: "\"") else { throw fail("a member's name should stand here") }
            let key = try string()
            skipSpace()
            guard peek == UInt8(ascii: ":") else { throw fail("a colon should stand here") }
            at += 1
            members.append(JSONValue.Member(key, try value()))
            skipSpace()
            if peek == UInt8(ascii: "}") { return leave(.object(members)) }
            guard peek == UInt8(ascii: ",") else { throw fail("a comma or } should stand here") }
            at += 1
        }
        throw fail("the object is not closed")
    }

    private mutating func array() throws(JSONError) -> JSONValue {
        try enter()
        var items: [JSONValue] = []
        if peek == UInt8(ascii: "]") { return leave(.array(items)) }
        while at < base.count {
            items.append(try value())
            skipSpace()
            if peek == UInt8(ascii: "]") { return leave(.array(items)) }
            guard peek == UInt8(ascii: ",") else { throw fail("a comma or ] should stand here") }
            at += 1
        }
        throw fail("the array is not closed")
    }

    private mutating func leave(_ value: JSONValue) -> JSONValue {
        at += 1
        depth -= 1
        return value
    }

    private mutating func digits() -> Int {
        let start = at
        while at < base.count, (0x30...0x39).contains(base[at]) { at += 1 }
        return at - start
    }

    private mutating func number() throws(JSONError) -> JSONValue {
        let start = at
        if peek == UInt8(ascii: "-") { at += 1 }
        let first = peek
        let whole = digits()
        guard whole > 0, whole == 1 || first != 0x30 else { throw fail("not a number") }
        var isInteger = true
        if peek == UInt8(ascii: ".") {
            isInteger = false
            at += 1
            guard digits() > 0 else { throw fail("digits should follow the point") }
        }
        if peek == UInt8(ascii: "e") || peek == UInt8(ascii: "E") {
            isInteger = false
            at += 1
            if peek == UInt8(ascii: "+") || peek == UInt8(ascii: "-") { at += 1 }
            guard digits() > 0 else { throw fail("digits should follow the exponent") }
        }
        let text = String(decoding: UnsafeBufferPointer(rebasing: base[start..<at]), as: UTF8.self)
        if isInteger, let int = Int64(text) { return .int(int) }
        guard let double = Double(text), double.isFinite else { throw fail("the number is out of range") }
        return .double(double)
    }

    private mutating func string() throws(JSONError) -> String {
        at += 1
        let start = at
        while at < base.count, base[at] != UInt8(ascii: "\""), base[at] != UInt8(ascii: "\\"), base[at] >= 0x20 {
            at += 1
        }
        let head = UnsafeBufferPointer(rebasing: base[start..<at])
        if peek == UInt8(ascii: "\""), at < base.count {
            at += 1
            return String(decoding: head, as: UTF8.self)
        }
        return try escapedString(Array(head))
    }

    private mutating func escapedString(_ head: [UInt8]) throws(JSONError) -> String {
        var out = head
        while at < base.count {
            let byte = base[at]
            at += 1
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: out, as: UTF8.self)
            case UInt8(ascii: "\\"): try escape(&out)
            case 0..<0x20: throw fail("a control character inside a string")
            default: out.append(byte)
            }
        }
        throw fail("the string is not closed")
    }

    private mutating func escape(_ out: inout [UInt8]) throws(JSONError) {
        let kind = peek
        at += 1
        switch kind {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): out.append(kind)
        case UInt8(ascii: "b"): out.append(8)
        case UInt8(ascii: "f"): out.append(12)
        case UInt8(ascii: "n"): out.append(10)
        case UInt8(ascii: "r"): out.append(13)
        case UInt8(ascii: "t"): out.append(9)
        case UInt8(ascii: "u"): append(try unicodeEscape(), to: &out)
        default: throw fail("unknown escape")
        }
    }

    private mutating func unicodeEscape() throws(JSONError) -> Unicode.Scalar {
        let replacement: Unicode.Scalar = "\u{FFFD}"
        let unit = try hex4()
        if let scalar = Unicode.Scalar(unit) { return scalar }
        guard unit < 0xDC00, at + 1 < base.count, base[at] == UInt8(ascii: "\\"), base[at + 1] == UInt8(ascii: "u")
        else {
            return replacement
        }
        let mark = at
        at += 2
        let low = try hex4()
        guard (0xDC00...0xDFFF).contains(low) else {
            at = mark
            return replacement
        }
        return Unicode.Scalar(0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00)) ?? replacement
    }

    private mutating func hex4() throws(JSONError) -> UInt32 {
        guard at + 4 <= base.count else { throw fail("four hex digits should follow \\u") }
        var value: UInt32 = 0
        for i in 0..<4 {
            guard let digit = Unicode.Scalar(base[at + i]).properties.isASCIIHexDigit ? hexValue(base[at + i]) : nil
            else {
                throw fail("four hex digits should follow \\u")
            }
            value = value << 4 | digit
        }
        at += 4
        return value
    }

    private func hexValue(_ byte: UInt8) -> UInt32 {
        byte <= 0x39 ? UInt32(byte) - 0x30 : (UInt32(byte) | 0x20) - 0x57
    }

    private func append(_ scalar: Unicode.Scalar, to out: inout [UInt8]) {
        for unit in UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter { out.append(unit) }
    }
}
