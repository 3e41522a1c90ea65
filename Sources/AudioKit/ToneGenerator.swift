import Glibc

/// A sine wave that goes on where the last call ended. For tests, benchmarks and device checks.
public struct ToneGenerator: Sendable {
    private let step: Double
    private let amplitude: Double
    private var phase = 0.0

    /// - Parameters:
    ///   - frequency: in Hz.
    ///   - sampleRate: in Hz.
    ///   - level: peak against full scale in dB, at most 0.
    public init(frequency: Double, sampleRate: Int, level: Double = -6) {
        step = 2 * .pi * frequency / Double(max(1, sampleRate))
        amplitude = 32767 * pow(10, min(0, level) / 20)
    }

    public mutating func fill(_ output: inout MutableSpan<Int16>) {
        for i in 0..<output.count {
            output[i] = Int16((amplitude * sin(phase)).rounded())
            phase += step
            if phase > 2 * .pi { phase -= 2 * .pi }
        }
    }

    /// The next `count` samples.
    public mutating func samples(_ count: Int) -> [Int16] {
        var result = [Int16](repeating: 0, count: max(0, count))
        var span = result.mutableSpan
        fill(&span)
        return result
    }
}

/// Repeatable white noise. For tests and benchmarks.
public struct NoiseGenerator: Sendable {
    private var state: UInt64
    private let amplitude: Double

    /// - Parameter level: peak against full scale in dB.
    public init(seed: UInt64, level: Double = -20) {
        state = seed | 1
        amplitude = 32767 * pow(10, min(0, level) / 20)
    }

    public mutating func samples(_ count: Int) -> [Int16] {
        (0..<max(0, count)).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int16(amplitude * Double(Int64(bitPattern: state) >> 32) / 2_147_483_648)
        }
    }
}

/// How much of one frequency is in a stretch of samples (Goertzel's algorithm). For tests and tone detection.
public enum Goertzel {
    /// Level of the tone in dBFS of a sine's peak (a full-scale sine is 0); -200 for none.
    public static func level(of frequency: Double, in samples: Span<Int16>, sampleRate: Int) -> Double {
        guard !samples.isEmpty, sampleRate > 0 else { return -200 }
        let coefficient = 2 * cos(2 * .pi * frequency / Double(sampleRate))
        var last = 0.0
        var before = 0.0
        for i in 0..<samples.count {
            let value = Double(samples[i]) + coefficient * last - before
            before = last
            last = value
        }
        let power = last * last + before * before - coefficient * last * before
        let amplitude = 2 * max(0, power).squareRoot() / Double(samples.count)
        return amplitude > 0 ? max(-200, 20 * log10(amplitude / 32768)) : -200
    }
}

/// Digital silence.
public enum Silence {
    public static func fill(_ output: inout MutableSpan<Int16>) {
        for i in 0..<output.count { output[i] = 0 }
    }

    /// Whether every sample is zero (true for none).
    public static func isSilent(_ samples: Span<Int16>) -> Bool {
        var any: Int16 = 0
        for i in 0..<samples.count { any |= samples[i] }
        return any == 0
    }
}
