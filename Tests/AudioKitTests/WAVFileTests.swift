import AudioKit
import Glibc
import Testing

@Suite struct WAVFileTests {
    @Test func aClipSurvivesTheFile() throws {
        var tone = ToneGenerator(frequency: 300, sampleRate: 8000)
        let clip = AudioClip(sampleRate: 8000, channels: 2, samples: tone.samples(1600))
        let path = "/tmp/sidetone-audiokit-\(getpid()).wav"
        defer { unlink(path) }
        try AudioFile.write(clip, to: path)
        #expect(try AudioFile.read(path) == clip)
        #expect(clip.frames == 800 && clip.milliseconds == 100)
        #expect(clip.channel(1) == stride(from: 1, to: 1600, by: 2).map { clip.samples[$0] })
        #expect(clip.channel(2).isEmpty)
    }

    @Test func errorsNameTheFile() {
        #expect(throws: AudioKitError.badFile("/nowhere/a.wav: No such file or directory")) {
            try AudioFile.read("/nowhere/a.wav")
        }
    }
}
