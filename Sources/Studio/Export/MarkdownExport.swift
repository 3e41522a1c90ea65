import Core
import Recording

/// A report to read, for issue trackers and wikis.
struct MarkdownExport: SessionExport {
    let name = "markdown"
    let fileEnd = "md"
    let summary = "a report to read"

    func text(_ session: ExportDocument) -> String {
        var out = "# Session \(Self.plain(session.name))\n\n"
        for fact in session.facts { out += "- \(fact.name): \(Self.plain(fact.value))\n" }
        if session.isRedacted { out += "- redacted by the rules of the configuration\n" }
        for missing in session.shortcomings { out += "- **missing**: \(Self.plain(missing))\n" }
        return out + turns(session) + transcript(session) + incidents(session)
    }

    private func turns(_ session: ExportDocument) -> String {
        guard !session.turns.isEmpty else { return "\n## Turns\n\nThere was none.\n" }
        var out =
            "\n## Turns\n\n| turn | start | trigger | outcome | e2e | heard e2e | parts (ms) | heard | provider | cost |\n"
        out += "|---:|---:|---|---|---:|---:|---|---:|---|---:|\n"
        for turn in session.turns {
            let parts = turn.parts.map { "\($0.name) \(ExportNumber.fixed($0.ms, 0))" }.joined(separator: ", ")
            let cells = [
                String(turn.number), ExportNumber.clock(turn.start), turn.trigger?.rawValue ?? "–",
                turn.outcome?.rawValue ?? "not ended", ExportNumber.ms(turn.e2eMs), ExportNumber.ms(turn.heardE2eMs),
                parts,
                turn.heardShare.map { ExportNumber.fixed($0 * 100, 0) + " %" } ?? "–", turn.provider,
                turn.dollars.map { "$" + ExportNumber.fixed($0, 4) } ?? "–",
            ]
            out += "| " + cells.map(Self.plain).joined(separator: " | ") + " |\n"
        }
        if let p50 = session.percentile(0.5), let p95 = session.percentile(0.95) {
            out += "\ne2e p50 \(ExportNumber.ms(p50)), p95 \(ExportNumber.ms(p95))\n"
        }
        return out
    }

    private func transcript(_ session: ExportDocument) -> String {
        var out = "\n## Transcript\n"
        var lines: [(time: Double, text: String)] = session.utterances.map { said in
            let unheard = said.words.filter { !$0.isHeard }.map(\.text).joined(separator: " ")
            let heard = Self.plain(said.words.filter(\.isHeard).map(\.text).joined(separator: " "))
            let cut = unheard.isEmpty ? "" : " ~~\(Self.plain(unheard))~~ *(cut)*"
            let typed = said.isTyped ? " (typed)" : ""
            return (
                said.start, "**\(said.speaker.rawValue)**\(typed) \(ExportNumber.clock(said.start)): \(heard)\(cut)"
            )
        }
        for call in session.turns.flatMap(\.calls) {
            let end = "\(call.outcome?.rawValue ?? "no end") in \(ExportNumber.ms(call.ms))"
            let output = call.output.isEmpty ? "" : ": \(Self.code(call.output))"
            lines.append(
                (
                    call.start,
                    "**Tool** \(ExportNumber.clock(call.start)): \(Self.code(call.name)) \(Self.code(call.arguments)) → \(end)\(output)"
                ))
        }
        for line in lines.enumerated().sorted(by: { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }) {
            out += "\n\(line.element.text)\n"
        }
        return out
    }

    private func incidents(_ session: ExportDocument) -> String {
        guard !session.incidents.isEmpty else { return "" }
        return "\n## Barge-ins, switches, troubles, remarks\n\n"
            + session.incidents.map { incident in
                "- \(ExportNumber.clock(incident.time)) \(incident.isBad ? "**!** " : "")\(Self.plain(incident.text))\n"
            }.joined()
    }

    /// Text on one line in which no character means anything to Markdown or HTML.
    static func plain(_ outside: String) -> String {
        let text = TranscriptVTT.plain(outside)
        var out = ""
        for character in text {
            switch character {
            case "&": out += "&amp;"
            case "<": out += "&lt;"
            case ">": out += "&gt;"
            case "\\", "`", "*", "_", "[", "]", "#", "|", "~", "!", "$", "@": out += "\\\(character)"
            default: out.append(character)
            }
        }
        // Addresses become links by themselves on some sites.
        return out.split(separator: "www.", omittingEmptySubsequences: false).joined(separator: "www\\.")
            .split(separator: "://", omittingEmptySubsequences: false).joined(separator: ":\\//")
    }

    /// As code, fenced by more backticks than it holds in a row.
    static func code(_ outside: String) -> String {
        let text = TranscriptVTT.plain(outside)
        guard text.contains(where: { $0 != " " }) else { return "" }
        var (run, longest) = (0, 0)
        for character in text {
            run = character == "`" ? run + 1 : 0
            longest = max(longest, run)
        }
        let fence = String(repeating: "`", count: longest + 1)
        return longest > 0 ? "\(fence) \(text) \(fence)" : fence + text + fence
    }
}
