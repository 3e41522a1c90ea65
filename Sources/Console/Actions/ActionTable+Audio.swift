import Terminal

/// The Audio view.
extension ActionTable {
    static let audio: [Action] = [
        Action(
            .devices, ["d"], in: [.audio], "devices",
            "choose microphone and speaker from a list; with words by a part of their names, none for no device",
            argument: .text("capture [playback]", required: false), changesEngine: true),
        Action(
            .loopback, ["c"], in: [.audio], "loopback test",
            "play a sweep and listen for it: round trip, level, echo; again cancels", changesEngine: true),
        Action(
            .calibrate, ["k"], in: [.audio], "calibrate",
            "measure two seconds of silence and set the speech detector by it; again cancels", changesEngine: true),
        Action(
            .cancelTest, ["escape"], in: [.audio], "cancel test", "end the test that runs", isCommand: false,
            changesEngine: true),
        Action(
            .gainUp, ["+"], in: [.audio], "gain up", "microphone 2 dB louder", isCommand: false, changesEngine: true),
        Action(
            .gainDown, ["-"], in: [.audio], "gain down", "microphone 2 dB softer", isCommand: false,
            changesEngine: true),
        Action(
            .gain, [], in: [.audio], "gain", "gain behind the microphone, -20 to 30 dB",
            argument: .text("dB", required: true), changesEngine: true),
        Action(
            .echo, ["A"], in: [.audio], "echo", "cancel the agent's echo in the microphone, or not", argument: .onOff,
            changesEngine: true),
    ]
}
