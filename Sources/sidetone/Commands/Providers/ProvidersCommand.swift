import ArgumentParser
import Core

/// `sidetone providers`: whom one can talk to, and which parts pipelines can be made of.
struct ProvidersCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "providers", abstract: "List, choose, check and begin providers of every kind.",
        discussion: """
            STS are full agents and pipelines; ASR, LLM and TTS are the parts of pipelines. Names of the configuration
            come first, then every type by its own name. Keys are read from the environment and never printed.
            Exit codes: 0 done, 1 nothing fits or something is wrong, 64 wrong arguments, 78 wrong configuration or no
            such provider.
            """,
        subcommands: [
            ProvidersListCommand.self, ProvidersNewCommand.self, ProvidersBestCommand.self, ProvidersCheckCommand.self,
            ProvidersDocsCommand.self,
        ], defaultSubcommand: ProvidersListCommand.self)
}

extension ProviderBook {
    /// The book of a command: configuration and environment as they are now.
    init(_ context: CommandContext) throws {
        try self.init(context.configuration, baseURL: nil, environment: context.environment)
    }
}
