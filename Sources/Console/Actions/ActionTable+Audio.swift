import Terminal

/// The Audio view.
extension ActionTable {
    static let audio: [Action] = [
        Action(
            .devices, [], in: [.audio], "devices", "choose devices: capture and playback by a part of their names",
            argument: .text("capture [playback]", required: true), changesEngine: true)
    ]
}
