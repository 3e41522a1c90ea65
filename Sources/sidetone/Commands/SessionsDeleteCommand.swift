import ArgumentParser
import Core
import Recording

/// `sidetone sessions delete`.
struct SessionsDeleteCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete", abstract: "Delete sessions, whole.",
        discussion: """
            Deletes the folder, what the index knows of it and its words. Names are given whole or by a unique part; when one
            cannot be found, nothing is deleted. A session that is being recorded is refused.
            Exit codes: 0 done, 1 one could not be deleted, 64 wrong arguments, 78 wrong configuration.
            """)

    @OptionGroup var store: StoreOptions

    @Argument(help: ArgumentHelp("Names or unique parts of names.", valueName: "session"))
    var names: [String]

    func run() throws {
        let store = SessionStore(folder: try store.folder())
        let found = try reportingDisk {
            var found: [String] = []
            for text in names { found.append(try store.find(text)) }
            return found
        }
        var gone: [String] = []
        var failed = false
        for name in found where !gone.contains(name) {
            do throws(DiskError) {
                try store.delete(name)
                gone.append(name)
                Output.line("deleted \(Columns.safe(name))")
            } catch {
                Output.error("sidetone: \(Columns.safe(error.description))")
                failed = true
            }
        }
        if !gone.isEmpty, SessionIndex.exists(in: store.folder) {
            try reportingDisk {
                let index = try SessionIndex(folder: store.folder)
                try index.remove(gone)
                try index.sweep()
                index.tellRemarks()
            }
        }
        if failed { throw Exit.failed }
    }
}
