/// Cuts a body into lines as it comes, in pieces of any size.
struct LineReader: Equatable {
    /// Longer lines are dropped.
    static let bound = 4 << 20

    private var held: [UInt8] = []
    private var isDropping = false
    /// Lines that were too long.
    private(set) var dropped = 0

    /// Adds bytes; `line` gets each whole line without its end, never an empty one.
    mutating func read(_ bytes: Span<UInt8>, _ line: ([UInt8]) -> Void) {
        for index in 0..<bytes.count {
            let byte = bytes[index]
            if byte == 0x0A {
                end(line)
            } else if !isDropping {
                held.append(byte)
                if held.count > Self.bound {
                    held = []
                    isDropping = true
                    dropped += 1
                }
            }
        }
    }

    /// The end of the body: the last line may have no end.
    mutating func finish(_ line: ([UInt8]) -> Void) { end(line) }

    private mutating func end(_ line: ([UInt8]) -> Void) {
        if held.last == 0x0D { held.removeLast() }
        let whole = held
        held.removeAll(keepingCapacity: true)
        isDropping = false
        if !whole.isEmpty { line(whole) }
    }
}
