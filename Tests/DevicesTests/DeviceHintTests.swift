import Testing

@testable import Devices

@Suite struct DeviceHintTests {
    @Test(
        arguments: [
            ("hw:CARD=PCH,DEV=3", "PCH,3"), ("sysdefault:CARD=PCH", "PCH,0"), ("pulse", nil), ("pulse:vspk", nil),
            ("hw:1,0", nil), ("x:", nil),
        ] as [(String, String?)])
    func hardwareIsFound(_ row: (String, String?)) {
        #expect(DeviceHint(name: row.0, description: nil, direction: nil).hardware == row.1)
    }

    @Test(arguments: [
        ("One\nTwo", "One, Two"), ("  a \t b  ", "a b"), ("\n\n", ""), ("a\u{1B}[31mb", "a [31mb"), ("é\r\nü", "é, ü"),
    ])
    func textIsOneCleanLine(_ row: (String, String)) { #expect(DeviceHint.oneLine(row.0) == row.1) }

    @Test func directionIsRead() {
        let input = DeviceHint(name: "a", description: nil, direction: "Input")
        #expect(input.captures && !input.plays)
        let output = DeviceHint(name: "a", description: nil, direction: "Output")
        #expect(!output.captures && output.plays)
        let both = DeviceHint(name: "a", description: nil, direction: nil)
        #expect(both.captures && both.plays)
    }

    @Test func anyTextIsTaken() {
        var random = SeededRandom(seed: 7)
        for _ in 0..<10_000 {
            let bytes = (0..<Int.random(in: 0..<40, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            let text = String(decoding: bytes, as: UTF8.self)
            let hint = DeviceHint(name: text, description: text, direction: text)
            #expect(!hint.text.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F })
            _ = (hint.hardware, hint.form, hint.rank)
        }
    }
}

/// The same numbers each run (SplitMix64).
struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
