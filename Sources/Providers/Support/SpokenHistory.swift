import Core
import ProviderKit

/// The conversation so far in words, for vendors that take no list of messages.
enum SpokenHistory {
    /// One line each, the newest at the end; at most `limit` bytes, the oldest lines are left out first.
    static func text(_ items: [ContextItem], limit: Int = 12_000) -> String {
        var lines: [String] = []
        var size = 0
        for item in items.reversed() {
            let line =
                switch item {
                case .user(let text): "User: \(text)"
                case .agent(let text): "Agent: \(text)"
                case .tool(let call, let output): "Tool \(call.name) \(call.arguments) returned: \(output)"
                }
            size += line.utf8.count + 1
            guard size <= limit else { break }
            lines.append(line)
        }
        return lines.reversed().joined(separator: "\n")
    }

    /// The order to go on from there.
    static func order(_ items: [ContextItem]) -> String {
        "The conversation so far, which goes on now; do not greet again:\n" + text(items)
    }
}
