import Core

/// Words of the Model Context Protocol in its two eras: `2026-07-28` (no handshake, every request carries its envelope) and the
/// versions before it (initialize handshake).
enum MCPWire {
    static let modern = "2026-07-28"
    /// Handshake versions that are understood, newest first.
    static let legacy = ["2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"]
    static let meta = "io.modelcontextprotocol/"

    /// Errors that only servers of the modern era give.
    static let headerMismatch = -32020
    static let missingCapability = -32021
    static let unsupportedVersion = -32022
    static let methodNotFound = -32601

    /// Which era a connection speaks.
    enum Era: Equatable, Sendable {
        case modern(version: String)
        case legacy(version: String)

        var version: String {
            switch self {
            case .modern(let version), .legacy(let version): version
            }
        }
        var isModern: Bool { if case .modern = self { true } else { false } }
    }

    /// `clientInfo`.
    static let client: JSONValue = ["name": "sidetone", "version": "0.1"]

    /// A request with the envelope of its era.
    static func request(_ id: Int, _ method: String, _ params: JSONValue, era: Era?, wantsProgress: Bool = false)
        -> JSONValue
    {
        var params = params
        var envelope: JSONValue = .object([])
        if case .modern(let version)? = era {
            envelope[meta + "protocolVersion"] = .string(version)
            envelope[meta + "clientInfo"] = client
            envelope[meta + "clientCapabilities"] = .object([])
        }
        if wantsProgress { envelope["progressToken"] = .int(Int64(id)) }
        if envelope != .object([]) { params["_meta"] = envelope }
        return ["jsonrpc": "2.0", "id": .int(Int64(id)), "method": .string(method), "params": params]
    }

    /// A notification.
    static func notification(_ method: String, _ params: JSONValue? = nil) -> JSONValue {
        var message: JSONValue = ["jsonrpc": "2.0", "method": .string(method)]
        if let params { message["params"] = params }
        return message
    }

    /// A header value: as it is when it is plain ASCII without blanks at its ends, else in Base64 (SEP-2243).
    static func headerValue(_ text: String) -> String {
        let isPlain = text.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F } && text.first != " " && text.last != " "
        return isPlain && !text.isEmpty && !text.hasPrefix("=?") ? text : "=?base64?\(base64(Array(text.utf8)))?="
    }

    static func base64(_ bytes: [UInt8]) -> String {
        let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var out: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let word = (0..<3).reduce(0) { $0 << 8 | (start + $1 < bytes.count ? Int(bytes[start + $1]) : 0) }
            for place in 0..<4 { out.append(place <= group.count ? letters[word >> (18 - 6 * place) & 63] : 0x3D) }
        }
        return String(decoding: out, as: UTF8.self)
    }
}

/// A message of a server, taken apart.
enum MCPMessage: Equatable, Sendable {
    case result(id: Int, JSONValue)
    case error(id: Int?, code: Int, message: String, data: JSONValue?)
    case request(id: JSONValue, method: String)
    case notification(method: String, params: JSONValue)
    /// Not JSON-RPC.
    case unknown

    init(_ message: JSONValue) {
        let id = message["id"].flatMap { $0.int ?? $0.string.flatMap(Int.init) }
        if let method = message["method"]?.string {
            if let given = message["id"], given != .null {
                self = .request(id: given, method: method)
            } else {
                self = .notification(method: method, params: message["params"] ?? .null)
            }
        } else if let error = message["error"], let code = error["code"]?.int {
            self = .error(id: id, code: code, message: error["message"]?.string ?? "no reason", data: error["data"])
        } else if let id, let result = message["result"] {
            self = .result(id: id, result)
        } else {
            self = .unknown
        }
    }
}
