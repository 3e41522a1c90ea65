import AudioKit
import Testing

@Suite struct Base64Tests {
    private func encoded(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        Base64.encode(bytes: bytes.span, into: &text)
        return String(decoding: text, as: UTF8.self)
    }

    private func decoded(_ text: [UInt8], _ options: Base64.Options = []) throws(Base64Error) -> [UInt8] {
        var bytes: [UInt8] = []
        try Base64.decode(text.span, into: &bytes, options: options)
        return bytes
    }

    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
        ("foobar", "Zm9vYmFy"), ("foobarfoobar", "Zm9vYmFyZm9vYmFy"),
    ])
    func vectorsOfTheStandard(plain: String, text: String) throws {
        #expect(encoded(Array(plain.utf8)) == text)
        #expect(try decoded(Array(text.utf8)) == Array(plain.utf8))
    }

    @Test func everyLengthSurvivesTheRoundTrip() throws {
        for length in 0..<300 {
            let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 73 &+ length) }
            let text = Array(encoded(bytes).utf8)
            #expect(text.count == Base64.encodedLength(bytes: length))
            #expect(try decoded(text) == bytes)
            let bare = Array(text.filter { $0 != UInt8(ascii: "=") })
            #expect(try decoded(bare, .unpadded) == bytes)
        }
    }

    @Test func samplesAreLittleEndianAndAppended() throws {
        var text = Array("x:".utf8)
        let samples: [Int16] = [1, -2, 0x1234, .min]
        Base64.encode(pcm: samples.span, into: &text)
        #expect(String(decoding: text, as: UTF8.self) == "x:AQD+/zQSAIA=")
        var back: [Int16] = [7]
        try Base64.decode(text.span.extracting(2..<text.count), into: &back)
        #expect(back == [7, 1, -2, 0x1234, .min])
    }

    @Test(arguments: [
        ("Zg=", Base64Error.badLength(3)), ("Zg", .badLength(2)), ("Z", .badLength(1)),
        ("Z===", .invalidByte(61, at: 1)),
        ("Zh==", .strayBits(at: 1)), ("Zm9=", .strayBits(at: 2)), ("Zm 9", .invalidByte(32, at: 2)),
        ("-_-_", .invalidByte(45, at: 0)), ("Zg==Zg==", .invalidByte(61, at: 2)), ("====", .invalidByte(61, at: 0)),
    ])
    func refusesWhatIsNotBase64(text: String, error: Base64Error) {
        #expect(throws: error) { _ = try decoded(Array(text.utf8)) }
    }

    @Test func optionsWidenWhatIsTaken() throws {
        #expect(try decoded(Array("-_-_".utf8), .urlSafe) == decoded(Array("+/+/".utf8)))
        #expect(try decoded(Array("Zg".utf8), .unpadded) == [0x66])
        #expect(throws: Base64Error.invalidByte(61, at: 2)) { _ = try decoded(Array("Zg=".utf8), .unpadded) }
    }

    @Test func oddBytesAreNoSamples() {
        var samples: [Int16] = [1]
        let text = Array("Zm9v".utf8)
        #expect(throws: Base64Error.oddBytes(3)) { try Base64.decode(text.span, into: &samples) }
        #expect(samples == [1])
    }

    /// Any bytes are either refused, leaving nothing behind, or encode back to the same text.
    @Test func survivesAnyBytes() {
        var random = SystemRandomNumberGenerator.seeded(11)
        let letters = Array("ABcd019+/-_= \n\"".utf8)
        for _ in 0..<20_000 {
            let text = (0..<Int.random(in: 0...20, using: &random)).map { _ in
                Bool.random(using: &random)
                    ? letters[Int.random(in: 0..<letters.count, using: &random)]
                    : UInt8.random(in: 0...255, using: &random)
            }
            var bytes: [UInt8] = [9]
            do {
                try Base64.decode(text.span, into: &bytes)
                var again: [UInt8] = []
                Base64.encode(bytes: bytes.span.extracting(1..<bytes.count), into: &again)
                #expect(again == text)
            } catch {
                #expect(bytes == [9])
            }
        }
    }
}

/// Repeatable randomness for fuzzing.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

extension SystemRandomNumberGenerator {
    static func seeded(_ seed: UInt64) -> SeededGenerator { SeededGenerator(state: seed) }
}
