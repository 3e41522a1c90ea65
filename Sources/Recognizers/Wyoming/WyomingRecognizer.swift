import Core
import ProviderKit

/// A recogniser of the Wyoming protocol: faster-whisper, Vosk and others behind a TCP port (wire reference telephony 6.6).
///
/// ```
/// turnStarted ─▶ connect ─▶ transcribe, audio-start, pre-roll ─▶ audio-chunk… ─▶ turnEnded ─▶ audio-stop ─▶ transcript ─▶ turnFinal
/// ```
/// A connection for each turn; audio goes while the user speaks, so that the server has it when the turn ends. A turn whose connection
/// is lost is sent once more.
final class WyomingRecognizer: Recognizer {
    static let rate = 16_000
    /// Samples of a chunk.
    private static let chunk = 1024
    private static let links = 900
    private static let retryTimer = ProviderTimer(950)
    private static let retryWait = Duration.milliseconds(250)

    let capabilities: RecognizerCapabilities
    private let options: WyomingRecognizerOptions
    private var language: String?
    private var preRoll = PreRoll(samples: WyomingRecognizer.rate / 2)
    /// Turns that have no outcome yet, oldest first; the last may still be spoken.
    private var turns: [WyomingTurn] = []
    private var nextLink = 0
    private var isOver = false
    private var isProven = false
    /// The head of every full chunk.
    private let chunkHead: [UInt8]

    /// A recogniser with these options.
    init(_ options: WyomingRecognizerOptions) {
        self.options = options
        language = options.language
        capabilities = RecognizerCapabilities(
            inputRate: Self.rate, streams: false, partials: false, costTier: .free, isOffline: true)
        chunkHead = Self.head(samples: Self.chunk)
    }

    private static let format: [JSONValue.Member] = [.init("rate", 16_000), .init("width", 2), .init("channels", 1)]

    private static func head(samples: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        let silence = [UInt8](repeating: 0, count: samples * 2)
        WyomingMessage.append("audio-chunk", .object(format), payload: silence.span, to: &bytes)
        bytes.removeLast(silence.count)
        return bytes
    }

    // MARK: - The pipeline's side

    func start(_ context: PartContext, _ out: PartOutput<RecognizerEvent>) {
        // Servers take the language alone: en, not en-US.
        language = language ?? context.language.flatMap { $0.split(separator: "-").first.map(String.init) }
        out.event(.ready)
    }

    func audio(_ pcm: Span<Int16>, _ out: PartOutput<RecognizerEvent>) {
        guard !isOver else { return }
        guard let last = turns.indices.last, turns[last].endedAt == nil else { return preRoll.add(pcm) }
        let room = max(0, WyomingTurn.keptSamples - (turns[last].audio.count - turns[last].sent))
        if pcm.count > room { turns[last].isLong = true }
        pcm.extracting(first: min(room, pcm.count)).withUnsafeBufferPointer { turns[last].audio.append(contentsOf: $0) }
        send(last, out)
    }

    func turnStarted(_ out: PartOutput<RecognizerEvent>) {
        guard !isOver, turns.last.map({ $0.endedAt != nil }) ?? true else { return }
        var turn = WyomingTurn(key: takeLink(), audio: preRoll.take())
        turn.audio.reserveCapacity(Self.rate * 30)
        turns.append(turn)
        out.connect(LinkID(turn.key), .tcp(options.endpoint))
    }

    func turnEnded(_ out: PartOutput<RecognizerEvent>) {
        guard !isOver else { return }
        guard let last = turns.indices.last, turns[last].endedAt == nil else {
            return out.event(.turnFinal(ms: 0))
        }
        turns[last].endedAt = out.now
        out.timer(ProviderTimer(turns[last].key), after: options.patience)
        send(last, out)
    }

    func close(_ out: PartOutput<RecognizerEvent>) {
        isOver = true
        for turn in turns { drop(turn.key, out) }
        turns = []
        out.cancelTimer(Self.retryTimer)
    }

    private func takeLink() -> Int {
        defer { nextLink = (nextLink + 1) % Self.links }
        return nextLink
    }

    /// Closes the link of an attempt; a turn between two attempts (-1) has none.
    private func drop(_ key: Int, _ out: PartOutput<RecognizerEvent>) {
        guard key >= 0 else { return }
        out.cancelTimer(ProviderTimer(key))
        out.close(LinkID(key))
    }

    // MARK: - Sending

    /// Sends whole chunks; at the end of the turn what is left, and the end.
    private func send(_ index: Int, _ out: PartOutput<RecognizerEvent>) {
        guard turns[index].isOpen else { return }
        let link = LinkID(turns[index].key)
        while turns[index].audio.count - turns[index].sent >= Self.chunk {
            sendChunk(index, Self.chunk, chunkHead, out)
        }
        guard turns[index].endedAt != nil else { return }
        let rest = turns[index].audio.count - turns[index].sent
        if rest > 0 { sendChunk(index, rest, Self.head(samples: rest), out) }
        out.message(link, .binary) { WyomingMessage.append("audio-stop", .object([]), to: &$0) }
    }

