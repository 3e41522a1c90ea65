import ArgumentParser
import Core
import Recording

/// `sidetone sessions verify`.
struct SessionsVerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Check that sessions are whole and that audio and log agree.",
        discussion: """
            Without names, checks all sessions of the folder. Reads only.
            Exit codes: 0 all are whole, 1 one is not or cannot be read, 64 wrong arguments, 78 wrong configuration.
            """)

    @OptionGroup var store: StoreOptions

    @Flag(name: .long, help: "Print a JSON line for each session.")
    var json = false

    @Argument(help: ArgumentHelp("Folders, names or unique parts of names.", valueName: "session"))
    var names: [String] = []

    func run() throws {
        let folder = SessionStore(folder: try store.folder())
        let found = try reportingDisk { try paths(in: folder) }
        if found.isEmpty, !json { Output.line("no sessions in \(folder.folder)") }
        var whole = true
        for path in found {
            let report = SessionVerifier.verify(path: path)
            whole = whole && report.isWhole
            if json {
                if let line = try? EventCodec.encode(any: report) { Output.line(String(decoding: line, as: UTF8.self)) }
            } else {
                for line in report.lines { Output.line(line) }
            }
        }
        if !whole { throw Exit.failed }
    }

    private func paths(in store: SessionStore) throws(DiskError) -> [String] {
        var paths: [String] = []
        if names.isEmpty {
            guard FileKind(store.folder) != .nothing else { return [] }
            for name in try store.names() { paths.append(store.folder + "/" + name) }
        }
        for name in names { paths.append(FileKind(name) == .folder ? name : try store.session(name).path) }
        return paths
    }
}
