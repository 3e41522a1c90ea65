import Core
import ProviderKit
import Testing

@testable import Providers

@Suite struct ProviderListTests {
    @Test func namesAreUniqueAndFound() throws {
        let names = ProviderList.all.map(\.name)
        #expect(Set(names).count == names.count && names.contains("openai-realtime") && names.contains("mock"))
        let registry = ProviderRegistry(ProviderList.all)
        #expect(try registry.type("mock").facts.isOffline)
    }

    @Test func optionsShownAreOptionsTaken() {
        #expect(Mock.descriptor.options.map(\.name).sorted() == (["scenario"] + MockScenario.names).sorted())
    }

    @Test func makesProviders() throws {
        let configuration = ProviderConfiguration(name: "a", key: Secret("sk-x"))
        for descriptor in [OpenAIRealtime.descriptor, Mock.descriptor] {
            let made = try descriptor.make(configuration)
            #expect(made.capabilities.inputRate == descriptor.capabilities.inputRate)
        }
    }
}
