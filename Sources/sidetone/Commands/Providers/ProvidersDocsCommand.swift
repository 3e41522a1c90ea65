import ArgumentParser
import Configuration
import Core
import Foundation
import ProviderKit

/// `sidetone providers docs`: fills the facts of every type into its page, or says which pages are stale.
struct ProvidersDocsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "docs", abstract: "Fill the generated part of the pages of all provider types.",
        discussion: """
            A page FOLDER/NAME.md holds the lines <!-- generated --> and <!-- /generated -->; what is between them is written
            anew. Exit codes: 0 done, 1 a page is missing, has no such lines, or (with --check) is stale.
            """)

    @Flag(name: .long, help: "Change nothing, only say what is stale.")
    var check = false

    @Argument(help: ArgumentHelp("Folder of the pages.", valueName: "folder"))
    var folder: String

    func run() throws {
        let book = try reportingMistakes {
            try ProviderBook(SidetoneConfiguration(), baseURL: nil, environment: [:])
        }
        var faults: [String] = []
        for entry in book.entries + [Self.pipeline] {
            if let fault = write("\(entry.name).md", Self.block(entry, ProviderFacts(entry, book))) {
                faults.append(fault)
            }
        }
        if let fault = write("README.md", Self.index(book.entries)) { faults.append(fault) }
        faults.forEach { Output.line($0) }
        guard faults.isEmpty else { throw Exit.failed }
    }

    /// The pipeline stands for no vendor: its facts are its options.
    private static let pipeline = ProviderEntry(
        name: "pipeline",
        source: .pipeline(
            ProviderEntry.PipelineParts(asr: "local-recognizer", llm: "scripted", tts: "local-synthesizer")),
        configuration: ProviderConfiguration(name: "pipeline"))

    /// What is wrong with a page; nil when all is well.
    private func write(_ name: String, _ block: String) -> String? {
        let path = "\(folder)/\(name)"
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return "\(path): missing" }
        guard let head = text.range(of: "<!-- generated -->\n"),
            let tail = text.range(of: "<!-- /generated -->", range: head.upperBound..<text.endIndex)
        else { return "\(path): no line <!-- generated --> with a line <!-- /generated --> after it" }
        let made = text[..<head.upperBound] + block + text[tail.lowerBound...]
        guard made != text else { return nil }
        if check { return "\(path): out of date; make docs" }
        do { try made.write(toFile: path, atomically: true, encoding: .utf8) } catch { return "\(path): \(error)" }
        return nil
    }

    private static func block(_ entry: ProviderEntry, _ facts: ProviderFacts) -> String {
        let key = entry.keyVariables.map { "`\($0)`" }.joined(separator: " or ")
        let need = key.isEmpty ? "not needed" : entry.missingKey == nil ? "\(key), where the server wants one" : key
        let rows = facts.rows.filter { !$0.1.isEmpty && !["type", "key", "model"].contains($0.0) }
        var lines = [
            "", "| | |", "|---|---|", "| type | `\(entry.name)` |", "| key | \(need) |",
        ]
        lines += rows.map { "| \($0.0) | \(cell($0.1)) |" }
        if !entry.options.isEmpty {
            lines += ["", "| option | meaning | default |", "|---|---|---|"]
            lines += entry.options.map { "| `\($0.name)` | \(cell($0.summary)) | \(cell($0.defaultValue ?? "–")) |" }
        }
        return lines.joined(separator: "\n") + "\n\n"
    }

    private static func index(_ entries: [ProviderEntry]) -> String {
        let rows = entries.map { entry in
            let key = entry.keyVariables.first.map { "`\($0)`" } ?? "–"
            return "| [\(entry.name)](\(entry.name).md) | \(entry.kind.label) | \(key) | \(cell(entry.summary)) |"
        }
        return "\n" + (["| type | kind | key | what |", "|---|---|---|---|"] + rows).joined(separator: "\n") + "\n\n"
    }

    private static func cell(_ text: String) -> String { text.replacingOccurrences(of: "|", with: "\\|") }
}
