import ArgumentParser
import Core
import Glibc
import Recording

/// `sidetone sessions search`.
struct SessionsSearchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "search", abstract: "Search what was said and what tools were given and gave.",
        discussion: """
            A session is found when all words occur in it, whatever their case and accents; newest first. "Two words" in quotes
            stand beside each other; book* finds any ending. Found words are marked: bold on a terminal, else *so*.
            Exit codes: 0 found, 1 nothing found or the folder cannot be read, 64 wrong arguments, 78 wrong configuration.
            """)

    @OptionGroup var store: StoreOptions
    @OptionGroup var which: SessionFilterOptions

    @Option(name: .long, help: ArgumentHelp("At most so many.", valueName: "count"))
    var limit = 20

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    @Argument(help: ArgumentHelp("What to search for.", valueName: "word"))
    var words: [String]

    func validate() throws {
        if limit < 1 { throw ValidationError("--limit \(limit): it must be 1 or more.") }
    }

    func run() throws {
        let folder = try store.folder()
        guard FileKind(folder) != .nothing else { return try nothing("no sessions in \(folder)") }
        let index = try SessionIndex.current(in: folder)
        let typed = words.joined(separator: " ")
        let found = try reportingDisk { try index.search(typed, which.filter, limit: limit) }
        index.tellRemarks()
        guard let found else {
            throw ValidationError(
                "\(Columns.safe(typed)): there is no letter and no digit in it. Give a word to search for.")
        }
        if found.isEmpty { return try nothing("no session in \(folder) holds \(typed)") }
        if json { return Output.line(JSONValue.array(found.map(Self.json)).text) }
        let isBold = isatty(STDOUT_FILENO) != 0 && getenv("NO_COLOR") == nil && Self.terminalCan
        for hit in found { for line in Self.lines(hit, isBold: isBold) { Output.line(line) } }
    }

    private func nothing(_ words: String) throws {
        if json { Output.line("[]") } else { Output.line(Columns.safe(words)) }
        throw Exit.failed
    }

    private static var terminalCan: Bool { getenv("TERM").map { String(cString: $0) != "dumb" } ?? false }

    /// The session, then what was found below it. Marks are ours: they come around text that is clean already.
    private static func lines(_ hit: SearchHit, isBold: Bool) -> [String] {
        let session = hit.session
        let head = [
            session.name, Columns.clock(session.seconds), session.providers.joined(separator: "+"),
            session.caller ?? session.leg, session.outcome.rawValue,
        ]
        let (begin, end) = isBold ? ("\u{1B}[1m", "\u{1B}[22m") : ("*", "*")
        let excerpts = hit.excerpts.map { excerpt in
            let text = excerpt.pieces.map { piece in
                let safe = Columns.safe(piece.text)
                return piece.isHit ? begin + safe + end : safe
            }
            return "    " + Columns.padded(excerpt.who, 6) + text.joined()
        }
        return [head.map(Columns.safe).joined(separator: "  ")] + excerpts
    }

    private static func json(_ hit: SearchHit) -> JSONValue {
        let excerpts = hit.excerpts.map { excerpt -> JSONValue in
            let pieces = excerpt.pieces.map { ["text": .string($0.text), "isHit": .bool($0.isHit)] as JSONValue }
            return ["who": .string(excerpt.who), "pieces": .array(pieces)]
        }
        return ["session": SessionRows.json(hit.session), "excerpts": .array(excerpts)]
    }
}
