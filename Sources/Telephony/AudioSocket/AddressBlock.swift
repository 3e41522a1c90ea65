import Core
import Glibc

/// A block of IP addresses in CIDR form: `10.0.0.0/8`, `192.168.1.7`, `fd00::/8`.
public struct AddressBlock: Sendable, Hashable, CustomStringConvertible {
    /// 16 bytes; IPv4 as `::ffff:a.b.c.d`.
    private let bytes: [UInt8]
    /// Significant bits of the 128.
    private let bits: Int
    public let description: String

    /// Reads a block; the error names what is wrong.
    public init(parsing text: String) throws(ConfigurationError) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let host = parts.first, let bytes = Self.bytes(String(host)) else {
            throw Self.mistake(text, "is not an IP address or block")
        }
        let isV4 = !host.contains(":")
        let width = isV4 ? 32 : 128
        let prefix = parts.count == 1 ? width : Int(parts[1])
        guard let prefix, (0...width).contains(prefix) else {
            throw Self.mistake(text, "needs a prefix length from 0 to \(width) behind the slash")
        }
        self.bytes = bytes
        bits = isV4 ? prefix + 96 : prefix
        description = text
    }

    /// Whether the numeric address `host` lies in the block.
    public func contains(_ host: String) -> Bool {
        guard let other = Self.bytes(host) else { return false }
        let whole = bits / 8
        guard bytes[..<whole] == other[..<whole] else { return false }
        let rest = bits % 8
        return rest == 0 || (bytes[whole] ^ other[whole]) >> UInt8(8 - rest) == 0
    }

    /// Whether a numeric address is one of this machine's loopback addresses.
    static func isLoopback(_ host: String) -> Bool {
        guard let bytes = bytes(host) else { return false }
        let isV4 = bytes[..<10].allSatisfy { $0 == 0 } && bytes[10] == 0xFF && bytes[11] == 0xFF
        return isV4 ? bytes[12] == 127 : bytes[..<15].allSatisfy { $0 == 0 } && bytes[15] == 1
    }

    private static func bytes(_ host: String) -> [UInt8]? {
        var v4 = in_addr()
        if inet_pton(AF_INET, host, &v4) == 1 {
            return [UInt8](repeating: 0, count: 10) + [0xFF, 0xFF] + withUnsafeBytes(of: v4) { [UInt8]($0) }
        }
        var v6 = in6_addr()
        guard inet_pton(AF_INET6, host, &v6) == 1 else { return nil }
        return withUnsafeBytes(of: v6) { [UInt8]($0) }
    }

    private static func mistake(_ text: String, _ why: String) -> ConfigurationError {
        ConfigurationError(
            place: "allow-list entry \"\(text)\"", cause: why,
            fix: "write an address block such as 10.0.0.0/8 or 192.168.1.7")
    }
}
