import ArgumentParser
import Core
import Glibc
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

    @Option(name: .long, help: ArgumentHelp("File to write; without it, standard output.", valueName: "file"))
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
        let text = form.text(document)
        guard let output else { return Output.text(text) }
        try reportingDisk { try Self.write(Array(text.utf8), to: output) }
        Output.error("sidetone: wrote \(SafeText(output)), \(text.utf8.count) bytes")
    }

    private func rules() throws -> @Sendable (String) -> String {
        let redaction = try reportingMistakes {
            let context = try CommandContext(config: store.file.config)
            return try ToolBook(context.configuration, environment: context.environment).redaction
        }
        return { redaction.apply($0) }
    }

    /// Writes beside the file and renames: it is there whole or not at all. Readable by its owner only, as the session is.
    private static func write(_ bytes: [UInt8], to path: String) throws(DiskError) {
        var info = stat()
        if lstat(path, &info) == 0, info.st_mode & S_IFMT != S_IFREG {
            throw DiskError(
                "write", path, cause: "it is no regular file; name another, or redirect the output of the command")
        }
        let part = "\(path).part-\(getpid())"
        let file = open(part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else { throw DiskError("write", path, number: errno) }
        var done = 0
        var failed: Int32 = 0
        while done < bytes.count, failed == 0 {
            let count = bytes.withUnsafeBytes { all in
                Glibc.write(file, all.baseAddress.map { $0 + done }, all.count - done)
            }
            if count > 0 { done += count } else if errno != EINTR { failed = errno }
        }
        if fsync(file) != 0, failed == 0, errno != EINVAL { failed = errno }
        close(file)
        if failed == 0, rename(part, path) != 0 { failed = errno }
        guard failed == 0 else {
            unlink(part)
            throw DiskError("write", path, number: failed)
        }
    }
}
