import TestKit
import Testing

@testable import Providers

@Suite struct VendorCodecTests {
    /// However the bytes are cut, the samples are the same.
    @Test(arguments: [VendorCodec.Encoding.pcm16, .mulaw, .alaw], [8000, 16000, 24000])
    func piecesMakeTheSameSamples(_ encoding: VendorCodec.Encoding, _ rate: Int) throws {
        var random = SeededRandom(7)
        let bytes = (0..<9601).map { _ in UInt8.random(in: 0...255, using: &random) }
        let whole = try VendorCodec.decoder(.init(encoding: encoding, rate: rate), to: 24000)
        let pieces = try VendorCodec.decoder(.init(encoding: encoding, rate: rate), to: 24000)
        var a: [Int16] = []
        var b: [Int16] = []
        bytes.withUnsafeBufferPointer { whole.decode($0, into: &a) }
        var at = 0
        while at < bytes.count {
            let end = min(bytes.count, at + Int.random(in: 1...700, using: &random))
            bytes[at..<end].withUnsafeBufferPointer { pieces.decode($0, into: &b) }
            at = end
        }
        let expected = (encoding == .pcm16 ? 4800 : 9601) * 24000 / rate
        #expect(abs(a.count - expected) <= 3)
        #expect(a.prefix(min(a.count, b.count)) == b.prefix(min(a.count, b.count)) && abs(a.count - b.count) <= 3)
    }

    @Test func encodesLittleEndianAndCompanded() throws {
        let pcm: [Int16] = [0x0102, -2]
        var bytes: [UInt8] = []
        try VendorCodec.encoder(.init(encoding: .pcm16, rate: 16000), from: 16000).encode(pcm.span, into: &bytes)
        #expect(bytes == [0x02, 0x01, 0xFE, 0xFF])
        bytes = []
        try VendorCodec.encoder(.init(encoding: .mulaw, rate: 8000), from: 8000).encode([0, 0].span, into: &bytes)
        #expect(bytes == [0xFF, 0xFF])
        bytes = []
        let long = [Int16](repeating: 100, count: 16000)
        try VendorCodec.encoder(.init(encoding: .pcm16, rate: 8000), from: 16000).encode(long.span, into: &bytes)
        #expect(bytes.count == 16000)
    }

    @Test func refusesARateNobodyHas() {
        #expect(throws: (any Error).self) { try VendorCodec.decoder(.init(encoding: .pcm16, rate: 12345), to: 24000) }
    }
}
