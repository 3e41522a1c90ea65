/// Cuts the byte stream of one connection into frames, however the bytes are fragmented or glued.
///
/// A frame that lies whole in the bytes given is handed on without a copy; only a frame cut by a read is put together
/// in a buffer, which keeps its capacity (65,538 bytes at most). Frames of an unknown kind are counted and skipped by
/// their length without being stored.
struct AudioSocketParser {
    /// Header of a frame whose payload has not come whole.
    struct Header: Equatable {
        var kind: UInt8
        /// nil until all three bytes are there.
        var length: Int?
    }

    static let headerLength = 3
    /// Frames of known kinds given so far.
    private(set) var frames = 0
    /// Frames of unknown kinds skipped so far.
    private(set) var unknownFrames = 0
    /// Bytes of an unknown frame's payload still to skip.
    private var skipping = 0
    /// The frame that a read has cut, from its header on.
    private var partial: [UInt8] = []

    /// The header of the frame that waits for more bytes, as far as it is known; of known kinds only once it is whole.
    var pending: Header? {
        guard let kind = partial.first else { return nil }
        return Header(kind: kind, length: partial.count >= Self.headerLength ? Self.length(partial.span, 0) : nil)
    }

    /// Takes the next bytes of the stream and calls `visit` for every frame that is whole. `visit` returns whether to
    /// go on; when it does not, the rest of `bytes` is dropped: the call is over.
    mutating func feed(_ bytes: Span<UInt8>, _ visit: (AudioSocketKind, Span<UInt8>) -> Bool) {
        var at = 0
        var goOn = true
        while goOn, at < bytes.count {
            if skipping > 0 {
                let step = min(skipping, bytes.count - at)
                skipping -= step
                at += step
            } else if partial.isEmpty {
                goOn = takeWhole(bytes, &at, visit)
            } else {
                goOn = takeCut(bytes, &at, visit)
            }
        }
    }

    /// A frame starts at `at`: hands it on when it is whole, else keeps what is there of it.
    private mutating func takeWhole(
        _ bytes: Span<UInt8>, _ at: inout Int, _ visit: (AudioSocketKind, Span<UInt8>) -> Bool
    ) -> Bool {
        let left = bytes.count - at
        guard left >= Self.headerLength else { return keep(bytes, &at, left) }
        let length = Self.length(bytes, at)
        guard let kind = AudioSocketKind(rawValue: bytes[at]) else {
            at += Self.headerLength
            return skip(length)
        }
        guard left >= Self.headerLength + length else { return keep(bytes, &at, left) }
        let payload = at + Self.headerLength
        at = payload + length
        frames += 1
        return visit(kind, bytes.extracting(payload..<at))
    }

    /// A frame was cut by an earlier read: completes its header, then its payload.
    private mutating func takeCut(
        _ bytes: Span<UInt8>, _ at: inout Int, _ visit: (AudioSocketKind, Span<UInt8>) -> Bool
    ) -> Bool {
        let left = bytes.count - at
        guard partial.count >= Self.headerLength else {
            return keep(bytes, &at, min(left, Self.headerLength - partial.count))
                && (partial.count < Self.headerLength || checkHeader(visit))
        }
        let whole = Self.headerLength + Self.length(partial.span, 0)
        _ = keep(bytes, &at, min(left, whole - partial.count))
        return partial.count < whole || finish(visit)
    }

    /// The header of a cut frame has become whole.
    private mutating func checkHeader(_ visit: (AudioSocketKind, Span<UInt8>) -> Bool) -> Bool {
        let length = Self.length(partial.span, 0)
        guard AudioSocketKind(rawValue: partial[0]) != nil else {
            partial.removeAll(keepingCapacity: true)
            return skip(length)
        }
        return length > 0 || finish(visit)
    }

    private mutating func finish(_ visit: (AudioSocketKind, Span<UInt8>) -> Bool) -> Bool {
        defer { partial.removeAll(keepingCapacity: true) }
        guard let kind = AudioSocketKind(rawValue: partial[0]) else { return true }
        frames += 1
        return visit(kind, partial.span.extracting(Self.headerLength..<partial.count))
    }

    private mutating func keep(_ bytes: Span<UInt8>, _ at: inout Int, _ count: Int) -> Bool {
        for i in at..<(at + count) { partial.append(bytes[i]) }
        at += count
        return true
    }

    private mutating func skip(_ length: Int) -> Bool {
        unknownFrames += 1
        skipping = length
        return true
    }

    private static func length(_ bytes: Span<UInt8>, _ at: Int) -> Int { Int(bytes[at + 1]) << 8 | Int(bytes[at + 2]) }
}
