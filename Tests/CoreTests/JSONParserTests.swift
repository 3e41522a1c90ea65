import Core
import Testing

@Suite struct JSONParserTests {
    static let good: [(String, JSONValue)] = [
        ("null", nil), (" [1, -2.5e1 ,true]\n", [1, -25.0, true]), (#"{"a":{"b":"c"}}"#, ["a": ["b": "c"]]),
        (#""\u00e9\ud83d\ude00\n""#, "é😀\n"), (#""\ud800""#, "\u{FFFD}"), (#""\udc00x""#, "\u{FFFD}x"),
        (#""\ud800\u0041""#, "\u{FFFD}A"), ("9223372036854775808", 9_223_372_036_854_775_808.0), ("[]", []),
        ("{}", [:]),
    ]

    @Test(arguments: good) func reads(_ text: String, _ value: JSONValue) throws {
        #expect(try JSONParser.parse(text) == value)
    }

    @Test(arguments: [
        "", "[", "{", "[1,]", "{\"a\"}", "01", "1.", "-", "nul", "\"\u{1}\"", "\"\\x\"", "\"\\u12g4\"", "1 2", "1e999",
        String(repeating: "[", count: 2000), "NaN", "\"abc",
    ]) func refuses(_ text: String) {
        #expect(throws: JSONError.self) { try JSONParser.parse(text) }
    }

    @Test func writerAndParserAgree() throws {
        let value: JSONValue = ["s": "a\"\\\u{7}\u{7F}é", "n": [1, 2.5, nil, false]]
        #expect(try JSONParser.parse(value.bytes) == value)
    }

    @Test func survivesRandomBytes() {
        var random = SystemRandomNumberGenerator()
        let alphabet = Array(#"{}[]",:\u0d8e+-.truefalsn "#.utf8) + [0, 0x80, 0xC3, 0xFF]
        var parsed = 0
        for _ in 0..<20_000 {
            let text = (0..<Int.random(in: 0...40, using: &random)).map { _ in
                alphabet.randomElement(using: &random) ?? 0
            }
            if (try? JSONParser.parse(text)) != nil { parsed += 1 }
        }
        #expect(parsed < 20_000)
    }
}
