import AudioKit
import Core
import ProviderKit

/// Reads `{"audioContent": base64}`: the whole answer, then its audio (with a WAV head or without).
struct GoogleSpeechReader: SpeechReader {
    /// Longest answer: more than eight minutes at 24 kHz.
    private static let longest = 32 << 20

    private var audio: SpeechPCM
    private var body: [UInt8] = []

    init(_ encoding: SpeechPCM.Encoding, rate: Int) {
        audio = SpeechPCM(encoding, rate: rate, outputRate: rate)
    }

    mutating func begin(_ opening: LinkOpening) throws(SpeechFault) {}

    mutating func read(
        _ kind: LinkMessageKind, _ payload: Span<UInt8>, _ sink: inout SpeechSink
    ) throws(SpeechFault) {
        guard body.count + payload.count <= Self.longest else { throw .broken("the answer is too long") }
        payload.withUnsafeBufferPointer { body += $0 }
    }

    mutating func end(_ sink: inout SpeechSink) throws(SpeechFault) {
        guard let json = try? JSONParser.parse(body.span) else { throw .broken("the answer is not JSON") }
        guard let text = json["audioContent"]?.string else {
            throw .vendor(VendorFailure.message(body) ?? "the answer has no audioContent")
        }
        var bytes: [UInt8] = []
        do throws(Base64Error) {
            try Base64.decode(Array(text.utf8).span, into: &bytes, options: [.unpadded, .urlSafe])
        } catch {
            throw .broken("audioContent is not base64: \(error)")
        }
        try audio.append(bytes.span, to: &sink.pcm)
        try audio.end(to: &sink.pcm)
        sink.isOver = true
        if audio.bytes == 0 { throw .vendor("the answer holds no audio") }
    }
}
