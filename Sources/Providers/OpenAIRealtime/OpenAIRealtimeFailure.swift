import Core
import ProviderKit

/// Turns the ways in which the vendor says no into failures with cause, fix and consequence.
struct OpenAIRealtimeFailure {
    /// The user's name for the provider.
    let provider: String
    /// Address without query.
    let address: String
    let model: String
    let key: Secret?
    var account = OpenAIRealtime.dialect.account

    private var keyFix: String { "check the key in \(account.keyVariable) (\(account.keys)) and start again" }
    private var quotaFix: String {
        "check plan and billing of the account behind \(account.keyVariable) (\(account.billing))"
    }
    private var limitFix: String { "wait, or raise the limits of the account behind \(account.keyVariable)" }
    private static let authCodes: Set<String> = [
        "invalid_api_key", "account_deactivated", "invalid_organization", "authentication_error",
    ]
    private static let quotaCodes: Set<String> = [
        "insufficient_quota", "credit_balance_exhausted", "billing_hard_limit_reached", "billing_not_active",
    ]
    private static let rateCodes: Set<String> = [
        "rate_limit_exceeded", "inference_rate_limit_exceeded", "rate_limit_error",
    ]
    private static let modelCodes: Set<String> = ["model_not_found", "invalid_model"]

    /// Shortest wait after a rate limit.
    static let shortestWait = Duration.milliseconds(500)

    // MARK: Text from outside

    /// Text from the vendor, shortened, with whatever looks like a key masked.
    func clean(_ text: String) -> String {
        var text = text
        if let secret = key?.reveal(), secret.utf8.count >= 4 {
            text = text.split(separator: secret, omittingEmptySubsequences: false).joined(separator: "***")
        }
        let words = text.split(separator: " ", omittingEmptySubsequences: false).map { word -> Substring in
            for prefix in ["sk-", "xai-"] {
                guard let mark = word.firstRange(of: prefix), word[mark.upperBound...].utf8.count >= 8 else { continue }
                return word[..<mark.lowerBound] + "***"
            }
            return word
        }
        return String(words.joined(separator: " ").prefix(600))
    }

    private func make(
        _ code: String, _ cause: String, _ fix: String? = nil, _ consequence: ProviderFailure.Consequence
    ) -> ProviderFailure {
        ProviderFailure(
            code: code, text: "\(provider) at \(address): \(clean(cause))", fix: fix, consequence: consequence)
    }

    // MARK: Errors inside a session

    /// An error that ends everything or the connection, by code or type (the vendor changes one and keeps the other,
    /// wire reference 1A.9 no. 11); nil for one that the session survives.
    func terminal(_ error: JSONValue) -> ProviderFailure? {
        let names = [error["code"]?.string, error["type"]?.string].compactMap { $0 }
        let message = error["message"]?.string ?? names.joined(separator: " ")
        return terminal(names, message)
    }

    private func terminal(_ names: [String], _ message: String) -> ProviderFailure? {
        let has = { (codes: Set<String>) in names.contains { codes.contains($0) } }
        if has(Self.authCodes) { return make("auth", "the key was refused: \(message)", keyFix, .fatal) }
        if has(Self.quotaCodes) {
            return make("quota", "the account may not spend more: \(message)", quotaFix, .fatal)
        }
        if has(Self.modelCodes) { return make("refused", message, modelFix, .fatal) }
        if names.contains("session_expired") {
            return make("lost", "the session reached its longest duration: \(message)", nil, .reconnect(after: nil))
        }
        return nil
    }

    private var modelFix: String { "check the model name \"\(model)\" and whether the account may use it" }

    /// Whether an error is about a rate limit.
    func isRateLimit(_ error: JSONValue) -> Bool {
        [error["code"]?.string, error["type"]?.string].contains { $0.map(Self.rateCodes.contains) ?? false }
    }

