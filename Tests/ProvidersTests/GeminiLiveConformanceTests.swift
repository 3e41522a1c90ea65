import TestKit
import Testing

@testable import Providers

@Suite struct GeminiLiveConformanceTests {
    @Test(arguments: ConformanceSuite.Case.allCases, [false, true])
    func keeps(_ rule: ConformanceSuite.Case, _ vertex: Bool) {
        #expect(ConformanceSuite.run(rule, GeminiScript.subject(vertex: vertex)) == [])
    }
}
