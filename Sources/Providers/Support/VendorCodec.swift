import AudioKit
import Core
import ProviderKit

/// One direction of one connection: PCM16 mono at a constant rate here, a vendor's encoding and rate there.
///
/// ```
///  encode: own PCM ─ resample ─▶ G.711 or little-endian ─▶ bytes
///  decode: bytes ─▶ samples (half ones wait) ─ resample ─▶ own PCM
/// ```
/// Allocates at its making only. Engine thread.
final class VendorCodec {
    /// Encodings that are converted here.
    enum Encoding: String, Sendable { case pcm16, mulaw, alaw }

    /// What the vendor sends or takes.
    struct Format: Sendable, Equatable {
        var encoding: Encoding
        /// Samples per second.
        var rate: Int
    }

    private static let block = 1920
    let format: Format
    private let law: G711?
    private let resampler: Resampler?
    private var samples = [Int16](repeating: 0, count: VendorCodec.block)
    private var converted: [Int16] = []
    private var packed: [UInt8] = []
    private var carry: UInt8?

    /// From own samples at `rate` to the vendor's format.
    static func encoder(_ format: Format, from rate: Int) throws(AudioKitError) -> VendorCodec {
        try VendorCodec(format, from: rate, to: format.rate)
    }

    /// From the vendor's format to own samples at `rate`.
    static func decoder(_ format: Format, to rate: Int) throws(AudioKitError) -> VendorCodec {
        try VendorCodec(format, from: format.rate, to: rate)
    }

    private init(_ format: Format, from: Int, to: Int) throws(AudioKitError) {
        self.format = format
        law =
            switch format.encoding {
            case .pcm16: nil
            case .mulaw: .ulaw
            case .alaw: .alaw
            }
        resampler = from == to ? nil : try Resampler(from: from, to: to)
        let most = resampler?.maximumOutput(for: Self.block) ?? Self.block
        converted = [Int16](repeating: 0, count: most)
        packed = [UInt8](repeating: 0, count: most)
    }

    /// Forgets half samples and the resampler's past: what follows has nothing to do with what was.
    func reset() {
        carry = nil
        resampler?.reset()
    }

    /// Appends the vendor's bytes of own samples.
    func encode(_ pcm: Span<Int16>, into bytes: inout [UInt8]) {
        guard let resampler else { return pack(pcm, into: &bytes) }
        var scratch: [Int16] = []
        swap(&scratch, &converted)
        var at = 0
        while at < pcm.count {
            let count = min(Self.block, pcm.count - at)
            var target = scratch.mutableSpan
            let written = resampler.process(pcm.extracting(at..<(at + count)), into: &target)
            pack(scratch.span.extracting(0..<written), into: &bytes)
            at += count
        }
        swap(&scratch, &converted)
    }

    private func pack(_ pcm: Span<Int16>, into bytes: inout [UInt8]) {
        guard let law else { return pcm.withUnsafeBytes { bytes.append(contentsOf: $0) } }
        var scratch: [UInt8] = []
        swap(&scratch, &packed)
        var at = 0
        while at < pcm.count {
            let count = min(scratch.count, pcm.count - at)
            var target = scratch.mutableSpan
            law.encode(pcm.extracting(at..<(at + count)), into: &target)
            bytes.append(contentsOf: scratch[0..<count])
            at += count
        }
        swap(&scratch, &packed)
    }

    /// Appends own samples of the vendor's bytes; half a sample at the end waits for the next bytes.
    func decode(_ bytes: UnsafeBufferPointer<UInt8>, into pcm: inout [Int16]) {
        var scratch: [Int16] = []
        swap(&scratch, &samples)
        var at = 0
        while at < bytes.count {
            let count = law == nil ? unpack(bytes, &at, into: &scratch) : expand(bytes, &at, into: &scratch)
            append(scratch.span.extracting(0..<count), to: &pcm)
        }
        swap(&scratch, &samples)
    }

    private func unpack(_ bytes: UnsafeBufferPointer<UInt8>, _ at: inout Int, into target: inout [Int16]) -> Int {
        var count = 0
        if let low = carry {
            target[0] = Int16(bitPattern: UInt16(low) | UInt16(bytes[at]) << 8)
            carry = nil
            at += 1
            count = 1
        }
        while count < target.count, at + 1 < bytes.count {
            target[count] = Int16(bitPattern: UInt16(bytes[at]) | UInt16(bytes[at + 1]) << 8)
            count += 1
            at += 2
        }
        if count < target.count, at + 1 == bytes.count {
            carry = bytes[at]
            at += 1
        }
        return count
    }

    private func expand(_ bytes: UnsafeBufferPointer<UInt8>, _ at: inout Int, into target: inout [Int16]) -> Int {
        let count = min(target.count, bytes.count - at)
        let part = UnsafeBufferPointer(rebasing: bytes[at..<(at + count)])
        var sink = target.mutableSpan
        law?.decode(part.span, into: &sink)
        at += count
        return count
    }

    private func append(_ input: Span<Int16>, to pcm: inout [Int16]) {
        guard let resampler else { return input.withUnsafeBufferPointer { pcm.append(contentsOf: $0) } }
        var scratch: [Int16] = []
        swap(&scratch, &converted)
        var target = scratch.mutableSpan
        let written = resampler.process(input, into: &target)
        pcm.append(contentsOf: scratch[0..<written])
        swap(&scratch, &converted)
    }
}
