import AudioKit
import Core
import ProviderKit

/// Reads the audio of one utterance from a Wyoming server: `audio-start` names the format, `audio-stop` ends it.
struct WyomingReader: SpeechReader {
    private var parser = WyomingParser()
    private var audio: SpeechPCM

    init(rate: Int) { audio = SpeechPCM(.pcm16, rate: rate, outputRate: rate) }

    mutating func begin(_ opening: LinkOpening) throws(SpeechFault) {}

    mutating func read(
        _ kind: LinkMessageKind, _ payload: Span<UInt8>, _ sink: inout SpeechSink
    ) throws(SpeechFault) {
        parser.feed(payload)
        while !sink.isOver, let message = try next() { try handle(message, &sink) }
    }

    private mutating func next() throws(SpeechFault) -> WyomingMessage? {
        do throws(WyomingError) {
            return try parser.next()
        } catch {
            throw .broken("not the Wyoming protocol: \(error.cause)")
        }
    }

    private mutating func handle(_ message: WyomingMessage, _ sink: inout SpeechSink) throws(SpeechFault) {
        switch message.type {
        case "audio-start", "audio-chunk":
            try format(message.data)
            try audio.append(message.payload.span, to: &sink.pcm)
        case "audio-stop":
            try audio.end(to: &sink.pcm)
            sink.isOver = true
            if audio.bytes == 0 { throw .vendor("the answer holds no audio") }
        case "error": throw .vendor(message.data["text"]?.string ?? "an error without words")
        default: break
        }
    }

    private mutating func format(_ data: JSONValue) throws(SpeechFault) {
        if let width = data["width"]?.int, width != 2 {
            throw .format("samples of \(width) bytes are not understood")
        }
        guard let rate = data["rate"]?.int else { return }
        try audio.format(rate: rate, channels: data["channels"]?.int ?? 1)
    }

    mutating func end(_ sink: inout SpeechSink) throws(SpeechFault) {
        throw .vendor("the server ended the connection before the speech")
    }
}
