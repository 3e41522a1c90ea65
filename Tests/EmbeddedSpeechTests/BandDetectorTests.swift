import Glibc
import Testing

@testable import EmbeddedSpeech

@Suite struct BandDetectorTests {
    private func tone(_ hertz: Double, _ level: Double) -> [Int16] {
        (0..<16000).map { i in
            // Swells and fades: a hard edge has treble of its own.
            Int16(level * sin(.pi * Double(i) / 16000) * sin(2 * .pi * hertz * Double(i) / 16000))
        }
    }

    @Test func trebleTellsTheBand() {
        let voice = tone(500, 8000)
        #expect(BandDetector.band(of: voice) == .phone)
        #expect(BandDetector.band(of: zip(voice, tone(3400, 2000)).map { $0 + $1 }) == .phone)
        #expect(BandDetector.band(of: zip(voice, tone(6000, 300)).map { $0 + $1 }) == .wide)
        #expect(BandDetector.band(of: []) == .phone)
    }

    @Test func clippingIsNoTreble() {
        let clipped = tone(500, 8000) + tone(500, 32000).map { $0 > 0 ? 32767 : -32768 }
        #expect(BandDetector.band(of: clipped) == .phone)
    }
}
