import Core

/// Takes chunked transfer coding apart (RFC 9112, 7.1) as bytes come, in pieces of any size.
struct ChunkedDecoder {
    private enum State {
        case size, extensionText, sizeFeed, data, dataReturn, dataFeed
        case trailerStart, trailer, trailerFeed, endFeed, done, broken
    }

    private var state = State.size
    private var remaining = 0
    private var digits = 0

    /// The last chunk and its trailer have been read.
    var isDone: Bool { state == .done }
    /// The coding was broken; nothing more comes.
    var isBroken: Bool { state == .broken }

    /// Reads `bytes`; `data` gets each run of payload. Returns how many bytes belonged to the body.
    mutating func read(_ bytes: UnsafeRawBufferPointer, _ data: (UnsafeRawBufferPointer) -> Void) -> Int {
        var index = 0
        while index < bytes.count, state != .done, state != .broken {
            if state == .data {
                let count = min(remaining, bytes.count - index)
                data(UnsafeRawBufferPointer(rebasing: bytes[index..<index + count]))
                index += count
                remaining -= count
                if remaining == 0 { state = .dataReturn }
            } else {
                step(bytes[index])
                index += 1
            }
        }
        return index
    }

    private mutating func step(_ byte: UInt8) {
        switch state {
        case .size: readSize(byte)
        case .extensionText: if byte == 0x0D { state = .sizeFeed } else if byte == 0x0A { state = .broken }
        case .sizeFeed: state = byte == 0x0A ? (remaining == 0 ? .trailerStart : .data) : .broken
        case .dataReturn: state = byte == 0x0D ? .dataFeed : .broken
        case .dataFeed:
            state = byte == 0x0A ? .size : .broken
            digits = 0
        case .trailerStart: state = byte == 0x0D ? .endFeed : .trailer
        case .trailer: if byte == 0x0D { state = .trailerFeed }
        case .trailerFeed: state = byte == 0x0A ? .trailerStart : .broken
        case .endFeed: state = byte == 0x0A ? .done : .broken
        case .data, .done, .broken: break
        }
    }

    private mutating func readSize(_ byte: UInt8) {
        let digit: Int
        switch byte {
        case 0x30...0x39: digit = Int(byte) - 0x30
        case 0x41...0x46: digit = Int(byte) - 0x41 + 10
        case 0x61...0x66: digit = Int(byte) - 0x61 + 10
        case 0x0D where digits > 0: return state = .sizeFeed
        case 0x20 where digits > 0, 0x09 where digits > 0, 0x3B where digits > 0: return state = .extensionText
        default: return state = .broken
        }
        digits += 1
        guard digits <= 8 else { return state = .broken }
        remaining = remaining << 4 | digit
    }
}
