import Core

/// One message of the Wyoming protocol: a line of JSON, a block of JSON, a block of audio (wire reference telephony 6.6).
///
/// ```
/// {"type":"audio-chunk","version":"1.9.0","data_length":N,"payload_length":M}\n  N bytes of JSON  M bytes of audio
/// ```
public struct WyomingMessage: Sendable, Equatable {
    /// `synthesize`, `audio-chunk`, `transcript` …
    public var type: String
    /// What it says.
    public var data: JSONValue
    /// Audio; empty for most.
    public var payload: [UInt8]

    /// A message.
    public init(_ type: String, _ data: JSONValue = .object([]), payload: [UInt8] = []) {
        self.type = type
        self.data = data
        self.payload = payload
    }

    /// The version that is sent.
    public static let version = "1.9.0"

    /// Appends a message as it is sent: the data in its own block, lengths in bytes.
    public static func append(_ type: String, _ data: JSONValue, payload: Span<UInt8>? = nil, to out: inout [UInt8]) {
        var block: [UInt8] = []
        if data.members?.isEmpty == false { JSONWriter.append(data, to: &block) }
        var head: [JSONValue.Member] = [.init("type", .string(type)), .init("version", .string(version))]
        if !block.isEmpty { head.append(.init("data_length", .int(Int64(block.count)))) }
        if let count = payload?.count, count > 0 { head.append(.init("payload_length", .int(Int64(count)))) }
        JSONWriter.append(.object(head), to: &out)
        out.append(UInt8(ascii: "\n"))
        out += block
        payload?.withUnsafeBufferPointer { out += $0 }
    }
}

/// Why bytes are no Wyoming messages; the connection is of no use any more.
public struct WyomingError: Error, Sendable, Equatable {
    /// In words.
    public var cause: String
}

/// Cuts a stream of bytes into Wyoming messages; the bytes may be cut anywhere. A value: any thread.
public struct WyomingParser: Sendable {
    /// Longest line, data block and payload.
    public static let bounds = (line: 1 << 20, data: 4 << 20, payload: 16 << 20)

    private var bytes: [UInt8] = []
    private var start = 0
    /// Where the search for the line's end goes on.
    private var searched = 0
    private var head: JSONValue?
    private var lengths = (data: 0, payload: 0)

    /// A parser at the beginning of a stream.
    public init() {}

    /// Adds bytes of the stream.
    public mutating func feed(_ span: Span<UInt8>) {
        if start > 0 {
            bytes.removeFirst(start)
            searched -= start
            start = 0
        }
        span.withUnsafeBufferPointer { bytes += $0 }
    }

    /// The next whole message; nil when more bytes are needed. After an error the stream is lost.
    public mutating func next() throws(WyomingError) -> WyomingMessage? {
        if head == nil, try !readLine() { return nil }
        guard let head, bytes.count - start >= lengths.data + lengths.payload else { return nil }
        let block = Array(bytes[start..<(start + lengths.data)])
        let payload = Array(bytes[(start + lengths.data)..<(start + lengths.data + lengths.payload)])
        start += lengths.data + lengths.payload
        searched = start
        self.head = nil
        return WyomingMessage(head["type"]?.string ?? "", try data(head["data"], block), payload: payload)
    }

    private mutating func readLine() throws(WyomingError) -> Bool {
        guard let end = bytes[max(start, searched)...].firstIndex(of: UInt8(ascii: "\n")) else {
            searched = bytes.count
            guard bytes.count - start <= Self.bounds.line else { throw WyomingError(cause: "a line without end") }
            return false
        }
        guard end - start <= Self.bounds.line else { throw WyomingError(cause: "a line that is too long") }
        let line = Array(bytes[start..<end])
        guard let json = try? JSONParser.parse(line.span), json["type"]?.string?.isEmpty == false else {
            throw WyomingError(cause: "a line that is no JSON object with a type")
        }
        lengths = (
            try length(json["data_length"], Self.bounds.data), try length(json["payload_length"], Self.bounds.payload)
        )
        start = end + 1
        searched = start
        head = json
        return true
    }

    private func length(_ value: JSONValue?, _ bound: Int) throws(WyomingError) -> Int {
        guard let value, value != .null else { return 0 }
        guard let length = value.int, 0...bound ~= length else {
            throw WyomingError(cause: "a length of \(value.text.prefix(20)) bytes")
        }
        return length
    }

    /// The block's members over those of the line.
    private func data(_ inline: JSONValue?, _ block: [UInt8]) throws(WyomingError) -> JSONValue {
        var members = inline?.members ?? []
        guard !block.isEmpty else { return .object(members) }
        guard let more = (try? JSONParser.parse(block.span))?.members else {
            throw WyomingError(cause: "a data block that is no JSON object")
        }
        members.removeAll { member in more.contains { $0.key == member.key } }
        return .object(members + more)
    }
}
