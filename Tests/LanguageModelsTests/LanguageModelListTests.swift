import ProviderKit
import Testing

@testable import LanguageModels

@Suite struct LanguageModelListTests {
    @Test func namesAreUnique() {
        let names = LanguageModelList.all.map(\.name)
        #expect(Set(names).count == names.count)
    }
}
