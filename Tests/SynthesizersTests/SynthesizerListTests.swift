import ProviderKit
import Testing

@testable import Synthesizers

@Suite struct SynthesizerListTests {
    @Test func namesAreUnique() {
        let names = SynthesizerList.all.map(\.name)
        #expect(Set(names).count == names.count)
    }
}
