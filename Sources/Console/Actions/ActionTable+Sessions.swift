import Terminal

/// The Sessions view: the list, and a replay with its scrubber.
extension ActionTable {
    static let sessions: [Action] = browser + replay

    private static let browser: [Action] = [
        Action(.sessionUp, ["up", "k"], in: [.sessions], "up", "the session above", isCommand: false),
        Action(.sessionDown, ["down", "j"], in: [.sessions], "down", "the session below", isCommand: false),
        Action(.sessionPageUp, ["pageup", "ctrl-u"], in: [.sessions], "page up", "a page up", isCommand: false),
        Action(
            .sessionPageDown, ["pagedown", "ctrl-d"], in: [.sessions], "page down", "a page down", isCommand: false),
        Action(.sessionFirst, ["home", "g"], in: [.sessions], "first", "the first session", isCommand: false),
        Action(.sessionLast, ["end", "G"], in: [.sessions], "last", "the last session", isCommand: false),
        Action(
            .openSession, ["enter"], in: [.sessions], "replay", "play the session in these panes",
            argument: .text("session", required: false)),
        Action(.markSession, ["space"], in: [.sessions], "mark", "mark the session, for diff and delete"),
        Action(.sortNext, [">"], in: [.sessions], "sort", "sort by the next column", isCommand: false),
        Action(.sortPrevious, ["<"], in: [.sessions], "sort back", "sort by the previous column", isCommand: false),
        Action(.sortReverse, ["Z"], in: [.sessions], "reverse", "turn the order round", isCommand: false),
        Action(
            .filterSessions, [], in: [.sessions], "filter",
            "list sessions that hold these words; provider: agent: outcome: slower: (ms) look at one thing",
            argument: .text("words", required: false)),
        Action(
            .exportSession, ["e"], in: [.sessions, .scrubber], "export",
            "write the session as subtitles, table, document or page", argument: .text("form [redact]", required: false)
        ),
        Action(
            .noteSession, ["n"], in: [.sessions, .scrubber], "note",
            "write a remark into the session's folder; in a replay at its place",
            argument: .text("words", required: false)),
        Action(
            .deleteSession, ["delete"], in: [.sessions], "delete",
            "delete the session, or all marked, for ever; asks first", changesEngine: true),
        Action(
            .diffSessions, ["D"], in: [.sessions], "diff", "what differs between two marked sessions, turn by turn",
            argument: .text("A B", required: false)),
        Action(.refreshSessions, ["r"], in: [.sessions], "refresh", "look for new and deleted sessions"),
        Action(
            .closeDiff, ["escape"], in: [.sessions], "back", "close the diff, then the marks, then the filter",
            isCommand: false),
    ]

    private static let replay: [Action] = [
        Action(.playPause, ["space"], in: [.replay], "play", "play or pause the replay"),
        Action(.skipBack, ["left"], in: [.replay], "5 s", "5 s back", isCommand: false),
        Action(.skipForward, ["right"], in: [.replay], "5 s", "5 s on", isCommand: false),
        Action(.previousTurn, ["shift-left"], in: [.replay], "turn", "to the turn before", isCommand: false),
        Action(.nextTurn, ["shift-right"], in: [.replay], "turn", "to the next turn", isCommand: false),
        Action(.frameBack, [","], in: [.replay], "frame", "20 ms back, paused", isCommand: false),
        Action(.frameForward, ["."], in: [.replay], "frame", "20 ms on, paused", isCommand: false),
        Action(.nextBargeIn, ["B"], in: [.replay], "barge-in", "to the next barge-in"),
        Action(.closeReplay, ["escape"], in: [.scrubber], "back", "from the replay to the list and what is live"),
        Action(
            .slower, ["-"], in: [.scrubber], "slower", "play slower, the pitch kept, down to x0.25", isCommand: false),
        Action(
            .faster, ["+", "="], in: [.scrubber], "faster", "play faster, the pitch kept, up to x4", isCommand: false),
        Action(
            .replaySpeed, [], in: [.scrubber], "speed", "play so many times as fast, 0.25 to 4",
            argument: .text("factor", required: true)),
        Action(.nextTrouble, ["E"], in: [.scrubber], "error", "to the next error"),
        Action(.replayStart, ["home", "g"], in: [.scrubber], "start", "to the start", isCommand: false),
        Action(.replayEnd, ["end", "G"], in: [.scrubber], "end", "to the end", isCommand: false),
        Action(
            .seek, [], in: [.scrubber], "seek", "to a place: 1:23, 83.5, +10, -10, t6 for turn 6",
            argument: .text("place", required: true)),
        Action(
            .loopTurn, ["l"], in: [.scrubber], "loop", "play this turn again and again, or no longer", argument: .onOff),
        Action(
            .replayChannel, ["c"], in: [.scrubber], "channel", "hear the user alone, the agent alone, or both",
            argument: .text("user|agent|both", required: false)),
        Action(.replayQuieter, ["["], in: [.scrubber], "softer", "the replay softer", isCommand: false),
        Action(.replayLouder, ["]"], in: [.scrubber], "louder", "the replay louder", isCommand: false),
    ]
}
