import Core

/// Reason phrases of the statuses that we send.
enum HTTPStatus {
    static func phrase(_ status: Int) -> String {
        switch status {
        case 200: "OK"
        case 201: "Created"
        case 202: "Accepted"
        case 204: "No Content"
        case 304: "Not Modified"
        case 400: "Bad Request"
        case 401: "Unauthorized"
        case 403: "Forbidden"
        case 404: "Not Found"
        case 405: "Method Not Allowed"
        case 409: "Conflict"
        case 413: "Content Too Large"
        case 415: "Unsupported Media Type"
        case 422: "Unprocessable Content"
        case 429: "Too Many Requests"
        case 431: "Request Header Fields Too Large"
        case 500: "Internal Server Error"
        case 503: "Service Unavailable"
        default: status < 400 ? "OK" : "Error"
        }
    }
}

extension HTTPResponse {
    /// A line of plain text.
    static func text(_ status: Int, _ line: String) -> HTTPResponse {
        HTTPResponse(status: status, contentType: "text/plain; charset=utf-8", body: Array((line + "\n").utf8))
    }
}

/// Guards against header injection: names are tokens, values have no control characters.
enum HeaderText {
    static func isToken(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != 0x3A && $0 != 0x2C }
    }

    static func isSafe(_ field: HeaderField) -> Bool {
        isToken(field.name) && field.value.utf8.allSatisfy { ($0 >= 0x20 || $0 == 0x09) && $0 != 0x7F }
    }
}

/// A request target taken apart.
enum RequestTarget {
    /// Path and query arguments, percent-decoded (`+` is a space in the query).
    static func split(_ target: String) -> (path: String, query: [(name: String, value: String)]) {
        let bytes = Array(target.utf8)
        let mark = bytes.firstIndex(of: 0x3F) ?? bytes.count
        let path = decode(bytes[..<mark], plus: false)
        guard mark < bytes.count else { return (path, []) }
        let query = bytes[(mark + 1)...].split(separator: 0x26).map { pair in
            let equals = pair.firstIndex(of: 0x3D) ?? pair.endIndex
            let value = equals < pair.endIndex ? pair[(equals + 1)...] : pair[pair.endIndex...]
            return (name: decode(pair[..<equals], plus: true), value: decode(value, plus: true))
        }
        return (path, query)
    }

    private static func decode(_ bytes: ArraySlice<UInt8>, plus: Bool) -> String {
        var out: [UInt8] = []
        var index = bytes.startIndex
        while index < bytes.endIndex {
            let byte = bytes[index]
            if byte == 0x25, index + 2 < bytes.endIndex,
                let high = hex(bytes[index + 1]), let low = hex(bytes[index + 2])
            {
                out.append(high << 4 | low)
                index += 3
            } else {
                out.append(plus && byte == 0x2B ? 0x20 : byte)
                index += 1
            }
        }
        return String(decoding: out, as: UTF8.self)
    }

    private static func hex(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x41 + 10
        case 0x61...0x66: byte - 0x61 + 10
        default: nil
        }
    }
}
