/// Finds the end of a response's body as bytes come (RFC 9112, 6.3).
struct HTTPResponseBody {
    let framing: HTTPHead.Framing
    private var left = 0
    private var chunks = ChunkedDecoder()
    /// Bytes came after the end.
    private(set) var hasSurplus = false

    init(_ framing: HTTPHead.Framing) {
        self.framing = framing
        if case .length(let length) = framing { left = length }
    }

    /// The framing says that the body is over.
    var isDone: Bool {
        switch framing {
        case .none: true
        case .length: left == 0
        case .chunked: chunks.isDone
        case .untilClose: false
        }
    }

    /// The chunked coding was broken; nothing more comes.
    var isBroken: Bool { chunks.isBroken }

    /// Reads `bytes`; `data` gets each run of payload.
    mutating func read(_ bytes: UnsafeRawBufferPointer, _ data: (UnsafeRawBufferPointer) -> Void) {
        let used: Int
        switch framing {
        case .none: used = 0
        case .untilClose:
            used = bytes.count
            if used > 0 { data(bytes) }
        case .length:
            used = min(left, bytes.count)
            left -= used
            if used > 0 { data(UnsafeRawBufferPointer(rebasing: bytes[..<used])) }
        case .chunked: used = chunks.read(bytes, data)
        }
        if used < bytes.count { hasSurplus = true }
    }
}
