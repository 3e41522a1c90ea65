/// Level of the background, in dBFS: the lowest smoothed level of the last 1.6 s, followed at once downwards and by at
/// most 12 dB a second upwards (60 in the first second). Speech pauses often enough to show the floor between
/// its words.
public struct NoiseFloor: Sendable {
    private static let windows = 8
    private static let windowSeconds: Float = 0.2
    /// Under this a line is as good as digitally silent.
    public static let least: Float = -75

    public private(set) var level: Float
    private var smoothed: Float?
    private var minima = SIMD8<Float>(repeating: .infinity)
    private var current: Float = .infinity
    private var elapsed: Float = 0
    private var slot = 0
    private var heard: Float = 0

    /// - Parameter start: assumed before anything was heard.
    public init(start: Float = -55) { level = start }

    /// Takes the level of a block of that many seconds; nil for digital silence.
    public mutating func update(_ block: Float?, seconds: Float) {
        let value = max(Self.least, block ?? Self.least)
        let mean = smoothed.map { $0 + (value - $0) * min(1, seconds / 0.04) } ?? value
        smoothed = mean
        current = min(current, mean)
        elapsed += seconds
        if elapsed >= Self.windowSeconds {
            minima[slot] = current
            slot = (slot + 1) % Self.windows
            current = .infinity
            elapsed = 0
        }
        let lowest = min(minima.min(), current)
        // In the first second the start value is only a guess: leave it faster.
        let rise: Float = heard < 1 ? 60 : 12
        heard += seconds
        level = lowest < level ? lowest : min(lowest, level + rise * seconds)
    }
}
