import Configuration
import Core
import Tools

/// The tools of the configuration, checked: those with code here, and the MCP servers that bring more.
struct ToolBook: Sendable {
    /// Tools that come with the program and those of the configuration.
    let registry: ToolRegistry
    let servers: [MCPServerOptions]
    /// Service that transfers calls.
    let transfer: URLParts?
    let redaction: Redaction
    let prepareLimit: Duration?

    init(_ configuration: SidetoneConfiguration, environment: [String: String]) throws(ConfigurationError) {
        let own = configuration.tools
        let addresses = AddressPolicy(allowed: own.allowedHosts)
        var tools: [Tool] = []
        for request in own.requests {
            tools.append(
                try Self.at(request.common.place) { () throws(ToolFailure) in try Self.tool(request, addresses) })
        }
        for command in own.commands {
            tools.append(try Self.at(command.common.place) { () throws(ToolFailure) in try Self.tool(command) })
        }
        var builtIn = ToolRegistry.builtIn.tools
        if let transfer = own.transfer {
            let made = try Self.at(transfer.place) { () throws(ToolFailure) in try Self.tool(transfer) }
            builtIn.removeAll { $0.definition.name == made.definition.name }
            builtIn.append(made)
        }
        try Self.refuseDoubles(own, builtIn.map(\.definition.name))
        registry = ToolRegistry(builtIn + tools)
        servers = own.servers.map { Self.options($0, environment) }
        transfer = own.transfer?.url
        prepareLimit = own.prepareMs.map { .milliseconds($0) }
        redaction = try Self.redaction(configuration.redact)
    }

    private static func at<T>(
        _ place: String, _ body: () throws(ToolFailure) -> T
    ) throws(ConfigurationError) -> T {
        do throws(ToolFailure) { return try body() } catch {
            throw ConfigurationError(place: place, cause: error.text, fix: "see docs/tools.md")
        }
    }

    private static func refuseDoubles(
        _ own: ToolsConfiguration, _ builtIn: [String]
    ) throws(ConfigurationError) {
        var seen = Set(builtIn)
        for common in own.requests.map(\.common) + own.commands.map(\.common) {
            guard seen.insert(common.name).inserted else {
                throw ConfigurationError(
                    place: common.place, cause: "there is another tool named \(common.name)",
                    fix: "give it another name")
            }
        }
    }

    // MARK: Making

    /// An object schema; a mapping without `type` is read as the properties, those with `required: true` as required.
    private static func schema(_ given: JSONValue?) -> JSONValue {
        guard let given, let members = given.members else {
            return ["type": "object", "properties": .object([]), "additionalProperties": false]
        }
        if given["type"]?.string != nil { return given }
        var required: [JSONValue] = []
        var properties: [JSONValue.Member] = []
        for member in members {
            var property = member.value.string.map { ["type": "string", "description": .string($0)] } ?? member.value
            if property["required"]?.bool == true { required.append(.string(member.key)) }
            if property["required"]?.bool != nil { property["required"] = nil }
            properties.append(JSONValue.Member(member.key, property))
        }
        return [
            "type": "object", "properties": .object(properties), "required": .array(required),
            "additionalProperties": false,
        ]
    }

    private static func definition(_ common: ToolsConfiguration.Common) -> ToolDefinition {
        ToolDefinition(name: common.name, summary: common.summary ?? common.name, parameters: schema(common.parameters))
    }

    private static func finished(
        _ tool: Tool, _ common: ToolsConfiguration.Common, _ phase: ToolPhase
    ) throws(ToolFailure) -> Tool {
        var tool = tool
        tool.phase = common.phase.flatMap { ToolPhase(rawValue: $0.rawValue) } ?? phase
        if tool.phase == .during, common.summary == nil {
            throw ToolFailure("description is missing: the model chooses tools by it")
        }
        tool.slow = slow(common)
        tool.audience = ToolAudience(agents: common.agents, providers: common.providers)
        return tool
    }

    private static func slow(_ common: ToolsConfiguration.Common) -> SlowNotice? {
        guard let ms = common.slowAfterMs, let text = common.slowSay else { return nil }
        return SlowNotice(after: .milliseconds(ms), text: text)
    }

