import ArgumentParser
import Core
import Recording

/// `sidetone bench index`: how fast many sessions are listed and searched.
struct BenchIndexCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "index", abstract: "Measure listing and searching of many sessions.",
        discussion: """
            Makes session folders below a temporary folder (a kilobyte of log each), indexes them, asks, and removes them.
            100,000 take some minutes and 1.5 GB; --folder names a place with room.
            Exit codes: 0 done, 1 the folders could not be made, 64 wrong arguments.
            """)

    @Option(name: .long, help: ArgumentHelp("How many sessions.", valueName: "count"))
    var sessions = 100_000

    @Option(name: .long, help: ArgumentHelp("Where to make the folders; else TMPDIR or /tmp.", valueName: "dir"))
    var folder: String?

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    func validate() throws {
        guard (100...1_000_000).contains(sessions) else {
            throw ValidationError("--sessions \(sessions): give 100 to 1000000.")
        }
    }

    func run() throws {
        let rows = try reportingDisk {
            let scene = try IndexBenchScene(below: folder, sessions: sessions)
            defer { scene.remove() }
            return try IndexBench(scene: scene).run()
        }
        if json { return Output.line(JSONValue.array(rows.map(\.json)).text) }
        for line in Columns.table(["\(sessions) SESSIONS", "FOUND", "MEDIAN ms", "MOST ms"], rows.map(\.cells)) {
            Output.line(line)
        }
    }
}
