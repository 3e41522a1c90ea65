import Testing

@testable import Core

@Suite struct SpellingTests {
    @Test(
        arguments: [
            ("mok", ["local", "mock"], "mock"), ("sped", ["seed", "speed", "rate"], "speed"),
            ("xyzzy", ["mock", "local"], nil),
            ("providr", ["provider", "providers"], "provider"),
        ] as [(String, [String], String?)])
    func nearest(_ word: String, _ names: [String], _ expected: String?) {
        #expect(Spelling.nearest(to: word, among: names) == expected)
    }
}