    /// A rate limit inside the session.
    func rateLimit(_ error: JSONValue, wait: Duration?) -> ProviderFailure {
        let message = error["message"]?.string ?? "rate limit reached"
        let next = wait.map { "asking again in \(Int($0.milliseconds.rounded())) ms" } ?? "not asking again"
        return make(
            "rate-limit", "\(message) (\(next))", limitFix,
            .goesOn)
    }

    /// Any other error inside the session.
    func vendor(_ error: JSONValue) -> ProviderFailure {
        let code = error["code"]?.string ?? error["type"]?.string ?? "error"
        return make("vendor", "\(code): \(error["message"]?.string ?? "no message")", nil, .goesOn)
    }

    /// A configuration that the vendor refuses and that cannot be mended by leaving a field out.
    func refused(_ error: JSONValue) -> ProviderFailure {
        let field = OpenAIRealtimeSession.refusedField(error).map { " (\($0))" } ?? ""
        let message = error["message"]?.string ?? "no reason given"
        return make(
            "refused", "the configuration was refused\(field): \(message)", "correct the provider's options", .fatal)
    }

    /// The vendor ended what it could not go on with; a new connection can.
    func lost(_ cause: String) -> ProviderFailure { make("lost", cause, nil, .reconnect(after: nil)) }

    /// The vendor did not do what the protocol asks for in time.
    func silent(_ cause: String) -> ProviderFailure {
        make("protocol", cause, "check the address and the network", .reconnect(after: nil))
    }

    // MARK: Ends of the link

    /// What the end of the link means.
    func closed(_ closure: LinkClosure) -> ProviderFailure {
        switch closure.cause {
        case .rejected(let status): return rejected(status, closure)
        case .remote: return closedByVendor(closure)
        case .local: return make("lost", "the connection was closed here", nil, .reconnect(after: nil))
        case .nameNotResolved:
            return make("lost", "the name was not found", "check the network and the host name", .reconnect(after: nil))
        case .refused:
            return make("lost", "nobody answers there", "check address, port and firewall", .reconnect(after: nil))
        case .tls:
            return make(
                "refused", "TLS failed: \(closure.reason)", "check the clock and the trusted certificates", .fatal)
        case .timedOut:
            return make("lost", "no answer in time", "check the network", .reconnect(after: nil))
        case .broken: return make("lost", "the connection broke", nil, .reconnect(after: nil))
        case .protocolError:
            return make("protocol", "the WebSocket protocol was broken: \(closure.reason)", nil, .reconnect(after: nil))
        }
    }

    private func closedByVendor(_ closure: LinkClosure) -> ProviderFailure {
        let reason = closure.reason.isEmpty ? "no reason given" : closure.reason
        let names = reason.split { !($0.isLetter || $0 == "_") }.map(String.init)
        if let known = terminal(names, reason) { return known }
        let code = closure.code.map { "code \($0), " } ?? ""
        return make("lost", "the vendor closed the connection (\(code)\(reason))", nil, .reconnect(after: nil))
    }

    private func rejected(_ status: Int, _ closure: LinkClosure) -> ProviderFailure {
        let error = (try? JSONParser.parse(closure.body))?["error"] ?? .null
        let message = error["message"]?.string ?? closure.reason
        let cause = "HTTP \(status)\(message.isEmpty ? "" : ": \(message)")"
        if status != 429, let known = terminal(error) { return known }
        switch status {
        case 401, 403: return make("auth", "the key was refused, \(cause)", keyFix, .fatal)
        case 402: return make("quota", "the account may not spend more, \(cause)", quotaFix, .fatal)
        case 429: return tooMany(error, cause, closure)
        case 404: return make("refused", cause, "\(modelFix); check the address", .fatal)
        case 408, 500...: return make("vendor", cause, nil, .reconnect(after: nil))
        default: return make("refused", cause, "check the provider's address and options", .fatal)
        }
    }

    private func tooMany(_ error: JSONValue, _ cause: String, _ closure: LinkClosure) -> ProviderFailure {
        if let known = terminal(error) { return known }
        return make("rate-limit", cause, limitFix, .reconnect(after: VendorFailure.retryAfter(closure.headers)))
    }
}
