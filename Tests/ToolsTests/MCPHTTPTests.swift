import Core
import TestKit
import Testing

@testable import Tools

@Suite struct MCPHTTPTests {
    @EngineActor
    private final class Bench {
        let tools: ToolBench
        let server: MCPServer
        var last: FakeNetwork.Exchange? { tools.network.exchanges.last }

        init() throws {
            let tools = ToolBench([])
            self.tools = tools
            let url = try URLParts(parsing: "https://mcp.example/mcp")
            let options = MCPServerOptions(
                name: "box", place: .http(url, headers: [HeaderField("Authorization", "Bearer k", secret: true)]))
            server = MCPServer(options, loop: tools.loop, opener: tools.network, children: nil)
            server.start()
        }

        func reply(_ result: JSONValue, _ headers: [HeaderField] = []) {
            let id = (try? JSONParser.parse(last?.body ?? ""))?["id"] ?? .null
            let message: JSONValue = ["jsonrpc": "2.0", "id": id, "result": result]
            last?.answer(200, message.text, headers)
            tools.loop.runPosted()
        }

        func answer(_ status: Int, _ body: String = "", _ headers: [HeaderField] = []) {
            last?.answer(status, body, headers)
            tools.loop.runPosted()
        }

        func becomeLegacy() {
            answer(400, #"{"error":"Bad Request: no valid session"}"#)
            reply(["protocolVersion": "2025-06-18"], [HeaderField("mcp-session-id", "s1")])
            answer(202)
            reply(["tools": [["name": "echo", "inputSchema": ["type": "object"]]]])
            if tools.runner?.count == 0 { tools.use(server.tools) }
        }
    }

    @Test func modernRequestsCarryTheirHeaders() throws {
        try EngineActor.executor.occupy { () throws in
            let bench = try Bench()
            #expect(
                bench.last?.header("MCP-Protocol-Version") == "2026-07-28"
                    && bench.last?.header("Authorization") == "Bearer k")
            #expect(bench.last?.header("Mcp-Method") == "server/discover")
            bench.reply(["supportedVersions": ["2026-07-28"]])
            bench.reply([
                "tools": [
                    [
                        "name": "grüß",
                        "inputSchema": ["properties": ["r": ["type": "string", "x-mcp-header": "Region"]]],
                    ], ["name": "bad", "inputSchema": ["properties": ["r": ["type": "object", "x-mcp-header": "X"]]]],
                ]
            ])
            bench.tools.use(bench.server.tools)
            #expect(bench.server.tools.map(\.definition.name) == ["box__gr____"])
            bench.tools.call("box__gr____", #"{"r":" eu"}"#)
            #expect(
                bench.last?.header("Mcp-Name") == "=?base64?Z3LDvMOf?="
                    && bench.last?.header("Mcp-Param-Region") == "=?base64?IGV1?=")
            #expect(bench.last?.header("Mcp-Session-Id") == nil)
            bench.tools.runner?.cancel("c")
            #expect(bench.last?.isClosed == true && bench.tools.last.hasPrefix("cancelled"))
        }
    }

    @Test func aLegacySessionIsKeptRenewedAndEnded() throws {
        try EngineActor.executor.occupy { () throws in
            let bench = try Bench()
            bench.becomeLegacy()
            #expect(bench.server.status == "ready (2025-06-18), 1 tools")
            bench.tools.call("box__echo")
            #expect(
                bench.last?.header("Mcp-Session-Id") == "s1"
                    && bench.last?.header("MCP-Protocol-Version") == "2025-06-18")
            bench.answer(404)
            #expect(bench.last?.body.contains("server/discover") == true && bench.last?.header("Mcp-Session-Id") == nil)
            bench.becomeLegacy()
            #expect(bench.last?.body.contains("tools/call") == true)
            bench.reply(["content": [["type": "text", "text": "again"]]])
            #expect(bench.tools.last == #"result "again""#)
            var isOver = false
            bench.server.stop { isOver = true }
            #expect(bench.last?.endpoint?.method == "DELETE" && bench.last?.header("Mcp-Session-Id") == "s1")
            bench.answer(200)
            #expect(isOver)
        }
    }

    @Test func streamsAnswerOrBreak() throws {
        try EngineActor.executor.occupy { () throws in
            let bench = try Bench()
            bench.becomeLegacy()
            bench.tools.call("box__echo")
            let call = try #require(bench.last)
            let id = (try JSONParser.parse(call.body))["id"]?.int ?? 0
            call.delegate?.linkOpened(
                call.id, LinkOpening(status: 200, headers: [HeaderField("content-type", "text/event-stream")]))
            call.piece(": hello\r\nid: 1\r\n\r\ndata: {\"jsonrpc\":\"2.0\",\"id\":\"x\",\"method\":\"ping\"}\r\n\r\nda")
            #expect(bench.last?.body == #"{"jsonrpc":"2.0","id":"x","result":{}}"#)
            call.piece("ta:{\"jsonrpc\":\"2.0\",\"id\":\(id),\ndata: \"result\":{\"content\":[]}}\n\n")
            call.end(LinkClosure(.remote))
            #expect(bench.tools.last == #"result """#)
            bench.tools.call("box__echo")
            let second = try #require(bench.last)
            second.delegate?.linkOpened(
                second.id, LinkOpening(status: 200, headers: [HeaderField("content-type", "text/event-stream")]))
            second.end(LinkClosure(.broken, reason: "reset"))
            #expect(bench.tools.last.contains("box: reset"))
        }
    }

    @Test func refusalsAreKeptAndBusyServersGetTheirTime() throws {
        try EngineActor.executor.occupy { () throws in
            let refused = try Bench()
            refused.answer(401)
            #expect(refused.server.status.contains("key") && refused.tools.network.exchanges.count == 1)
            refused.tools.loop.advance(by: .seconds(300))
            #expect(refused.tools.network.exchanges.count == 1)
            let busy = try Bench()
            busy.answer(429, "", [HeaderField("Retry-After", "3")])
            busy.tools.loop.advance(by: .milliseconds(2900))
            #expect(busy.tools.network.exchanges.count == 1)
            busy.tools.loop.advance(by: .milliseconds(200))
            #expect(busy.tools.network.exchanges.count == 2)
        }
    }

    @Test func eventsComeWholeHoweverTheyAreCut() {
        let text = "\u{FEFF}data: one\n\n:c\ndata:two\rdata: three\r\r\nid: 4\n\ndata\n\nevent: x\ndata:  four\r\n\r\n"
        let expected = ["one", "two\nthree", "", " four"]
        let bytes = Array(text.utf8)
        for cut in 0...bytes.count {
            var reader = EventStreamReader()
            let (first, second) = (Array(bytes[..<cut]), Array(bytes[cut...]))
            var found = reader.read(first.span)
            found += reader.read(second.span)
            #expect(found.map { String(decoding: $0, as: UTF8.self) } == expected)
        }
        var mutator = MessageMutator(seeds: [bytes], seed: 4)
        var count = 0
        for _ in 0..<10_000 {
            var reader = EventStreamReader(bound: 40)
            let message = mutator.next()
            count += reader.read(message.span).count
        }
        #expect(count > 1000)
    }
}
