import ArgumentParser
import AudioKit
import Core
import Glibc

/// `sidetone bench`: what things cost on this machine, in one run. Never judges.
struct BenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench", abstract: "Measure audio stages, console frames and whole calls; print the figures.",
        discussion: """
            Whole calls need the callbench tool (a load client, an echo provider and a bare C bridge as the yardstick): the
            bridge and this program are run in turn, and their ratios told. Compare figures of one run only.
            Exit codes: 0 done, 1 a part could not be run (the others are told), 64 wrong arguments.
            """,
        subcommands: [BenchIndexCommand.self])

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    @Flag(name: .long, help: "Fewer rounds, shorter calls.")
    var quick = false

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Folder of the callbench tool; without it ../shared/tools/callbench, if there.", valueName: "dir"))
    var callbench: String?

    @Option(name: .long, help: ArgumentHelp("Numbers of calls, with commas.", valueName: "counts"))
    var calls = "1,50,200"

    @Flag(name: .customLong("no-calls"), help: "Leave whole calls out.")
    var withoutCalls = false

    func validate() throws {
        let counts = calls.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
        guard counts.allSatisfy({ $0.map { (1...2000).contains($0) } ?? false }) else {
            throw ValidationError("--calls \(calls): give numbers from 1 to 2000 with commas, such as 1,50.")
        }
    }

    func run() throws {
        var report = BenchReport()
        report.measureAudio(rounds: quick ? 300 : 2000)
        report.measureConsole(rounds: quick ? 50 : 300)
        if let folder = toolFolder { report.measureCalls(CallBench(folder: folder, calls: calls, isQuick: quick)) }
        if json { Output.line(report.json.text) } else { report.lines.forEach { Output.line($0) } }
        if !report.failures.isEmpty {
            for failure in report.failures { Output.error("sidetone: \(failure)") }
            throw Exit.failed
        }
    }

    private var toolFolder: String? {
        if withoutCalls { return nil }
        if let callbench { return callbench }
        let usual = "../shared/tools/callbench"
        return FileKind(usual + "/callbench") == .file ? usual : nil
    }
}
