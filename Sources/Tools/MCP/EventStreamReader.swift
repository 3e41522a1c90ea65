/// Takes a `text/event-stream` apart as bytes come, for answers of which only the head tells that they are one: the data of
/// each event (WHATWG HTML, 9.2.6). Events without data are left out.
struct EventStreamReader {
    private var line: [UInt8] = []
    private var data: [UInt8] = []
    private var hasData = false
    private var sawReturn = false
    private var isFirst = true
    /// Largest event in bytes.
    private let bound: Int
    /// An event was larger than the bound; nothing more comes.
    private(set) var isBroken = false

    init(bound: Int = 16 << 20) { self.bound = bound }

    /// Reads bytes; gives the data of the events that they complete.
    mutating func read(_ bytes: Span<UInt8>) -> [[UInt8]] {
        var events: [[UInt8]] = []
        for index in 0..<bytes.count where !isBroken {
            let byte = bytes[index]
            defer { sawReturn = byte == 0x0D }
            if byte == 0x0A, sawReturn { continue }
            if byte == 0x0A || byte == 0x0D { endLine(&events) } else { line.append(byte) }
            if line.count + data.count > bound { isBroken = true }
        }
        return events
    }

    private mutating func endLine(_ events: inout [[UInt8]]) {
        if isFirst, line.starts(with: [0xEF, 0xBB, 0xBF]) { line.removeFirst(3) }
        isFirst = false
        if line.isEmpty {
            if hasData { events.append(data) }
            (data, hasData) = ([], false)
        } else if line.starts(with: Array("data".utf8)), line.count == 4 || line[4] == 0x3A {
            var value = line.dropFirst(5)
            if value.first == 0x20 { value = value.dropFirst() }
            if hasData { data.append(0x0A) }
            hasData = true
            data += value
        }
        line.removeAll(keepingCapacity: true)
    }
}
