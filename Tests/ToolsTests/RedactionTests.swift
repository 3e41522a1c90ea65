import Core
import TestKit
import Testing

@testable import Tools

@Suite struct RedactionTests {
    @Test(arguments: [
        (#"{"password":"x","user":"ann"}"#, #"{"password":"***","user":"ann"}"#),
        (
            #"{"a":{"API_Key":"x"},"b":[{"access-token":{"v":1}}]}"#,
            #"{"a":{"API_Key":"***"},"b":[{"access-token":"***"}]}"#
        ),
        (#"{"card":"pay 4111 1111 1111 1111 now"}"#, #"{"card":"pay *** now"}"#),
        (#"{"n":4111111111111111}"#, #"{"n":"***"}"#), (#"{"n":4111111111111112}"#, #"{"n":4111111111111112}"#),
        (#"{"inner":"{\"secret\":1}"}"#, #"{"inner":"{\"secret\":\"***\"}"}"#),
        ("my card is 4111-1111-1111-1111.", "my card is ***."), (#"{"token":null}"#, #"{"token":null}"#),
        (#"{"order":1234567890123}"#, #"{"order":1234567890123}"#),
    ])
    func masksSecretsAndCards(_ text: String, _ expected: String) {
        #expect(Redaction().apply(text) == expected)
    }

    @Test func masksFurtherKindsKeysAndPatterns() throws {
        let rules = Redaction(
            keys: ["Birth Day"], kinds: [.email, .iban, .phone], patterns: [try Pattern("\\bK-[0-9]{4}\\b")])
        #expect(rules.apply(#"{"birth_day":"1.1."}"#) == #"{"birth_day":"***"}"#)
        #expect(rules.apply("write to ann.lee@mail.example.com.") == "write to ***.")
        #expect(rules.apply("DE89 3704 0044 0532 0130 00 please") == "*** please")
        #expect(rules.apply("call +49 (30) 123456-7!") == "call +***!")
        #expect(rules.apply("customer K-1234, not K-12345") == "customer ***, not K-12345")
        #expect(rules.apply(#"{"password":"x"}"#) == #"{"password":"x"}"#)
        #expect(rules.apply("at 10:30, 42 times, a@b") == "at 10:30, 42 times, a@b")
    }

    @Test func survivesRandomText() {
        let rules = Redaction(kinds: Redaction.Kind.allCases)
        var mutator = MessageMutator(
            seeds: [
                Array(#"{"password":"x","mail":"a.b@c.de","card":"4111 1111 1111 1111"}"#.utf8),
                Array("DE89370400440532013000 and +49 30 1234567".utf8),
            ], seed: 9)
        var masked = 0
        for _ in 0..<10_000 {
            let text = String(decoding: mutator.next(), as: UTF8.self)
            if rules.apply(text).contains(Redaction.mask) { masked += 1 }
        }
        #expect(masked > 1000)
    }
}
