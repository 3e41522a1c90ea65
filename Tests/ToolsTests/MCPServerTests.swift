import Core
import TestKit
import Testing

@testable import Tools

@Suite struct MCPServerTests {
    /// A server as a program in memory.
    @EngineActor
    private final class Bench {
        let tools: ToolBench
        let server: MCPServer
        var troubles: [String] = []
        var child: FakeChildren.Child? { tools.children.children.last }

        init(_ change: (inout MCPServerOptions) -> Void = { _ in }) {
            let tools = ToolBench([])
            self.tools = tools
            var options = MCPServerOptions(name: "box", place: .program(ChildCommand(program: "/bin/box")))
            change(&options)
            server = MCPServer(options, loop: tools.loop, opener: tools.network, children: tools.children)
            server.onTrouble = { [weak self] in self?.troubles.append($0?.text ?? "cleared") }
            server.start()
        }

        var last: JSONValue? { child?.messages.last }
        func methods() -> [String] { child?.messages.compactMap { $0["method"]?.string } ?? [] }

        func reply(_ result: JSONValue) {
            let message: JSONValue = ["jsonrpc": "2.0", "id": last?["id"] ?? .null, "result": result]
            child?.writes(message.text)
            tools.loop.runPosted()
        }

        func refuse(_ code: Int, _ data: JSONValue = .null) {
            let error: JSONValue = ["code": .int(Int64(code)), "message": "no", "data": data]
            let message: JSONValue = ["jsonrpc": "2.0", "id": last?["id"] ?? .null, "error": error]
            child?.writes(message.text)
            tools.loop.runPosted()
        }

        static let echo: JSONValue = ["name": "echo.text", "inputSchema": ["type": "object"]]

        /// Detection and list of a modern server.
        func becomeReady() {
            reply(["supportedVersions": ["2026-07-28"]])
            reply(["tools": [Self.echo]])
            tools.use(server.tools)
        }
    }

    @Test func aModernServerIsKnownByItsDiscovery() throws {
        try EngineActor.executor.occupy { () throws in
            let bench = Bench()
            let meta = bench.last?["params"]?["_meta"]
            #expect(meta?["io.modelcontextprotocol/protocolVersion"]?.string == "2026-07-28")
            #expect(meta?["io.modelcontextprotocol/clientCapabilities"] == .object([]))
            bench.reply(["resultType": "complete", "supportedVersions": ["2026-07-28"]])
            bench.reply(["tools": [Bench.echo], "nextCursor": "2"])
            #expect(bench.last?["params"]?["cursor"]?.string == "2")
            bench.reply(["tools": [["name": "two", "description": "d", "inputSchema": .object([])]]])
            #expect(bench.server.tools.map(\.definition.name) == ["box__echo_text", "box__two"])
            #expect(bench.methods() == ["server/discover", "tools/list", "tools/list"])
            #expect(bench.server.status == "ready (2026-07-28), 2 tools")
        }
    }

    @Test(arguments: ["error", "silence"])
    func anOldServerGetsTheHandshake(_ how: String) throws {
        try EngineActor.executor.occupy { () throws in
            let bench = Bench()
            if how == "error" { bench.refuse(-32601) } else { bench.tools.loop.advance(by: .seconds(6)) }
            #expect(bench.last?["method"]?.string == "initialize" && bench.last?["params"]?["_meta"] == nil)
            bench.reply(["protocolVersion": "2025-06-18", "capabilities": .object([])])
            #expect(bench.methods().suffix(2) == ["notifications/initialized", "tools/list"])
            bench.reply(["tools": []])
            #expect(bench.server.status == "ready (2025-06-18), 0 tools")
        }
    }

    @Test func aSlowModernServerIsStillFound() {
        EngineActor.executor.occupy {
            let bench = Bench()
            let id = bench.last?["id"] ?? .null
            bench.tools.loop.advance(by: .seconds(6))
            let late: JSONValue = ["jsonrpc": "2.0", "id": id, "result": ["supportedVersions": ["2026-07-28"]]]
            bench.child?.writes(late.text)
            bench.reply(["tools": []])
            #expect(bench.server.status.contains("2026-07-28"))
        }
    }

