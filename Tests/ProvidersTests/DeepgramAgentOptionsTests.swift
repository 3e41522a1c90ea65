import Core
import ProviderKit
import Testing

@testable import Providers

@Suite struct DeepgramAgentOptionsTests {
    private func read(_ options: JSONValue, key: String? = "dg-x", model: String? = nil, voice: String? = nil)
        throws(ConfigurationError) -> DeepgramAgentOptions
    {
        try DeepgramAgentOptions(
            ProviderConfiguration(
                name: "deepgram", model: model, voice: voice, key: key.map { Secret($0) }, options: options))
    }

    @Test func optionsShownAreOptionsTaken() {
        #expect(DeepgramAgent.descriptor.options.map(\.name).sorted() == DeepgramAgentOptions.names.sorted())
    }

    @Test func modelsAndVoicesChooseTheirVersion() throws {
        let options = try read(
            ["listen": "flux-general-en", "speak": ["model": "flux-kit-en", "expressivity": 1]],
            model: "claude-sonnet-4")
        #expect(options.listen == ["type": "deepgram", "version": "v2", "model": "flux-general-en"])
        #expect(options.think == [["provider": ["type": "anthropic", "model": "claude-sonnet-4"]]])
        #expect(options.speak[0]["provider"]?["version"]?.string == "v2")
        let plain = try read(.object([]), voice: "aura-2-apollo-en")
        #expect(plain.listen["version"]?.string == "v1" && plain.listen["model"]?.string == "nova-3")
        #expect(plain.speak == [["provider": ["type": "deepgram", "version": "v1", "model": "aura-2-apollo-en"]]])
    }

    @Test func fallbacksAndForeignVoices() throws {
        let options = try read([
            "think": [
                ["model": "gpt-4.1-mini", "temperature": 0.4], ["provider": "google", "model": "gemini-2.5-flash"],
            ],
            "speak": [
                "provider": "eleven_labs", "model_id": "eleven_turbo_v2_5",
                "endpoint": ["url": "wss://api.elevenlabs.io/v1/x", "headers": ["xi-api-key": "k"]],
            ],
        ])
        #expect(options.think.count == 2 && options.think[1]["provider"]?["type"]?.string == "google")
        #expect(options.speak[0]["endpoint"]?["headers"]?["xi-api-key"]?.string == "k")
    }

    private static let bad: [(JSONValue, String, String)] = [
        (["lisen": "x"], "option lisen", "did you mean listen?"),
        (["listen": ["model": "nova-3", "eot_threshold": 0.7]], "option listen.eot_threshold", "leave it out"),
        (["listen": ["model": "flux-general-en", "eot_threshold": 0.2]], "option listen.eot_threshold", "0.5 to 1"),
        (
            ["listen": ["model": "flux-general-en", "eot_threshold": 0.6, "eager_eot_threshold": 0.6]],
            "option listen.eager_eot_threshold", "lower it"
        ),
        (["think": ["provider": "opn_ai"]], "option think.provider", "did you mean open_ai?"),
        (["think": []], "option think", "one model at least"),
        (["speak": ["provider": "cartesia"]], "option speak.endpoint", "write endpoint"),
        (["speak": ["speed": 9]], "option speak.speed", "0.7 to 1.5"),
        (["speak": ["expressivity": 1]], "option speak.expressivity", "Flux"),
        (["encoding": "opus"], "option encoding", "linear16"),
        (["tags": [1]], "option tags", "[word, word]"),
        (["prices": ["hour": 1]], "option prices.hour", "minute"),
    ]

    @Test(arguments: bad)
    func badOptionsAreNamed(_ options: JSONValue, _ place: String, _ fix: String) {
        do throws(ConfigurationError) {
            _ = try read(options)
            Issue.record("taken")
        } catch {
            #expect(error.place.hasSuffix(place), "\(error)")
            #expect("\(error.cause) \(error.fix)".contains(fix), "\(error)")
        }
    }

    @Test func aKeyIsNeeded() throws {
        #expect(throws: ConfigurationError.self) { try read(.object([]), key: nil) }
        #expect(throws: ConfigurationError.self) { try read(.object([]), key: "two words") }
        let local = ProviderConfiguration(name: "d", baseURL: try URLParts(parsing: "ws://127.0.0.1:9"))
        #expect(try DeepgramAgentOptions(local).endpoint.description == "ws://127.0.0.1:9/v1/agent/converse")
    }
}
