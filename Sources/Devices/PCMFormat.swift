/// Which way a device moves audio.
public enum PCMDirection: String, Sendable, CaseIterable {
    case capture, playback
}

/// What is wished of a device; the nearest it can do is granted.
public struct PCMRequest: Sendable, Equatable {
    /// Samples per second.
    public var rate: Int
    /// Length of a period, ms.
    public var periodMs: Int
    /// Periods of the device's buffer, 2 … 8.
    public var periods: Int

    /// A wish; 48 kHz and three periods of 10 ms are good for talk.
    public init(rate: Int = 48_000, periodMs: Int = 10, periods: Int = 3) {
        self.rate = rate
        self.periodMs = min(max(periodMs, 2), 100)
        self.periods = min(max(periods, 2), 8)
    }
}

/// What a device granted.
public struct PCMFormat: Sendable, Equatable, CustomStringConvertible {
    /// Frames per second.
    public var rate: Int
    /// Channels of the device; ours is always one.
    public var channels: Int
    /// Layout of one sample on the device.
    public var sample: SampleLayout
    /// Frames of a period.
    public var period: Int
    /// Frames of the device's buffer.
    public var buffer: Int

    /// A granted format.
    public init(rate: Int, channels: Int, sample: SampleLayout, period: Int, buffer: Int) {
        self.rate = rate
        self.channels = channels
        self.sample = sample
        self.period = period
        self.buffer = buffer
    }

    /// Bytes of one frame on the device.
    public var bytesPerFrame: Int { channels * sample.bytes }
    /// Length of a period, ms.
    public var periodMs: Double { rate > 0 ? Double(period) * 1000 / Double(rate) : 0 }
    /// Length of the buffer, ms.
    public var bufferMs: Double { rate > 0 ? Double(buffer) * 1000 / Double(rate) : 0 }

    public var description: String {
        let width = channels == 1 ? "mono" : channels == 2 ? "stereo" : "\(channels) channels"
        return "\(rate) Hz \(width) \(sample.name), period \(tenths(periodMs)) ms, buffer \(tenths(bufferMs)) ms"
    }
}

/// A number with at most one decimal, without Foundation.
func tenths(_ value: Double) -> String {
    let scaled = (value * 10).rounded()
    guard scaled.isFinite, abs(scaled) < 1e15 else { return "\(value)" }
    let whole = Int64(scaled)
    return whole % 10 == 0 ? "\(whole / 10)" : "\(Double(whole) / 10)"
}
