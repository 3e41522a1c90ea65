import Core

/// Turns what ends a link or an exchange into failures with place, cause, fix and consequence; masks the key in all text from outside.
/// A value: any thread.
public struct VendorFailure: Sendable {
    /// The user's name for the provider or part.
    public var provider: String
    /// Address without query.
    public var address: String
    /// Where the key comes from, for the fix: `OPENAI_API_KEY`.
    public var keyVariable: String?
    private let key: Secret?

    /// Shortest wait after a rate limit.
    public static let shortestWait = Duration.milliseconds(500)

    /// Failures of this provider at this address.
    public init(provider: String, url: URLParts, key: Secret?, keyVariable: String?) {
        self.provider = provider
        address = "\(url.scheme)://\(url.authority)\(url.path)"
        self.key = key
        self.keyVariable = keyVariable
    }

    /// Text from the vendor, shortened, with the key masked.
    public func clean(_ text: String) -> String {
        var text = text
        if let secret = key?.reveal(), secret.utf8.count >= 4 {
            text = text.split(separator: secret, omittingEmptySubsequences: false).joined(separator: "***")
        }
        return String(text.prefix(600))
    }

    /// A failure with the provider and its address in front of the cause.
    public func make(
        _ code: String, _ cause: String, fix: String? = nil, _ consequence: ProviderFailure.Consequence
    ) -> ProviderFailure {
        ProviderFailure(
            code: code, text: "\(provider) at \(address): \(clean(cause))", fix: fix, consequence: consequence)
    }

    /// The key was refused: trying again is useless.
    public func auth(_ cause: String) -> ProviderFailure {
        make(
            "auth", "the key was refused: \(cause)", fix: "check the key\(keyVariable.map { " in \($0)" } ?? "")",
            .fatal)
    }

    /// The account may not spend more.
    public func quota(_ cause: String) -> ProviderFailure {
        make("quota", "the account may not spend more: \(cause)", fix: "check plan and billing of the account", .fatal)
    }

    /// What the end of a link means.
    public func closed(_ closure: LinkClosure) -> ProviderFailure {
        switch closure.cause {
        case .rejected(let status): return rejected(status, closure)
        case .remote:
            let code = closure.code.map { "code \($0), " } ?? ""
            let reason = closure.reason.isEmpty ? "no reason given" : closure.reason
            return make("lost", "the vendor closed the connection (\(code)\(reason))", .reconnect(after: nil))
        case .local: return make("lost", "the connection was closed here", .reconnect(after: nil))
        case .nameNotResolved:
            return make(
                "lost", "the name was not found", fix: "check the network and the host name", .reconnect(after: nil))
        case .refused:
            return make("lost", "nobody answers there", fix: "check address, port and firewall", .reconnect(after: nil))
        case .tls:
            return make(
                "refused", "TLS failed: \(closure.reason)", fix: "check the clock and the trusted certificates", .fatal)
        case .timedOut: return make("lost", "no answer in time", fix: "check the network", .reconnect(after: nil))
        case .broken: return make("lost", "the connection broke", .reconnect(after: nil))
        case .protocolError:
            return make("protocol", "the protocol was broken: \(closure.reason)", .reconnect(after: nil))
        }
    }

    /// What an HTTP status other than success means; the message is looked for where vendors put it.
    public func rejected(_ status: Int, _ closure: LinkClosure) -> ProviderFailure {
        let message = Self.message(closure.body) ?? closure.reason
        let cause = "HTTP \(status)\(message.isEmpty ? "" : ": \(message)")"
        switch status {
        case 401, 403: return auth(cause)
        case 402: return quota(cause)
        case 429:
            return make(
                "rate-limit", cause, fix: "wait, or raise the limits of the account",
                .reconnect(after: Self.retryAfter(closure.headers)))
        case 408, 500...: return make("vendor", cause, .reconnect(after: nil))
        default: return make("refused", cause, fix: "check the address, the model's name and the options", .fatal)
        }
    }

    /// How long a rate limit asks to wait: `Retry-After` in seconds, at least `shortestWait`, at most ten minutes.
    public static func retryAfter(_ headers: [HeaderField]) -> Duration {
        let text = headers.first { $0.name.lowercased() == "retry-after" }?.value
        let seconds = text.flatMap(Double.init).map { $0.isFinite ? min(max($0, 0), 600) : 1 } ?? 1
        return max(shortestWait, .milliseconds(Int64(seconds * 1000)))
    }

    /// The message inside an error body, in the usual places of JSON; else its first line.
    public static func message(_ body: [UInt8]) -> String? {
        guard !body.isEmpty else { return nil }
        guard let json = try? JSONParser.parse(body.span) else {
            let text = String(decoding: body.prefix(200), as: UTF8.self)
            return text.split(whereSeparator: \.isNewline).first.map(String.init)
        }
        let places: [JSONValue?] = [
            json["error"]?["message"], json["error"], json["message"], json["err_msg"], json["detail"]?["message"],
            json["detail"], json["reason"],
        ]
        return places.compactMap { $0?.string }.first
    }
}
