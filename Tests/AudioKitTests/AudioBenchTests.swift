import AudioKit
import Testing

@Suite struct AudioBenchTests {
    @Test func everyStageGivesARow() throws {
        let rows = try AudioBench.run(rounds: 100)
        #expect(rows.count == 23)
        #expect(Set(rows.map(\.name)).count == rows.count)
        #expect(rows.allSatisfy { $0.medianNanoseconds >= 0 && $0.p99Nanoseconds >= $0.medianNanoseconds })
    }
}
