/// The sample rates the audio path takes, in Hz.
public enum SampleRate {
    public static let supported = [8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000, 96000, 192_000]

    /// Samples of a stretch of time, rounded down.
    public static func samples(milliseconds: Int, at rate: Int) -> Int { rate * milliseconds / 1000 }

    /// Milliseconds of a number of samples, rounded down.
    public static func milliseconds(samples: Int, at rate: Int) -> Int { rate > 0 ? samples * 1000 / rate : 0 }
}
