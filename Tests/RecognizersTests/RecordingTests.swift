import AudioKit
import Testing

@testable import Recognizers

@Suite struct RecordingTests {
    @Test func wavIsReadBack() throws {
        let bytes = Recording.wav([1, -2, 300], rate: 16000)
        let header = try WAVHeader.parse(bytes.span, fileBytes: bytes.count)
        #expect(header.sampleRate == 16000)
        #expect(header.channels == 1)
        #expect(header.frames == 3)
        #expect(header.dataOffset == 44)
        #expect(Array(bytes[44...]) == [1, 0, 0xFE, 0xFF, 0x2C, 1])
    }

    @Test(arguments: [(0, false), (10, false), (19, false), (40, true), (3000, true)])
    func soundIsTold(_ level: Int, _ hasSound: Bool) {
        let quiet = [Int16](repeating: 0, count: 3200)
        let loud = [Int16](repeating: Int16(level), count: 320)
        #expect(Recording.hasSound(quiet + loud + quiet, rate: 16000) == hasSound)
    }
}
