import Core
import ProviderKit
import Testing

@testable import Providers

@Suite struct OpenAIRealtimeFailureTests {
    private let failures = OpenAIRealtimeFailure(
        provider: "main", address: "wss://api.openai.com/v1/realtime?…", model: "gpt-x", key: Secret("sk-secret-123"))

    private static func body(_ code: String) -> [UInt8] {
        Array(#"{"error":{"code":"\#(code)","message":"said sk-secret-123"}}"#.utf8)
    }

    @Test(
        arguments: [
            (LinkClosure(.rejected(status: 401), body: body("invalid_api_key")), "auth", .fatal),
            (LinkClosure(.rejected(status: 401)), "auth", .fatal),
            (LinkClosure(.rejected(status: 403), body: Array("<html>".utf8)), "auth", .fatal),
            (LinkClosure(.rejected(status: 402)), "quota", .fatal),
            (LinkClosure(.rejected(status: 404), body: body("model_not_found")), "refused", .fatal),
            (LinkClosure(.rejected(status: 400)), "refused", .fatal),
            (LinkClosure(.rejected(status: 429), body: body("insufficient_quota")), "quota", .fatal),
            (LinkClosure(.rejected(status: 429)), "rate-limit", .reconnect(after: .seconds(1))),
            (
                LinkClosure(.rejected(status: 429), headers: [HeaderField("Retry-After", "7")]), "rate-limit",
                .reconnect(after: .seconds(7))
            ),
            (
                LinkClosure(.rejected(status: 429), headers: [HeaderField("retry-after", "0")]), "rate-limit",
                .reconnect(after: .milliseconds(500))
            ),
            (
                LinkClosure(.rejected(status: 429), headers: [HeaderField("retry-after", "nan")]), "rate-limit",
                .reconnect(after: .seconds(1))
            ),
            (LinkClosure(.rejected(status: 503)), "vendor", .reconnect(after: nil)),
            (LinkClosure(.nameNotResolved), "lost", .reconnect(after: nil)),
            (LinkClosure(.refused), "lost", .reconnect(after: nil)),
            (LinkClosure(.tls, reason: "expired"), "refused", .fatal),
            (LinkClosure(.timedOut), "lost", .reconnect(after: nil)),
            (LinkClosure(.broken), "lost", .reconnect(after: nil)),
            (LinkClosure(.protocolError), "protocol", .reconnect(after: nil)),
            (LinkClosure(.remote, code: 1001, reason: "going away"), "lost", .reconnect(after: nil)),
            (LinkClosure(.remote, code: 3000, reason: "invalid_request_error.invalid_api_key"), "auth", .fatal),
            (LinkClosure(.remote, code: 1008, reason: "insufficient_quota: pay"), "quota", .fatal),
        ] as [(LinkClosure, String, ProviderFailure.Consequence)])
    func endsOfTheLink(_ closure: LinkClosure, _ code: String, _ consequence: ProviderFailure.Consequence) {
        let failure = failures.closed(closure)
        #expect(failure.code == code && failure.consequence == consequence, "\(failure)")
        #expect(!failure.text.contains("secret") && failure.text.hasPrefix("main at wss://api.openai.com"))
        if code == "auth" { #expect(failure.fix?.contains("OPENAI_API_KEY") == true) }
    }

    @Test func typesCountLikeCodes() {
        #expect(failures.terminal(["type": "insufficient_quota", "code": "new_name"])?.code == "quota")
        #expect(failures.terminal(["type": "invalid_request_error", "code": "odd"]) == nil)
        #expect(failures.isRateLimit(["type": "rate_limit_exceeded"]))
    }

    @Test func keysAreMasked() {
        #expect(failures.clean("Incorrect key: sk-proj-aaaabbbbcccc. Sorry") == "Incorrect key: *** Sorry")
        #expect(failures.clean("a sk-secret-123 b") == "a *** b")
        #expect(failures.clean("risk-free") == "risk-free")
        #expect(failures.clean(String(repeating: "x", count: 5000)).count == 600)
    }

    @Test(arguments: [
        ("Please try again in 1.5s.", 1.5), ("try again in 300ms", 0.3), ("try again in a while", nil), ("", nil),
    ])
    func namedDelays(_ message: String, _ seconds: Double?) {
        #expect(OpenAIRealtimeProvider.namedDelay(["message": .string(message)]) == seconds)
    }
}
