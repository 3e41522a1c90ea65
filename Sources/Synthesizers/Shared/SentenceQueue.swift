import Core
import ProviderKit

/// The sentences given and not yet told whole, oldest first: some wait, some are being made, and audio leaves in their order.
///
/// ```
/// [ head: making, told as it comes ][ making, audio held ][ waiting ][ waiting ]
/// ```
/// A sentence that is too long for the vendor is several pieces of one number. A value; engine thread.
struct SentenceQueue {
    /// One request's worth of text.
    struct Piece {
        var number: Int
        var text: String
        /// The last piece of its sentence: its end is the sentence's.
        var isLast: Bool
        /// Link or context that makes it; nil while it waits.
        var key: Int?
        var isDone = false
        var attempts = 0
        /// Audio of the running attempt has come.
        var hasAudio = false
        /// When it was asked for, or its last audio.
        var touched = MonotonicTime(nanoseconds: 0)
        var heldPCM: [Int16] = []
        var heldWords: [SpokenWord] = []
    }

    /// Most audio held for one piece that is not at the head: nearly six minutes at 24 kHz.
    static let heldSamples = 8 << 20

    private(set) var pieces: [Piece] = []
    private let rate: Int
    /// Samples told of the head's sentence by its earlier pieces, and by the head.
    private var told = (before: 0, head: 0)

    /// A queue of audio at this rate.
    init(rate: Int) { self.rate = rate }

    var isEmpty: Bool { pieces.isEmpty }
    /// How many are being made.
    var running: Int { pieces.count { $0.key != nil && !$0.isDone } }
    /// The first that waits.
    var nextWaiting: Int? { pieces.firstIndex { $0.key == nil && !$0.isDone } }
    /// Keys of those being made.
    var keys: [Int] { pieces.compactMap { $0.isDone ? nil : $0.key } }

    func index(of key: Int) -> Int? { pieces.firstIndex { $0.key == key && !$0.isDone } }

    subscript(_ index: Int) -> Piece { pieces[index] }

    /// Adds a sentence as pieces of text; one with none ends in its turn.
    mutating func add(_ number: Int, _ texts: [String], _ out: PartOutput<SynthesizerEvent>) {
        for (index, text) in texts.enumerated() {
            pieces.append(Piece(number: number, text: text, isLast: index == texts.count - 1))
        }
        if texts.isEmpty {
            pieces.append(Piece(number: number, text: "", isLast: true, isDone: true))
            advance(out)
        }
    }

    /// A piece is being made from now on.
    mutating func start(_ index: Int, key: Int, now: MonotonicTime) {
        pieces[index].key = key
        pieces[index].attempts += 1
        pieces[index].touched = now
    }

    /// What came for a piece: told when it is the head's, held otherwise. False when more is held than may be.
    mutating func take(_ index: Int, _ sink: borrowing SpeechSink, _ out: PartOutput<SynthesizerEvent>) -> Bool {
        pieces[index].touched = out.now
        if !sink.pcm.isEmpty { pieces[index].hasAudio = true }
        guard index > 0 else {
            tell(sink.pcm, sink.words, out)
            return true
        }
        guard pieces[index].heldPCM.count + sink.pcm.count <= Self.heldSamples else { return false }
        pieces[index].heldPCM += sink.pcm
        pieces[index].heldWords += sink.words
        return true
    }

    private mutating func tell(_ pcm: [Int16], _ words: [SpokenWord], _ out: PartOutput<SynthesizerEvent>) {
        let number = pieces[0].number
        if !pcm.isEmpty {
            out.event(.audio(number: number, range: out.pcm { $0 += pcm }))
            told.head += pcm.count
        }
        guard !words.isEmpty else { return }
        let offset = told.before * 1000 / rate
        out.event(
            .words(
                number: number,
                words.map { SpokenWord($0.text, startMs: $0.startMs + offset, endMs: $0.endMs + offset) }))
    }

    /// A piece is whole (or given up): those behind it move up.
    mutating func finish(_ index: Int, _ out: PartOutput<SynthesizerEvent>) {
        pieces[index].isDone = true
        advance(out)
    }

    /// Gives up a whole sentence, beginning with the piece at `index`; keys of its pieces that were being made.
    mutating func giveUp(_ index: Int, _ out: PartOutput<SynthesizerEvent>) -> [Int] {
        let number = pieces[index].number
        let lost = pieces.indices.filter { $0 >= index && pieces[$0].number == number && !pieces[$0].isDone }
        let keys = lost.compactMap { pieces[$0].key }
        for each in lost { pieces[each].isDone = true }
        advance(out)
        return keys
    }

    /// A piece of which nothing was told waits again.
    mutating func again(_ index: Int) {
        pieces[index].key = nil
        pieces[index].hasAudio = false
        pieces[index].heldPCM = []
        pieces[index].heldWords = []
    }

    /// Whether any of the piece's audio has left.
    func isTold(_ index: Int) -> Bool { index == 0 && told.head > 0 }

    private mutating func advance(_ out: PartOutput<SynthesizerEvent>) {
        while let head = pieces.first, head.isDone {
            pieces.removeFirst()
            told = head.isLast ? (0, 0) : (told.before + told.head, 0)
            if head.isLast { out.event(.ended(number: head.number)) }
            guard let next = pieces.first else { return }
            tell(next.heldPCM, next.heldWords, out)
            pieces[0].heldPCM = []
            pieces[0].heldWords = []
        }
    }

    /// Forgets all; keys of those that were being made.
    mutating func removeAll() -> [Int] {
        let keys = keys
        pieces.removeAll()
        told = (0, 0)
        return keys
    }
}
