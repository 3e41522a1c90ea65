import Core
import ProviderKit

/// What a local AI server of AVA is reached by, checked.
struct AVALocalOptions: Sendable, Equatable {
    static let defaultURL = "ws://127.0.0.1:8765"
    static let names = ["url", "send_prompt", "tool_policy", "segment_energy_threshold", "segment_silence_ms"]

    /// The user's name for this provider.
    var name: String
    var endpoint: URLParts
    /// What the server's LOCAL_WS_AUTH_TOKEN is; nil when it asks for none.
    var token: Secret?
    var sendsPrompt: Bool
    var toolPolicy: String
    var energyThreshold: Int?
    var silenceMs: Int?

    /// Reads a configuration; throws a `ConfigurationError` that names the option and the fix.
    init(_ configuration: ProviderConfiguration) throws(ConfigurationError) {
        let reader = OptionReader(configuration)
        try reader.refuseUnknown(Self.names)
        name = configuration.name
        let url = try URLParts(parsing: try reader.text("url") ?? Self.defaultURL)
        guard url.scheme == "ws" || url.scheme == "wss" else {
            throw reader.fault("url", "the scheme \(url.scheme) is not possible", "write ws://HOST:PORT or wss://…")
        }
        endpoint = configuration.baseURL.map { url.replacingOrigin(with: $0) } ?? url
        token = configuration.key.flatMap { $0.isEmpty ? nil : $0 }
        sendsPrompt = try reader.flag("send_prompt") ?? true
        toolPolicy = try reader.text("tool_policy", oneOf: ["auto", "strict", "compatible", "off"]) ?? "auto"
        energyThreshold = try reader.int("segment_energy_threshold", 0...32767)
        silenceMs = try reader.int("segment_silence_ms", 100...5000)
    }
}
