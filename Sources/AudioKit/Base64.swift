/// Why text is not base64.
public enum Base64Error: Error, Sendable, Equatable, CustomStringConvertible {
    /// A byte outside the alphabet, at this place of the text.
    case invalidByte(UInt8, at: Int)
    /// The text ends in the middle of a byte, or its padding is wrong or missing.
    case badLength(Int)
    /// Bits that belong to no byte are not zero.
    case strayBits(at: Int)
    /// PCM needs an even number of bytes.
    case oddBytes(Int)

    public var description: String {
        switch self {
        case .invalidByte(let byte, let place): "base64: byte \(byte) at \(place) is not in the alphabet"
        case .badLength(let length): "base64: text of \(length) bytes is cut short or badly padded"
        case .strayBits(let place): "base64: stray bits at \(place)"
        case .oddBytes(let count): "base64: \(count) bytes are no whole number of 16-bit samples"
        }
    }
}

/// Base64 (RFC 4648) of PCM and bytes, as provider messages carry it. Samples are little-endian.
public enum Base64 {
    /// What `decode` takes beside strict, padded base64.
    public struct Options: OptionSet, Sendable {
        public let rawValue: UInt8
        public init(rawValue: UInt8) { self.rawValue = rawValue }
        /// Padding may be missing.
        public static let unpadded = Options(rawValue: 1)
        /// `-` and `_` stand for `+` and `/` as well.
        public static let urlSafe = Options(rawValue: 2)
    }

    /// Length of the text for that many bytes.
    public static func encodedLength(bytes: Int) -> Int { (bytes + 2) / 3 * 4 }

    /// Appends the text of little-endian samples.
    public static func encode(pcm: Span<Int16>, into text: inout [UInt8]) {
        pcm.withUnsafeBytes { append($0, to: &text) }
    }

    /// Appends the text of bytes.
    public static func encode(bytes: Span<UInt8>, into text: inout [UInt8]) {
        bytes.withUnsafeBytes { append($0, to: &text) }
    }

    /// Appends the bytes of a text. On an error nothing is appended.
    public static func decode(
        _ text: Span<UInt8>, into bytes: inout [UInt8], options: Options = []
    ) throws(Base64Error) {
        let before = bytes.count
        let size = try checkedSize(text, options)
        bytes.append(contentsOf: repeatElement(0, count: size))
        let failure = bytes.withUnsafeMutableBytes { target in
            text.withUnsafeBufferPointer { source in
                decode(source, UnsafeMutableRawBufferPointer(rebasing: target[before...]), options)
            }
        }
        guard let failure else { return }
        bytes.removeLast(size)
        throw failure
    }

    /// Appends the little-endian samples of a text. On an error nothing is appended.
    public static func decode(
        _ text: Span<UInt8>, into samples: inout [Int16], options: Options = []
    ) throws(Base64Error) {
        let before = samples.count
        let size = try checkedSize(text, options)
        guard size % 2 == 0 else { throw .oddBytes(size) }
        samples.append(contentsOf: repeatElement(0, count: size / 2))
        let failure = samples.withUnsafeMutableBytes { target in
            text.withUnsafeBufferPointer { source in
                decode(source, UnsafeMutableRawBufferPointer(rebasing: target[(before * 2)...]), options)
            }
        }
        guard let failure else { return }
        samples.removeLast(size / 2)
        throw failure
    }

    // MARK: Encoding

    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    /// Two letters for every 12 bits: half the look-ups of a table of 64.
    private static let pairs: [UInt16] = (0..<4096).map {
        UInt16(alphabet[$0 >> 6]) | UInt16(alphabet[$0 & 63]) << 8
    }

    private static func append(_ bytes: UnsafeRawBufferPointer, to text: inout [UInt8]) {
        let before = text.count
        text.append(contentsOf: repeatElement(0x3D, count: encodedLength(bytes: bytes.count)))
        text.withUnsafeMutableBytes { target in
            pairs.withUnsafeBufferPointer { table in
                encode(bytes, UnsafeMutableRawBufferPointer(rebasing: target[before...]), table)
            }
        }
    }

