/// Memory that all calls of a listener share: a frame being sent, samples being received. It is in use only while one
/// frame is handled on the engine thread. Not thread-safe.
final class AudioSocketWorkspace {
    /// Most samples of one 20 ms frame.
    static let frameSamples = AudioSocketKind.highestRate / 50
    private static let headerLength = 3

    /// One frame with its header so that kind, length and samples leave in one send without a copy: a spare byte, kind,
    /// length (2), then the samples, aligned.
    private let frame: UnsafeMutableBufferPointer<Int16>
    /// Samples as received, at the rate of the wire; at most one 20 ms frame at the highest rate.
    let received: UnsafeMutableBufferPointer<Int16>
    /// What the session renders when it has to be resampled.
    let rendered: UnsafeMutableBufferPointer<Int16>
    /// Caller samples after resampling.
    let resampled: UnsafeMutableBufferPointer<Int16>

    init() {
        frame = .allocate(capacity: 2 + Self.frameSamples)
        received = .allocate(capacity: Self.frameSamples)
        rendered = .allocate(capacity: Self.frameSamples)
        resampled = .allocate(capacity: Self.frameSamples * 24 + 64)
        frame.initialize(repeating: 0)
        received.initialize(repeating: 0)
        rendered.initialize(repeating: 0)
        resampled.initialize(repeating: 0)
    }

    deinit {
        frame.deallocate()
        received.deallocate()
        rendered.deallocate()
        resampled.deallocate()
    }

    /// Where the samples of the frame being sent are written.
    func samples(_ count: Int) -> UnsafeMutableBufferPointer<Int16> {
        UnsafeMutableBufferPointer(rebasing: frame[2..<(2 + count)])
    }

    /// The frame of `count` samples as it goes on the wire: little-endian samples, which is the order of every machine
    /// that Swift runs Linux on.
    func wire(_ kind: AudioSocketKind, samples count: Int) -> UnsafeBufferPointer<UInt8> {
        let raw = UnsafeMutableRawBufferPointer(frame)
        raw[1] = kind.rawValue
        raw[2] = UInt8(truncatingIfNeeded: (count * 2) >> 8)
        raw[3] = UInt8(truncatingIfNeeded: count * 2)
        let bytes = UnsafeRawBufferPointer(rebasing: raw[1..<(1 + Self.headerLength + count * 2)])
        return bytes.assumingMemoryBound(to: UInt8.self)
    }
}
