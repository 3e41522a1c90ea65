import Core
import ProviderKit

/// Where and how the same protocol is spoken: the two services differ in address, authorization and the model's path (wire reference 2.1).
enum GeminiDialect: Sendable, Equatable {
    /// Google's developer API, by key (or by a short-lived token, whose name begins with `auth_tokens/`).
    case geminiAPI
    /// Vertex AI, by OAuth token (or by key, in express mode).
    case vertex(Vertex)

    /// A place in Google Cloud.
    struct Vertex: Sendable, Equatable {
        var project: String
        var location: String
        /// Project that is billed, when it is another one.
        var quotaProject: String?
        /// Whether the secret is an API key.
        var usesKey: Bool
    }

    /// Versions of the API that the service has.
    var versions: [String] {
        switch self {
        case .geminiAPI: ["v1beta", "v1alpha", "v1"]
        case .vertex: ["v1beta1", "v1"]
        }
    }

    /// Variables that may hold the secret, best first.
    var keyVariables: [String] {
        switch self {
        case .geminiAPI: ["GEMINI_API_KEY", "GOOGLE_API_KEY"]
        case .vertex: ["GOOGLE_OAUTH_ACCESS_TOKEN", "GOOGLE_ACCESS_TOKEN"]
        }
    }

    /// Whether this is Vertex AI.
    var isVertex: Bool { if case .vertex = self { true } else { false } }

    /// The model's name on the wire.
    func path(ofModel model: String) -> String {
        switch self {
        case .geminiAPI: return model.hasPrefix("models/") ? model : "models/\(model)"
        case .vertex(let place):
            guard !model.hasPrefix("projects/") else { return model }
            return "projects/\(place.project)/locations/\(place.location)/publishers/google/models/\(model)"
        }
    }

    /// The address of the service's bidirectional method.
    func endpoint(version: String, key: Secret?) throws(ConfigurationError) -> URLParts {
        switch self {
        case .geminiAPI:
            let service = "google.ai.generativelanguage"
            let isToken = Self.isEphemeral(key)
            let method = isToken ? "BidiGenerateContentConstrained" : "BidiGenerateContent"
            return try URLParts(
                parsing: "wss://generativelanguage.googleapis.com/ws/\(service).\(isToken ? "v1alpha" : version)"
                    + ".GenerativeService.\(method)")
        case .vertex(let place):
            let prefix = place.location == "global" ? "" : "\(place.location)-"
            return try URLParts(
                parsing: "wss://\(prefix)aiplatform.googleapis.com/ws/google.cloud.aiplatform.\(version)"
                    + ".LlmBidiService/BidiGenerateContent")
        }
    }

    /// The request headers that carry the secret.
    func headers(key: Secret?) -> [HeaderField] {
        var headers: [HeaderField] = []
        let secret = key?.reveal() ?? ""
        switch self {
        case .geminiAPI:
            guard !secret.isEmpty else { break }
            headers.append(
                Self.isEphemeral(key)
                    ? HeaderField("Authorization", "Token \(secret)", secret: true)
                    : HeaderField("x-goog-api-key", secret, secret: true))
        case .vertex(let place):
            if !secret.isEmpty {
                headers.append(
                    place.usesKey
                        ? HeaderField("x-goog-api-key", secret, secret: true)
                        : HeaderField("Authorization", "Bearer \(secret)", secret: true))
            }
            if let project = place.quotaProject { headers.append(HeaderField("x-goog-user-project", project)) }
        }
        return headers
    }

    private static func isEphemeral(_ key: Secret?) -> Bool { key?.reveal().hasPrefix("auth_tokens/") ?? false }
}
