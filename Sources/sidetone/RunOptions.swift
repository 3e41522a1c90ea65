import ArgumentParser

/// The options of `talk` and `serve`; each wins over the configuration file.
struct RunOptions: ParsableArguments {
    @Option(name: .long, help: ArgumentHelp("Configuration file.", valueName: "file"))
    var config: String?

    @Option(
        name: .long,
        help: ArgumentHelp("Provider that serves conversations; see `sidetone providers`.", valueName: "name"))
    var provider: String?

    @Option(
        name: .customLong("base-url"),
        help: ArgumentHelp(
            "Replaces scheme, host and port of the vendor's address; path and query stay.", valueName: "url"))
    var baseURL: String?

    @Option(name: .long, help: ArgumentHelp("Agent of the configuration.", valueName: "name"))
    var agent: String?

    @Option(
        name: .long,
        help: ArgumentHelp("Listen for Asterisk's AudioSocket calls; port 0 takes a free one.", valueName: "host:port"))
    var audiosocket: String?

    @Option(
        name: .long,
        help: ArgumentHelp("Serve health, metrics and the API; port 0 takes a free one.", valueName: "host:port"))
    var http: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Control socket for `sidetone attach` and `sidetone ctl`; off opens none.", valueName: "path|off"))
    var control: String?

    @Option(name: .long, help: ArgumentHelp("Folder of the recorded sessions.", valueName: "dir"))
    var sessions: String?

    @Flag(name: .long, inversion: .prefixedNo, help: "Record every session to disk.")
    var record: Bool?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Sound devices of this run: none, or files in their place, paced by the clock: fake:IN.wav,OUT.wav[,SENT.wav].",
            valueName: "devices"))
    var audio: String?

    @Option(
        name: .customLong("talk-mode"),
        help: ArgumentHelp(
            "How the microphone is used at the start: open-mic, ptt, half-duplex, text.", valueName: "mode"))
    var talkMode: String?

    @Option(name: .long, help: ArgumentHelp("Colour theme; see `sidetone themes`.", valueName: "name"))
    var theme: String?
}

/// `--config` for the commands that only read it.
struct ConfigOption: ParsableArguments {
    @Option(name: .long, help: ArgumentHelp("Configuration file.", valueName: "file"))
    var config: String?
}
