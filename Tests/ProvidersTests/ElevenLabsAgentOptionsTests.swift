import Core
import ProviderKit
import Testing

@testable import Providers

@Suite struct ElevenLabsAgentOptionsTests {
    private func read(_ options: JSONValue, key: String? = "xi-x", base: String? = nil) throws -> ElevenLabsAgentOptions
    {
        let url = try base.map { try URLParts(parsing: $0) }
        return try ElevenLabsAgentOptions(
            ProviderConfiguration(name: "eleven", baseURL: url, key: key.map { Secret($0) }, options: options))
    }

    @Test func optionsShownAreOptionsTaken() {
        #expect(ElevenLabsAgent.descriptor.options.map(\.name).sorted() == ElevenLabsAgentOptions.names.sorted())
    }

    @Test func signsWithAKeyOnly() throws {
        let both = try read(["agent_id": "a b", "environment": "staging"])
        #expect(
            both.signing?.description
                == "https://api.elevenlabs.io/v1/convai/conversation/get-signed-url?agent_id=a%20b&environment=staging")
        #expect(try read(["agent_id": "a"], key: nil).signing == nil)
        #expect(try read(["agent_id": "a", "access": "public"]).signing == nil)
        let local = try read(["agent_id": "a"], base: "ws://127.0.0.1:7")
        #expect(local.signing?.scheme == "http" && local.conversation.scheme == "ws")
    }

    private static let bad: [(JSONValue, String, String)] = [
        (.object([]), "option agent_id", "agent's id"),
        (["agent_id": "a", "agentid": "b"], "option agentid", "did you mean agent_id?"),
        (["agent_id": "a", "overrides": ["promt"]], "option overrides", "did you mean prompt?"),
        (["agent_id": "a", "tts": ["stability": 2]], "option tts.stability", "0 to 1"),
        (["agent_id": "a", "tts": ["speeed": 1]], "option tts.speeed", "did you mean speed?"),
        (["agent_id": "a", "dynamic_variables": ["x": ["y"]]], "option dynamic_variables.x", "one value"),
        (["agent_id": "a", "max_duration": 5], "option max_duration", "60"),
        (["agent_id": "a", "prices": ["hour": 5]], "option prices.hour", "minute"),
    ]

    @Test(arguments: bad)
    func badOptionsAreNamed(_ options: JSONValue, _ place: String, _ words: String) throws {
        let error = #expect(throws: ConfigurationError.self) { try read(options) }
        #expect(error?.place.hasSuffix(place) == true, "\(String(describing: error))")
        let told = error.map { $0.cause + " " + $0.fix } ?? ""
        #expect(told.contains(words), "\(told)")
    }

    @Test func aSignedAddressNeedsAKey() {
        #expect(throws: ConfigurationError.self) { try read(["agent_id": "a", "access": "signed"], key: nil) }
    }
}
