import Core
import ProviderKit

/// Reads one utterance of ElevenLabs: the messages of a `stream-input` socket, or the lines of an answer with timestamps.
struct ElevenLabsReader: SpeechReader {
    private static let longestLine = 16 << 20

    private let failures: VendorFailure
    private let rate: Int
    private let bytesPerSample: Int
    private var audio: SpeechPCM
    private var words = ElevenLabsWords()
    private var line: [UInt8] = []
    private var bytes: [UInt8] = []
    private var isSocket = false

    init(_ options: ElevenLabsOptions, _ failures: VendorFailure) {
        self.failures = failures
        rate = options.rate
        bytesPerSample = options.encoding == .pcm16 ? 2 : 1
        audio = SpeechPCM(options.encoding, rate: rate, outputRate: rate)
    }

    mutating func begin(_ opening: LinkOpening) throws(SpeechFault) { isSocket = opening.status == 101 }

    mutating func read(
        _ kind: LinkMessageKind, _ payload: Span<UInt8>, _ sink: inout SpeechSink
    ) throws(SpeechFault) {
        guard kind == .chunk else { return try message(payload, &sink) }
        for index in 0..<payload.count {
            if payload[index] == UInt8(ascii: "\n") {
                try endLine(&sink)
            } else {
                guard line.count < Self.longestLine else { throw .broken("a line without end") }
                line.append(payload[index])
            }
        }
    }

    private mutating func endLine(_ sink: inout SpeechSink) throws(SpeechFault) {
        let whole = line
        line.removeAll(keepingCapacity: true)
        guard whole.contains(where: { $0 != 0x20 && $0 != 0x0D }) else { return }
        try message(whole.span, &sink)
    }

    private mutating func message(_ payload: Span<UInt8>, _ sink: inout SpeechSink) throws(SpeechFault) {
        var bytes: [UInt8] = []
        swap(&bytes, &self.bytes)
        bytes.removeAll(keepingCapacity: true)
        defer { swap(&bytes, &self.bytes) }
        let message = try ElevenLabsMessage(payload, into: &bytes)
        if let error = message.error {
            let failure = failures.elevenLabs(error)
            if failure.consequence == .fatal { throw .refused(failure) }
            throw .vendor(error)
        }
        let offset = audio.bytes / bytesPerSample * 1000 / rate
        if let characters = ElevenLabsWords.characters(message.alignment, offsetMs: offset) {
            sink.words += words.add(characters)
        }
        try audio.append(bytes.span, to: &sink.pcm)
        if message.isFinal { try finish(&sink) }
    }

    private mutating func finish(_ sink: inout SpeechSink) throws(SpeechFault) {
        try audio.end(to: &sink.pcm)
        sink.words += words.finish()
        sink.isOver = true
        if audio.bytes == 0 { throw .vendor("the answer holds no audio") }
    }

    mutating func end(_ sink: inout SpeechSink) throws(SpeechFault) {
        if isSocket { throw .vendor("the socket ended before the speech") }
        try endLine(&sink)
        try finish(&sink)
    }
}
