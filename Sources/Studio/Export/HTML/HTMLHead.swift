import Core
import Recording

/// Head of the page, and the lists beside the transcript.
enum HTMLHead {
    static func header(_ session: ExportDocument) -> String {
        let start = session.meta.start
        let line = [start.agent, start.provider, start.model, start.caller ?? start.leg.rawValue].compactMap { $0 }
        var out = "<header>\n<div><h1>\(HTMLText.isolated(session.name))</h1>\n"
        out +=
            "<p class=\"sub\">\((line + [session.meta.started]).map(HTMLText.isolated).joined(separator: " · "))</p></div>\n"
        out += "<dl class=\"figures\">\(figures(session).map(figure).joined())</dl>\n</header>\n"
        for missing in session.shortcomings {
            out += "<p class=\"banner\" role=\"note\"><b>Not whole:</b> \(HTMLText.isolated(missing))</p>\n"
        }
        if session.isRedacted {
            out += "<p class=\"banner\" role=\"note\"><b>Redacted</b> by the rules of the configuration.</p>\n"
        }
        return out
    }

    private static func figure(_ figure: (name: String, value: String)) -> String {
        "<div><dt>\(figure.name)</dt><dd>\(HTMLText.escaped(figure.value))</dd></div>"
    }

    private static func figures(_ session: ExportDocument) -> [(name: String, value: String)] {
        let count = { (kind: Incident.Kind) in String(session.incidents.count { $0.kind == kind }) }
        let bad = session.incidents.count { $0.isBad }
        var figures = [
            ("length", ExportNumber.clock(session.seconds)), ("turns", String(session.turns.count)),
            ("barge-ins", count(.bargeIn)), ("tool calls", String(session.turns.reduce(0) { $0 + $1.calls.count })),
            ("troubles", String(bad)),
        ]
        if let p50 = session.percentile(0.5), let p95 = session.percentile(0.95) {
            figures += [("e2e p50", ExportNumber.ms(p50)), ("e2e p95", ExportNumber.ms(p95))]
        } else if let slowest = session.latencies.last {
            figures.append(("slowest e2e", ExportNumber.ms(slowest)))
        }
        figures.append(("cost", session.dollars.map { "$" + ExportNumber.fixed($0, 4) } ?? "–"))
        return figures
    }

    /// Barge-ins, switches, troubles and remarks by time.
    static func incidents(_ session: ExportDocument) -> String {
        let groups: [(title: String, kinds: [Incident.Kind])] = [
            ("Troubles", [.trouble, .gap]), ("Provider switches", [.switched]), ("Barge-ins", [.bargeIn]),
            ("Remarks", [.remark]),
        ]
        return groups.map { group in
            let own = session.incidents.filter { group.kinds.contains($0.kind) }
            guard !own.isEmpty else { return "" }
            return "<section class=\"card\"><h2>\(group.title)</h2>\n<ul class=\"incidents\">\n"
                + own.map(item).joined() + "</ul></section>\n"
        }.joined()
    }

    private static func item(_ incident: Incident) -> String {
        "<li class=\"\(incident.kind.rawValue)\(incident.isBad ? " bad" : "")\">\(time(incident.time))"
            + "<span dir=\"auto\">\(HTMLText.escaped(incident.text))</span></li>\n"
    }

    /// A time that the player jumps to.
    static func time(_ seconds: Double) -> String {
        "<button class=\"t\" type=\"button\" data-t=\"\(ExportNumber.fixed(seconds, 3))\">\(ExportNumber.clock(seconds))</button>"
    }

    /// Meta data and the prompt.
    static func details(_ session: ExportDocument) -> String {
        var out = "<section class=\"card\"><h2>Session</h2>\n<dl class=\"facts\">\n"
        for fact in session.facts {
            out += "<dt>\(fact.name)</dt><dd dir=\"auto\">\(HTMLText.escaped(fact.value))</dd>\n"
        }
        out += "</dl>\n"
        if let prompt = session.meta.start.instructions {
            out += "<details><summary>Instructions of the agent</summary>"
            out += "<p dir=\"auto\">\(HTMLText.escaped(prompt))</p></details>\n"
        }
        return out + "</section>\n"
    }
}
