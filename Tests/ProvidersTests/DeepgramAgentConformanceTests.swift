import TestKit
import Testing

@testable import Providers

@Suite struct DeepgramAgentConformanceTests {
    @Test(arguments: ConformanceSuite.Case.allCases)
    func keeps(_ rule: ConformanceSuite.Case) { #expect(ConformanceSuite.run(rule, DeepgramScript.subject()) == []) }
}
