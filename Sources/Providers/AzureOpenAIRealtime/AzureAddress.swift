import Core
import ProviderKit

/// Where an Azure resource is, and how one proves oneself to it: the same for both voice services.
enum AzureAddress {
    static let options = [
        ProviderOption("resource", "name of the Azure resource: the first part of its host name"),
        ProviderOption("endpoint", "https://HOST of the resource, when its name is not enough"),
        ProviderOption(
            "auth", "api-key, bearer (Entra token), or auto: bearer when the key is a token", default: "auto"),
    ]

    /// The address of a service: the endpoint's or resource's host with this path and query.
    static func url(
        _ reader: OptionReader, _ configuration: ProviderConfiguration, domain: String, path: String,
        query: [(name: String, value: String)]
    ) throws(ConfigurationError) -> URLParts {
        let origin = try origin(reader, configuration, domain: domain)
        return try OpenAIRealtimeOptions.address("wss://azure.invalid\(path)", query: query, base: origin)
    }

    private static func origin(
        _ reader: OptionReader, _ configuration: ProviderConfiguration, domain: String
    ) throws(ConfigurationError) -> URLParts {
        let endpoint = try reader.word(reader.text("endpoint"), "endpoint")
        let resource = try reader.word(reader.text("resource"), "resource")
        if let base = configuration.baseURL { return base }
        if let endpoint { return try parsed(endpoint, reader) }
        guard let resource else {
            throw reader.fault(
                "resource", "it is not known which Azure resource to use",
                "set resource to its name, or endpoint to its address (https://NAME.\(domain))")
        }
        guard resource.utf8.allSatisfy({ isHostByte($0) }) else {
            throw reader.fault("resource", "\"\(resource)\" is not a name", "write the first part of the host name")
        }
        return try URLParts(parsing: "https://\(resource).\(domain)")
    }

    private static func parsed(_ endpoint: String, _ reader: OptionReader) throws(ConfigurationError) -> URLParts {
        do throws(ConfigurationError) { return try URLParts(parsing: endpoint) } catch {
            throw reader.fault("endpoint", error.cause, "write https://HOST")
        }
    }

    private static func isHostByte(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || byte == 0x2D
    }

    /// `api-key` or a bearer token: an API key as bearer is answered by a redirect that a WebSocket does not follow
    /// (wire reference 1A.7).
    static func headers(_ key: Secret?, _ reader: OptionReader) throws(ConfigurationError) -> [HeaderField] {
        let auth = try reader.text("auth", oneOf: ["auto", "api-key", "bearer"]) ?? "auto"
        guard let key else { return [] }
        let isToken = key.reveal().split(separator: ".", omittingEmptySubsequences: false).count == 3
        guard auth == "bearer" || (auth == "auto" && isToken) else {
            return [HeaderField("api-key", key.reveal(), secret: true)]
        }
        return OpenAIRealtimeDialect.bearer(key)
    }
}
