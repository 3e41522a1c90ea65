import ArgumentParser
import Configuration
import Core
import Terminal
import Tools

/// `sidetone tools`: what agents can call, and a way to try it out.
struct ToolsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tools", abstract: "List the tools of the configuration and of its MCP servers; try one out.",
        subcommands: [ToolsListCommand.self, ToolsCallCommand.self], defaultSubcommand: ToolsListCommand.self)
}

/// `sidetone tools list`
struct ToolsListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List tools; MCP servers are started and asked.",
        discussion: """
            Exit codes: 0 done, 1 an MCP server could not be reached, 64 wrong arguments, 78 wrong configuration.
            """)

    @OptionGroup var file: ConfigOption

    @Flag(name: .long, help: "Print JSON, with the schemas.")
    var json = false

    func run() throws {
        let (book, host) = try reportingMistakes { try ToolHost.open(file.config) }
        let (tools, servers) = host.survey(book, within: .seconds(20))
        host.stop()
        let isWhole = servers.allSatisfy { $0.status.hasPrefix("ready") }
        if json {
            let list: JSONValue = [
                "tools": .array(tools.map(Self.json)),
                "servers": .array(servers.map { ["name": .string($0.name), "status": .string($0.status)] }),
            ]
            Output.line(list.text)
        } else {
            let rows = tools.map { [$0.definition.name, $0.phase.rawValue, $0.definition.summary] }
            for line in Columns.table(["NAME", "PHASE", "WHAT"], rows) { Output.line(line) }
            for server in servers { Output.line(SafeText("mcp \(server.name): \(server.status)").string) }
        }
        if !isWhole { throw Exit.failed }
    }

    private static func json(_ tool: Tool) -> JSONValue {
        [
            "name": .string(tool.definition.name), "phase": .string(tool.phase.rawValue),
            "description": .string(tool.definition.summary), "parameters": tool.definition.parameters,
            "timeoutMs": .int(tool.timeout.wholeNanoseconds / 1_000_000),
        ]
    }
}

/// `sidetone tools call`
struct ToolsCallCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "call", abstract: "Call tools as an agent would and print what a model would be given.",
        discussion: """
            Prints one line of JSON a call: name, outcome (result, error, cancelled, timedOut), output, ms.
            Exit codes: 0 every call gave a result, 1 one did not, 64 wrong arguments, 78 wrong configuration.
            """)

    @OptionGroup var file: ConfigOption

    @Option(name: .long, help: ArgumentHelp("Act as in a phone call of this UUID.", valueName: "uuid"))
    var uuid: String?

    @Option(name: .long, help: ArgumentHelp("The caller's number, ${call.caller} in templates.", valueName: "number"))
    var caller: String?

    @Option(
        name: .customLong("cancel-after"), help: ArgumentHelp("Call each call off after this time.", valueName: "ms"))
    var cancelAfter: Int?

    @Flag(name: .customLong("wait-for-servers"), help: "Wait up to 20 s for MCP servers that are lost at first.")
    var waitsForServers = false

    @Argument(help: ArgumentHelp("A tool's name and its arguments as JSON, again and again.", valueName: "name json"))
    var words: [String]

    func validate() throws {
        guard !words.isEmpty, words.count % 2 == 0 else {
            throw ValidationError("Give a name and JSON for each call, such as: calculate '{\"expression\":\"2+2\"}'.")
        }
        guard cancelAfter.map({ (1...600_000).contains($0) }) ?? true else {
            throw ValidationError("--cancel-after: give 1 to 600000 ms.")
        }
    }

    func run() throws {
        let (book, host) = try reportingMistakes { try ToolHost.open(file.config) }
        let (tools, _) = host.survey(book, within: .seconds(20), insists: waitsForServers)
        var call: JSONValue = ["agent": "default", "kind": .string(uuid == nil ? "text" : "audioSocket")]
        if let uuid { call["uuid"] = .string(uuid) }
        if let caller { call["caller"] = .string(caller) }
        let scope = ToolScope(isPhoneCall: uuid != nil, callID: uuid, variables: ["call": call])
        let calls = stride(from: 0, to: words.count, by: 2).map {
            ToolCall(id: "call-\($0 / 2 + 1)", name: words[$0], arguments: words[$0 + 1])
        }
        var allGood = true
        host.run(calls, tools: tools, scope: scope, patience: cancelAfter.map { .milliseconds($0) }) { answer in
            if answer.outcome != .result { allGood = false }
            let line: JSONValue = [
                "name": .string(answer.call.name), "outcome": .string(answer.outcome.rawValue),
                "output": (try? JSONParser.parse(answer.output)) ?? .string(answer.output),
                "ms": .double((answer.elapsed.milliseconds * 10).rounded() / 10),
            ]
            Output.line(line.text)
        }
        host.stop()
        if !allGood { throw Exit.failed }
    }
}

extension ToolHost {
    /// The tools of a configuration file, and a host that has started its servers.
    fileprivate static func open(_ config: String?) throws(ConfigurationError) -> (ToolBook, ToolHost) {
        let context = try CommandContext(config: config)
        let book = try ToolBook(context.configuration, environment: context.environment)
        return (book, try ToolHost(book))
    }
}
