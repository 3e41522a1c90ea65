/// Bodies of a turn's samples for vendors that take a whole recording.
enum Recording {
    /// A WAV file, PCM16 mono, with the plain header of 44 bytes: some services read its fields at fixed places.
    static func wav(_ samples: [Int16], rate: Int) -> [UInt8] {
        let size = samples.count * 2
        var bytes: [UInt8] = []
        bytes.reserveCapacity(44 + size)
        bytes += "RIFF".utf8
        append(UInt32(36 + size), to: &bytes)
        bytes += "WAVEfmt ".utf8
        append(UInt32(16), to: &bytes)
        append(UInt16(1), to: &bytes)
        append(UInt16(1), to: &bytes)
        append(UInt32(rate), to: &bytes)
        append(UInt32(rate * 2), to: &bytes)
        append(UInt16(2), to: &bytes)
        append(UInt16(16), to: &bytes)
        bytes += "data".utf8
        append(UInt32(size), to: &bytes)
        samples.withUnsafeBytes { bytes.append(contentsOf: $0) }
        return bytes
    }

    /// Whether there is any sound in it: the loudest 20 ms reach about -64 dBFS. Recognisers invent words for silence.
    static func hasSound(_ samples: [Int16], rate: Int) -> Bool {
        let step = max(1, rate / 50)
        var at = 0
        while at < samples.count {
            let end = min(samples.count, at + step)
            var energy = 0.0
            for i in at..<end { energy += Double(samples[i]) * Double(samples[i]) }
            if energy > 20 * 20 * Double(end - at) { return true }
            at = end
        }
        return false
    }

    private static func append<T: FixedWidthInteger>(_ value: T, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }
}
