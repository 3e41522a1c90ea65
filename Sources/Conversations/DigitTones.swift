import AudioKit

/// DTMF keys as tones for the far end of a call whose transport carries audio only (ITU-T Q.23; 100 ms tone, 80 ms pause).
///
/// The audio is made whole when keys are pressed, so that a frame only copies.
struct DigitTones {
    private static let rows: [Double] = [697, 770, 852, 941]
    private static let columns: [Double] = [1209, 1336, 1477, 1633]
    private static let keys = Array("123A456B789C*0#D")

    private let rate: Int
    private var samples: [Int16] = []
    private var cursor = 0

    init(rate: Int) { self.rate = rate }

    /// Whether tones are still to be played.
    var isActive: Bool { cursor < samples.count }

    /// Adds keys behind those that wait; a comma is a pause of half a second, anything else unknown is left out.
    mutating func press(_ digits: String) {
        if !isActive { (samples, cursor) = ([], 0) }
        for digit in digits {
            if digit == "," {
                samples += [Int16](repeating: 0, count: rate / 2)
            } else if let index = Self.keys.firstIndex(of: digit) {
                samples += tone(Self.rows[index / 4], Self.columns[index % 4])
                samples += [Int16](repeating: 0, count: rate * 80 / 1000)
            }
        }
    }

    private func tone(_ low: Double, _ high: Double) -> [Int16] {
        var first = ToneGenerator(frequency: low, sampleRate: rate, level: -11)
        var second = ToneGenerator(frequency: high, sampleRate: rate, level: -9)
        let count = rate / 10
        return zip(first.samples(count), second.samples(count)).map { $0 + $1 }
    }

    /// Fills one frame with what comes next.
    mutating func render(into pcm: inout MutableSpan<Int16>) {
        for i in 0..<pcm.count {
            pcm[i] = cursor < samples.count ? samples[cursor] : 0
            if cursor < samples.count { cursor += 1 }
        }
        if !isActive { (samples, cursor) = ([], 0) }
    }
}
