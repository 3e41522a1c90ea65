import Core

/// How an MCP server is reached and what of it is used.
public struct MCPServerOptions: Sendable, Equatable {
    /// Where the server is.
    public enum Place: Sendable, Equatable {
        /// A program that is started, over its input and output.
        case program(ChildCommand)
        /// Streamable HTTP with extra headers (authorization).
        case http(URLParts, headers: [HeaderField])
    }

    /// Name, the first part of its tools' names.
    public var name: String
    public var place: Place
    /// Longest run of one call.
    public var timeout: Duration = .seconds(30)
    /// How long an answer to `server/discover` is awaited before the old handshake is tried.
    public var detection: Duration = .seconds(5)
    /// Tools that are used, by the server's own names; nil uses all.
    public var only: [String]?
    public var slow: SlowNotice?
    public var audience = ToolAudience()

    /// A server.
    public init(name: String, place: Place) {
        self.name = name
        self.place = place
    }

    func offers(_ tool: String) -> Bool { only?.contains(tool) ?? true }

    /// What can be done when it cannot be reached.
    var hint: String {
        switch place {
        case .program(let command): "run \(command.program) by hand to see what is wrong"
        case .http(let url, _): "check that \(url.redacted) answers and that its key is right"
        }
    }

    /// The environment of a server's program: what programs need to find their way, and what the configuration adds. Keys of
    /// vendors and everything else of our own environment stay here.
    public static func environment(
        from own: [String: String], adding more: [(name: String, value: String)]
    ) -> [String: String] {
        let kept = ["PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LC_ALL", "TZ", "TMPDIR"]
        var environment = own.filter { kept.contains($0.key) }
        for (name, value) in more { environment[name] = value }
        return environment
    }
}
