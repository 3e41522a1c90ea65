import Core
import Recording

/// The transcript by turns, each word with its time; tool calls and incidents where they happened.
enum HTMLTranscript {
    static func section(_ session: ExportDocument) -> String {
        var out = "<section id=\"transcript\"><h2>Transcript</h2>\n"
        if session.turns.isEmpty { out += "<p class=\"note\">Nothing was said.</p>\n" }
        for (index, turn) in session.turns.enumerated() {
            let until = index + 1 < session.turns.count ? session.turns[index + 1].start : .infinity
            let from = index == 0 ? -1 : turn.start
            out += article(turn, session, session.incidents.filter { $0.time >= from && $0.time < until })
        }
        return out + "</section>\n"
    }

    private static func article(_ turn: ExportTurn, _ session: ExportDocument, _ incidents: [Incident]) -> String {
        var lines = session.utterances.filter { $0.turn == turn.number }.map { ($0.start, utterance($0)) }
        lines += turn.calls.map { ($0.start, call($0)) }
        lines += incidents.map { ($0.time, incident($0)) }
        let sorted = lines.enumerated().sorted { ($0.element.0, $0.offset) < ($1.element.0, $1.offset) }
        var head = "turn \(turn.number)"
        if let trigger = turn.trigger { head += " · \(trigger.rawValue)" }
        head += " · \(turn.outcome?.rawValue ?? "not ended")"
        if turn.e2eMs != nil { head += " · \(ExportNumber.ms(turn.e2eMs))" }
        if let share = turn.heardShare, share < 0.995 { head += " · \(ExportNumber.fixed(share * 100, 0)) % heard" }
        let tail = turn.provider.isEmpty ? "" : " · \(HTMLText.isolated(turn.provider))"
        return "<article id=\"turn-\(turn.number)\"><h3>\(head)\(tail)</h3>\n" + sorted.map(\.element.1).joined()
            + "</article>\n"
    }

    private static func utterance(_ said: Utterance) -> String {
        let side = said.speaker == .user ? "user" : "agent"
        var out = "<div class=\"cue \(side)\" data-s=\"\(ExportNumber.fixed(said.start, 3))\" "
        out += "data-e=\"\(ExportNumber.fixed(said.end, 3))\">\(HTMLHead.time(said.start))"
        out += "<b class=\"who\">\(said.speaker.rawValue)</b><p dir=\"auto\">"
        out += said.words.map(word).joined(separator: " ")
        if said.isTyped { out += " <small>typed</small>" }
        if said.wasCut {
            let heard = said.words.count { $0.isHeard }
            out += " <small class=\"cut\">cut: \(heard) of \(said.words.count) words heard</small>"
        }
        return out + "</p></div>\n"
    }

    private static func word(_ word: Utterance.Word) -> String {
        let text = HTMLText.escaped(word.text)
        guard word.isHeard else { return "<s>\(text)</s>" }
        return "<span data-t=\"\(ExportNumber.fixed(word.start, 3))\">\(text)</span>"
    }

    private static func call(_ call: ExportTurn.Call) -> String {
        let outcome = call.outcome?.rawValue ?? "no end"
        let isBad = call.outcome != .result
        var out =
            "<details class=\"tool\(isBad ? " bad" : "")\"><summary>\(HTMLHead.time(call.start))<b class=\"who\">Tool</b>"
        out += "<code>\(HTMLText.isolated(call.name))</code> <span class=\"outcome\">\(outcome)"
        out += "\(call.ms.map { ", " + ExportNumber.ms($0) } ?? "")</span></summary>"
        out += "<dl><dt>arguments</dt><dd><code dir=\"auto\">\(HTMLText.escaped(call.arguments))</code></dd>"
        out +=
            "<dt>\(isBad ? "output" : "result")</dt><dd><code dir=\"auto\">\(HTMLText.escaped(call.output))</code></dd></dl>"
        return out + "</details>\n"
    }

    private static func incident(_ incident: Incident) -> String {
        "<p class=\"event \(incident.kind.rawValue)\(incident.isBad ? " bad" : "")\">\(HTMLHead.time(incident.time))"
            + "<span dir=\"auto\">\(HTMLText.escaped(incident.text))</span></p>\n"
    }
}
