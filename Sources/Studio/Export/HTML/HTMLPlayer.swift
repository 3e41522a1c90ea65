import Core
import Recording

/// The player with the outline of both channels and marks on the time line.
enum HTMLPlayer {
    static func section(_ session: ExportDocument, _ digest: AudioDigest?) -> String {
        var out = "<section id=\"player\" aria-label=\"Player\">\n"
        if let opus = digest?.opus {
            out += "<div class=\"controls\"><audio id=\"audio\" controls preload=\"auto\" "
            out += "src=\"data:audio/ogg;codecs=opus;base64,\(opus)\"></audio>\n"
            out +=
                "<p class=\"hint\">Left the caller, right the agent. <kbd>space</kbd> plays, <kbd>←</kbd> <kbd>→</kbd> 5 s, "
            out += "<kbd>j</kbd> <kbd>k</kbd> next and last utterance.</p></div>\n"
        } else {
            let reason = digest?.reason ?? session.audioReason ?? "There is no audio."
            out += "<p class=\"note\">\(HTMLText.escaped(reason))</p>\n"
        }
        return out + timeline(session, digest) + "</section>\n"
    }

    private static func timeline(_ session: ExportDocument, _ digest: AudioDigest?) -> String {
        guard session.seconds > 0 else { return "" }
        let isBusy = session.incidents.contains { signs[$0.kind] != nil }
        var out =
            "<div id=\"wave\">\n<div class=\"marks\(isBusy ? " two" : "")\">\(marks(session))</div>\n<div class=\"lanes\">\n"
        out +=
            lane("user", "caller", digest?.user ?? [], session) + lane("agent", "agent", digest?.agent ?? [], session)
        out += "<div id=\"head\" hidden></div></div>\n<div class=\"axis\">\(axis(session.seconds))</div>\n</div>\n"
        return out
    }

    /// One channel: its outline, and behind it where its side speaks.
    private static func lane(_ name: String, _ title: String, _ peaks: [Double], _ session: ExportDocument) -> String {
        let spoken = session.utterances.filter { ($0.speaker == .user) == (name == "user") && !$0.isTyped }
        var out = "<svg class=\"lane \(name)\" viewBox=\"0 0 1200 100\" preserveAspectRatio=\"none\" role=\"img\" "
        out += "aria-label=\"Sound of the \(title)\">"
        for said in spoken {
            let x = share(said.start, session) * 12, width = max(1, share(said.end, session) * 12 - x)
            out += "<rect class=\"said\" x=\"\(ExportNumber.fixed(x, 1))\" width=\"\(ExportNumber.fixed(width, 1))\" "
            out += "height=\"100\"/>"
        }
        return out + "<path d=\"\(outline(peaks))\"/></svg><span class=\"side \(name)\">\(title)</span>\n"
    }

    /// A closed line around the peaks, scaled to the loudest.
    private static func outline(_ peaks: [Double]) -> String {
        guard !peaks.isEmpty else { return "M0 50H1200" }
        let loudest = max(0.02, peaks.max() ?? 0)
        let step = 1200 / Double(peaks.count)
        let upper = peaks.enumerated().map { point(Double($0.offset) * step, 50 - 48 * $0.element / loudest) }
        let lower = peaks.enumerated().reversed().map {
            point(Double($0.offset) * step, 50.4 + 48 * $0.element / loudest)
        }
        return "M" + (upper + lower).joined(separator: "L") + "Z"
    }

    private static func point(_ x: Double, _ y: Double) -> String {
        "\(ExportNumber.fixed(x, 0)) \(ExportNumber.fixed(y, 1))"
    }

    /// Place on the time line in percent.
    static func share(_ time: Double, _ session: ExportDocument) -> Double {
        session.seconds > 0 ? min(100, max(0, time / session.seconds * 100)) : 0
    }

    /// What stands on the time line for an incident.
    private static let signs: [Incident.Kind: String] = [.bargeIn: "✕", .switched: "⇄", .trouble: "!", .gap: "∅"]

    private static func marks(_ session: ExportDocument) -> String {
        var out = ""
        for turn in session.turns.prefix(500) {
            out += mark("turn", turn.start, "\(turn.number)", "turn \(turn.number)", session)
        }
        for incident in session.incidents.prefix(500) {
            guard let sign = signs[incident.kind] else { continue }
            out += mark(incident.kind.rawValue, incident.time, sign, incident.text, session)
        }
        return out
    }

    private static func mark(
        _ kind: String, _ time: Double, _ sign: String, _ title: String, _ session: ExportDocument
    ) -> String {
        "<button class=\"mark \(kind)\" type=\"button\" data-t=\"\(ExportNumber.fixed(time, 3))\" "
            + "style=\"left:\(ExportNumber.fixed(share(time, session), 2))%\" title=\"\(HTMLText.escaped(title))\">\(sign)</button>"
    }

    /// At most a dozen times at round places.
    private static func axis(_ seconds: Double) -> String {
        let steps = [1.0, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200, 86400]
        let step = steps.first { seconds / $0 <= 12 } ?? seconds / 10
        return stride(from: 0, to: seconds, by: step).filter { $0 < seconds * 0.95 }.map { time in
            "<span style=\"left:\(ExportNumber.fixed(time / seconds * 100, 2))%\">\(clock(time))</span>"
        }.joined()
    }

    private static func clock(_ seconds: Double) -> String { String(ExportNumber.clock(seconds).dropLast(2)) }
}
