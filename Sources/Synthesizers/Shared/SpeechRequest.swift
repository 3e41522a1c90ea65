import Core
import ProviderKit

/// Makes the HTTP requests of vendors.
enum SpeechRequest {
    /// A POST with a JSON body.
    static func json(_ url: URLParts, _ headers: [HeaderField], _ body: JSONValue, timeout: Duration) -> Endpoint {
        .http(
            HTTPEndpoint(
                method: "POST", url: url, headers: [HeaderField("Content-Type", "application/json")] + headers,
                body: .whole(body.bytes), timeout: timeout))
    }

    /// A header with a secret; none without a key.
    static func secret(_ name: String, _ key: Secret?, prefix: String = "") -> [HeaderField] {
        key.map { [HeaderField(name, prefix + $0.reveal(), secret: true)] } ?? []
    }

    /// The address with the origin of `base`.
    static func url(_ text: String, _ base: URLParts?) throws(ConfigurationError) -> URLParts {
        let url = try URLParts(parsing: text)
        return base.map { url.replacingOrigin(with: $0) } ?? url
    }

    /// The base URL, or the usual address of a local service.
    static func base(_ configuration: ProviderConfiguration, _ usual: String) throws(ConfigurationError) -> URLParts {
        if let base = configuration.baseURL { return base }
        return try URLParts(parsing: usual)
    }
}
