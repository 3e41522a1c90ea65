import Core
import Testing

@testable import Telephony

struct AddressBlockTests {
    @Test(arguments: [
        ("10.0.0.0/8", "10.255.0.1", true), ("10.0.0.0/8", "11.0.0.1", false), ("192.168.1.7", "192.168.1.7", true),
        ("192.168.1.7", "192.168.1.8", false), ("10.1.2.128/25", "10.1.2.127", false),
        ("10.1.2.128/25", "10.1.2.200", true),
        ("0.0.0.0/0", "8.8.8.8", true), ("0.0.0.0/0", "fd00::1", false), ("fd00::/8", "fdab::1", true),
        ("::/0", "::1", true),
        ("fd00::/8", "fe80::1", false), ("10.0.0.0/8", "::ffff:10.1.1.1", true), ("10.0.0.0/8", "nonsense", false),
    ])
    func containment(block: String, host: String, isIn: Bool) throws {
        #expect(try AddressBlock(parsing: block).contains(host) == isIn)
    }

    @Test(arguments: [
        "", "/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0/8", "host", "fd00::/129", "10.0.0.0/8/8",
    ])
    func mistakesAreNamed(text: String) {
        #expect(throws: ConfigurationError.self) { try AddressBlock(parsing: text) }
    }
}
