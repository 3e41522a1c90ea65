import Core

/// The head of an HTTP/1.1 message: start line and header fields (RFC 9112).
struct HTTPHead: Equatable {
    /// The three parts of the start line: method, target, version; or version, status, reason.
    var start: (String, String, String)
    /// Fields in order, names in lower case, values trimmed.
    var headers: [HeaderField]

    static func == (a: HTTPHead, b: HTTPHead) -> Bool { a.start == b.start && a.headers == b.headers }

    private static let emptyLine: [UInt8] = [0x0D, 0x0A, 0x0D, 0x0A]

    /// Where the empty line ends that ends a head, if it is in `bytes`; the search may start at `from`.
    static func end(in bytes: UnsafeRawBufferPointer, from: Int = 0) -> Int? {
        var index = max(0, from - 3)
        while index + 3 < bytes.count {
            if bytes[index + 3] > 0x0D {
                index += 4
            } else if bytes[index...].starts(with: emptyLine) {
                return index + 4
            } else {
                index += 1
            }
        }
        return nil
    }

    /// Reads a whole head; nil when it breaks the grammar.
    init?(_ bytes: UnsafeRawBufferPointer) {
        var lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false).map { line in
            line.last == 0x0D ? line.dropLast() : line
        }
        while lines.last?.isEmpty == true { lines.removeLast() }
        guard let first = lines.first else { return nil }
        let parts = first.split(separator: 0x20, maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count >= 2, !parts[0].isEmpty, !parts[1].isEmpty else { return nil }
        start = (Self.text(parts[0]), Self.text(parts[1]), parts.count > 2 ? Self.text(parts[2]) : "")
        headers = []
        for line in lines.dropFirst() {
            guard let field = Self.field(line) else { return nil }
            headers.append(field)
        }
    }

    private static func field(_ line: Slice<UnsafeRawBufferPointer>) -> HeaderField? {
        guard let colon = line.firstIndex(of: 0x3A), colon > line.startIndex else { return nil }
        let name = line[..<colon]
        guard name.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { return nil }
        var value = line[(colon + 1)...]
        while let byte = value.first, byte == 0x20 || byte == 0x09 { value = value.dropFirst() }
        while let byte = value.last, byte == 0x20 || byte == 0x09 { value = value.dropLast() }
        guard !value.contains(where: { $0 == 0 || $0 == 0x0D }) else { return nil }
        return HeaderField(text(name).lowercased(), text(value))
    }

    private static func text(_ bytes: Slice<UnsafeRawBufferPointer>) -> String {
        String(decoding: bytes, as: UTF8.self)
    }

    /// The value of a field by its lower-case name; several are joined by commas.
    func value(_ name: String) -> String? {
        let all = headers.filter { $0.name == name }.map(\.value)
        return all.isEmpty ? nil : all.joined(separator: ", ")
    }

    /// Whether a comma-separated field has `token` among its members, without case.
    func has(_ name: String, _ token: String) -> Bool {
        (value(name) ?? "").lowercased().split(separator: ",").contains { trimmed($0) == token }
    }

    private func trimmed(_ text: Substring) -> String {
        var text = text
        while text.first == " " || text.first == "\t" { text.removeFirst() }
        while text.last == " " || text.last == "\t" { text.removeLast() }
        return String(text)
    }

    /// How the body's length is told.
    enum Framing: Equatable {
        case none
        case length(Int)
        case chunked
        case untilClose
    }

    /// The body's framing of a request; nil when it contradicts itself.
    var requestFraming: Framing? {
        if value("transfer-encoding") != nil {
            return has("transfer-encoding", "chunked") && value("content-length") == nil ? .chunked : nil
        }
        guard let text = value("content-length") else { return Framing.none }
        guard let length = Self.number(text) else { return nil }
        return length == 0 ? Framing.none : .length(length)
    }

    /// The body's framing of a response to `method` with `status`; nil when it contradicts itself.
    func responseFraming(method: String, status: Int) -> Framing? {
        if method == "HEAD" || status / 100 == 1 || status == 204 || status == 304 { return Framing.none }
        if has("transfer-encoding", "chunked") { return .chunked }
        guard let text = value("content-length") else { return .untilClose }
        guard let length = Self.number(text) else { return nil }
        return length == 0 ? Framing.none : .length(length)
    }

    /// Whether a server keeps the connection after a response.
    enum Keeping: Equatable {
        case no
        /// For how long, when the server says so.
        case yes(patience: Duration?)

        /// How long the server keeps it, when it says so.
        var patience: Duration? { if case .yes(let patience) = self { patience } else { nil } }
    }

    /// Whether the connection can serve another exchange after this response with `status`, when its body ends in order.
    func keeping(status: Int, framing: Framing) -> Keeping {
        guard start.0 == "HTTP/1.1", status >= 200, framing != .untilClose, !has("connection", "close") else {
            return .no
        }
        // Two readers of such a response might see different ends of it (RFC 9112, 6.3 and 11.2).
        if let coding = value("transfer-encoding"), coding.lowercased() != "chunked" || value("content-length") != nil {
            return .no
        }
        for part in (value("keep-alive") ?? "").lowercased().split(separator: ",") {
            let words = trimmed(part).split(separator: "=", maxSplits: 1)
            if words.count == 2, words[0] == "timeout" {
                guard let seconds = Self.number(String(words[1])) else { return .no }
                return .yes(patience: .seconds(min(seconds, 3600)))
            }
        }
        return .yes(patience: nil)
    }

    private static func number(_ text: String) -> Int? {
        let isNumber = !text.isEmpty && text.utf8.count < 16 && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
        guard isNumber else { return nil }
        return Int(text)
    }
}
