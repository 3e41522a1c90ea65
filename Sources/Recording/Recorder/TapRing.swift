import Core
import Synchronization

/// Audio on its way from the engine thread (one producer) to the recorder thread (one consumer), with the place of each
/// piece on the session's audio clock. All memory is taken at the start; neither side ever waits.
///
///     engine: tapUser/tapAgent ──push──> pieces + samples ──next/advance──> recorder thread: AudioWindow
final class TapRing: Sendable {
    typealias Channel = AudioGap.Channel

    /// One piece of audio: where it belongs and how long it is.
    struct Piece {
        var channel: Channel
        /// First sample on the session's audio clock.
        var position: Int64
        var count: Int
    }

    /// Longest piece in samples; longer audio is pushed as several.
    static let longestPiece = 2048

    // SAFETY: both blocks are allocated in init and freed in deinit. The producer writes only slots between the tail and the
    // head it has loaded with `acquiring`, and publishes them by storing the tail with `releasing`; the consumer reads only
    // slots between its head and the tail it has loaded with `acquiring`. So no slot is ever touched by both at once.
    nonisolated(unsafe) private let samples: UnsafeMutablePointer<Int16>
    nonisolated(unsafe) private let pieces: UnsafeMutablePointer<Piece>
    private let sampleMask: Int
    private let pieceMask: Int
    private let samplesWritten = Atomic<Int>(0)
    private let samplesRead = Atomic<Int>(0)
    private let piecesWritten = Atomic<Int>(0)
    private let piecesRead = Atomic<Int>(0)
    private let droppedUser = Atomic<Int64>(0)
    private let droppedAgent = Atomic<Int64>(0)

    /// A ring for at least `samples` samples of both channels together.
    init(samples count: Int) {
        let capacity = Self.powerOfTwo(atLeast: max(count, 2 * Self.longestPiece))
        let pieceCapacity = Self.powerOfTwo(atLeast: capacity / 64)
        samples = .allocate(capacity: capacity)
        samples.initialize(repeating: 0, count: capacity)
        pieces = .allocate(capacity: pieceCapacity)
        pieces.initialize(repeating: Piece(channel: .user, position: 0, count: 0), count: pieceCapacity)
        sampleMask = capacity - 1
        pieceMask = pieceCapacity - 1
    }

    deinit {
        samples.deallocate()
        pieces.deallocate()
    }

    private static func powerOfTwo(atLeast value: Int) -> Int {
        var size = 1
        while size < value { size *= 2 }
        return size
    }

    /// Samples of a channel that found no room since the start.
    func dropped(_ channel: Channel) -> Int64 {
        switch channel {
        case .user: droppedUser.load(ordering: .acquiring)
        case .agent: droppedAgent.load(ordering: .acquiring)
        }
    }

    /// Copies audio in; false when there was no room for all. Engine thread. What finds no room is dropped and counted: the
    /// position of the next piece shows where.
    @discardableResult
    func push(_ channel: Channel, _ pcm: Span<Int16>, at position: Int64) -> Bool {
        var done = 0
        var isWhole = true
        while done < pcm.count {
            let count = min(Self.longestPiece, pcm.count - done)
            let piece = Piece(channel: channel, position: position &+ Int64(done), count: count)
            if !pushPiece(piece, pcm, from: done) { isWhole = false }
            done += count
        }
        return isWhole
    }

    private func pushPiece(_ piece: Piece, _ pcm: Span<Int16>, from start: Int) -> Bool {
        let written = samplesWritten.load(ordering: .relaxed)
        let tail = piecesWritten.load(ordering: .relaxed)
        let room = sampleMask + 1 - (written - samplesRead.load(ordering: .acquiring))
        guard piece.count <= room, tail - piecesRead.load(ordering: .acquiring) <= pieceMask else {
            switch piece.channel {
            case .user: droppedUser.wrappingAdd(Int64(piece.count), ordering: .releasing)
            case .agent: droppedAgent.wrappingAdd(Int64(piece.count), ordering: .releasing)
            }
            return false
        }
        for i in 0..<piece.count { samples[(written + i) & sampleMask] = pcm[start + i] }
        pieces[tail & pieceMask] = piece
        samplesWritten.store(written + piece.count, ordering: .relaxed)
        piecesWritten.store(tail + 1, ordering: .releasing)
        return true
    }

    /// The oldest piece, left in place. Recorder thread.
    func next() -> Piece? {
        let head = piecesRead.load(ordering: .relaxed)
        guard head != piecesWritten.load(ordering: .acquiring) else { return nil }
        return pieces[head & pieceMask]
    }

    /// Hands out the samples of the oldest piece (in one or two parts) and frees them. Recorder thread, after `next`.
    func take(_ piece: Piece, _ body: (_ part: Span<Int16>, _ position: Int64) -> Void) {
        let start = samplesRead.load(ordering: .relaxed)
        let first = min(piece.count, sampleMask + 1 - (start & sampleMask))
        body(Span(_unsafeStart: samples + (start & sampleMask), count: first), piece.position)
        if first < piece.count {
            body(Span(_unsafeStart: samples, count: piece.count - first), piece.position &+ Int64(first))
        }
        samplesRead.store(start + piece.count, ordering: .releasing)
        piecesRead.store(piecesRead.load(ordering: .relaxed) + 1, ordering: .releasing)
    }
}
