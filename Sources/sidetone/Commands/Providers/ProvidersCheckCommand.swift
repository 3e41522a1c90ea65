import ArgumentParser
import Conversations
import Core
import Dispatch
import EmbeddedSpeech
import Network
import ProviderKit
import Synchronization

/// `sidetone providers check`: connects to providers as a conversation would.
struct ProvidersCheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Connect to providers: reachable, key taken, how long it takes.",
        discussion: """
            Each is connected as a conversation would connect it, until it is ready, and let go: nothing is said and no audio is
            sent. Without names: all of the configuration that can serve a conversation and have their key.
            Exit codes: 0 all are ready, 1 one is not, 64 wrong arguments, 78 wrong configuration or no such provider.
            """)

    @OptionGroup var file: ConfigOption

    @Option(
        name: .customLong("base-url"),
        help: ArgumentHelp("Replaces scheme, host and port of the vendor's address.", valueName: "url"))
    var baseURL: String?

    @Option(name: .long, help: ArgumentHelp("How often; the median is shown.", valueName: "n"))
    var times = 1

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    @Argument(help: ArgumentHelp("Which.", valueName: "name"))
    var names: [String] = []

    func validate() throws {
        guard (1...100).contains(times) else { throw ValidationError("--times \(times): use 1 to 100") }
    }

    func run() throws {
        let book = try reportingMistakes { try readBook() }
        let chosen = try reportingMistakes {
            try names.map { name throws(ConfigurationError) in try book.entry(name, .sts) }
        }
        let entries =
            names.isEmpty
            ? book.entries.filter { $0.kind == .sts && $0.isConfigured && book.obstacle($0) == nil } : chosen
        let loop = UVLoop()
        try reportingMistakes { try loop.start(name: "engine") }
        defer { loop.stop() }
        var isWell = true
        for entry in entries {
            let results = (0..<times).map { _ in Self.probe(entry.name, book, loop) }
            isWell = isWell && results.allSatisfy { $0.failure == nil }
            show(entry.name, results)
        }
        guard isWell else { throw Exit.failed }
    }

    private func readBook() throws -> ProviderBook {
        let context = try CommandContext(config: file.config)
        let url = try baseURL.map { text throws(ConfigurationError) in try URLParts(parsing: text) }
        return try ProviderBook(context.configuration, baseURL: url, environment: context.environment)
    }

    private func show(_ name: String, _ results: [ProviderProbe.Result]) {
        let times = results.compactMap(\.connectMs).sorted()
        let median = times.isEmpty ? nil : times[times.count / 2]
        let failure = results.compactMap(\.failure).first
        if json {
            let line: JSONValue = [
                "name": .string(name), "ready": .int(Int64(times.count)), "tries": .int(Int64(results.count)),
                "connectP50Ms": median.map { .double($0) } ?? .null, "error": failure.map { .string($0.text) } ?? .null,
                "fix": failure?.fix.map { .string($0) } ?? .null,
            ]
            return Output.line(line.text)
        }
        let ms = median.map {
            "ready in \(Columns.number($0, 0)) ms" + (results.count > 1 ? " (median of \(times.count))" : "")
        }
        let words = failure.map { [$0.text, $0.fix].compactMap { $0 }.joined(separator: "; ") }
        Output.line(Columns.row([(name, 28)], [ms, words].compactMap { $0 }.joined(separator: "; ")))
    }

    /// One connection, waited for.
    private static func probe(_ name: String, _ book: ProviderBook, _ loop: UVLoop) -> ProviderProbe.Result {
        let result = Mutex<ProviderProbe.Result?>(nil)
        let done = DispatchSemaphore(value: 0)
        loop.post {
            do throws(ConfigurationError) {
                let provider = try book.make(name)
                let opener = LinkRouter(network: LWSLinks(loop: loop), workers: SpeechWorkers(loop: loop))
                _ = ProviderProbe(provider, name: name, loop: loop, opener: opener) { outcome in
                    withExtendedLifetime(opener) { result.withLock { $0 = outcome } }
                    done.signal()
                }
            } catch {
                let failure = ProviderFailure(
                    code: "configuration", text: "\(error.place): \(error.cause)", fix: error.fix, consequence: .fatal)
                result.withLock { $0 = ProviderProbe.Result(failure: failure) }
                done.signal()
            }
        }
        done.wait()
        return result.withLock { $0 } ?? ProviderProbe.Result()
    }
}
