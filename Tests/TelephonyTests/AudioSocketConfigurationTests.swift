import Core
import Testing

@testable import Telephony

struct AudioSocketConfigurationTests {
    static func problem(_ change: (inout AudioSocketConfiguration) -> Void) -> ConfigurationError? {
        var configuration = AudioSocketConfiguration()
        change(&configuration)
        do {
            try configuration.validate()
            return nil
        } catch {
            return error
        }
    }

    @Test(arguments: ["127.0.0.1", "127.3.2.1", "::1"])
    func loopbackNeedsNoAllowList(host: String) {
        #expect(Self.problem { $0.address.host = host } == nil)
    }

    @Test(arguments: ["0.0.0.0", "::", "10.0.0.5", "example.org"])
    func otherAddressesNeedAnAllowList(host: String) throws {
        let error = try #require(Self.problem { $0.address.host = host })
        #expect(error.cause.contains("no allow-list") && error.fix.contains("127.0.0.1"))
        let block = try AddressBlock(parsing: "10.0.0.0/8")
        #expect(
            Self.problem {
                $0.address.host = host; $0.allowed = [block]
            } == nil)
    }

    @Test func rangesAreChecked() {
        #expect(Self.problem { $0.maximumCalls = 0 }?.fix == "choose from 1 to 10000")
        #expect(Self.problem { $0.maximumPerSource = 10_001 } != nil)
        #expect(Self.problem { $0.maximumUnidentified = 0 } != nil)
        #expect(Self.problem { $0.backlog = 0 } != nil)
        #expect(Self.problem { $0.identityTimeout = .seconds(31) } != nil)
        #expect(Self.problem { _ in } == nil)
    }
}
