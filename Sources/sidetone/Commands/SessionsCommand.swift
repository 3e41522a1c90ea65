import ArgumentParser

/// `sidetone sessions`: what was recorded.
struct SessionsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sessions", abstract: "List, search, show, check, export and delete recorded sessions.",
        discussion: """
            A session is a folder: meta.json, audio.wav (left the caller, right the agent as played), events.jsonl,
            transcript.vtt.
            """,
        subcommands: [
            SessionsListCommand.self, SessionsSearchCommand.self, SessionsShowCommand.self, SessionsVerifyCommand.self,
            SessionsExportCommand.self, SessionsDiffCommand.self, SessionsFixtureCommand.self,
            SessionsDeleteCommand.self, SessionsPruneCommand.self,
        ],
        defaultSubcommand: SessionsListCommand.self)
}

/// Where the sessions are.
struct StoreOptions: ParsableArguments {
    @OptionGroup var file: ConfigOption

    @Option(name: .long, help: ArgumentHelp("Folder of the recorded sessions.", valueName: "dir"))
    var sessions: String?

    /// The folder, by option, configuration or default.
    func folder() throws -> String {
        try reportingMistakes { try CommandContext(config: file.config).sessionsFolder(sessions) }
    }
}
