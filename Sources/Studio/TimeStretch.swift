import CSonic
import Core

/// Speech faster or slower with its pitch kept. Mono; holds a few periods of the voice back until `flush`. One thread at a time.
public final class TimeStretch {
    /// Samples taken at once; longer input is taken in pieces.
    private static let most = 8192

    private let stream: OpaquePointer?
    private let input: UnsafeMutableBufferPointer<Int16>
    private let output: UnsafeMutableBufferPointer<Int16>
    /// Times as fast, 0.25...4.
    public private(set) var speed: Double

    /// Buffers are made here and nowhere else.
    public init(sampleRate: Int, speed: Double = 1) {
        self.speed = ReplayClock.allowed(speed)
        stream = sonicCreateStream(Int32(clamping: max(1000, sampleRate)), 1)
        input = .allocate(capacity: Self.most)
        output = .allocate(capacity: Self.most)
        input.initialize(repeating: 0)
        output.initialize(repeating: 0)
        if let stream { sonicSetSpeed(stream, Float(self.speed)) }
    }

    deinit {
        if let stream { sonicDestroyStream(stream) }
        input.deallocate()
        output.deallocate()
    }

    /// Changes the speed; what was held back is handed out at the new one.
    public func setSpeed(_ speed: Double) {
        self.speed = ReplayClock.allowed(speed)
        if let stream { sonicSetSpeed(stream, Float(self.speed)) }
    }

    /// Takes samples; `take` gets what is ready, in pieces, and must copy.
    public func process(_ samples: Span<Int16>, _ take: (Span<Int16>) -> Void) {
        guard let stream, let first = input.baseAddress else { return take(samples) }
        var from = 0
        while from < samples.count {
            let count = min(Self.most, samples.count - from)
            for i in 0..<count { input[i] = samples[from + i] }
            guard sonicWriteShortToStream(stream, first, Int32(count)) != 0 else { return }
            drain(take)
            from += count
        }
    }

    /// Hands out what was held back.
    public func flush(_ take: (Span<Int16>) -> Void) {
        guard let stream else { return }
        _ = sonicFlushStream(stream)
        drain(take)
    }

    /// Forgets what was held back.
    public func reset() { flush { _ in } }

    private func drain(_ take: (Span<Int16>) -> Void) {
        guard let stream, let first = output.baseAddress else { return }
        while true {
            let count = Int(sonicReadShortFromStream(stream, first, Int32(Self.most)))
            guard count > 0 else { return }
            take(UnsafeBufferPointer(start: first, count: count).span)
        }
    }
}
