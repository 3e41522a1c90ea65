import Conversations
import Core
import Network
import ProviderKit

/// The programs that serve providers, each with a port that is kept for it.
struct AdapterPlan: Sendable {
    /// One program.
    struct Item: Sendable {
        var settings: AdapterSettings
        var port: LoopbackPort
    }

    private(set) var items: [Item] = []

    /// Reserves a port for each program of the book and leads its provider there. `agent` is who uses them.
    init(_ book: inout ProviderBook, agent: String, environment: [String: String]) throws(ConfigurationError) {
        for entry in book.entries where !entry.command.isEmpty {
            let port: LoopbackPort
            if let same = items.first(where: { $0.settings.provider == entry.name }) {
                port = same.port
            } else {
                port = try LoopbackPort()
                let command = Self.command(entry, port.number, agent, environment)
                items.append(Item(settings: AdapterSettings(provider: entry.name, command: command), port: port))
            }
            try book.lead(entry.name, to: port.number)
        }
    }

    /// The variables are those that adapters of Agent Voice Response read (avr-app 1.5).
    private static func command(
        _ entry: ProviderEntry, _ port: Int, _ agent: String, _ environment: [String: String]
    ) -> ChildCommand {
        var variables = environment
        let kind = entry.kind.label
        variables["PROVIDER_\(kind)_ID"] = entry.name
        variables["PROVIDER_\(kind)_NAME"] = entry.name
        variables["PROVIDER_\(kind)_TYPE"] = kind
        variables["PORT"] = String(port)
        variables["AGENT_ID"] = agent
        variables["AGENT_NAME"] = agent
        for (name, value) in entry.environment { variables[name] = value }
        let words = entry.command.map {
            $0.split(separator: "{port}", omittingEmptySubsequences: false).joined(separator: String(port))
        }
        return ChildCommand(program: words[0], arguments: Array(words.dropFirst()), environment: variables)
    }
}

/// A kept port as the supervisor wants it.
@EngineActor
final class KeptPort: PortReservation {
    private nonisolated let kept: LoopbackPort

    nonisolated init(_ port: LoopbackPort) { kept = port }

    var port: Int { kept.number }

    func release() { kept.release() }
}
