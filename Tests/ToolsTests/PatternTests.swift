import TestKit
import Testing

@testable import Tools

@Suite struct PatternTests {
    @Test(arguments: [
        ("^[0-9]{3,5}$", "123", true), ("^[0-9]{3,5}$", "12", false), ("^[0-9]{3,5}$", "123456", false),
        ("abc", "xxabcxx", true), ("^abc", "xabc", false), ("a|b+c", "bbbc", true), ("(ab)*c", "ababc", true),
        ("^(?:ab|cd)?x$", "cdx", true), ("^\\d+\\.\\d+$", "3.14", true), ("^[^a-c]+$", "xyz", true),
        ("^[^a-c]+$", "xaz", false), ("\\bcat\\b", "a cat sat", true), ("\\bcat\\b", "concat", false),
        ("^.+@.+\\..+$", "a@b.c", true), ("^[\\w-]+$", "a_b-1", true), ("^a{2}$", "aa", true), ("^a{2,}$", "a", false),
        ("^\\u0041$", "A", true), ("^$", "", true), ("^[]a]$", "]", true), ("^(a*)*$", "aaaa", true),
        ("ü", "grüße", true),
        ("^a+?b$", "aab", true),
    ])
    func finds(_ pattern: String, _ text: String, _ isFound: Bool) throws {
        #expect(try Pattern(pattern).isFound(in: text) == isFound)
    }

    @Test(arguments: ["(", ")", "a**", "[a", "a{2", "a{3,1}", "(?=a)", "\\1", "*", "[z-a]", "a{9999}", "\\"])
    func refusesInWords(_ pattern: String) {
        #expect(throws: ToolFailure.self) { try Pattern(pattern) }
    }

    @Test func aPatternThatWouldBacktrackForeverIsQuick() throws {
        let pattern = try Pattern("^(a|a)*(a|aa)*b$")
        #expect(!pattern.isFound(in: String(repeating: "a", count: 5000)))
        #expect(throws: ToolFailure.self) { try Pattern("((((a{500}){500}){500}){500})") }
    }

    @Test func survivesRandomPatterns() {
        var mutator = MessageMutator(
            seeds: ["^[0-9]{3,5}$", "(ab|c)*d?", "\\w+@[a-z.]{2,10}", "[^\\d\\s]+\\b", "a(?:b(c|d)+)?e"].map {
                Array($0.utf8)
            },
            seed: 11)
        var (read, found) = (0, 0)
        for _ in 0..<10_000 {
            let text = String(decoding: mutator.next(), as: UTF8.self)
            guard let pattern = try? Pattern(text) else { continue }
            read += 1
            if pattern.isFound(in: "123 abd x@y.z") { found += 1 }
            _ = pattern.matches(in: "123 abd x@y.z".unicodeScalars.map(\.value))
        }
        #expect(read > 1000 && found > 100)
    }
}
