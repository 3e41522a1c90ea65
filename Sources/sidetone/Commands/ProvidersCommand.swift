import ArgumentParser
import Configuration
import Core
import ProviderKit

/// `sidetone providers`: whom one can talk to.
struct ProvidersCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "providers", abstract: "List providers: keys, models, voices, capabilities, options.",
        discussion: """
            Names of the configuration come first, then every type by its own name. Keys are read from the environment
            and never printed.
            Exit codes: 0 done, 64 wrong arguments, 78 wrong configuration or no such provider.
            """)

    @OptionGroup var file: ConfigOption

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    @Argument(help: ArgumentHelp("Only this one, with all its options.", valueName: "name"))
    var name: String?

    func run() throws {
        let (context, entries) = try reportingMistakes { try read() }
        if json { return Output.line(JSONValue.array(entries.map { Self.json($0, context) }).text) }
        guard name == nil else { return entries.flatMap(Self.page).forEach { Output.line($0) } }
        let rows = entries.map { entry in
            [
                entry.name + (entry.name == context.configuration.provider ? " *" : ""), entry.keyWords,
                entry.descriptor.title, entry.descriptor.summary,
            ]
        }
        for line in Columns.table(["NAME", "KEY", "TITLE", "WHAT"], rows) { Output.line(line) }
        Output.line("")
        Output.line("* the default. Options of one: sidetone providers NAME")
    }

    private func read() throws -> (CommandContext, [ProviderBook.Entry]) {
        let context = try CommandContext(config: file.config)
        let book = try ProviderBook(context.configuration, baseURL: nil, environment: context.environment)
        guard let name else { return (context, book.entries) }
        guard let found = book.entries.first(where: { $0.name == name }) else {
            throw ConfigurationError(
                place: "provider \"\(name)\"", cause: "there is no such provider",
                fix: Spelling.nearest(to: name, among: book.names).map { "did you mean \($0)?" }
                    ?? "choose one of \(book.names.joined(separator: ", "))")
        }
        return (context, [found])
    }

    // MARK: one provider

    private static func page(_ entry: ProviderBook.Entry) -> [String] {
        let descriptor = entry.descriptor
        var lines = ["\(entry.name): \(descriptor.title). \(descriptor.summary)", ""]
        let facts = [
            ("type", descriptor.name), ("key", entry.keyWords),
            ("model", entry.configuration.model ?? "the type's default"),
            ("models", descriptor.models.joined(separator: ", ")),
            ("voices", descriptor.voices.joined(separator: ", ")),
            ("can", descriptor.capabilities.words.joined(separator: ", ")),
        ]
        lines += facts.filter { !$0.1.isEmpty }.map { Columns.row([($0.0, 10)], $0.1) }
        guard !descriptor.options.isEmpty else { return lines }
        lines += ["", "options:"]
        let width = (descriptor.options.map(\.name.count).max() ?? 0) + 2
        lines += descriptor.options.map { option in
            Columns.row(
                [("", 2), (option.name, width)],
                option.summary + (option.defaultValue.map { " (default: \($0))" } ?? ""))
        }
        return lines
    }

    private static func json(_ entry: ProviderBook.Entry, _ context: CommandContext) -> JSONValue {
        let descriptor = entry.descriptor
        return [
            "name": .string(entry.name), "type": .string(descriptor.name), "title": .string(descriptor.title),
            "summary": .string(descriptor.summary), "isDefault": .bool(entry.name == context.configuration.provider),
            "keyVariables": .array(entry.keyVariables.map { .string($0) }),
            "keySet": entry.keyVariables.isEmpty ? .null : .bool(entry.configuration.key != nil),
            "model": entry.configuration.model.map { .string($0) } ?? .null,
            "voice": entry.configuration.voice.map { .string($0) } ?? .null,
            "models": .array(descriptor.models.map { .string($0) }),
            "voices": .array(descriptor.voices.map { .string($0) }),
            "capabilities": descriptor.capabilities.json, "options": .array(descriptor.options.map(Self.json)),
        ]
    }

    private static func json(_ option: ProviderOption) -> JSONValue {
        [
            "name": .string(option.name), "summary": .string(option.summary),
            "default": option.defaultValue.map { .string($0) } ?? .null,
        ]
    }
}

extension ProviderBook.Entry {
    /// Whether there is a key; never the key.
    fileprivate var keyWords: String {
        guard let first = keyVariables.first else { return "not needed" }
        return configuration.key == nil ? "not set (\(first))" : "set"
    }
}

extension ProviderCapabilities {
    /// What it can do, in words.
    fileprivate var words: [String] {
        let flags = [
            (nativeBargeIn, "barge-in of its own"), (tools, "tools"), (textInput, "typed turns"),
            (canSpeakText, "speaking given text"), (updatesInstructions, "instructions in mid-call"),
            (userTranscripts, "transcripts of the user"), (agentTranscripts, "transcripts of the agent"),
            (isOffline, "offline"),
        ]
        let rates = "\(inputRate) Hz in, \(outputRate) Hz out"
        let turns = endpointing == .provider ? "the vendor ends turns" : "we end turns"
        let limit = sessionLimit.map { ["at most \($0.wholeNanoseconds / 60_000_000_000) min a connection"] } ?? []
        return [rates, turns] + flags.filter(\.0).map(\.1) + limit + ["cost \(costTier.rawValue)"]
    }

    /// The JSON form.
    fileprivate var json: JSONValue {
        [
            "inputRate": .int(Int64(inputRate)), "outputRate": .int(Int64(outputRate)),
            "endpointing": .string(endpointing == .provider ? "provider" : "local"),
            "nativeBargeIn": .bool(nativeBargeIn), "tools": .bool(tools), "textInput": .bool(textInput),
            "canSpeakText": .bool(canSpeakText), "updatesInstructions": .bool(updatesInstructions),
            "userTranscripts": .bool(userTranscripts), "agentTranscripts": .bool(agentTranscripts),
            "sessionLimitSeconds": sessionLimit.map { .int($0.wholeNanoseconds / 1_000_000_000) } ?? .null,
            "costTier": .string(costTier.rawValue), "isOffline": .bool(isOffline),
        ]
    }
}
