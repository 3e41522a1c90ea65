import TestKit
import Testing

@testable import Providers

@Suite struct AVRSTSConformanceTests {
    @Test(arguments: ConformanceSuite.Case.allCases)
    func keeps(_ rule: ConformanceSuite.Case) { #expect(ConformanceSuite.run(rule, AVRScript.subject()) == []) }
}
