import Core
import Terminal

/// The Talk view.
extension ActionTable {
    static let talk: [Action] = [
        Action(
            .pushTalk, ["space"], in: [.talk], "talk",
            "open the microphone in push-to-talk; again closes it (or let go, where the terminal tells it; or hold [TALK])",
            isCommand: false, changesEngine: true),
        Action(
            .talkMode, ["v"], in: [.talk], "mode", "next talk mode: open microphone, push-to-talk, half duplex, text",
            argument: .choice(TalkMode.allCases.map(\.rawValue)), changesEngine: true),
        Action(
            .mute, ["m"], in: [.talk, .audio], "mute", "close or open the microphone", argument: .onOff,
            changesEngine: true),
        Action(
            .muteSpeaker, ["M"], in: [.talk, .audio, .calls], "mute agent",
            "silence the agent at the speaker; with a call, for its caller",
            argument: .onOff, changesEngine: true),
        Action(.cut, ["b"], in: [.talk], "cut", "cut the agent as a barge-in would", changesEngine: true),
        Action(
            .type, ["i", "enter"], in: [.talk], "type", "type a turn to the agent", isCommand: false,
            changesEngine: true),
        Action(
            .provider, ["p"], in: [.talk, .calls, .latency], "provider", "switch the provider, conversation kept",
            argument: .provider, changesEngine: true),
        Action(
            .undoSwitch, ["u"], in: [.talk, .calls, .latency], "undo", "go back to the provider before the last switch",
            changesEngine: true),
        Action(.providers, ["P"], in: [.global], "providers", "how each provider fares: keys, connections, failures"),
        Action(.expandTools, ["e"], in: [.talk], "expand", "show tool calls whole"),
        Action(.copy, ["y"], in: [.talk], "copy", "copy the transcript to the terminal's clipboard"),
        Action(
            .copyTurn, ["Y"], in: [.talk], "copy turn", "copy one turn: the chosen, found or first one on the screen"),
        Action(
            .timeStyle, ["t"], in: [.talk], "times",
            "tell times by the clock, since the start, or since the turn before",
            argument: .text("clock|elapsed|delta", required: false)),
        Action(
            .newConversation, [], in: [.talk], "new", "begin a new conversation at the devices",
            argument: .provider, changesEngine: true),
        Action(
            .say, [], in: [.talk], "say", "send a typed turn", argument: .text("words", required: true),
            changesEngine: true),
    ]
}
