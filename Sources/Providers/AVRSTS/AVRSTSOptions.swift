import Core
import ProviderKit

/// What an AVR adapter is reached by, checked.
struct AVRSTSOptions: Sendable, Equatable {
    /// Where avr-sts-openai listens by default.
    static let defaultURL = "ws://127.0.0.1:6030"
    static let names = ["url", "query", "provider_config", "on_close"]

    /// The user's name for this provider.
    var name: String
    var endpoint: URLParts
    var providerConfig: JSONValue?
    /// Whether an orderly close of the adapter ends the call.
    var closeHangsUp: Bool

    /// Reads a configuration; throws a `ConfigurationError` that names the option and the fix.
    init(_ configuration: ProviderConfiguration) throws(ConfigurationError) {
        let reader = OptionReader(configuration)
        try reader.refuseUnknown(Self.names)
        name = configuration.name
        var url = try URLParts(parsing: try reader.text("url") ?? Self.defaultURL)
        guard url.scheme == "ws" || url.scheme == "wss" else {
            throw reader.fault("url", "the scheme \(url.scheme) is not possible", "write ws://HOST:PORT or wss://…")
        }
        if let base = configuration.baseURL { url = url.replacingOrigin(with: base) }
        if try reader.object("query") != nil {
            for member in reader.raw("query")?.members ?? [] {
                guard let value = member.value.string ?? member.value.int.map({ String($0) }) else {
                    throw reader.fault("query.\(member.key)", "must be text or a whole number", "put it in quotes")
                }
                url.addQuery(member.key, value)
            }
        }
        endpoint = url
        providerConfig = try reader.object("provider_config") == nil ? nil : reader.raw("provider_config")
        closeHangsUp = try reader.text("on_close", oneOf: ["reconnect", "hang_up"]) == "hang_up"
    }
}
