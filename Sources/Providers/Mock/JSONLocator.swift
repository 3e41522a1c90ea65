import Core

/// Finds the line of a value in JSON text by its path, for messages about a file.
enum JSONLocator {
    /// Line (from 1) where the value at `path` begins: keys of objects, numbers of array elements. The line of the
    /// nearest enclosing value when the path leads nowhere.
    static func line(of path: [String], in text: [UInt8]) -> Int {
        var walker = Walker(text: text)
        var remaining = path[...]
        walker.find(&remaining)
        return line(at: walker.best, in: text)
    }

    /// Line (from 1) of a byte offset.
    static func line(at offset: Int, in text: [UInt8]) -> Int {
        1 + text.prefix(max(0, offset)).reduce(0) { $0 + ($1 == UInt8(ascii: "\n") ? 1 : 0) }
    }

    /// Walks text that is known to be JSON.
    private struct Walker {
        let text: [UInt8]
        var at = 0
        var best = 0

        private var peek: UInt8 { at < text.count ? text[at] : 0 }

        private mutating func skipSpace() {
            while at < text.count, [0x20, 0x0A, 0x0D, 0x09].contains(text[at]) { at += 1 }
        }

        mutating func find(_ path: inout ArraySlice<String>) {
            skipSpace()
            best = at
            guard let step = path.first else { return }
            switch peek {
            case UInt8(ascii: "{"): findMember(step, &path)
            case UInt8(ascii: "["): findElement(step, &path)
            default: return
            }
        }

        private mutating func findMember(_ key: String, _ path: inout ArraySlice<String>) {
            at += 1
            while at < text.count {
                skipSpace()
                guard peek == UInt8(ascii: "\"") else { return }
                let start = at
                skipValue()
                let isIt = text[start..<at].elementsEqual("\"\(key)\"".utf8)
                skipSpace()
                at += 1
                if isIt {
                    path.removeFirst()
                    return find(&path)
                }
                skipValue()
                skipSpace()
                at += 1
            }
        }

        private mutating func findElement(_ number: String, _ path: inout ArraySlice<String>) {
            guard let wanted = Int(number) else { return }
            at += 1
            var index = 0
            while at < text.count {
                skipSpace()
                guard peek != UInt8(ascii: "]") else { return }
                if index == wanted {
                    path.removeFirst()
                    return find(&path)
                }
                skipValue()
                skipSpace()
                at += 1
                index += 1
            }
        }

        /// Steps over one value: counts brackets, minds strings.
        private mutating func skipValue() {
            skipSpace()
            var depth = 0
            while at < text.count {
                let byte = text[at]
                if byte == UInt8(ascii: "\"") {
                    skipString()
                    if depth == 0 { return }
                    continue
                }
                if [UInt8(ascii: "{"), UInt8(ascii: "[")].contains(byte) { depth += 1 }
                if [UInt8(ascii: "}"), UInt8(ascii: "]"), UInt8(ascii: ",")].contains(byte), depth == 0 { return }
                at += 1
                if [UInt8(ascii: "}"), UInt8(ascii: "]")].contains(byte) {
                    depth -= 1
                    if depth == 0 { return }
                }
            }
        }

        private mutating func skipString() {
            at += 1
            while at < text.count, text[at] != UInt8(ascii: "\"") { at += text[at] == UInt8(ascii: "\\") ? 2 : 1 }
            at += 1
        }
    }
}
