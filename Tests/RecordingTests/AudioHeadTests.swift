import AudioKit
import TestKit
import Testing

@testable import Recording

@Suite struct AudioHeadTests {
    @Test(arguments: [0, 4, 640, 1 << 30, 4_294_967_216, 1 << 40]) func readsWhatWeWrite(_ bytes: Int) throws {
        let written = WAVHeader(sampleRate: 8000, channels: 2, dataBytes: bytes)
        let head = try AudioHead(written.bytes, fileBytes: Int64(bytes) + 80)
        #expect(head.isHealthy && head.declaredBytes == Int64(bytes) && head.header == written)
        let cut = try AudioHead(written.bytes, fileBytes: 80 + Int64(bytes) / 2 / 4 * 4)
        #expect(cut.isHealthy == (bytes <= 0))
        #expect(cut.header.dataBytes == bytes / 2 / 4 * 4)
        let longer = try AudioHead(written.bytes, fileBytes: Int64(bytes) + 86)
        #expect(!longer.isHealthy && longer.header.dataBytes == bytes + 4)
    }

    @Test func damagedHeadsNeverCrash() {
        var generator = SeededRandom(7)
        var read = 0
        for _ in 0..<20_000 {
            var bytes = WAVHeader(sampleRate: 8000, channels: 2, dataBytes: 320).bytes + [0, 0, 0, 0]
            for _ in 0..<Int.random(in: 1...6, using: &generator) {
                bytes[Int.random(in: 0..<bytes.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
            }
            let size = Int.random(in: 0...bytes.count, using: &generator)
            if let head = try? AudioHead(Array(bytes.prefix(size)), fileBytes: Int64(size)) {
                read += 1
                #expect(head.realBytes >= 0 && head.header.dataBytes <= Int(head.realBytes))
            }
        }
        #expect(read > 100)
    }
}
