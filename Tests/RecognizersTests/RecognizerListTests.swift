import ProviderKit
import Testing

@testable import Recognizers

@Suite struct RecognizerListTests {
    @Test func namesAreUnique() {
        let names = RecognizerList.all.map(\.name)
        #expect(Set(names).count == names.count)
    }
}
