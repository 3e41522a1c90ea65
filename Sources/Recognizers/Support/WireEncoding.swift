import AudioKit

/// How samples stand on the wire.
enum WireEncoding: String, Sendable, CaseIterable {
    case pcm16, mulaw, alaw

    /// Names for an option.
    static let names = allCases.map(\.rawValue)

    /// Appends the samples; 16-bit ones little-endian.
    func append(_ pcm: Span<Int16>, to bytes: inout [UInt8]) {
        switch self {
        case .pcm16: pcm.withUnsafeBytes { bytes.append(contentsOf: $0) }
        case .mulaw: for i in pcm.indices { bytes.append(G711.ulaw.encode(pcm[i])) }
        case .alaw: for i in pcm.indices { bytes.append(G711.alaw.encode(pcm[i])) }
        }
    }
}