    @Test func callsEndInWhatTheServerSays() {
        EngineActor.executor.occupy {
            let bench = Bench()
            bench.becomeReady()
            let results: [(JSONValue, String)] = [
                (["content": [["type": "text", "text": "a"], ["type": "text", "text": "b"]]], #"result "a\nb""#),
                (["content": [["type": "text", "text": "bad"]], "isError": true], #"error {"error":"bad"}"#),
                (["content": [], "structuredContent": ["n": 1]], #"result {"n":1}"#),
                (["content": [["type": "image", "data": "…"]]], #"result "[image, which cannot be spoken]""#),
                (["resultType": "input_required", "inputRequests": .object([])], "error {\"error\":\"the tool asks"),
                (["resultType": "odd"], "error {\"error\":\"the server's result is of an unknown type"),
            ]
            for (result, expected) in results {
                bench.tools.call("box__echo_text", #"{"text":"x"}"#)
                #expect(bench.last?["params"]?["name"]?.string == "echo.text")
                bench.reply(result)
                #expect(bench.tools.last.hasPrefix(expected), "\(bench.tools.last)")
            }
            bench.tools.call("box__echo_text")
            bench.refuse(-32602)
            #expect(bench.tools.last.contains("refused the call: no"))
        }
    }

    @Test func cancelledAndLateCallsAreToldToTheServer() {
        EngineActor.executor.occupy {
            let bench = Bench { $0.timeout = .seconds(4) }
            bench.becomeReady()
            bench.tools.call("box__echo_text", id: "a")
            let id = bench.last?["id"]
            bench.tools.runner?.cancel("a")
            #expect(bench.tools.last.hasPrefix("cancelled"))
            #expect(
                bench.last?["method"]?.string == "notifications/cancelled" && bench.last?["params"]?["requestId"] == id)
            bench.tools.call("box__echo_text", id: "b")
            bench.tools.loop.advance(by: .seconds(5))
            #expect(
                bench.tools.last.hasPrefix("timedOut") && bench.last?["method"]?.string == "notifications/cancelled")
        }
    }

    @Test func anOldServersRequestsAreAnsweredAndANewOnesAreNot() {
        EngineActor.executor.occupy {
            let bench = Bench()
            bench.becomeReady()
            let before = bench.child?.messages.count
            bench.child?.writes(#"{"jsonrpc":"2.0","id":"p","method":"ping"}"#)
            #expect(bench.child?.messages.count == before)
            let old = Bench()
            old.refuse(-32601)
            old.reply(["protocolVersion": "2025-11-25"])
            old.child?.writes(#"{"jsonrpc":"2.0","id":"p","method":"ping"}"#)
            #expect(old.last == ["jsonrpc": "2.0", "id": "p", "result": .object([])])
            old.child?.writes(#"{"jsonrpc":"2.0","id":"q","method":"roots/list"}"#)
            #expect(old.last?["error"]?["code"]?.int == -32601)
        }
    }

    @Test func aLostServerComesBackWithGrowingWaits() {
        EngineActor.executor.occupy {
            let bench = Bench()
            bench.becomeReady()
            bench.tools.call("box__echo_text")
            bench.child?.ends(.exited(1))
            #expect(bench.tools.last.contains("box was lost") && bench.troubles.last?.contains("status 1") == true)
            bench.tools.call("box__echo_text")
            #expect(bench.tools.last.contains("tried again"))
            for wait in [1, 2, 4] {
                let count = bench.tools.children.children.count
                bench.tools.loop.advance(by: .milliseconds(wait * 1000 - 100))
                #expect(bench.tools.children.children.count == count)
                bench.tools.loop.advance(by: .milliseconds(200))
                #expect(bench.tools.children.children.count == count + 1)
                if wait < 4 { bench.child?.ends(.killed(signal: 9)) }
            }
            bench.becomeReady()
            #expect(bench.troubles.last == "cleared" && bench.server.tools.count == 1)
        }
    }

    @Test func whoeverWaitsIsToldOnce() {
        EngineActor.executor.occupy {
            let bench = Bench()
            var told = 0
            bench.server.whenReady { told += 1 }
            bench.tools.loop.runPosted()
            #expect(told == 0)
            bench.becomeReady()
            bench.server.whenReady { told += 10 }
            bench.tools.loop.runPosted()
            #expect(told == 11)
            bench.server.stop { told += 100 }
            #expect(bench.child?.isInputClosed == true)
            bench.child?.ends(.exited(0))
            #expect(told == 111)
        }
    }

    @Test func survivesRandomMessages() {
        EngineActor.executor.occupy {
            let bench = Bench()
            bench.becomeReady()
            var mutator = MessageMutator(
                seeds: [
                    #"{"jsonrpc":"2.0","id":3,"result":{"content":[{"type":"text","text":"x"}],"isError":false}}"#,
                    #"{"jsonrpc":"2.0","id":1,"result":{"tools":[{"name":"a","inputSchema":{"properties":{"b":{"type":"string","x-mcp-header":"B"}}}}],"nextCursor":"2"}}"#,
                    #"{"jsonrpc":"2.0","method":"notifications/tools/list_changed"}"#,
                    #"{"jsonrpc":"2.0","id":"s","method":"ping"}"#,
                    #"{"jsonrpc":"2.0","id":2,"error":{"code":-32022,"message":"m","data":{"supported":["2025-11-25"]}}}"#,
                    #"{"protocolVersion":"2025-11-25","supportedVersions":[]}"#,
                ].map { Array($0.utf8) }, seed: 77)
            for round in 0..<10_000 {
                if round % 50 == 0 { bench.tools.call("box__echo_text") }
                if round % 500 == 499 { bench.child?.ends(.killed(signal: 9)) }
                if round % 500 == 0 { bench.tools.loop.advance(by: .seconds(70)) }
                bench.child?.writes(String(decoding: mutator.next(), as: UTF8.self))
                bench.tools.loop.runPosted()
            }
            bench.tools.loop.advance(by: .seconds(120))
            #expect(bench.tools.runner?.count == 0 && bench.tools.ends.count == 200)
        }
    }
}
