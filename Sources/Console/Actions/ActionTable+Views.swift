import Terminal

/// Choosing what the work area shows, and what works in every view.
extension ActionTable {
    static let views: [Action] = [
        Action(.showTalk, ["1"], in: [.global], "Talk", "the conversation: transcript, meters, waterfall"),
        Action(.showLatency, ["2"], in: [.global], "Latency", "every turn's latency, percentiles, history"),
        Action(.showCalls, ["3"], in: [.global], "Calls", "all phone calls"),
        Action(.showEvents, ["4"], in: [.global], "Events", "the event log"),
        Action(.showSessions, ["5"], in: [.global], "Sessions", "what was recorded: list, search, replay"),
        Action(.showAudio, ["6"], in: [.global], "Audio", "devices, formats, counters"),
        Action(.showCompare, ["7"], in: [.global], "Compare", "the same turns through several providers"),
        Action(.nextPane, ["tab"], in: [.global], "pane", "the focus to the next pane of the view"),
        Action(.previousPane, ["shift-tab"], in: [.global], "pane back", "the focus to the pane before"),
        Action(.zoom, ["z"], in: [.global], "zoom", "the focused pane over the whole work area; again goes back"),
        Action(.nextView, ["ctrl-n"], in: [.global], "next view", "next view"),
        Action(.previousView, ["ctrl-p"], in: [.global], "view back", "the view before"),
    ]

    static let global: [Action] = [
        Action(.help, ["?", "f1"], in: [.global], "keys", "the keys of this view; type to filter, Enter runs one"),
        Action(.command, [":"], in: [.global], "command", "run any action by name; Tab completes", isCommand: false),
        Action(
            .search, ["/"], in: [.global], "find", "search the transcript; in Events and Calls: list what matches",
            argument: .text("text", required: false)),
        Action(.theme, ["T"], in: [.global], "theme", "choose a theme with preview", argument: .theme),
        Action(
            .record, ["R"], in: [.global], "record", "recording on or off", argument: .onOff, changesEngine: true),
        Action(.dismiss, ["x"], in: [.global], "dismiss", "hide the trouble shown until it is another"),
        Action(
            .dump, [], in: [.global], "dump", "write the screen as text into a file",
            argument: .text("file", required: true)),
        Action(.redraw, ["ctrl-l"], in: [.anywhere], "redraw", "draw the screen anew"),
        Action(
            .suspend, ["ctrl-z"], in: [.anywhere], "suspend", "stop the program; the microphone is closed meanwhile"),
        Action(
            .interrupt, ["ctrl-c"], in: [.anywhere], "cancel",
            "cancel what is open, else cut the agent; twice within a second quits", isCommand: false),
        Action(.detach, [], in: [.global], "detach", "leave the screen; calls go on, sidetone attach comes back"),
        Action(
            .shutdown, [], in: [.global], "shutdown", "end all calls in order, then the program; asks first",
            changesEngine: true),
        Action(.quit, ["q"], in: [.global], "quit", "leave; asks when a call or a recording is live"),
    ]
}
