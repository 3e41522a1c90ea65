import Core
import Synchronization
import TestKit
import Testing

@testable import Service

final class FakeClient: EngineClient {
    let sent = Mutex<[Command]>([])
    func send(_ command: Command) { sent.withLock { $0.append(command) } }
    func subscribe(_ queue: EventQueue) {}
    func unsubscribe(_ queue: EventQueue) {}
    func meters(of session: SessionID) -> MeterSnapshot? { nil }
}

@Suite struct ServiceHandlerTests {
    private func ask(
        _ method: String, _ path: String, body: String = "", token: String? = nil, given: String? = nil
    ) throws -> (HTTPResponse, [Command]) {
        let client = FakeClient()
        let answer = try EngineActor.executor.occupy {
            let loop = ManualLoop()
            let handler = try ServiceHandler(
                address: SocketAddress(host: "127.0.0.1", port: 0), token: token, client: client, loop: loop,
                identity: ServiceIdentity(pid: 1, role: "serve", version: "0"))
            var answer: HTTPResponse?
            let headers = given.map { [HeaderField("authorization", $0)] } ?? []
            handler.handle(HTTPRequest(method: method, path: path, headers: headers, body: Array(body.utf8))) {
                answer = $0
            }
            loop.runPosted()
            return answer
        }
        return (try #require(answer), client.sent.withLock { $0 })
    }

    @Test func pathsAnswer() throws {
        #expect(try ask("GET", "/healthz").0.status == 200)
        #expect(try ask("GET", "/metrics").0.status == 200)
        #expect(try ask("GET", "/v1/state").0.status == 200)
        #expect(try ask("GET", "/nope").0.status == 404)
        #expect(try ask("DELETE", "/metrics").0.status == 405)
    }

    @Test func commandsAreTakenAndFaultsNamed() throws {
        let (answer, sent) = try ask("POST", "/v1/commands", body: #"{"sendText":{"text":"hi"}}"#)
        #expect(answer.status == 202 && sent == [.sendText(session: nil, text: "hi")])
        let (bad, none) = try ask("POST", "/v1/commands", body: "{]")
        #expect(bad.status == 400 && none.isEmpty)
    }

    /// Requests of a program that sends nonsense: each is answered, and only what is a command is taken as one.
    @Test func survivesBrokenRequests() throws {
        let bodies = [
            #"{"sendText":{"text":"hi"}}"#, #"{"hangUp":{"session":"3f2a9c1e"}}"#, #"{"switchProvider":{"to":"mock"}}"#,
        ]
        var mutator = MessageMutator(seeds: bodies.map { Array($0.utf8) }, seed: 16)
        let client = FakeClient()
        try EngineActor.executor.occupy {
            let loop = ManualLoop()
            let handler = try ServiceHandler(
                address: SocketAddress(host: "127.0.0.1", port: 0), token: nil, client: client, loop: loop,
                identity: ServiceIdentity(pid: 1, role: "serve", version: "0"))
            var statuses: [Int: Int] = [:]
            for index in 0..<10_000 {
                let bytes = mutator.next()
                let path = index % 5 == 0 ? String(decoding: bytes, as: UTF8.self) : "/v1/commands"
                handler.handle(HTTPRequest(method: "POST", path: path, headers: [], body: bytes)) {
                    statuses[$0.status, default: 0] += 1
                }
                loop.runPosted()
            }
            #expect(statuses.values.reduce(0, +) == 10_000 && Set(statuses.keys).isSubset(of: [202, 400, 404, 405]))
            #expect(client.sent.withLock { $0.count } == statuses[202])
        }
    }

    @Test func theTokenIsAskedFor() throws {
        #expect(try ask("GET", "/v1/state", token: "t").0.status == 401)
        #expect(try ask("GET", "/v1/state", token: "t", given: "Bearer x").0.status == 401)
        #expect(try ask("GET", "/v1/state", token: "t", given: "Bearer t").0.status == 200)
        #expect(try ask("GET", "/healthz", token: "t").0.status == 200)
    }

    @Test func beyondLoopbackNeedsAToken() {
        #expect(throws: ConfigurationError.self) {
            try EngineActor.executor.occupy {
                _ = try ServiceHandler(
                    address: SocketAddress(host: "0.0.0.0", port: 1), token: nil, client: FakeClient(),
                    loop: ManualLoop(),
                    identity: ServiceIdentity(pid: 1, role: "serve", version: "0"))
            }
        }
    }
}
