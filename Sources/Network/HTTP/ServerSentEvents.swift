/// Takes a `text/event-stream` apart (WHATWG HTML, 9.2.6) as bytes come: the data of each event, its
/// lines joined by newlines.
struct ServerSentEvents {
    /// Largest data of one event in bytes.
    static let bound = 16 << 20

    private var line: [UInt8] = []
    private var data: [UInt8] = []
    private var hasData = false
    private var sawReturn = false
    private var isFirstLine = true
    /// An event was larger than the bound; nothing more comes.
    private(set) var isBroken = false

    /// Reads `bytes`; `event` gets the data of each event that they complete.
    mutating func read(_ bytes: UnsafeRawBufferPointer, _ event: ([UInt8]) -> Void) {
        var start = 0
        for index in 0..<bytes.count {
            let byte = bytes[index]
            guard byte == 0x0A || byte == 0x0D else {
                sawReturn = false
                continue
            }
            let isSecondHalf = byte == 0x0A && sawReturn && start == index
            if !isSecondHalf {
                line += UnsafeRawBufferPointer(rebasing: bytes[start..<index])
                endLine(event)
            }
            sawReturn = byte == 0x0D
            start = index + 1
        }
        if start < bytes.count { line += UnsafeRawBufferPointer(rebasing: bytes[start...]) }
        if line.count + data.count > Self.bound { isBroken = true }
        if isBroken { (line, data, hasData) = ([], [], false) }
    }

    private mutating func endLine(_ event: ([UInt8]) -> Void) {
        if isFirstLine, line.starts(with: [0xEF, 0xBB, 0xBF]) { line.removeFirst(3) }
        isFirstLine = false
        defer { line.removeAll(keepingCapacity: true) }
        if line.isEmpty {
            if hasData { event(data) }
            data.removeAll(keepingCapacity: true)
            hasData = false
            return
        }
        guard line.starts(with: "data".utf8), line.count == 4 || line[4] == 0x3A else { return }
        var value = line.dropFirst(5)
        if value.first == 0x20 { value = value.dropFirst() }
        if hasData { data.append(0x0A) }
        hasData = true
        data += value
    }
}
