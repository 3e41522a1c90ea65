import Core
import TestKit
import Testing

/// Wire messages as a log may hold them.
@Suite struct WireBodyTests {
    private func read(_ text: String) -> (type: String?, body: String)? { WireBody.read(Array(text.utf8).span) }

    @Test func audioIsNamedBySizeAndSecretsAreMasked() throws {
        let audio = String(repeating: "QUJD", count: 100)
        let found = try #require(
            read("{\"type\":\"append\",\"audio\":\"\(audio)\",\"api_key\":\"sk-1\",\"n\":[1,{\"token\":\"x\"}]}"))
        #expect(found.type == "append")
        #expect(
            found.body
                == "{\"type\":\"append\",\"audio\":\"<audio, 300 bytes>\",\"api_key\":\"***\",\"n\":[1,{\"token\":\"***\"}]}"
        )
    }

    @Test func longTextsAndLongMessagesAreCut() throws {
        let long = try #require(read("{\"setup\":{\"text\":\"\(String(repeating: "a b ", count: 1_000))\"}}"))
        #expect(long.type == "setup" && long.body.hasSuffix("… 2000 more bytes\"}}"))
        let many = "[" + (0..<20_000).map { "\($0)" }.joined(separator: ",") + "]"
        let cut = try #require(read(many))
        #expect(cut.body.utf8.count < 20_000 && (try? JSONParser.parse(cut.body)) != nil)
    }

    @Test(arguments: ["", "plain", "{", "{\"a\":}", "\u{0}\u{1}"])
    func whatIsNoJSONHasNoBody(_ text: String) { #expect(read(text) == nil) }

    @Test func anythingIsSurvived() {
        var random = SeededRandom(3)
        let seed = Array("{\"type\":\"x\",\"a\":{\"token\":\"t\",\"b\":[1,2,\"\\u00e9\"]}}".utf8)
        for _ in 0..<10_000 {
            var bytes = seed
            for _ in 0..<Int.random(in: 0...6, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            if let found = WireBody.read(bytes.span) { #expect((try? JSONParser.parse(found.body)) != nil) }
        }
    }
}
