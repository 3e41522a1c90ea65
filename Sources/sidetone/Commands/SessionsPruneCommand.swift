import ArgumentParser
import Core
import Recording

/// `sidetone sessions prune`.
struct SessionsPruneCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prune", abstract: "Delete old sessions, whole.",
        discussion: """
            Deletes the folders and what the index knows of them. Only folders with a name that the recorder gives
            (2026-11-21T14-03-22Z-…) are looked at; a session that is being recorded stays.
            `recording.keep_days` and `recording.keep_gb` do the same when the program starts.
            Exit codes: 0 done, 1 something could not be deleted, 64 wrong arguments, 78 wrong configuration.
            """)

    @OptionGroup var store: StoreOptions

    @Option(
        name: .customLong("older-than"),
        help: ArgumentHelp("Those that began longer ago: 30d, 12h, 2w.", valueName: "span"))
    var olderThan: String?

    @Option(
        name: .customLong("larger-than"),
        help: ArgumentHelp("The oldest, while all are larger than: 500M, 10G, 1T (thousands).", valueName: "size"))
    var largerThan: String?

    @Flag(name: .customLong("dry-run"), help: "Only say what would be deleted.")
    var isRehearsal = false

    func validate() throws {
        if olderThan == nil, largerThan == nil {
            throw ValidationError("Give --older-than 30d, --larger-than 10G or both.")
        }
        if let olderThan, TimeText.span(olderThan) == nil {
            throw ValidationError("--older-than \(olderThan): give a number with s, m, h, d or w, such as 30d.")
        }
        if let largerThan, TimeText.size(largerThan) == nil {
            throw ValidationError("--larger-than \(largerThan): give a number with K, M, G or T, such as 10G.")
        }
    }

    func run() throws {
        let store = SessionStore(folder: try store.folder())
        let rule = SessionRetention(
            age: olderThan.flatMap(TimeText.span), bytes: largerThan.flatMap(TimeText.size))
        let report = try reportingDisk { try rule.apply(to: store, now: .now(), rehearsal: isRehearsal) }
        if report.removed.isEmpty, report.failures.isEmpty { Output.line("nothing to delete in \(store.folder)") }
        for line in report.lines { Output.line(Columns.safe(line)) }
        if !report.failures.isEmpty { throw Exit.failed }
    }
}
