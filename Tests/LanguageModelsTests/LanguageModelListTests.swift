import ProviderKit
import TestKit
import Testing

@testable import LanguageModels

@Suite struct LanguageModelListTests {
    @Test func namesAreUnique() {
        let names = LanguageModelList.all.map(\.name)
        #expect(Set(names).count == names.count)
    }

    @Test func everyTypeHasItsPage() {
        let root = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3).joined(separator: "/")
        for descriptor in LanguageModelList.all where descriptor.name != Scripted.descriptor.name {
            let page = GoldenText.read("\(root)/docs/providers/\(descriptor.name).md") ?? ""
            #expect(page.hasPrefix("# \(descriptor.name)\n\n<!-- generated -->"), "\(descriptor.name)")
        }
    }
}
