import Terminal

/// The Calls view and what an operator does with a call.
extension ActionTable {
    static let calls: [Action] = [
        Action(.selectUp, ["up", "k"], in: [.calls], "up", "previous call", isCommand: false),
        Action(.selectDown, ["down", "j"], in: [.calls], "down", "next call", isCommand: false),
        Action(.callsPageUp, ["pageup", "ctrl-u"], in: [.calls], "page up", "a page of calls back", isCommand: false),
        Action(
            .callsPageDown, ["pagedown", "ctrl-d"], in: [.calls], "page down", "a page of calls on", isCommand: false),
        Action(.firstCall, ["home", "g"], in: [.calls], "first", "the first call", isCommand: false),
        Action(.lastCall, ["end", "G"], in: [.calls], "last", "the last call", isCommand: false),
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
            .markCall, ["space"], in: [.calls], "mark",
            "mark the call: hang up and note then go to all that are marked",
            isCommand: false),
        Action(
            .sortCalls, [], in: [.calls], "sort", "sort the calls by a column",
            argument: .text("column", required: true)),
        Action(
            .callSortPrevious, ["<"], in: [.calls], "sort left", "sort by the column to the left", isCommand: false),
        Action(.callSortNext, [">"], in: [.calls], "sort right", "sort by the column to the right", isCommand: false),
        Action(.callSortReverse, ["Z"], in: [.calls], "reverse", "turn the order of the calls round"),
        Action(
            .columns, ["c"], in: [.calls], "columns", "choose the columns; with names behind it, show these",
            argument: .text("columns", required: false)),
        Action(
            .filterCalls, [], in: [.calls], "filter calls", "list only calls with these words; -word leaves out",
            argument: .text("words", required: false)),
        Action(
            .pauseCalls, ["o"], in: [.calls], "pause", "keep the list of calls as it is; again lets it go on"),
        Action(
            .leaveCalls, ["escape"], in: [.calls], "back", "lift the marks, then the pause, then the filter",
            isCommand: false),
        Action(
            .hangUp, ["h"], in: [.calls, .talk], "hang up", "end the call or conversation; asks first",
            changesEngine: true),
    ]
}
