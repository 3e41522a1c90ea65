import Core
import ProviderKit

/// Turns the ways in which the vendor says no into failures. Inside a session it says no by closing (wire reference 2.8 no. 1 and 2).
struct GeminiLiveFailure {
    private let vendor: VendorFailure
    private let model: String
    private let isVertex: Bool

    init(_ options: GeminiLiveOptions) {
        vendor = VendorFailure(
            provider: options.name, url: options.endpoint, key: options.key,
            keyVariable: options.dialect.keyVariables[0])
        model = options.model
        isVertex = options.dialect.isVertex
    }

    /// Text from the vendor, shortened, with the key masked.
    func clean(_ text: String) -> String { vendor.clean(text) }

    /// The vendor did not do what the protocol asks for in time.
    func silent(_ cause: String) -> ProviderFailure {
        vendor.make("protocol", cause, fix: "check the address and the network", .reconnect(after: nil))
    }

    /// What the end of the link means. `configured`: whether the setup had been accepted.
    func closed(_ closure: LinkClosure, configured: Bool) -> ProviderFailure {
        if case .remote = closure.cause { return closedByVendor(closure, configured) }
        if case .rejected(let status) = closure.cause, status == 404 {
            let message = VendorFailure.message(closure.body).map { ": \($0)" } ?? ""
            return vendor.make("refused", "HTTP 404\(message)", fix: modelFix, .fatal)
        }
        return vendor.closed(closure)
    }

    private func closedByVendor(_ closure: LinkClosure, _ configured: Bool) -> ProviderFailure {
        if let known = known(closure.reason) { return known }
        let said = closure.reason.isEmpty ? "no reason given" : closure.reason
        guard !configured, closure.code == 1007 || closure.code == 1008 else { return vendor.closed(closure) }
        let fix = closure.code == 1008 ? modelFix : "correct the provider's options or the tools' schemas"
        return vendor.make("refused", "the setup was refused: \(said)", fix: fix, .fatal)
    }

    /// An error object inside the session.
    func vendorError(_ error: JSONValue) -> ProviderFailure {
        let words = [error["status"]?.string, error["message"]?.string].compactMap { $0 }.joined(separator: ": ")
        return known(words) ?? vendor.make("vendor", words.isEmpty ? "no message" : words, .goesOn)
    }

    private func known(_ reason: String) -> ProviderFailure? {
        let text = reason.lowercased()
        let says = { (words: [String]) in words.contains { text.firstRange(of: $0) != nil } }
        if says(["api key not valid", "api_key_invalid", "unauthenticated", "permission_denied", "permission denied"]) {
            return vendor.auth(reason)
        }
        if says(["billing", "prepayment"]) { return vendor.quota(reason) }
        if says(["resource_exhausted", "resource exhausted", "quota", "rate limit"]) {
            return vendor.make(
                "rate-limit", reason, fix: "wait, or raise the limits of the project", .reconnect(after: .seconds(2)))
        }
        return nil
    }

    private var modelFix: String {
        let place = isVertex ? ", the location and the project" : " and the option api_version"
        return "check the model name \"\(model)\"\(place), and whether the account may use it"
    }
}
