import Core
import TestKit
import Testing

@Suite struct AddressPolicyTests {
    @Test(arguments: [
        "127.0.0.1", "127.8.9.1", "0.0.0.0", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "100.64.0.1",
        "169.254.169.254", "169.254.0.1", "100.100.100.200", "168.63.129.16", "224.0.0.1", "255.255.255.255",
        "198.18.0.1", "::1", "::", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:a9fe:a9fe", "::7f00:1", "fe80::1",
        "fe80::1%eth0", "fec0::1", "fc00::1", "fd00:ec2::254", "ff02::1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe",
        "2002:7f00:1::", "2002:a00:1::1", "2001:0:1::1", "not an address", "", "1.2.3",
    ])
    func internalAddressesAreRefused(_ address: String) {
        #expect(AddressPolicy().objection(host: "x.example", addresses: [address]) != nil)
        #expect(AddressPolicy().objection(host: "x.example", addresses: ["93.184.216.34", address]) != nil)
    }

    @Test(arguments: [
        "93.184.216.34", "172.32.0.1", "100.128.0.1", "2606:2800:220:1::1", "64:ff9b::5db8:d822",
        "::ffff:93.184.216.34",
    ])
    func publicAddressesAreNot(_ address: String) {
        #expect(AddressPolicy().objection(host: "x.example", addresses: [address]) == nil)
    }

    @Test func whatIsNamedIsAllowedAndNothingElse() {
        let policy = AddressPolicy(allowed: ["crm.internal", "10.1.0.0/16", "::1", "127.0.0.1"])
        #expect(policy.objection(host: "CRM.internal", addresses: ["10.9.9.9"]) == nil)
        #expect(policy.objection(host: "a", addresses: ["10.1.2.3", "::1", "127.0.0.1", "::ffff:10.1.0.1"]) == nil)
        #expect(policy.objection(host: "a", addresses: ["10.2.0.1"]) != nil)
        #expect(policy.objection(host: "a", addresses: ["127.0.0.2"])?.contains("allow_hosts") == true)
        #expect(policy.objection(host: "a", addresses: []) != nil)
    }

    @Test func randomTextIsNeverAnAddress() {
        var mutator = MessageMutator(
            seeds: ["127.0.0.1", "::ffff:10.0.0.1", "10.0.0.0/8", "fe80::1%lo"].map { Array($0.utf8) }, seed: 8)
        var refused = 0
        for _ in 0..<10_000 {
            let text = String(decoding: mutator.next(), as: UTF8.self)
            let policy = AddressPolicy(allowed: [text])
            if policy.objection(host: "h", addresses: ["192.168.7.7"]) != nil { refused += 1 }
            _ = AddressPolicy().objection(host: "h", addresses: [text])
        }
        #expect(refused > 9000)
    }
}
