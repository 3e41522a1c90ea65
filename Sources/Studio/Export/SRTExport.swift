import Recording

/// SubRip: `You: …`, `Agent: …`.
struct SRTExport: SessionExport {
    let name = "srt"
    let fileEnd = "srt"
    let summary = "SubRip subtitles"

    func text(_ session: ExportDocument) -> String {
        var out = ""
        for (index, cue) in session.cues.enumerated() {
            let end = max(cue.end, cue.start + 0.001)
            out += "\(index + 1)\n\(TranscriptVTT.time(cue.start, ",")) --> \(TranscriptVTT.time(end, ","))\n"
            out += "\(cue.speaker.rawValue): \(Self.harmless(cue.text))\n\n"
        }
        return out
    }

    /// The format knows no escapes, and players obey `<font>` and `{\an8}`: such brackets are replaced by look-alikes.
    private static func harmless(_ text: String) -> String {
        let alike: [Character: Character] = ["<": "‹", ">": "›", "{": "(", "}": ")"]
        return String(TranscriptVTT.plain(text).map { alike[$0] ?? $0 })
    }
}