    private static func tool(
        _ own: ToolsConfiguration.Request, _ addresses: AddressPolicy
    ) throws(ToolFailure) -> Tool {
        let method = own.method ?? (own.isWebhook || own.body != nil ? "POST" : "GET")
        var request = try HTTPTool(definition(own.common), method: method, url: own.url)
        request.headers = own.headers
        request.query = own.query
        request.addresses = addresses
        request.failureText = own.errorText
        if let text = own.body?.string {
            request.body = .text(text, mediaType: own.contentType ?? "application/json")
        } else if let body = own.body {
            request.body = .json(body)
        } else if own.isWebhook {
            request.body = .json(["call": "${call}", "arguments": "${args}"])
        }
        for (name, path) in own.outputs { request.outputs.append((name, try ValuePath(path))) }
        if let bytes = own.maximumBytes { request.maximumAnswer = bytes }
        if let ms = own.common.timeoutMs { request.timeout = .milliseconds(ms) }
        try request.check()
        return try finished(request.tool, own.common, own.isWebhook ? .after : .during)
    }

    private static func tool(_ own: ToolsConfiguration.Command) throws(ToolFailure) -> Tool {
        var command = try CommandTool(definition(own.common), program: own.program, arguments: own.arguments)
        if let obstacle = CommandTool.obstacle(own.program) { throw ToolFailure(obstacle) }
        command.environment = own.environment
        command.workingDirectory = own.folder
        command.writesInput = own.writesInput
        if let bytes = own.maximumBytes { command.maximumOutput = bytes }
        if let ms = own.common.timeoutMs { command.timeout = .milliseconds(ms) }
        return try finished(command.tool, own.common, .during)
    }

    private static func tool(_ own: ToolsConfiguration.Transfer) throws(ToolFailure) -> Tool {
        var numbers: Pattern?
        if let text = own.numbers { numbers = try Pattern(text) }
        return TransferCall(
            destinations: own.destinations.map {
                ($0.name, TransferTarget(exten: $0.exten, context: $0.context, priority: $0.priority))
            }, numbers: numbers
        ).tool
    }

    private static func options(
        _ own: ToolsConfiguration.Server, _ environment: [String: String]
    ) -> MCPServerOptions {
        let place: MCPServerOptions.Place
        if let url = own.url {
            place = .http(url, headers: own.headers.map { HeaderField($0.name, $0.value, secret: true) })
        } else {
            place = .program(
                ChildCommand(
                    program: own.program ?? "", arguments: own.arguments,
                    environment: MCPServerOptions.environment(from: environment, adding: own.environment),
                    workingDirectory: own.folder))
        }
        var options = MCPServerOptions(name: own.common.name, place: place)
        if let ms = own.common.timeoutMs { options.timeout = .milliseconds(ms) }
        if let ms = own.detectionMs { options.detection = .milliseconds(ms) }
        options.only = own.only
        options.slow = slow(own.common)
        options.audience = ToolAudience(agents: own.common.agents, providers: own.common.providers)
        return options
    }

    private static func redaction(_ own: RedactConfiguration) throws(ConfigurationError) -> Redaction {
        var patterns: [Pattern] = []
        for text in own.patterns {
            patterns.append(try at("\(own.place).patterns") { () throws(ToolFailure) in try Pattern(text) })
        }
        return Redaction(
            keys: (own.defaults ? Redaction.defaultKeys : []) + own.keys,
            kinds: own.kinds?.compactMap { Redaction.Kind(rawValue: $0.rawValue) } ?? [.card], patterns: patterns)
    }

    // MARK: Choosing

    /// The tools of an agent: all, or those that it names. Throws for names that are none.
    func tools(of agent: SidetoneConfiguration.Agent?) throws(ConfigurationError) -> ToolRegistry {
        guard let agent, let wanted = agent.tools else { return registry }
        for name in wanted where registry[name] == nil && !servers.contains(where: { name.hasPrefix($0.name + "__") }) {
            let names = registry.tools.map(\.definition.name) + servers.map { "\($0.name)__*" }
            let near = Spelling.nearest(to: name, among: names).map { "did you mean \($0)?" }
            throw ConfigurationError(
                place: "\(agent.place) agents.\(agent.name).tools", cause: "there is no tool \"\(name)\"",
                fix: near ?? "choose from \(names.joined(separator: ", "))")
        }
        return ToolRegistry(registry.tools, selection: wanted)
    }
}
