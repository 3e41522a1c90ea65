import Core

/// The head of a client's request as bytes (RFC 9112).
enum HTTPRequestHead {
    /// The head for `endpoint`, and its body when that is known whole; `keeps`: the connection may serve another exchange.
    static func bytes(_ endpoint: HTTPEndpoint, keeps: Bool) -> [UInt8] {
        var text = "\(endpoint.method) \(endpoint.url.target) HTTP/1.1\r\nHost: \(endpoint.url.authority)\r\n"
        for field in endpoint.headers where HeaderText.isSafe(field) && !isOurs(field.name) {
            text += "\(field.name): \(field.value)\r\n"
        }
        if endpoint.serverSentEvents, !endpoint.headers.contains(where: { $0.name.lowercased() == "accept" }) {
            text += "Accept: text/event-stream\r\n"
        }
        var body: [UInt8] = []
        switch endpoint.body {
        case .none: if ["POST", "PUT", "PATCH"].contains(endpoint.method) { text += "Content-Length: 0\r\n" }
        case .whole(let bytes):
            text += "Content-Length: \(bytes.count)\r\n"
            body = bytes
        case .streaming: text += "Transfer-Encoding: chunked\r\n"
        }
        // HTTP/1.1 keeps connections unless told otherwise.
        if !keeps { text += "Connection: close\r\n" }
        return Array((text + "\r\n").utf8) + body
    }

    private static func isOurs(_ name: String) -> Bool {
        ["host", "content-length", "transfer-encoding", "connection"].contains(name.lowercased())
    }
}
