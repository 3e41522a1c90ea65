import Core
import ProviderKit

/// Reads a response whose body is audio as it comes. JSON or text where audio was expected is the vendor's error message.
struct AudioBodyReader: SpeechReader {
    private static let longestError = 4096

    private var audio: SpeechPCM
    private var error: [UInt8]?
    private var isAudio = false

    /// A reader of audio; see `SpeechPCM`.
    init(_ encoding: SpeechPCM.Encoding, rate: Int, outputRate: Int) {
        audio = SpeechPCM(encoding, rate: rate, outputRate: outputRate)
    }

    mutating func begin(_ opening: LinkOpening) throws(SpeechFault) {
        let type = (opening.header("content-type") ?? "").lowercased()
        if type.contains("json") || type.hasPrefix("text/") || type.contains("xml") { error = [] }
        for (mark, name) in [
            ("mpeg", "MP3"), ("mp3", "MP3"), ("ogg", "Ogg"), ("webm", "WebM"), ("aac", "AAC"), ("flac", "FLAC"),
        ]
        where type.hasPrefix("audio/") && type.contains(mark) {
            throw .format("the vendor sent \(name), not PCM")
        }
        isAudio = type.hasPrefix("audio/")
    }

    mutating func read(
        _ kind: LinkMessageKind, _ payload: Span<UInt8>, _ sink: inout SpeechSink
    ) throws(SpeechFault) {
        if let known = error?.count {
            payload.withUnsafeBufferPointer { error? += $0.prefix(Self.longestError - known) }
            return
        }
        if !isAudio, audio.bytes == 0, payload.count > 1, payload[0] == UInt8(ascii: "{"),
            payload[1] == UInt8(ascii: "\"")
        {
            error = []
            return try read(kind, payload, &sink)
        }
        try audio.append(payload, to: &sink.pcm)
    }

    mutating func end(_ sink: inout SpeechSink) throws(SpeechFault) {
        if let error {
            throw .vendor(VendorFailure.message(error) ?? "text came where audio was expected")
        }
        try audio.end(to: &sink.pcm)
        sink.isOver = true
        if audio.bytes == 0 { throw .vendor("the answer holds no audio") }
    }
}
