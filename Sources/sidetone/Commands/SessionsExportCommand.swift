import ArgumentParser
import Core
import Recording
import Studio
import Terminal
import Tools

/// `sidetone sessions export`.
struct SessionsExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Give a session away: subtitles, table, document, report, page.",
        discussion: """
            Formats: \(SessionExports.all.map { "\($0.name) (\($0.summary))" }.joined(separator: "; ")).
            With --redact, what the rules under redact: in the configuration name is masked everywhere, the caller's number and
            keys pressed are hidden, and the audio is left out: speech cannot be masked.
            Exit codes: 0 done, 1 it cannot be read or written, 64 wrong arguments, 78 wrong configuration.
            """)

    @OptionGroup var store: StoreOptions

    @Option(
        name: .long,
        help: ArgumentHelp(
            "One of \(SessionExports.all.map(\.name).joined(separator: ", ")).", valueName: "format"))
    var format: String

    @Option(name: .long, help: ArgumentHelp("File to write; without it or with -, standard output.", valueName: "file"))
    var output: String?

    @Flag(name: .long, help: "Mask what the rules of the configuration name.")
    var redact = false

    @Argument(help: ArgumentHelp("Folder, name or unique part of the name.", valueName: "session"))
    var session: String

    func validate() throws {
        guard SessionExports.named(format) == nil else { return }
        let names = SessionExports.all.map(\.name)
        let near = Spelling.nearest(to: format, among: names).map { "Did you mean \($0)?" }
        throw ValidationError("--format \(format): \(near ?? "choose from \(names.joined(separator: ", ")).")")
    }

    func run() throws {
        guard let form = SessionExports.named(format) else { throw Exit.failed }
        let folder = try store.folder()
        let mask = try redact ? rules() : nil
        let stored = try reportingDisk { try SessionStore(folder: folder).session(session) }
        let document = ExportDocument(stored, mask: mask)
        for fault in document.faults { Output.error("sidetone: \(SafeText(fault))") }
        let text = Output.harmless(form.text(document))
        guard let output, output != "-" else { return Output.text(text) }
        try reportingDisk { try ExportFile.write(Array(text.utf8), to: output) }
        Output.error("sidetone: wrote \(SafeText(output)), \(text.utf8.count) bytes")
    }

    private func rules() throws -> @Sendable (String) -> String {
        let redaction = try reportingMistakes {
            let context = try CommandContext(config: store.file.config)
            return try ToolBook(context.configuration, environment: context.environment).redaction
        }
        return { redaction.apply($0) }
    }
}
