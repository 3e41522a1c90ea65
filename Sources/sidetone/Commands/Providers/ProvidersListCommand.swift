import ArgumentParser
import Configuration
import Core
import ProviderKit

/// `sidetone providers list`: all of them in a table, or one with all its options.
struct ProvidersListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List providers: kinds, keys, models, voices, capabilities, options.",
        discussion: "Exit codes: 0 done, 64 wrong arguments, 78 wrong configuration or no such provider.")

    @OptionGroup var file: ConfigOption

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    @Option(name: .long, help: ArgumentHelp("Only this kind: sts, asr, llm or tts.", valueName: "kind"))
    var kind: String?

    @Argument(help: ArgumentHelp("Only this one, with all its options.", valueName: "name"))
    var name: String?

    func validate() throws {
        guard let kind, ProviderKind(label: kind) == nil else { return }
        throw ValidationError("--kind \(kind): use sts, asr, llm or tts")
    }

    func run() throws {
        let (context, book, entries) = try reportingMistakes { try read() }
        if json { return Output.line(JSONValue.array(entries.map { Self.json($0, book, context) }).text) }
        guard name == nil else { return entries.flatMap { Self.page($0, book) }.forEach { Output.line($0) } }
        let rows = entries.map { entry in
            [
                entry.name + (entry.name == context.configuration.provider ? " *" : ""), entry.kind.label,
                book.keyWords(entry), entry.title, entry.summary,
            ]
        }
        for line in Columns.table(["NAME", "KIND", "KEY", "TITLE", "WHAT"], rows) { Output.line(line) }
        Output.line("")
        Output.line("* the default. Options of one: sidetone providers NAME. A template: sidetone providers new NAME")
    }

    private func read() throws -> (CommandContext, ProviderBook, [ProviderBook.Entry]) {
        let context = try CommandContext(config: file.config)
        let book = try ProviderBook(context)
        guard let name else {
            let wanted = kind.flatMap { ProviderKind(label: $0) }
            return (context, book, book.entries.filter { wanted == nil || $0.kind == wanted })
        }
        return (context, book, [try book.entry(name)])
    }

    // MARK: one provider

    private static func page(_ entry: ProviderBook.Entry, _ book: ProviderBook) -> [String] {
        var lines = ["\(entry.name): \(entry.title). \(entry.summary)", ""]
        let facts = ProviderFacts(entry, book)
        lines += facts.rows.filter { !$0.1.isEmpty }.map { Columns.row([($0.0, 10)], $0.1) }
        guard !entry.options.isEmpty else { return lines }
        lines += ["", "options:"]
        let width = (entry.options.map(\.name.count).max() ?? 0) + 2
        lines += entry.options.map { option in
            Columns.row(
                [("", 2), (option.name, width)],
                option.summary + (option.defaultValue.map { " (default: \($0))" } ?? ""))
        }
        return lines
    }

    private static func json(
        _ entry: ProviderBook.Entry, _ book: ProviderBook, _ context: CommandContext
    ) -> JSONValue {
        let facts = ProviderFacts(entry, book)
        let text = { (value: String?) -> JSONValue in value.map { .string($0) } ?? .null }
        return [
            "name": .string(entry.name), "kind": .string(entry.kind.rawValue), "type": .string(entry.typeName),
            "title": .string(entry.title), "summary": .string(entry.summary),
            "isDefault": .bool(entry.name == context.configuration.provider),
            "keyVariables": .array(entry.keyVariables.map { .string($0) }),
            "keySet": entry.keyVariables.isEmpty ? .null : .bool(entry.configuration.key != nil),
            "obstacle": text(book.obstacle(entry)?.cause), "model": text(entry.configuration.model),
            "voice": text(entry.configuration.voice), "models": .array(facts.models.map { .string($0) }),
            "voices": .array(facts.voices.map { .string($0) }), "capabilities": facts.json,
            "options": .array(
                entry.options.map {
                    ["name": .string($0.name), "summary": .string($0.summary), "default": text($0.defaultValue)]
                }),
        ]
    }
}
