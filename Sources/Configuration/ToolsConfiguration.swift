import Core

/// The `tools:` part of the configuration, with the place of everything for errors. Templates and schemas are read by whoever
/// builds the tools.
public struct ToolsConfiguration: Sendable {
    /// What all kinds of tools have.
    public struct Common: Sendable {
        public var name = ""
        public var summary: String?
        /// `before`, `during` or `after`.
        public var phase: Phase?
        /// JSON Schema of the arguments; an object without `type` is read as its properties.
        public var parameters: JSONValue?
        public var timeoutMs: Int?
        public var slowAfterMs: Int?
        public var slowSay: String?
        public var agents: [String]?
        public var providers: [String]?
        /// `sidetone.yaml:12 tools.http.customer`.
        public var place = ""

        /// Nothing said.
        public init() {}
    }

    /// When a tool runs.
    public enum Phase: String, Sendable, CaseIterable { case before, during, after }

    /// `http` and `webhook`.
    public struct Request: Sendable {
        public var common: Common
        public var method: String?
        public var url = ""
        public var query: [(name: String, value: String)] = []
        public var headers: [(name: String, value: String)] = []
        /// A mapping or list as JSON, else text.
        public var body: JSONValue?
        public var contentType: String?
        public var outputs: [(name: String, value: String)] = []
        public var maximumBytes: Int?
        public var errorText: String?
        public var isWebhook = false
    }

    /// `command`.
    public struct Command: Sendable {
        public var common: Common
        public var program = ""
        public var arguments: [String] = []
        public var environment: [(name: String, value: String)] = []
        public var folder: String?
        public var writesInput = false
        public var maximumBytes: Int?
    }

    /// `mcp`: a program or a URL.
    public struct Server: Sendable {
        public var common: Common
        public var program: String?
        public var arguments: [String] = []
        public var environment: [(name: String, value: String)] = []
        public var folder: String?
        public var url: URLParts?
        public var headers: [(name: String, value: String)] = []
        public var only: [String]?
        public var detectionMs: Int?
    }

    /// A destination of `transfer`.
    public struct Destination: Sendable {
        public var name: String
        public var exten: String
        public var context: String?
        public var priority: Int?
    }

    /// `transfer`.
    public struct Transfer: Sendable {
        public var url: URLParts
        public var destinations: [Destination] = []
        public var numbers: String?
        public var place: String
    }

    /// Hosts, addresses and blocks inside the own network that requests may reach.
    public var allowedHosts: [String] = []
    /// Longest wait for tools before a call.
    public var prepareMs: Int?
    public var requests: [Request] = []
    public var commands: [Command] = []
    public var servers: [Server] = []
    public var transfer: Transfer?

    /// No tools.
    public init() {}

    /// Reads the `tools:` mapping. Throws naming file, line, key, cause and fix.
    public init(_ node: ConfigurationNode) throws(ConfigurationError) {
        var reader = try ConfigurationReader(node)
        allowedHosts = try reader.strings("allow_hosts") ?? []
        prepareMs = try reader.int("prepare_ms", in: 0...30_000)
        for (key, isWebhook) in [("http", false), ("webhook", true)] {
            for (name, entry) in try Self.entries(reader.node(key)) {
                requests.append(try Self.request(name, entry, isWebhook: isWebhook))
            }
        }
        for (name, entry) in try Self.entries(reader.node("command")) { commands.append(try Self.command(name, entry)) }
        for (name, entry) in try Self.entries(reader.node("mcp")) { servers.append(try Self.server(name, entry)) }
        if let entry = reader.node("transfer") { transfer = try Self.transfer(entry) }
        try reader.finish()
    }

    private static func entries(
        _ node: ConfigurationNode?
    ) throws(ConfigurationError) -> [(key: String, node: ConfigurationNode)] {
        guard let node else { return [] }
        guard let members = node.members else {
            throw ConfigurationReader.wrong(node, "should be a mapping of tool names")
        }
        let letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-"
        for member in members where member.key.count > 64 || !member.key.allSatisfy({ letters.contains($0) }) {
            throw ConfigurationReader.wrong(
                member.node, "a tool's name has 1 to 64 letters, digits, _ and -, not \"\(member.key)\"")
        }
        return members
    }

    private static func common(
        _ name: String, _ node: ConfigurationNode, _ reader: inout ConfigurationReader, maximumMs: Int = 120_000
    ) throws(ConfigurationError) -> Common {
        var result = Common()
        result.name = name
        result.place = "\(node.place) \(node.path)"
        result.summary = try reader.string("description")
        result.timeoutMs = try reader.int("timeout_ms", in: 100...maximumMs)
        result.slowAfterMs = try reader.int("slow_after_ms", in: 100...60_000)
        result.slowSay = try reader.string("slow_say")
        if result.slowSay != nil, result.slowAfterMs == nil { result.slowAfterMs = 1500 }
        if result.slowAfterMs != nil, result.slowSay == nil {
            throw ConfigurationError(
                place: result.place, cause: "slow_after_ms without slow_say",
                fix: "write what to say: slow_say: One moment.")
        }
        result.agents = try reader.strings("agents")
        result.providers = try reader.strings("providers")
        return result
    }

