import Core
import Recording
import Testing

@testable import Studio

@Suite struct SubtitlesWriterTests {
    @Test func srtAndVttOfTheSample() throws {
        let replay = try SessionReplay(path: samplePath)
        let srt = SubtitlesWriter.srt(replay.timeline.records, sampleRate: 8000)
        #expect(srt.hasPrefix("1\n00:00:00,400 --> 00:00:02,040\nYou: What time is it in Berlin?\n\n2\n"))
        #expect(srt.contains("Tomorrow there will be some rain —\n"))
        let vtt = SubtitlesWriter.vtt(replay.timeline.records, sampleRate: 8000)
        #expect(try TranscriptVTT.check(Array(vtt.utf8)) == 4)
    }
}
