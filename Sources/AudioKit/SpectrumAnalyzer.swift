import Glibc

/// Levels of logarithmic bands of one audio stream, for a screen: from 20 Hz to just below half the rate, rising at
/// once, falling off by time. Allocates at init only; belongs to one thread. Sleeps on silence.
public struct SpectrumAnalyzer {
    /// Level of a band that holds nothing, dBFS.
    public static let floor: Float = -70
    /// A band falls to 1/e of its height over the floor in this time.
    static let decaySeconds: Float = 0.1
    /// Points of a transform.
    static let points = 1024

    /// Level of each band, low to high, dBFS; a sine at full scale is 0.
    public private(set) var bands: [Float]
    /// Whether all bands are at the floor and nothing is computed.
    public private(set) var isAsleep = true

    private let rate: Float
    private let edges: [Float]
    private let fourier = FourierTransform(count: SpectrumAnalyzer.points)
    private let window: [Float]
    private var recent: [Float]
    private var place = 0
    private var pending = 0
    private var isQuiet = true
    private var real: [Float]
    private var imaginary: [Float]

    /// - Parameters:
    ///   - sampleRate: of the samples, Hz.
    ///   - bandCount: bands, 1 … 64.
    public init(sampleRate: Int, bandCount: Int) {
        let count = min(max(bandCount, 1), 64)
        rate = Float(max(1000, sampleRate))
        let top = rate / 2 * 0.96
        edges = (0...count).map { 20 * powf(top / 20, Float($0) / Float(count)) }
        bands = .init(repeating: Self.floor, count: count)
        let points = Self.points
        window = (0..<points).map { 0.5 - 0.5 * cosf(2 * .pi * Float($0) / Float(points)) }
        recent = .init(repeating: 0, count: points)
        real = recent
        imaginary = recent
    }

    /// Takes the next samples and, about 25 times a second, brings the bands up to date.
    /// - Returns: whether the bands have changed.
    public mutating func update(_ frame: Span<Int16>) -> Bool {
        var loudest: Int16 = 0
        for index in 0..<frame.count {
            let sample = frame[index]
            loudest = max(loudest, sample == .min ? .max : abs(sample))
            recent[place] = Float(sample) / 32768
            place = place + 1 == recent.count ? 0 : place + 1
        }
        if loudest > 3 { isQuiet = false }
        pending += frame.count
        guard Float(pending) >= rate / 25 else { return false }
        let elapsed = Float(pending) / rate
        pending = 0
        defer { isQuiet = true }
        // What is still in the window of a sound that just ended is let go with the bands' own decay.
        if isQuiet, isAsleep { return false }
        measure(elapsed)
        return true
    }

    private mutating func measure(_ elapsed: Float) {
        if isQuiet {
            for band in bands.indices { fall(band, to: Self.floor, elapsed) }
        } else {
            transform()
            for band in bands.indices { fall(band, to: level(from: edges[band], to: edges[band + 1]), elapsed) }
        }
        isAsleep = isQuiet && bands.allSatisfy { $0 <= Self.floor }
    }

    private mutating func fall(_ band: Int, to level: Float, _ elapsed: Float) {
        let target = max(Self.floor, level)
        guard target < bands[band] else {
            bands[band] = target
            return
        }
        let fallen = Self.floor + (bands[band] - Self.floor) * expf(-elapsed / Self.decaySeconds)
        bands[band] = max(target, fallen < Self.floor + 0.5 ? Self.floor : fallen)
    }

    private mutating func transform() {
        for index in 0..<recent.count {
            let from = place + index
            real[index] = recent[from < recent.count ? from : from - recent.count] * window[index]
            imaginary[index] = 0
        }
        fourier.transform(&real, &imaginary)
    }

    /// The strongest line of a band; a band narrower than a line takes the nearest one.
    private func level(from low: Float, to high: Float) -> Float {
        let width = rate / Float(Self.points)
        let first = max(1, Int((low / width).rounded()))
        let last = max(first, min(Self.points / 2 - 1, Int((high / width).rounded(.down))))
        var most: Float = 0
        for line in first...last { most = max(most, real[line] * real[line] + imaginary[line] * imaginary[line]) }
        // The window halves a line, a real sine is two lines of half its height.
        let amplitude = most.squareRoot() * 4 / Float(Self.points)
        return amplitude > 0 ? 20 * log10f(amplitude) : Self.floor
    }
}
