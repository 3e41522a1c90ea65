import Glibc
import Synchronization

/// Level of one audio stream, updated once a frame: RMS and peak against full scale, clipped samples.
/// Plain values: belongs to whoever feeds it. A screen reads a `SharedLevel`.
public struct LevelMeter: Sendable {
    /// RMS of the last frame in dBFS (0 is a square wave at full scale); nil for digital silence.
    public private(set) var rms: Float?
    /// Held peak in dBFS: rises at once, holds, then falls; nil for digital silence.
    public private(set) var peak: Float?
    /// Samples at full scale since the start or the last `reset`.
    public private(set) var clipped: Int = 0

    private let sampleRate: Float
    private let holdSeconds: Float
    private let decay: Float
    private var held: Float = 0

    /// - Parameters:
    ///   - sampleRate: of the frames, in Hz.
    ///   - holdSeconds: how long a peak stays before it falls.
    ///   - decay: how fast it then falls, in dB a second.
    public init(sampleRate: Int, holdSeconds: Float = 1, decay: Float = 20) {
        self.sampleRate = Float(max(1, sampleRate))
        self.holdSeconds = holdSeconds
        self.decay = decay
    }

    /// Takes one frame of any length; an empty one changes nothing.
    public mutating func update(_ frame: Span<Int16>) {
        guard !frame.isEmpty else { return }
        let seen = Self.measure(frame)
        clipped += seen.clipped
        rms = Self.decibels(meanSquare: Float(seen.energy) / Float(frame.count))
        hold(Self.decibels(meanSquare: Float(seen.peak) * Float(seen.peak)), for: Float(frame.count) / sampleRate)
    }

    public mutating func reset() {
        rms = nil
        peak = nil
        clipped = 0
        held = 0
    }

    /// dBFS of a mean square in squared sample units; nil for zero.
    public static func decibels(meanSquare: Float) -> Float? {
        meanSquare > 0 ? 10 * log10f(meanSquare / (32768 * 32768)) : nil
    }

    /// dBFS of a frame's RMS; nil for digital silence or an empty frame.
    public static func rms(_ frame: Span<Int16>) -> Float? {
        frame.isEmpty ? nil : decibels(meanSquare: Float(measure(frame).energy) / Float(frame.count))
    }

    private mutating func hold(_ level: Float?, for seconds: Float) {
        if let level, level >= peak ?? -.infinity {
            peak = level
            held = 0
            return
        }
        held += seconds
        guard held > holdSeconds, let old = peak else { return }
        let fallen = old - decay * min(seconds, held - holdSeconds)
        // Under the least a 16-bit sample can be there is nothing left to show.
        peak = max(fallen, level ?? -.infinity) > -96 ? max(fallen, level ?? -.infinity) : level
    }

    private static func measure(_ frame: Span<Int16>) -> (energy: Int64, peak: Int32, clipped: Int) {
        var energy: Int64 = 0
        var highest: Int32 = 0
        var lowest: Int32 = 0
        for i in 0..<frame.count {
            let sample = Int32(frame[i])
            energy &+= Int64(sample &* sample)
            highest = max(highest, sample)
            lowest = min(lowest, sample)
        }
        let peak = max(highest, -lowest)
        return (energy, peak, peak >= 32767 ? countClipped(frame) : 0)
    }

    /// A second pass, only for the rare frame that touches full scale.
    private static func countClipped(_ frame: Span<Int16>) -> Int {
        var count = 0
        for i in 0..<frame.count where frame[i] == .max || frame[i] == .min { count += 1 }
        return count
    }
}

/// A level that one thread publishes and any thread reads without a lock.
public final class SharedLevel: Sendable {
    /// No audio at all reads as nil; stored as a level nothing can have.
    private static let silent: Int16 = .min
    private let packed = Atomic<UInt64>(SharedLevel.pack(nil, nil, 0))

    public init() {}

    /// Publishes a meter's values. Any one thread.
    public func publish(_ meter: LevelMeter) {
        packed.store(Self.pack(meter.rms, meter.peak, meter.clipped), ordering: .relaxed)
    }

    /// The last published values, all of one moment: dBFS in steps of 0.01, `clipped` up to 2^32 - 1.
    public var value: (rms: Float?, peak: Float?, clipped: Int) {
        let word = packed.load(ordering: .relaxed)
        return (
            Self.level(UInt16(truncatingIfNeeded: word)), Self.level(UInt16(truncatingIfNeeded: word >> 16)),
            Int(word >> 32)
        )
    }

    private static func pack(_ rms: Float?, _ peak: Float?, _ clipped: Int) -> UInt64 {
        UInt64(code(rms)) | UInt64(code(peak)) << 16 | UInt64(min(clipped, Int(UInt32.max))) << 32
    }

    private static func code(_ level: Float?) -> UInt16 {
        guard let level else { return UInt16(bitPattern: silent) }
        return UInt16(bitPattern: Int16(max(-300, min(300, level)) * 100))
    }

    private static func level(_ code: UInt16) -> Float? {
        let value = Int16(bitPattern: code)
        return value == silent ? nil : Float(value) / 100
    }
}
