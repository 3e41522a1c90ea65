import AudioKit
import Testing

@Suite struct WAVHeaderTests {
    private func parse(_ bytes: [UInt8], fileBytes: Int? = nil) throws(AudioKitError) -> WAVHeader {
        try WAVHeader.parse(bytes.span, fileBytes: fileBytes ?? bytes.count)
    }

    @Test func readsWhatItWrites() throws {
        let header = WAVHeader(sampleRate: 16000, channels: 2, dataBytes: 6400)
        #expect(header.bytes.count == WAVHeader.length)
        #expect(try parse(header.bytes, fileBytes: 6480) == header)
        #expect(header.frames == 1600)
    }

    @Test func beyondFourGigabytesItIsRF64() throws {
        let header = WAVHeader(sampleRate: 48000, channels: 2, dataBytes: 5_000_000_000)
        #expect(header.bytes.starts(with: Array("RF64".utf8)))
        #expect(try parse(header.bytes, fileBytes: 5_000_000_080) == header)
    }

    @Test(arguments: [0, 1_000_000, Int(UInt32.max)]) func aWrongSizeBecomesThatOfTheFile(stated: Int) throws {
        var bytes = WAVHeader(sampleRate: 8000, channels: 2).bytes
        for i in 0..<4 { bytes[76 + i] = UInt8(truncatingIfNeeded: stated >> (8 * i)) }
        let header = try parse(bytes, fileBytes: 80 + 4003)
        #expect(header.dataBytes == 4000)
        #expect(header.repaired(fileBytes: 80 + 9).dataBytes == 8)
        #expect(header.repaired(fileBytes: 3).dataBytes == 0)
    }

    @Test func unknownAndOddChunksAreSkipped() throws {
        var bytes = Array("RIFF\0\0\0\0WAVELIST".utf8) + [3, 0, 0, 0, 1, 2, 3, 0]
        bytes += WAVHeader(sampleRate: 8000, channels: 1, dataBytes: 4).bytes.dropFirst(48) + [1, 0, 2, 0]
        let clip = try WAVReader.read(bytes.span)
        #expect(clip == AudioClip(sampleRate: 8000, samples: [1, 2]))
    }

    @Test func saysWhatIsWrong() {
        let good = WAVHeader(sampleRate: 8000, channels: 1, dataBytes: 0).bytes
        var float = good
        float[56] = 3
        var rate = good
        rate[60] = 1
        rate[61] = 0
        for bad in [[], Array("RIFF".utf8), Array(repeating: 0, count: 100), Array(good.prefix(60)), float, rate] {
            #expect(throws: AudioKitError.self) { _ = try parse(bad) }
        }
    }

    /// Heads with flipped bytes are read within the file or refused, never more.
    @Test func survivesAnyBytes() {
        var random = SeededGenerator(state: 5)
        let good = WAVHeader(sampleRate: 16000, channels: 2, dataBytes: 100).bytes + [UInt8](repeating: 7, count: 100)
        for _ in 0..<20_000 {
            var bytes = Array(good.prefix(Int.random(in: 0...good.count, using: &random)))
            for _ in 0..<Int.random(in: 0...8, using: &random) where !bytes.isEmpty {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                let values = [0, 0xFF, UInt8.random(in: 0...255, using: &random)]
                bytes[place] = values[Int.random(in: 0...2, using: &random)]
            }
            guard let clip = try? WAVReader.read(bytes.span) else { continue }
            #expect(clip.samples.count * 2 <= bytes.count)
        }
    }
}
