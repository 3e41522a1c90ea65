import TestKit
import Testing

@testable import Providers

@Suite struct ElevenLabsAgentConformanceTests {
    @Test(arguments: ConformanceSuite.Case.allCases)
    func keeps(_ rule: ConformanceSuite.Case) { #expect(ConformanceSuite.run(rule, ElevenLabsScript.subject()) == []) }
}
