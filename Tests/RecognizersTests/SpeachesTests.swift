import Core
import ProviderKit
import Testing

@testable import Recognizers

@Suite struct SpeachesTests {
    /// The request for a turn of one second.
    private func request(_ configuration: ProviderConfiguration) throws -> HTTPEndpoint {
        let made = try Speaches.descriptor.make(configuration)
        let recognizer = try #require(made as? OpenAITranscriptionRecognizer)
        return recognizer.request([Int16](repeating: 900, count: 16000))
    }

    private func body(_ endpoint: HTTPEndpoint) -> String {
        guard case .whole(let bytes) = endpoint.body else { return "" }
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test func asksTheServerHereWithoutAKey() throws {
        let endpoint = try request(ProviderConfiguration(name: "ears"))
        #expect(endpoint.url.description == "http://127.0.0.1:8000/v1/audio/transcriptions")
        #expect(!endpoint.headers.contains { $0.name == "Authorization" } && !endpoint.serverSentEvents)
        #expect(body(endpoint).contains("Systran/faster-whisper-small"))
    }

    @Test func takesAddressModelAndKey() throws {
        let endpoint = try request(
            ProviderConfiguration(
                name: "ears", model: "own/model", baseURL: try URLParts(parsing: "http://10.0.0.2:9000"),
                key: Secret("sk-own"), options: ["language": "de-CH"]))
        #expect(endpoint.url.authority == "10.0.0.2:9000")
        #expect(endpoint.headers.contains { $0.name == "Authorization" && $0.isSecret })
        #expect(body(endpoint).contains("own/model") && body(endpoint).contains("name=\"language\"\r\n\r\nde\r\n"))
    }
}
