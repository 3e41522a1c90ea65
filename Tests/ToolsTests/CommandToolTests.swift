import Core
import TestKit
import Testing

@testable import Tools

@Suite struct CommandToolTests {
    private static let definition = ToolDefinition(
        name: "run", summary: "s", parameters: ["type": "object", "properties": ["x": ["type": "string"]]])

    private static func make(_ arguments: [String], _ change: (inout CommandTool) -> Void = { _ in }) throws -> Tool {
        var made = try CommandTool(definition, program: "/bin/echo", arguments: arguments)
        change(&made)
        return made.tool
    }

    @Test func argumentsStayWhatTheyAreAndTheEnvironmentIsScrubbed() throws {
        try EngineActor.executor.occupy { () throws in
            let bench = ToolBench([
                try Self.make(["--to=${args.x}", "${args.x}"]) {
                    $0.environment = [("WHO", "${args.x}")]
                    $0.writesInput = true
                }
            ])
            bench.call("run", #"{"x":"a; rm -rf $HOME `id`"}"#)
            let child = try #require(bench.children.children.first)
            #expect(child.command.arguments == ["--to=a; rm -rf $HOME `id`", "a; rm -rf $HOME `id`"])
            #expect(
                Set(child.command.environment?.keys.map { $0 } ?? []).subtracting(["TZ"]) == ["PATH", "LANG", "WHO"])
            #expect(child.isInputClosed && child.messages.first?["x"] != nil)
            child.writes(#"{"ok":1}"#)
            child.ends(.exited(0))
            #expect(bench.last == #"result {"ok":1}"#)
        }
    }

    @Test func aValueIsNoOption() throws {
        try EngineActor.executor.occupy { () throws in
            let bench = ToolBench([try Self.make(["${args.x}"])])
            bench.call("run", #"{"x":"--help"}"#)
            #expect(bench.last.contains("may not begin with -") && bench.children.children.isEmpty)
            bench.use([try Self.make(["--", "${args.x}"])])
            bench.call("run", #"{"x":"--help"}"#)
            #expect(bench.children.children.count == 1)
        }
    }

    @Test func everyEndIsTold() throws {
        try EngineActor.executor.occupy { () throws in
            let bench = ToolBench([try Self.make([]) { $0.maximumOutput = 20 }])
            bench.call("run")
            bench.children.children[0].writes("two")
            bench.children.children[0].writes("lines")
            bench.children.children[0].ends(.exited(0))
            #expect(bench.last == #"result "two\nlines""#)
            bench.call("run")
            bench.children.children[1].ends(.exited(3))
            #expect(bench.last.contains("status 3"))
            bench.call("run")
            bench.children.children[2].writes(String(repeating: "x", count: 30))
            #expect(bench.children.children[2].wasStopped)
            bench.children.children[2].ends(.killed(signal: 15))
            #expect(bench.last.contains("more than 20 bytes"))
            bench.call("run")
            bench.loop.advance(by: .seconds(11))
            #expect(bench.last.hasPrefix("timedOut") && bench.children.children[3].wasStopped)
        }
    }

    @Test func programsThatAreNoneAreRefused() {
        #expect(CommandTool.obstacle("/nowhere/at/all") != nil && CommandTool.obstacle("/tmp") != nil)
        #expect(CommandTool.obstacle("/bin/echo") == nil)
        #expect(throws: ToolFailure.self) {
            try CommandTool(Self.definition, program: "echo", arguments: [])
        }
    }
}
