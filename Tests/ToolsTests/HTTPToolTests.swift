import Core
import TestKit
import Testing

@testable import Tools

@Suite struct HTTPToolTests {
    private static func lookup(_ change: (inout HTTPTool) -> Void = { _ in }) throws(ToolFailure) -> Tool {
        let definition = ToolDefinition(
            name: "look", summary: "s",
            parameters: [
                "type": "object",
                "properties": ["city": ["type": "string"], "days": ["type": "integer", "default": 2]],
            ])
        var made = try HTTPTool(definition, method: "GET", url: "https://api.example/v1/${args.city}?x=1")
        change(&made)
        try made.check()
        return made.tool
    }

    @Test func theRequestIsFilledAndTheAnswerPicked() throws {
        try EngineActor.executor.occupy { () throws in
            let paths = [
                (name: "name", path: try ValuePath("list[0].name")), (name: "gone", path: try ValuePath("no")),
            ]
            let tool = try Self.lookup {
                $0.query = [("days", "${args.days}"), ("none", "${args.none}")]
                $0.headers = [("X-Caller", "${call.caller}")]
                $0.outputs = paths
            }
            let bench = ToolBench([tool], scope: ToolScope(variables: ["call": ["caller": "007"]]))
            bench.call("look", #"{"city":"a b/c"}"#)
            let exchange = try #require(bench.network.exchanges.first)
            #expect(exchange.endpoint?.url.description == "https://api.example/v1/a%20b%2Fc?x=1&days=2")
            #expect(exchange.header("X-Caller") == "007" && exchange.endpoint?.addresses == AddressPolicy())
            exchange.answer(200, #"{"list":[{"name":"Ann"}]}"#)
            #expect(bench.last == #"result {"name":"Ann","gone":null}"#)
        }
    }

    @Test(arguments: [
        (404, "{}", "error {\"error\":\"the server answered with status 404\"}"),
        (302, "", "error {\"error\":\"the server redirects elsewhere, which is not followed\"}"),
        (200, "plain", "result \"plain\""), (204, "", "result {\"status\":204}"), (200, "[1]", "result [1]"),
    ])
    func everyAnswerMeansSomething(_ status: Int, _ body: String, _ expected: String) throws {
        try EngineActor.executor.occupy { () throws in
            let bench = ToolBench([try Self.lookup()])
            bench.call("look", #"{"city":"x"}"#)
            bench.network.exchanges[0].answer(status, body)
            #expect(bench.last == expected)
        }
    }

    @Test func boundsAndEndsHold() throws {
        try EngineActor.executor.occupy { () throws in
            let bench = ToolBench([
                try Self.lookup {
                    $0.maximumAnswer = 10
                    $0.timeout = .seconds(2)
                }
            ])
            bench.call("look", #"{"city":"x"}"#)
            bench.network.exchanges[0].answer(200, "0123456789abc")
            #expect(bench.last.contains("more than 10 bytes"))
            bench.call("look", #"{"city":"x"}"#)
            bench.loop.advance(by: .seconds(3))
            #expect(bench.last.hasPrefix("timedOut") && bench.network.exchanges[1].isClosed)
            bench.call("look", #"{"city":"x"}"#, id: "z")
            bench.runner?.cancel("z")
            #expect(bench.last.hasPrefix("cancelled") && bench.network.exchanges[2].isClosed)
            bench.call("look", #"{"city":".."}"#)
            #expect(bench.last.contains("out of the path"))
            bench.call("look")
            #expect(bench.last.contains("there is no value args.city"))
            #expect(bench.runner?.count == 0 && bench.network.exchanges.count == 3)
        }
    }

    @Test(arguments: [
        "https://${args.host}/", "ftp://x/", "x", "http://a${args.b}.example/", "https://u@x/", "https://x/${",
    ])
    func theHostIsFixed(_ url: String) {
        let definition = ToolDefinition(name: "x", summary: "", parameters: .object([]))
        #expect(throws: ToolFailure.self) { try HTTPTool(definition, method: "GET", url: url) }
    }

    @Test func aBodyIsJSONWhateverTheValuesHold() throws {
        try EngineActor.executor.occupy { () throws in
            let tool = try Self.lookup {
                $0.method = "POST"
                $0.body = .text(#"{"city":"${args.city}"}"#, mediaType: "application/json")
            }
            let bench = ToolBench([tool])
            bench.call("look", #"{"city":"a\",\"admin\":\"1"}"#)
            let sent = try JSONParser.parse(bench.network.exchanges[0].body)
            #expect(sent == ["city": "a\",\"admin\":\"1"])
            #expect(bench.network.exchanges[0].header("Content-Type") == "application/json")
        }
    }

    @Test func randomValuesNeverLeaveTheHost() throws {
        try EngineActor.executor.occupy { () throws in
            let bench = ToolBench([try Self.lookup()])
            var mutator = MessageMutator(
                seeds: ["Berlin", "../../x", "@evil.example/", "//evil", "?a=b#c", "\r\nHost: evil", "%2e%2e/"].map {
                    Array($0.utf8)
                },
                seed: 21)
            for _ in 0..<10_000 {
                let city = JSONValue.string(String(decoding: mutator.next(), as: UTF8.self))
                bench.call("look", JSONValue.object([JSONValue.Member("city", city)]).text)
            }
            let urls = bench.network.exchanges.compactMap(\.endpoint?.url)
            #expect(urls.count > 9000)
            #expect(
                urls.allSatisfy {
                    $0.host == "api.example" && $0.path.hasPrefix("/v1/") && !$0.path.dropFirst(4).contains("/")
                })
        }
    }
}
