/// The frame kinds of AudioSocket: first byte of a frame, followed by a big-endian 16-bit length and the payload.
///
/// Facts from Asterisk's `include/asterisk/res_audiosocket.h` (master and branches 20, 22, 23 of August 2026).
public enum AudioSocketKind: UInt8, Sendable, CaseIterable {
    /// Terminate, without payload. Asterisk never sends it but obeys it; other clients send it.
    case hangUp = 0x00
    /// The call's UUID, 16 raw bytes; the first frame of Asterisk.
    case identity = 0x01
    /// One DTMF digit, one ASCII byte; only towards us.
    case digit = 0x03
    case audio8k = 0x10
    case audio12k = 0x11
    case audio16k = 0x12
    case audio24k = 0x13
    case audio32k = 0x14
    case audio44k = 0x15
    case audio48k = 0x16
    case audio96k = 0x17
    case audio192k = 0x18
    /// An error report; only towards us, and no release of Asterisk sends it.
    case error = 0xFF

    /// Samples per second of an audio kind (signed 16-bit little-endian mono); nil for the others.
    public var sampleRate: Int? {
        switch self {
        case .audio8k: 8000
        case .audio12k: 12000
        case .audio16k: 16000
        case .audio24k: 24000
        case .audio32k: 32000
        case .audio44k: 44100
        case .audio48k: 48000
        case .audio96k: 96000
        case .audio192k: 192_000
        case .hangUp, .identity, .digit, .error: nil
        }
    }

    /// The highest rate of any kind, for buffer sizes.
    static let highestRate = 192_000
}