    private static func encode(
        _ bytes: UnsafeRawBufferPointer, _ text: UnsafeMutableRawBufferPointer, _ pairs: UnsafeBufferPointer<UInt16>
    ) {
        var i = 0
        var o = 0
        // Six bytes at a time, read as eight: the last two are read again.
        while i + 8 <= bytes.count {
            let word = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: i, as: UInt64.self))
            let a = UInt64(pairs[Int(word >> 52)]) | UInt64(pairs[Int(word >> 40 & 0xFFF)]) << 16
            let b = UInt64(pairs[Int(word >> 28 & 0xFFF)]) << 32 | UInt64(pairs[Int(word >> 16 & 0xFFF)]) << 48
            text.storeBytes(of: (a | b).littleEndian, toByteOffset: o, as: UInt64.self)
            i += 6
            o += 8
        }
        while i < bytes.count {
            let left = min(3, bytes.count - i)
            var word = UInt32(bytes[i]) << 16
            if left > 1 { word |= UInt32(bytes[i + 1]) << 8 }
            if left > 2 { word |= UInt32(bytes[i + 2]) }
            for k in 0...left { text[o + k] = alphabet[Int(word >> UInt32(18 - 6 * k)) & 63] }
            i += left
            o += 4
        }
    }

    // MARK: Decoding

    private static let bad: UInt8 = 0xFF
    private static let standard = values(of: alphabet)
    private static let tolerant: [UInt8] = {
        var table = values(of: alphabet)
        table[Int(UInt8(ascii: "-"))] = 62
        table[Int(UInt8(ascii: "_"))] = 63
        return table
    }()

    private static func values(of alphabet: [UInt8]) -> [UInt8] {
        var table = [UInt8](repeating: bad, count: 256)
        for (value, letter) in alphabet.enumerated() { table[Int(letter)] = UInt8(value) }
        return table
    }

    /// Letters without the padding.
    private static func letters(_ text: Span<UInt8>) -> Int {
        let padding = UInt8(ascii: "=")
        guard text.count >= 4, text[text.count - 1] == padding else { return text.count }
        return text.count - (text[text.count - 2] == padding ? 2 : 1)
    }

    private static func checkedSize(_ text: Span<UInt8>, _ options: Options) throws(Base64Error) -> Int {
        let count = letters(text)
        let padded = text.count % 4 == 0
        guard count % 4 != 1, padded || (options.contains(.unpadded) && count == text.count) else {
            throw .badLength(text.count)
        }
        return count / 4 * 3 + max(0, count % 4 - 1)
    }

    /// `target` is exactly as large as the text asks for.
    private static func decode(
        _ text: UnsafeBufferPointer<UInt8>, _ target: UnsafeMutableRawBufferPointer, _ options: Options
    ) -> Base64Error? {
        (options.contains(.urlSafe) ? tolerant : standard).withUnsafeBufferPointer { table in
            var i = 0
            var o = 0
            // Bytes outside the alphabet read as 0xFF: their high bits show in the sum of all.
            var seen: UInt8 = 0
            while o + 3 <= target.count {
                let a = table[Int(text[i])]
                let b = table[Int(text[i + 1])]
                let c = table[Int(text[i + 2])]
                let d = table[Int(text[i + 3])]
                seen |= a | b | c | d
                target[o] = a << 2 | b >> 4
                target[o + 1] = b << 4 | c >> 2
                target[o + 2] = c << 6 | d
                i += 4
                o += 3
            }
            if seen & 0xC0 != 0 { return firstBad(text, table) }
            return o < target.count ? decodeTail(text, i, target, o, table) : nil
        }
    }

    /// The last one or two bytes: two or three letters, whose unused bits must be zero.
    private static func decodeTail(
        _ text: UnsafeBufferPointer<UInt8>, _ i: Int, _ target: UnsafeMutableRawBufferPointer, _ o: Int,
        _ table: UnsafeBufferPointer<UInt8>
    ) -> Base64Error? {
        let two = target.count - o == 2
        let a = table[Int(text[i])]
        let b = table[Int(text[i + 1])]
        let c = two ? table[Int(text[i + 2])] : 0
        guard (a | b | c) & 0xC0 == 0 else { return firstBad(text, table) }
        target[o] = a << 2 | b >> 4
        if two { target[o + 1] = b << 4 | c >> 2 }
        let stray = two ? c & 3 : b & 15
        return stray == 0 ? nil : .strayBits(at: i + (two ? 2 : 1))
    }

    private static func firstBad(
        _ text: UnsafeBufferPointer<UInt8>, _ table: UnsafeBufferPointer<UInt8>
    ) -> Base64Error {
        let place = text.firstIndex { table[Int($0)] == bad } ?? 0
        return .invalidByte(text[place], at: place)
    }
}
