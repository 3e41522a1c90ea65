/// The parts of an absolute URL of the schemes that Sidetone speaks.
public struct URLParts: Sendable, Hashable, CustomStringConvertible {
    /// `ws`, `wss`, `http` or `https`.
    public var scheme: String
    /// Host name or numeric address, without brackets.
    public var host: String
    /// Port; the scheme's own when the text names none.
    public var port: Int
    /// Path beginning with `/`, percent-encoded as given.
    public var path: String
    /// Query without `?`, percent-encoded as given; empty when there is none.
    public var query: String

    /// Reads a URL; the error names what is wrong with it.
    public init(parsing text: String) throws(ConfigurationError) {
        let refuse = { (why: String) in
            ConfigurationError(
                place: "URL \"\(text)\"", cause: why,
                fix: "write SCHEME://HOST[:PORT][/path], scheme ws, wss, http or https")
        }
        guard let mark = text.firstRange(of: "://") else { throw refuse("has no scheme") }
        scheme = text[..<mark.lowerBound].lowercased()
        guard let defaultPort = ["ws": 80, "http": 80, "wss": 443, "https": 443][scheme] else {
            throw refuse("the scheme \(scheme) is not known")
        }
        var rest = text[mark.upperBound...]
        if let hash = rest.firstIndex(of: "#") { rest = rest[..<hash] }
        let end = rest.firstIndex { $0 == "/" || $0 == "?" } ?? rest.endIndex
        let authority = String(rest[..<end])
        guard !authority.contains("@") else { throw refuse("must not carry a user name or password") }
        guard authority.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }), text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F })
        else {
            throw refuse("has a space or control character")
        }
        (host, port) = try Self.split(authority, defaultPort: defaultPort, refuse)
        let tail = rest[end...]
        let question = tail.firstIndex(of: "?") ?? tail.endIndex
        path = tail[..<question].isEmpty ? "/" : String(tail[..<question])
        query = question == tail.endIndex ? "" : String(tail[tail.index(after: question)...])
    }

    /// `ws` or `http` to the unix domain socket at an absolute path; `target` is path and query.
    public init(socketPath: String, scheme: String, target: String) {
        self.scheme = scheme
        host = socketPath
        port = 0
        let question = target.firstIndex(of: "?") ?? target.endIndex
        path = String(target[..<question])
        query = question == target.endIndex ? "" : String(target[target.index(after: question)...])
    }

    private static func split(
        _ authority: String, defaultPort: Int, _ refuse: (String) -> ConfigurationError
    ) throws(ConfigurationError) -> (String, Int) {
        var host = authority
        var port = defaultPort
        let afterBracket = authority.lastIndex(of: "]") ?? authority.startIndex
        if let colon = authority[afterBracket...].lastIndex(of: ":") {
            host = String(authority[..<colon])
            guard let number = Int(authority[authority.index(after: colon)...]), (1...65535).contains(number) else {
                throw refuse("the port must be a number from 1 to 65535")
            }
            port = number
        }
        if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
        guard !host.isEmpty else { throw refuse("has no host") }
        return (host, port)
    }

    /// Whether the scheme runs over TLS.
    public var isSecure: Bool { scheme == "wss" || scheme == "https" }

    /// Path and query as they stand in a request line.
    public var target: String { query.isEmpty ? path : "\(path)?\(query)" }

    /// `host` or `host:port` as in a Host header.
    public var authority: String {
        if host.hasPrefix("/") { return "localhost" }
        let name = host.contains(":") ? "[\(host)]" : host
        let isDefault = port == (isSecure ? 443 : 80)
        return isDefault ? name : "\(name):\(port)"
    }

    /// The URL as text. Never print one whose query may hold a key; see `redacted`.
    public var description: String { "\(scheme)://\(authority)\(target)" }

    /// The URL without its query, for messages and logs.
    public var redacted: String { "\(scheme)://\(authority)\(path)\(query.isEmpty ? "" : "?…")" }

    /// This URL with scheme, host and port of `base`; path and query stay. `ws` and `http` of one security stand for each other.
    public func replacingOrigin(with base: URLParts) -> URLParts {
        var copy = self
        let webSocket = scheme == "ws" || scheme == "wss"
        copy.scheme = base.isSecure ? (webSocket ? "wss" : "https") : (webSocket ? "ws" : "http")
        copy.host = base.host
        copy.port = base.port
        return copy
    }

    /// Adds a query argument, percent-encoded.
    public mutating func addQuery(_ name: String, _ value: String) {
        query += (query.isEmpty ? "" : "&") + Self.encode(name) + "=" + Self.encode(value)
    }

    /// Percent-encodes everything but unreserved characters (RFC 3986).
    public static func encode(_ text: String) -> String {
        var out = ""
        for byte in text.utf8 {
            let scalar = Unicode.Scalar(byte)
            let plain =
                byte < 0x80
                && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil
                    || "-._~".unicodeScalars.contains(scalar))
            if plain {
                out.unicodeScalars.append(scalar)
            } else {
                let digits = String(byte, radix: 16, uppercase: true)
                out += "%" + (digits.utf8.count == 1 ? "0" : "") + digits
            }
        }
        return out
    }
}