    private func sendChunk(_ index: Int, _ count: Int, _ head: [UInt8], _ out: PartOutput<RecognizerEvent>) {
        let start = turns[index].sent
        out.message(LinkID(turns[index].key), .binary) { bytes in
            bytes += head
            for sample in turns[index].audio[start..<(start + count)] {
                bytes.append(UInt8(truncatingIfNeeded: sample))
                bytes.append(UInt8(truncatingIfNeeded: sample >> 8))
            }
        }
        turns[index].sent = start + count
    }

    func opened(_ link: LinkID, _ opening: LinkOpening, _ out: PartOutput<RecognizerEvent>) {
        guard let index = index(link) else { return }
        turns[index].isOpen = true
        var wish: [JSONValue.Member] = []
        if let language { wish.append(.init("language", .string(language))) }
        if let model = options.model { wish.append(.init("name", .string(model))) }
        out.message(link, .binary) {
            WyomingMessage.append("transcribe", .object(wish), to: &$0)
            WyomingMessage.append("audio-start", .object(Self.format + [.init("timestamp", 0)]), to: &$0)
        }
        send(index, out)
    }

    private func index(_ link: LinkID) -> Int? { turns.firstIndex { $0.key == link.number && $0.text == nil } }

    // MARK: - Answers

    func received(
        _ link: LinkID, _ kind: LinkMessageKind, _ payload: Span<UInt8>, _ out: PartOutput<RecognizerEvent>
    ) {
        guard let index = index(link) else { return }
        turns[index].parser.feed(payload)
        do throws(WyomingError) {
            while let found = self.index(link), let message = try turns[found].parser.next() {
                heard(message, found, out)
            }
        } catch {
            drop(link.number, out)
            failed(link, options.failures.make("protocol", error.cause, .reconnect(after: nil)), out)
        }
    }

    private func heard(_ message: WyomingMessage, _ index: Int, _ out: PartOutput<RecognizerEvent>) {
        switch message.type {
        case "transcript-chunk":
            turns[index].partial += message.data["text"]?.string ?? ""
            if index == 0, !turns[0].partial.isEmpty {
                out.event(.transcript(text: turns[0].partial, isFinal: false))
            }
        case "transcript" where turns[index].endedAt != nil:
            isProven = true
            finish(index, message.data["text"]?.string ?? "", out)
        case "error":
            let text = message.data["text"]?.string ?? "an error without words"
            drop(turns[index].key, out)
            failed(LinkID(turns[index].key), options.failures.make("vendor", text, .reconnect(after: nil)), out)
        default: break
        }
    }

    private func finish(_ index: Int, _ text: String, _ out: PartOutput<RecognizerEvent>) {
        turns[index].text = text
        drop(turns[index].key, out)
        turns[index].key = -1
        while let head = turns.first, let text = head.text {
            turns.removeFirst()
            let words = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
            if !words.isEmpty { out.event(.transcript(text: words, isFinal: true)) }
            out.event(.turnFinal(ms: head.endedAt.map { (out.now - $0).milliseconds } ?? 0))
        }
    }

    // MARK: - Failures

    func closed(_ link: LinkID, _ closure: LinkClosure, _ out: PartOutput<RecognizerEvent>) {
        guard index(link) != nil else { return }
        failed(link, options.failures.closed(closure), out)
    }

    func timer(_ id: ProviderTimer, _ out: PartOutput<RecognizerEvent>) {
        if id == Self.retryTimer {
            for index in turns.indices where turns[index].text == nil && turns[index].key < 0 {
                turns[index].key = takeLink()
                out.connect(LinkID(turns[index].key), .tcp(options.endpoint))
                if turns[index].endedAt != nil { out.timer(ProviderTimer(turns[index].key), after: options.patience) }
            }
            return
        }
        guard index(LinkID(id.number)) != nil else { return }
        drop(id.number, out)
        failed(
            LinkID(id.number), options.failures.make("lost", "no transcript came in time", .reconnect(after: nil)), out,
            mayRetry: false)
    }

    /// A turn's connection is of no use: once more, or the turn is lost and that is told.
    private func failed(
        _ link: LinkID, _ failure: ProviderFailure, _ out: PartOutput<RecognizerEvent>, mayRetry: Bool = true
    ) {
        guard let index = index(link) else { return }
        out.cancelTimer(ProviderTimer(link.number))
        // The link has ended or was dropped: it must not be closed again.
        turns[index].key = -1
        if mayRetry, turns[index].attempts < 2, !turns[index].isLong {
            turns[index].attempts += 1
            (turns[index].isOpen, turns[index].sent, turns[index].partial) = (false, 0, "")
            turns[index].parser = WyomingParser()
            return out.timer(Self.retryTimer, after: Self.retryWait)
        }
        guard isProven, turns[index].endedAt != nil else {
            isOver = true
            out.event(.failure(failure))
            for turn in turns { drop(turn.key, out) }
            turns = []
            return out.cancelTimer(Self.retryTimer)
        }
        isProven = false
        var told = failure
        told.text += "; what the user said is lost"
        told.consequence = .goesOn
        out.event(.failure(told))
        finish(index, "", out)
    }
}
