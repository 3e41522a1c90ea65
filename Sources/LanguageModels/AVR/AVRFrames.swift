import Core

/// Takes an adapter's answer apart: JSON objects one after the other with nothing between them, cut anywhere; older adapters send bare
/// text (systems reference b.5.4). What the first object is decides.
struct AVRFrames: Equatable {
    /// A piece of the answer.
    enum Piece: Equatable {
        case object(JSONValue)
        case text(String)
    }

    private enum Mode { case unknown, objects, text }

    /// Larger objects are no frames.
    static let bound = 1 << 20

    private var mode = Mode.unknown
    private var held: [UInt8] = []
    private var scanned = 0
    private var depth = 0
    private var inString = false
    private var isEscaped = false
    /// Bytes between objects that were no white space.
    private(set) var skipped = 0

    /// Bytes that wait for more.
    var heldBytes: Int { held.count }

    /// Adds bytes; `piece` gets what is whole.
    mutating func read(_ bytes: Span<UInt8>, _ piece: (Piece) -> Void) {
        bytes.withUnsafeBufferPointer { held += $0 }
        if mode != .text { scan(piece) }
        if mode == .text { passText(piece) }
    }

    /// The end of the answer: text that was held because it looked like an object.
    mutating func finish(_ piece: (Piece) -> Void) {
        if mode == .unknown { mode = .text }
        guard mode == .text, !held.isEmpty else { return }
        piece(.text(String(decoding: held, as: UTF8.self)))
        held = []
    }

    private mutating func scan(_ piece: (Piece) -> Void) {
        var start = 0
        while scanned < held.count {
            let byte = held[scanned]
            scanned += 1
            if depth == 0 {
                start = scanned - 1
                if byte == UInt8(ascii: "{") {
                    depth = 1
                } else if byte > 0x20 {
                    if mode == .unknown { return mode = .text }
                    skipped += 1
                }
            } else if step(byte) {
                let json = try? JSONParser.parse(Array(held[start..<scanned]))
                if mode == .unknown { mode = json?["type"]?.string == nil ? .text : .objects }
                if mode == .text { return }
                if let json { piece(.object(json)) } else { skipped += scanned - start }
                start = scanned
            }
        }
        if depth == 0 { start = held.count }
        held.removeFirst(start)
        scanned -= start
        if held.count > Self.bound {
            skipped += held.count
            (held, scanned, depth, inString, isEscaped) = ([], 0, 0, false, false)
        }
    }

    /// One byte inside an object; true when the object is closed by it.
    private mutating func step(_ byte: UInt8) -> Bool {
        if inString {
            if isEscaped {
                isEscaped = false
            } else if byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else if byte == UInt8(ascii: "\"") {
                inString = false
            }
            return false
        }
        switch byte {
        case UInt8(ascii: "\""): inString = true
        case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
        case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
        default: break
        }
        return depth == 0
    }

    /// Bare text up to the last whole character.
    private mutating func passText(_ piece: (Piece) -> Void) {
        var end = held.count
        var back = 1
        while back <= min(3, held.count) {
            let byte = held[held.count - back]
            if byte & 0xC0 == 0xC0 {
                let length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : 2
                if length > back { end = held.count - back }
                break
            }
            if byte & 0x80 == 0 { break }
            back += 1
        }
        guard end > 0 else { return }
        piece(.text(String(decoding: held[..<end], as: UTF8.self)))
        held.removeFirst(end)
    }
}
