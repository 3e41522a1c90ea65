import Core
import Recording

/// Subtitles of a session. Pure.
public enum SubtitlesWriter {
    /// WebVTT, as in `transcript.vtt`.
    public static func vtt(_ records: [EventRecord], sampleRate: Int) -> String {
        TranscriptVTT.text(cues(records, sampleRate))
    }

    /// SubRip: `You: …`, `Agent: …`.
    public static func srt(_ records: [EventRecord], sampleRate: Int) -> String {
        var out = ""
        for (index, cue) in cues(records, sampleRate).enumerated() {
            out += "\(index + 1)\n\(TranscriptVTT.time(cue.start, ",")) --> \(TranscriptVTT.time(cue.end, ","))\n"
            out += "\(cue.speaker.rawValue): \(TranscriptVTT.plain(cue.text))\n\n"
        }
        return out
    }

    private static func cues(_ records: [EventRecord], _ sampleRate: Int) -> [TranscriptCue] {
        var builder = TranscriptBuilder(sampleRate: sampleRate)
        for record in records { builder.add(record) }
        return builder.cues
    }
}
