import Configuration
import Core
import EmbeddedSpeech
import ProviderKit

/// Whether the providers can be used: keys (never their values), options, the offline agent's files.
enum ProviderCheck {
    static func findings(_ context: CommandContext) -> [Finding] {
        var findings: [Finding] = []
        do {
            let book = try ProviderBook(context.configuration, baseURL: nil, environment: context.environment)
            let used = used(context)
            findings = book.entries.map { finding($0, book, isUsed: used.contains($0.name)) }
            for name in used.sorted() where !book.entries.contains(where: { $0.name == name }) {
                findings.append(unknown(name, book))
            }
        } catch let error as ConfigurationError {
            findings = [Finding("providers", "configuration", .error, "\(error.place): \(error.cause)", fix: error.fix)]
        } catch {
            findings = [Finding("providers", "configuration", .error, "\(error)")]
        }
        return findings + [offline(context)]
    }

    /// Names that the configuration relies on.
    private static func used(_ context: CommandContext) -> Set<String> {
        let configuration = context.configuration
        var names = Set([configuration.provider])
        for agent in configuration.agents {
            names.formUnion([agent.provider, agent.asr, agent.llm, agent.tts].compactMap { $0 } + agent.fallbacks)
        }
        return names.union(configuration.providers.map(\.name))
    }

    private static func finding(_ entry: ProviderBook.Entry, _ book: ProviderBook, isUsed: Bool) -> Finding {
        if let obstacle = book.obstacle(entry) {
            return Finding(
                "providers", entry.name, isUsed ? .warning : .ok,
                isUsed ? "the configuration uses it, but \(obstacle.cause)" : obstacle.cause, fix: obstacle.fix)
        }
        do throws(ConfigurationError) { try book.check(entry) } catch {
            // A type that nobody set up need not be complete.
            guard isUsed || entry.isConfigured else {
                return Finding("providers", entry.name, "not set up: \(error.cause)")
            }
            return Finding("providers", entry.name, .error, "\(error.place): \(error.cause)", fix: error.fix)
        }
        return Finding("providers", entry.name, entry.keyVariables.isEmpty ? "needs no key" : "key set")
    }

    private static func unknown(_ name: String, _ book: ProviderBook) -> Finding {
        Finding(
            "providers", name, .error, "the configuration names it, but there is no such provider",
            fix: Spelling.nearest(to: name, among: book.names).map { "did you mean \($0)?" }
                ?? "choose one of \(book.names.joined(separator: ", "))")
    }

    private static func offline(_ context: CommandContext) -> Finding {
        guard let fault = SpeechModel.standard.fault else {
            return Finding("providers", "offline speech", "model files in \(SpeechModel.standard.directory)")
        }
        return Finding(
            "providers", "offline speech", .warning, "\(fault.reason): the embedded agent only takes typed turns",
            fix: fault.fix)
    }
}
