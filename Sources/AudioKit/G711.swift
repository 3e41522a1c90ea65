/// The two companding laws of ITU-T G.711: one byte a sample at 8 kHz.
public enum G711: Sendable, Equatable, CaseIterable {
    case ulaw
    case alaw

    /// The byte that stands for silence.
    public var silence: UInt8 { self == .ulaw ? 0xFF : 0xD5 }

    /// The 16-bit sample a byte stands for.
    public func decode(_ byte: UInt8) -> Int16 {
        self == .ulaw ? Self.expandULaw(byte) : Self.expandALaw(byte)
    }

    /// The byte nearest to a 16-bit sample.
    public func encode(_ sample: Int16) -> UInt8 {
        self == .ulaw ? Self.compressULaw(sample) : Self.compressALaw(sample)
    }

    /// Expands bytes to samples; as many as both sides hold.
    /// - Returns: samples written.
    @discardableResult
    public func decode(_ input: Span<UInt8>, into output: inout MutableSpan<Int16>) -> Int {
        let count = min(input.count, output.count)
        let table = (self == .ulaw ? Self.ulawExpanded : Self.alawExpanded).span
        for i in 0..<count { output[i] = table[Int(input[i])] }
        return count
    }

    /// Compresses samples to bytes; as many as both sides hold.
    /// - Returns: bytes written.
    @discardableResult
    public func encode(_ input: Span<Int16>, into output: inout MutableSpan<UInt8>) -> Int {
        let count = min(input.count, output.count)
        // Both laws look at no more than the upper 14 bits of a sample.
        let table = (self == .ulaw ? Self.ulawCompressed : Self.alawCompressed).span
        for i in 0..<count { output[i] = table[Int(UInt16(bitPattern: input[i]) >> 2)] }
        return count
    }

    private static let ulawExpanded: [Int16] = (0...255).map { expandULaw(UInt8($0)) }
    private static let alawExpanded: [Int16] = (0...255).map { expandALaw(UInt8($0)) }
    private static let ulawCompressed: [UInt8] = compressed(compressULaw)
    private static let alawCompressed: [UInt8] = compressed(compressALaw)

    private static func compressed(_ law: (Int16) -> UInt8) -> [UInt8] {
        (0..<16384).map { law(Int16(bitPattern: UInt16($0 << 2))) }
    }

    private static func expandULaw(_ byte: UInt8) -> Int16 {
        let code = ~byte
        let exponent = Int((code >> 4) & 7)
        let magnitude = ((Int(code & 15) << 3) + 0x84) << exponent - 0x84
        return Int16(code & 0x80 != 0 ? -magnitude : magnitude)
    }

    private static func compressULaw(_ sample: Int16) -> UInt8 {
        // 14 bits, as the standard has it: what the lowest two bits hold cannot change the code.
        let value = Int(sample & ~3)
        let magnitude = min(value < 0 ? -value - 4 : value, 32635) + 0x84
        let exponent = max(0, Int.bitWidth - 1 - magnitude.leadingZeroBitCount - 7)
        let mantissa = (magnitude >> (exponent + 3)) & 15
        return ~UInt8((value < 0 ? 0x80 : 0) | exponent << 4 | mantissa)
    }

    private static func expandALaw(_ byte: UInt8) -> Int16 {
        let code = byte ^ 0x55
        let exponent = Int((code >> 4) & 7)
        let mantissa = Int(code & 15) << 4
        let magnitude = exponent == 0 ? mantissa + 8 : (mantissa + 0x108) << (exponent - 1)
        return Int16(code & 0x80 != 0 ? magnitude : -magnitude)
    }

    private static func compressALaw(_ sample: Int16) -> UInt8 {
        let value = Int(sample & ~3)
        let magnitude = value < 0 ? -value - 1 : value
        let exponent = max(0, Int.bitWidth - 1 - magnitude.leadingZeroBitCount - 7)
        let mantissa = (magnitude >> (exponent == 0 ? 4 : exponent + 3)) & 15
        return UInt8((value < 0 ? 0 : 0x80) | exponent << 4 | mantissa) ^ 0x55
    }
}
