import Glibc

/// Which addresses a link may lead to, judged after the name was resolved, so that neither a name, an odd spelling of an
/// address nor a changed DNS answer leads into the own network (server-side request forgery).
///
/// Refused unless allowed: loopback, private, shared (100.64/10), link-local, unique-local, multicast, documentation and
/// reserved addresses, cloud metadata services, and every IPv6 form that carries such an IPv4 address. One refused address
/// of several refuses the name.
public struct AddressPolicy: Sendable, Equatable {
    /// Host names, addresses and blocks (`10.1.0.0/16`) that are allowed nevertheless.
    public var allowed: [String]

    /// Refuses everything internal but what is `allowed`.
    public init(allowed: [String] = []) { self.allowed = allowed }

    /// Why no connection may be made to `host`, which resolved to `addresses` (numeric); nil when it may.
    public func objection(host: String, addresses: [String]) -> String? {
        if allowed.contains(where: { $0.lowercased() == host.lowercased() }) { return nil }
        guard !addresses.isEmpty else { return "the name \(host) has no address" }
        for address in addresses {
            guard let bytes = Self.bytes(address) else { return "\"\(address)\" is no address" }
            guard let kind = Self.kind(of: bytes) else { continue }
            if !allowed.contains(where: { Self.block($0, holds: bytes) }) {
                let name = address == host ? address : "\(host) (\(address))"
                return
                    "\(name) is \(kind) address, which tools may not reach; allow it in tools.allow_hosts if it is meant"
            }
        }
        return nil
    }

    /// 16 bytes of a numeric address, IPv4 as `::ffff:a.b.c.d`; nil when it is none. A zone (`%eth0`) is left out.
    static func bytes(_ text: String) -> [UInt8]? {
        var v4 = in_addr()
        if inet_pton(AF_INET, text, &v4) == 1 {
            return [UInt8](repeating: 0, count: 10) + [0xFF, 0xFF] + withUnsafeBytes(of: v4) { [UInt8]($0) }
        }
        var v6 = in6_addr()
        let plain = text.split(separator: "%", maxSplits: 1).first.map(String.init) ?? ""
        guard inet_pton(AF_INET6, plain, &v6) == 1 else { return nil }
        return withUnsafeBytes(of: v6) { [UInt8]($0) }
    }

    private static func block(_ text: String, holds bytes: [UInt8]) -> Bool {
        let parts = text.split(separator: "/", maxSplits: 1)
        guard let first = parts.first, let own = self.bytes(String(first)) else { return false }
        let width = first.contains(":") ? 128 : 32
        guard let prefix = parts.count == 1 ? width : Int(parts[1]), (0...width).contains(prefix) else { return false }
        return matches(bytes, own, bits: prefix + 128 - width)
    }

    private static func matches(_ a: [UInt8], _ b: [UInt8], bits: Int) -> Bool {
        let whole = bits / 8
        guard a[..<whole] == b[..<whole] else { return false }
        return bits % 8 == 0 || (a[whole] ^ b[whole]) >> UInt8(8 - bits % 8) == 0
    }

    /// What kind of address that must not be reached it is, with its article; nil for a public one.
    static func kind(of bytes: [UInt8]) -> String? {
        for (block, kind) in internalBlocks where self.block(block, holds: bytes) { return kind }
        return carried(by: bytes).flatMap(kind(of:))
    }

    /// The IPv4 address that an IPv6 address stands for: NAT64, 6to4, and the old compatible form.
    private static func carried(by bytes: [UInt8]) -> [UInt8]? {
        let mapped = [UInt8](repeating: 0, count: 10) + [0xFF, 0xFF]
        if block("64:ff9b::/96", holds: bytes) || bytes[..<12].allSatisfy({ $0 == 0 }) { return mapped + bytes[12...] }
        if block("2002::/16", holds: bytes) { return mapped + bytes[2..<6] }
        return nil
    }

    /// IANA's special-purpose registries, and the metadata services that lie outside of them.
    private static let internalBlocks: [(String, String)] = [
        ("127.0.0.0/8", "a loopback"), ("::1", "a loopback"), ("0.0.0.0/8", "an unspecified"), ("::", "an unspecified"),
        ("169.254.169.254", "a metadata"), ("fd00:ec2::254", "a metadata"), ("100.100.100.200", "a metadata"),
        ("168.63.129.16", "a metadata"), ("10.0.0.0/8", "a private"), ("172.16.0.0/12", "a private"),
        ("192.168.0.0/16", "a private"), ("100.64.0.0/10", "a shared"), ("169.254.0.0/16", "a link-local"),
        ("fe80::/10", "a link-local"), ("fec0::/10", "a site-local"), ("fc00::/7", "a unique-local"),
        ("192.0.0.0/24", "a reserved"), ("192.0.2.0/24", "a documentation"), ("198.51.100.0/24", "a documentation"),
        ("203.0.113.0/24", "a documentation"), ("2001:db8::/32", "a documentation"), ("192.88.99.0/24", "a reserved"),
        ("198.18.0.0/15", "a benchmark"), ("224.0.0.0/4", "a multicast"), ("ff00::/8", "a multicast"),
        ("240.0.0.0/4", "a reserved"), ("2001::/32", "a tunnel"), ("64:ff9b:1::/48", "a translated"),
        ("100::/64", "a discard"),
    ]
}
