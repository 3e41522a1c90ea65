import CALSA

/// Process-wide state of alsa-lib.
public enum ALSALibrary {
    private static let quietOnce: Void = calsa_quiet()

    /// Keeps alsa-lib and libpulse from writing to the terminal; runs once. Call it first thing in the program, before
    /// other threads run: it sets environment variables.
    public static func prepare() { _ = quietOnce }

    /// Forgets the configuration read, so that the next open sees a sound server that came or went: alsa-lib decides
    /// what "default" is when it reads its files. Any thread; not the engine's.
    static func forgetConfiguration() { snd_config_update_free_global() }
}
