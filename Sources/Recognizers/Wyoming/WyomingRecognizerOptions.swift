import Core
import ProviderKit

/// What `wyoming-stt` is set to, checked.
struct WyomingRecognizerOptions: Sendable {
    /// The usual port of Wyoming recognisers.
    static let port = 10_300
    static let list = [
        ProviderOption("host", "host of the server", default: "127.0.0.1"),
        ProviderOption("port", "port of the server", default: String(port)),
        ProviderOption("language", "language of the user", default: "the agent's"),
        ProviderOption("final_timeout_ms", "longest wait for the text after the user's turn", default: "10000"),
    ]

    var endpoint: TCPEndpoint
    var failures: VendorFailure
    var language: String?
    var model: String?
    var patience: Duration

    /// Reads a configuration; a base URL gives host and port.
    init(_ configuration: ProviderConfiguration) throws(ConfigurationError) {
        let reader = OptionReader(configuration)
        try reader.refuseUnknown(Self.list.map(\.name))
        let host = try reader.text("host") ?? "127.0.0.1"
        let port = try reader.int("port", 1...65535) ?? Self.port
        let name = host.contains(":") ? "[\(host)]" : host
        let usual = try URLParts(parsing: "http://\(name):\(port)")
        let url = configuration.baseURL ?? usual
        endpoint = TCPEndpoint(host: url.host, port: url.port)
        failures = VendorFailure(provider: configuration.name, url: url, key: nil, keyVariable: nil)
        language = try reader.text("language")
        model = configuration.model
        patience = .milliseconds(try reader.int("final_timeout_ms", 500...120_000) ?? 10_000)
    }
}
