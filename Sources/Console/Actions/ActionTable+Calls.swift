import Terminal

/// The Calls view and what an operator does with a call.
extension ActionTable {
    static let calls: [Action] = [
        Action(.selectUp, ["up", "k"], in: [.calls], "up", "previous call", isCommand: false),
        Action(.selectDown, ["down", "j"], in: [.calls], "down", "next call", isCommand: false),
        Action(.openCall, ["enter"], in: [.calls], "open", "show the call in Talk"),
        Action(
            .closeCall, ["escape"], in: [.talk, .latency], "back",
            "clear the search, then leave the zoom, then go from an opened call to our own conversation"),
        Action(
            .listen, ["l"], in: [.calls, .talk], "listen", "hear the call at the speaker; again stops"),
        Action(
            .whisper, ["w"], in: [.calls, .talk], "whisper", "tell the agent something; the caller does not hear it",
            argument: .text("words", required: false), changesEngine: true),
        Action(
            .takeOver, ["O"], in: [.calls, .talk], "take over", "your microphone to the caller, the agent silent",
            changesEngine: true),
        Action(
            .giveBack, ["a"], in: [.calls, .talk], "give back", "the call back to the agent, which is told of it",
            changesEngine: true),
        Action(
            .digits, ["d"], in: [.calls, .talk], "dtmf", "send keys to the caller's side as tones",
            argument: .text("keys", required: false), changesEngine: true),
        Action(
            .note, ["n"], in: [.calls], "note", "write a remark into the session's log",
            argument: .text("words", required: false), changesEngine: true),
        Action(
            .hangUp, ["h"], in: [.calls, .talk], "hang up", "end the call or conversation; asks first",
            changesEngine: true),
    ]
}
