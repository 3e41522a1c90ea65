import Recording

/// WebVTT of both sides, as `transcript.vtt`.
struct VTTExport: SessionExport {
    let name = "vtt"
    let fileEnd = "vtt"
    let summary = "WebVTT subtitles, a voice span for each side"

    func text(_ session: ExportDocument) -> String { TranscriptVTT.text(session.cues) }
}
