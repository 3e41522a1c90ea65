import Testing

@testable import Recording

@Suite struct SessionWAVHeaderTests {
    @Test(arguments: [0, 4, 640, 1 << 30, 4_294_967_216, 4_294_967_220, 1 << 40] as [Int64])
    func roundTrip(_ bytes: Int64) throws {
        let header = SessionWAVHeader(sampleRate: 8000, dataBytes: bytes)
        #expect(header.bytes.count == 80)
        #expect(try SessionWAVHeader(parsing: header.bytes) == header)
        #expect(header.bytes.starts(with: bytes > 4_294_967_223 ? "RF64".utf8 : "RIFF".utf8))
    }

    @Test func classicHeaderOfOthers() throws {
        var bytes = SessionWAVHeader(sampleRate: 16_000, channels: 1, dataBytes: 10).bytes
        bytes.removeSubrange(12..<48)
        let header = try SessionWAVHeader(parsing: bytes)
        #expect(header.dataOffset == 44 && header.channels == 1 && header.sampleRate == 16_000)
    }

    @Test func damagedHeadersNeverCrash() {
        var generator = Seeded(state: 7)
        var read = 0
        for _ in 0..<20_000 {
            var bytes = SessionWAVHeader(sampleRate: 8000, dataBytes: 320).bytes + [0, 0, 0, 0]
            for _ in 0..<Int.random(in: 1...6, using: &generator) {
                bytes[Int.random(in: 0..<bytes.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
            }
            let size = Int.random(in: 0...bytes.count, using: &generator)
            if let header = try? SessionWAVHeader(parsing: Array(bytes.prefix(size))) {
                read += 1
                #expect((1...2).contains(header.channels) && header.dataBytes >= 0 && header.dataOffset <= 84)
            }
        }
        #expect(read > 100)
    }
}
