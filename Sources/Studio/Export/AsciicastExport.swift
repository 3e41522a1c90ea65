import Core
import Recording

/// asciicast v2 of `replay --plain`, each line at its time: plays in asciinema.
struct AsciicastExport: SessionExport {
    let name = "asciicast"
    let fileEnd = "cast"
    let summary = "asciicast v2 of the plain replay, for asciinema"

    func text(_ session: ExportDocument) -> String {
        let started = session.timeline.records.first?.wall.nanoseconds ?? 0
        let head: JSONValue = [
            "version": 2, "width": 110, "height": 30, "timestamp": .int(started / 1_000_000_000),
            "duration": .double(max(0, session.seconds)),
            "title": .string("sidetone session " + TranscriptVTT.plain(session.name)),
            "env": ["TERM": "xterm-256color"],
        ]
        var out = head.text + "\n"
        for line in ReplayPrinter.lines(session.timeline) {
            let shown = "\(TranscriptVTT.time(line.time, "."))  \(line.text)\r\n"
            out += JSONValue.array([.double(line.time), "o", .string(shown)]).text + "\n"
        }
        return JSONExport.visible(out)
    }
}