    /// What only tools with one function have.
    private static func function(
        _ common: Common, _ reader: inout ConfigurationReader, _ node: ConfigurationNode
    ) throws(ConfigurationError) -> Common {
        var result = common
        result.phase = try reader.choice("phase", Phase.self)
        if let parameters = reader.node("parameters") {
            guard parameters.members != nil else {
                throw ConfigurationReader.wrong(parameters, "should be a mapping of parameters, or a JSON Schema")
            }
            result.parameters = parameters.json
        }
        return result
    }

    private static func pairs(
        _ node: ConfigurationNode?
    ) throws(ConfigurationError) -> [(name: String, value: String)] {
        guard let node else { return [] }
        guard let members = node.members else { throw ConfigurationReader.wrong(node, "should be a mapping") }
        var result: [(name: String, value: String)] = []
        for (key, value) in members {
            guard case .scalar(let text) = value.content else {
                throw ConfigurationReader.wrong(value, "should be a single text")
            }
            result.append((key, text))
        }
        return result
    }

    private static func required(
        _ key: String, _ text: String?, _ node: ConfigurationNode
    ) throws(ConfigurationError) -> String {
        guard let text, !text.isEmpty else {
            throw ConfigurationError(
                place: "\(node.place) \(node.path)", cause: "\(key) is missing", fix: "add \(key): …")
        }
        return text
    }

    private static func url(_ text: String, _ node: ConfigurationNode) throws(ConfigurationError) -> URLParts {
        do throws(ConfigurationError) {
            let parts = try URLParts(parsing: text)
            if parts.scheme == "http" || parts.scheme == "https" { return parts }
        } catch {
            throw ConfigurationError(place: "\(node.place) \(node.path).url", cause: error.cause, fix: error.fix)
        }
        throw ConfigurationError(
            place: "\(node.place) \(node.path).url", cause: "should begin with http:// or https://", fix: "correct it")
    }

    private static func request(
        _ name: String, _ node: ConfigurationNode, isWebhook: Bool
    ) throws(ConfigurationError) -> Request {
        enum Method: String, CaseIterable { case GET, POST, PUT, PATCH, DELETE }
        var reader = try ConfigurationReader(node)
        let shared = try function(try common(name, node, &reader), &reader, node)
        var result = Request(common: shared, isWebhook: isWebhook)
        result.method = try reader.choice("method", Method.self)?.rawValue
        result.url = try required("url", try reader.string("url"), node)
        result.query = try pairs(reader.node("query"))
        result.headers = try pairs(reader.node("headers"))
        result.body = reader.node("body")?.json
        result.contentType = try reader.string("content_type")
        result.outputs = try pairs(reader.node("outputs"))
        result.maximumBytes = try reader.int("max_bytes", in: 1...16_777_216)
        result.errorText = try reader.string("on_error")
        try reader.finish()
        return result
    }

    private static func command(_ name: String, _ node: ConfigurationNode) throws(ConfigurationError) -> Command {
        var reader = try ConfigurationReader(node)
        var result = Command(common: try function(try common(name, node, &reader), &reader, node))
        result.program = try required("program", try reader.string("program"), node)
        result.arguments = try reader.strings("arguments") ?? []
        result.environment = try pairs(reader.node("environment"))
        result.folder = try reader.string("folder")
        result.writesInput = try reader.bool("input") ?? false
        result.maximumBytes = try reader.int("max_bytes", in: 1...16_777_216)
        try reader.finish()
        return result
    }

    private static func server(_ name: String, _ node: ConfigurationNode) throws(ConfigurationError) -> Server {
        var reader = try ConfigurationReader(node)
        var result = Server(common: try common(name, node, &reader))
        result.program = try reader.string("program")
        result.arguments = try reader.strings("arguments") ?? []
        result.environment = try pairs(reader.node("environment"))
        result.folder = try reader.string("folder")
        if let text = try reader.string("url") { result.url = try url(text, node) }
        result.headers = try pairs(reader.node("headers"))
        result.only = try reader.strings("only")
        result.detectionMs = try reader.int("detection_ms", in: 100...30_000)
        try reader.finish()
        guard (result.program == nil) != (result.url == nil) else {
            throw ConfigurationError(
                place: result.common.place, cause: "needs either program or url",
                fix: "write program: (stdio) or url: (streamable HTTP), not both")
        }
        return result
    }

    private static func transfer(_ node: ConfigurationNode) throws(ConfigurationError) -> Transfer {
        var reader = try ConfigurationReader(node)
        let address = try url(try required("url", try reader.string("url"), node), node)
        var result = Transfer(url: address, place: "\(node.place) \(node.path)")
        result.numbers = try reader.string("numbers")
        for (name, entry) in reader.node("destinations")?.members ?? [] {
            if case .scalar(let exten) = entry.content {
                result.destinations.append(Destination(name: name, exten: exten))
                continue
            }
            var own = try ConfigurationReader(entry)
            let exten = try required("exten", try own.string("exten"), entry)
            result.destinations.append(
                Destination(
                    name: name, exten: exten, context: try own.string("context"),
                    priority: try own.int("priority", in: 1...10_000)))
            try own.finish()
        }
        try reader.finish()
        return result
    }
}
