/// Cuts a byte stream into lines at newlines (a carriage return before one goes too).
struct LineSplitter {
    private var rest: [UInt8] = []
    /// Longest line in bytes.
    var bound = 16 << 20
    /// A line was longer than the bound; nothing more comes.
    private(set) var isBroken = false

    /// Reads `bytes`; `line` gets each line that they complete.
    mutating func read(_ bytes: UnsafeRawBufferPointer, _ line: (Span<UInt8>) -> Void) {
        guard !isBroken else { return }
        var start = 0
        for index in 0..<bytes.count where bytes[index] == 0x0A {
            let part = UnsafeRawBufferPointer(rebasing: bytes[start..<index])
            start = index + 1
            if rest.isEmpty {
                emit(part, line)
            } else {
                rest += part
                rest.withUnsafeBytes { emit($0, line) }
                rest.removeAll(keepingCapacity: rest.capacity <= 1 << 20)
            }
        }
        rest += UnsafeRawBufferPointer(rebasing: bytes[start...])
        if rest.count > bound {
            isBroken = true
            rest = []
        }
    }

    /// The last line, if the stream ends without a newline.
    mutating func finish(_ line: (Span<UInt8>) -> Void) {
        if !rest.isEmpty { rest.withUnsafeBytes { emit($0, line) } }
        rest = []
    }

    private func emit(_ bytes: UnsafeRawBufferPointer, _ line: (Span<UInt8>) -> Void) {
        let end = bytes.last == 0x0D ? bytes.count - 1 : bytes.count
        line(Span(_unsafeBytes: UnsafeRawBufferPointer(rebasing: bytes[..<end])))
    }
}
