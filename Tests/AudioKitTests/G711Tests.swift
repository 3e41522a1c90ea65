import AudioKit
import Testing

@Suite struct G711Tests {
    @Test func knownULawCodes() {
        for (sample, code) in [(0, 0xFF), (-4, 0x7F), (32635, 0x80), (-32635, 0x00), (132, 0xEF), (1000, 0xCE)] {
            #expect(G711.ulaw.encode(Int16(sample)) == UInt8(code), "sample \(sample)")
        }
        #expect(G711.ulaw.decode(0x00) == -32124)
        #expect(G711.ulaw.decode(0x80) == 32124)
        #expect(G711.ulaw.decode(0xFF) == 0)
    }

    @Test func knownALawCodes() {
        for (sample, code) in [(0, 0xD5), (-8, 0x55), (32767, 0xAA), (-32768, 0x2A), (1000, 0xFA)] {
            #expect(G711.alaw.encode(Int16(sample)) == UInt8(code), "sample \(sample)")
        }
        #expect(G711.alaw.decode(0xD5) == 8)
        #expect(G711.alaw.decode(0xAA) == 32256)
    }

    @Test(arguments: G711.allCases) func everyCodeSurvivesTheRoundTrip(law: G711) {
        for code in UInt8.min...UInt8.max {
            let sample = law.decode(code)
            #expect(law.decode(law.encode(sample)) == sample)
        }
    }

    @Test(arguments: G711.allCases) func everySampleIsNearItsCode(law: G711) {
        for sample in Int16.min...Int16.max {
            let error = abs(Int(law.decode(law.encode(sample))) - Int(sample))
            #expect(error <= max(16, abs(Int(sample)) / 16 + 8))
        }
    }

    @Test(arguments: G711.allCases) func spansAgreeWithSingleSamples(law: G711) {
        let samples = (Int16.min...Int16.max).map { $0 }
        var bytes = [UInt8](repeating: 0, count: samples.count)
        var target = bytes.mutableSpan
        let encoded = law.encode(samples.span, into: &target)
        #expect(encoded == samples.count)
        #expect(bytes == samples.map { law.encode($0) })
        var back = [Int16](repeating: 0, count: 100)
        var short = back.mutableSpan
        let decoded = law.decode(bytes.span, into: &short)
        #expect(decoded == 100)
        #expect(back == bytes.prefix(100).map { law.decode($0) })
    }
}
