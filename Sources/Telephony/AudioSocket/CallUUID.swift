/// The UUID by which Asterisk names a call, as 128 bits in network order.
public struct CallUUID: Hashable, Sendable, CustomStringConvertible {
    private let high: UInt64
    private let low: UInt64

    /// Reads 16 raw bytes; nil for any other number of bytes.
    public init?(_ bytes: Span<UInt8>) {
        guard bytes.count == 16 else { return nil }
        var high: UInt64 = 0
        var low: UInt64 = 0
        for i in 0..<8 {
            high = high << 8 | UInt64(bytes[i])
            low = low << 8 | UInt64(bytes[i + 8])
        }
        self.high = high
        self.low = low
    }

    /// Whether all bits are zero: a call without identity.
    public var isNil: Bool { high == 0 && low == 0 }

    /// `40325ec2-5efd-4bd3-805f-53576e581d13`
    public var description: String {
        let digits = Array(Self.hex(high) + Self.hex(low))
        return [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { String(digits[$0]) }.joined(separator: "-")
    }

    private static func hex(_ value: UInt64) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }
}
