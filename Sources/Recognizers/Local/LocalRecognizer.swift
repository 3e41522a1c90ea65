import Core
import ProviderKit

/// The recogniser type `local-recognizer`: the embedded recogniser, offline, a request a turn.
enum Local {
    static let descriptor = RecognizerDescriptor(
        name: "local-recognizer", title: "Embedded recogniser",
        summary: "Small offline recogniser of English: fixed sentences well, free speech roughly; no key, no network",
        options: [
            ProviderOption("sentences", "list of sentences that it should know; anything else is dictation"),
            ProviderOption("grammar", "a whole JSGF grammar instead of sentences"),
            ProviderOption("pronunciations", "map of words to their phones (ARPAbet) that the dictionary lacks"),
        ],
        capabilities: LocalRecognizer.capabilities,
        make: { (configuration) throws(ConfigurationError) in LocalRecognizer(try LocalTask(configuration)) })
}

/// What the embedded recogniser listens for.
struct LocalTask: Sendable, Equatable {
    var grammar: String?
    var pronunciations: [JSONValue.Member] = []

    /// The default: dictation only.
    init() {}

    init(_ configuration: ProviderConfiguration) throws(ConfigurationError) {
        let reader = OptionReader(configuration)
        try reader.refuseUnknown(["sentences", "grammar", "pronunciations"])
        grammar = try reader.text("grammar")
        var sentences: [String] = []
        for item in try reader.list("sentences") {
            sentences.append(try Self.sentence(item.value.string ?? "", reader))
        }
        if !sentences.isEmpty {
            guard grammar == nil else {
                throw reader.fault("sentences", "stands beside grammar", "write one of the two")
            }
            grammar = "#JSGF V1.0;\ngrammar local;\npublic <sentence> = \(sentences.joined(separator: " | ")) ;\n"
        }
        for member in try reader.object("pronunciations") == nil ? [] : reader.raw("pronunciations")?.members ?? [] {
            guard member.value.string != nil else {
                throw reader.fault("pronunciations", "\(member.key) has no phones", "write \(member.key): \"W ER D\"")
            }
            pronunciations.append(member)
        }
    }

    /// Lower-case words; whatever could be grammar is refused.
    private static func sentence(_ text: String, _ reader: OptionReader) throws(ConfigurationError) -> String {
        let words = text.lowercased().split { $0.isWhitespace || ".,!?".contains($0) }.joined(separator: " ")
        guard !words.isEmpty, words.allSatisfy({ $0.isLetter || $0 == " " || $0 == "'" }) else {
            throw reader.fault(
                "sentences", "\"\(text.prefix(60))\" is no sentence of words", "write letters only, numbers as words")
        }
        return words
    }

    var configuration: JSONValue {
        [
            "recognize": true, "grammar": grammar.map { .string($0) } ?? .null,
            "pronunciations": .object(pronunciations),
        ]
    }
}

/// The embedded recogniser over one link to the speech worker, whose messages `SpeechControl` and `SpeechReport` describe.
final class LocalRecognizer: Recognizer {
    static let capabilities = RecognizerCapabilities(
        inputRate: 16000, streams: false, partials: false, detectsTurns: false, languages: ["en"], costTier: .free,
        isOffline: true)
    /// Audio kept before a turn: what the detector takes to decide, and the syllable before.
    private static let preroll = 16000 * 7 / 10
    private static let link = LinkID(0)

    private enum Phase { case idle, connecting, ready, closing, ended }

    var capabilities: RecognizerCapabilities { Self.capabilities }
    private let task: LocalTask
    private var phase = Phase.idle
    private var isCollecting = false
    private var before = PreRoll(samples: preroll)
    private var turns = 0
    /// Turns whose result is owed, with the time of asking.
    private var owed: [(turn: Int, asked: MonotonicTime)] = []

    init(_ task: LocalTask) { self.task = task }

    func start(_ context: PartContext, _ out: PartOutput<RecognizerEvent>) {
        guard phase == .idle else { return }
        phase = .connecting
        out.connect(Self.link, .worker(name: "speech", configuration: task.configuration))
    }

    func opened(_ link: LinkID, _ opening: LinkOpening, _ out: PartOutput<RecognizerEvent>) {
        guard link == Self.link, phase == .connecting else { return }
        phase = .ready
        out.event(.ready)
    }

