import Configuration
import Core
import Tools

/// Whether the tools of the configuration can be used: templates, schemas, programs. MCP servers are asked by `sidetone tools`.
enum ToolCheck {
    static func findings(_ context: CommandContext) -> [Finding] {
        do throws(ConfigurationError) {
            let book = try ToolBook(context.configuration, environment: context.environment)
            for agent in context.configuration.agents { _ = try book.tools(of: agent) }
            let servers = book.servers.isEmpty ? "" : ", \(book.servers.count) MCP servers (asked by sidetone tools)"
            return [Finding("tools", "configuration", "\(book.registry.tools.count) tools\(servers)")]
        } catch {
            return [Finding("tools", "configuration", .error, "\(error.place): \(error.cause)", fix: error.fix)]
        }
    }
}
