/// How one sample lies in a device's memory (little endian), and the way between that and our mono Int16.
public enum SampleLayout: String, Sendable, CaseIterable {
    case int16, int32, float32

    /// Bytes of one sample.
    public var bytes: Int { self == .int16 ? 2 : 4 }
    /// ALSA's name of it.
    public var name: String {
        switch self {
        case .int16: "S16_LE"
        case .int32: "S32_LE"
        case .float32: "FLOAT_LE"
        }
    }

    /// Writes `mono` to all channels of the frames at `target`, which must hold `mono.count * channels * bytes` bytes.
    /// Device thread; allocates nothing.
    func pack(_ mono: Span<Int16>, channels: Int, into target: UnsafeMutableRawPointer) {
        var offset = 0
        for i in 0..<mono.count {
            for _ in 0..<channels {
                store(mono[i], at: target + offset)
                offset += bytes
            }
        }
    }

    /// Mixes the channels of the frames at `source` to their mean. Device thread; allocates nothing.
    func unpack(_ source: UnsafeRawPointer, channels: Int, into mono: inout MutableSpan<Int16>) {
        var offset = 0
        for i in 0..<mono.count {
            var sum = 0
            for _ in 0..<channels {
                sum += load(source + offset)
                offset += bytes
            }
            mono[i] = Int16(clamping: sum / max(1, channels))
        }
    }

    private func store(_ value: Int16, at place: UnsafeMutableRawPointer) {
        switch self {
        case .int16: place.storeBytes(of: value.littleEndian, as: Int16.self)
        case .int32: place.storeBytes(of: (Int32(value) << 16).littleEndian, as: Int32.self)
        case .float32: place.storeBytes(of: (Float(value) / 32_768).bitPattern.littleEndian, as: UInt32.self)
        }
    }

    private func load(_ place: UnsafeRawPointer) -> Int {
        switch self {
        case .int16: return Int(Int16(littleEndian: place.loadUnaligned(as: Int16.self)))
        case .int32: return Int(Int32(littleEndian: place.loadUnaligned(as: Int32.self)) >> 16)
        case .float32:
            let value = Float(bitPattern: UInt32(littleEndian: place.loadUnaligned(as: UInt32.self)))
            guard value.isFinite else { return 0 }
            return Int((min(max(value, -1), 1) * 32_767).rounded())
        }
    }
}