    func audio(_ pcm: Span<Int16>, _ out: PartOutput<RecognizerEvent>) {
        guard phase == .ready, pcm.count > 0 else { return }
        guard isCollecting else { return before.add(pcm) }
        out.message(Self.link, .binary) { bytes in
            for i in pcm.indices { Self.append(pcm[i], &bytes) }
        }
    }

    private static func append(_ sample: Int16, _ bytes: inout [UInt8]) {
        bytes.append(UInt8(truncatingIfNeeded: sample))
        bytes.append(UInt8(truncatingIfNeeded: sample >> 8))
    }

    func turnStarted(_ out: PartOutput<RecognizerEvent>) {
        guard phase == .ready, !isCollecting else { return }
        isCollecting = true
        out.send(Self.link, ["type": "begin"])
        let held = before.take()
        guard !held.isEmpty else { return }
        out.message(Self.link, .binary) { bytes in for sample in held { Self.append(sample, &bytes) } }
    }

    func turnEnded(_ out: PartOutput<RecognizerEvent>) {
        guard phase == .ready else { return }
        guard isCollecting else { return out.event(.turnFinal(ms: 0)) }
        isCollecting = false
        turns += 1
        owed.append((turns, out.now))
        out.send(Self.link, ["type": "end", "id": .int(Int64(turns))])
    }

    func received(
        _ link: LinkID, _ kind: LinkMessageKind, _ payload: Span<UInt8>, _ out: PartOutput<RecognizerEvent>
    ) {
        guard link == Self.link, phase == .ready, kind == .text else { return }
        guard let json = try? JSONParser.parse(payload), let type = json["type"]?.string else {
            return out.event(.notice("the speech worker sent something that is no message"))
        }
        out.trace(WireMessage(source: "", direction: .received, type: type, bytes: payload.count))
        switch type {
        case "final": final(json, out)
        case "loaded": out.event(.notice("speech model loaded in \(Self.whole(json["ms"])) ms"))
        case "unavailable", "error": failed(json, isSpeech: type == "unavailable", out)
        default: break
        }
    }

    private static func whole(_ value: JSONValue?) -> Int {
        guard let number = value?.double, number.isFinite, abs(number) < 1e9 else { return 0 }
        return Int(number)
    }

    private func final(_ json: JSONValue, _ out: PartOutput<RecognizerEvent>) {
        guard let i = owed.firstIndex(where: { $0.turn == json["id"]?.int }) else { return }
        let asked = owed.remove(at: i).asked
        let text = json["text"]?.string ?? ""
        if !text.isEmpty { out.event(.transcript(text: text, isFinal: true)) }
        out.event(.turnFinal(ms: (out.now - asked).milliseconds))
    }

    /// A turn that the worker refused has no `final`: what is owed is given empty, so that the conversation goes on.
    private func failed(_ json: JSONValue, isSpeech: Bool, _ out: PartOutput<RecognizerEvent>) {
        out.event(
            .failure(
                ProviderFailure(
                    code: isSpeech ? "speech-model" : "vendor", text: json["reason"]?.string ?? "unknown",
                    fix: json["fix"]?.string, consequence: .goesOn)))
        guard !isSpeech, json["reason"]?.string?.contains("dropped") == true else { return }
        for turn in owed { out.event(.turnFinal(ms: (out.now - turn.asked).milliseconds)) }
        owed = []
    }

    func closed(_ link: LinkID, _ closure: LinkClosure, _ out: PartOutput<RecognizerEvent>) {
        guard link == Self.link, phase != .ended else { return }
        defer { phase = .ended }
        guard phase != .closing else { return }
        let isMissing = closure.cause == .refused
        out.event(
            .failure(
                ProviderFailure(
                    code: isMissing ? "refused" : "lost",
                    text: "the embedded speech worker has ended: \(closure.reason)",
                    consequence: isMissing ? .fatal : .reconnect(after: nil))))
    }

    func timer(_ id: ProviderTimer, _ out: PartOutput<RecognizerEvent>) {}

    func close(_ out: PartOutput<RecognizerEvent>) {
        guard phase == .connecting || phase == .ready else { return }
        phase = .closing
        out.close(Self.link)
    }
}
