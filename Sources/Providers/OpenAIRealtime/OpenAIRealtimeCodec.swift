import AudioKit

/// Samples to base64 and back, in one encoding; keeps its room, so that a frame allocates nothing.
struct OpenAIRealtimeCodec {
    private let law: G711?
    private var scratch: [UInt8] = []

    /// A codec of this encoding.
    init(_ encoding: OpenAIRealtimeEncoding) { law = encoding.law }

    /// Appends samples as base64.
    mutating func encode(_ pcm: Span<Int16>, into bytes: inout [UInt8]) {
        guard let law else { return Base64.encode(pcm: pcm, into: &bytes) }
        scratch.removeAll(keepingCapacity: true)
        for index in 0..<pcm.count { scratch.append(law.encode(pcm[index])) }
        scratch.withUnsafeBufferPointer { Base64.encode(bytes: $0.span, into: &bytes) }
    }

    /// Appends the samples of a base64 text; whole samples only.
    mutating func decode(_ text: Span<UInt8>, into pcm: inout [Int16]) throws(Base64Error) {
        guard let law else { return try Base64.decode(text, into: &pcm) }
        scratch.removeAll(keepingCapacity: true)
        try Base64.decode(text, into: &scratch)
        for byte in scratch { pcm.append(law.decode(byte)) }
    }

    /// Appends the samples of a base64 text that may lack its padding and begin or end in the middle of a sample.
    func decode(loose text: String, carry: inout UInt8?, into pcm: inout [Int16]) throws(Base64Error) {
        var bytes: [UInt8] = []
        if let carry { bytes.append(carry) }
        try Base64.decode(Array(text.utf8).span, into: &bytes, options: .unpadded)
        if let law {
            for byte in bytes { pcm.append(law.decode(byte)) }
            return
        }
        carry = bytes.count % 2 == 1 ? bytes.removeLast() : nil
        var at = 0
        while at + 1 < bytes.count {
            pcm.append(Int16(bitPattern: UInt16(bytes[at]) | UInt16(bytes[at + 1]) << 8))
            at += 2
        }
    }
}
