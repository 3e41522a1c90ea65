/// Leaves out what curses repeats: it sets both colours and all attributes for every change of one, and puts all back at
/// the end of each frame. Here only what differs from the pen that the terminal has goes out, before the character that
/// needs it. Half of the bytes of a frame, on a slow line half of its time.
///
/// curses' bytes → `take` → bytes for the terminal.
struct PenSaver {
    /// What the terminal writes with; nil when that is not known.
    private var actual: Pen?
    /// What curses believes that it writes with.
    private var wanted = Pen()
    /// The beginning of a sequence whose end has not come yet.
    private var rest: [UInt8] = []

    /// Longer is no sequence of curses: it goes through as it is.
    private static let longest = 128
    private static let escape: UInt8 = 0x1B
    private static let blank: UInt8 = 0x20

    /// Sets the pen anew before the next character: somebody else may have written.
    mutating func forget() { actual = nil }

    /// Bytes for the terminal instead of these.
    mutating func take(_ bytes: some Collection<UInt8>) -> [UInt8] {
        let all = rest + bytes
        rest = []
        var out: [UInt8] = []
        out.reserveCapacity(all.count)
        var index = 0
        while index < all.count {
            let byte = all[index]
            switch byte {
            case Self.escape:
                guard let end = Self.end(of: all, from: index) else {
                    rest = Array(all[index...])
                    return out
                }
                sequence(all[index..<end], &out)
                index = end
                continue
            case 0x08, 0x0D: break  // backspace and carriage return only move
            case Self.blank where actual?.showsBlanksLike(wanted) == true: break
            default: settle(&out)
            }
            out.append(byte)
            index += 1
        }
        return out
    }

    /// Where the sequence that begins here ends; nil when it is not whole.
    private static func end(of bytes: [UInt8], from start: Int) -> Int? {
        guard start + 1 < bytes.count else { return nil }
        var index = start + 1
        guard bytes[index] == UInt8(ascii: "[") else {
            // ESC, intermediates, one final byte.
            while index < bytes.count, 0x20...0x2F ~= bytes[index] { index += 1 }
            return index < bytes.count ? index + 1 : nil
        }
        index += 1
        while index < bytes.count {
            if 0x40...0x7E ~= bytes[index] || index - start > longest { return index + 1 }
            index += 1
        }
        return nil
    }

    private mutating func sequence(_ bytes: ArraySlice<UInt8>, _ out: inout [UInt8]) {
        let isControl = bytes.dropFirst().first == UInt8(ascii: "[")
        switch bytes.last {
        case UInt8(ascii: "m") where isControl:
            guard let parameters = Self.parameters(bytes.dropFirst(2).dropLast()), wanted.take(parameters) else {
                settle(&out)
                actual = nil
                break
            }
            return
        case let last? where isControl && Self.moves.contains(last): break
        case UInt8(ascii: "h"), UInt8(ascii: "l"):
            settle(&out)
            // Saving and restoring the cursor may do the same to the pen.
            if bytes.contains(UInt8(ascii: "9")) { actual = nil }
        default:
            settle(&out)
            if !isControl { actual = nil }
        }
        out += bytes
    }

    /// Final bytes of what moves the cursor and looks at no colour.
    private static let moves = Array("HABCDGd".utf8)

    /// Numbers between semicolons; nil when there is anything else.
    private static func parameters(_ bytes: ArraySlice<UInt8>) -> [Int]? {
        var list = bytes.isEmpty ? [] : [0]
        for byte in bytes {
            switch byte {
            case UInt8(ascii: ";"): list.append(0)
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                list[list.count - 1] = min(99_999, list[list.count - 1] * 10 + Int(byte - UInt8(ascii: "0")))
            default: return nil
            }
        }
        return list
    }

    /// Makes the terminal's pen the wanted one.
    private mutating func settle(_ out: inout [UInt8]) {
        guard actual != wanted else { return }
        let known = actual ?? Pen()
        var list = known.parameters(to: wanted)
        if actual == nil, list.first != 0 { list.insert(0, at: 0) }
        out += [Self.escape, UInt8(ascii: "[")]
        out += list.map(String.init).joined(separator: ";").utf8
        out.append(UInt8(ascii: "m"))
        actual = wanted
    }
}
