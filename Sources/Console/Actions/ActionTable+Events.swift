import Terminal

/// The Events view.
extension ActionTable {
    static let events: [Action] = [
        Action(
            .trace, ["w"], in: [.events], "wire", "wire messages in the log on or off", argument: .onOff,
            changesEngine: true),
        Action(.hideDeltas, ["-"], in: [.events], "deltas", "hide or show partial texts and progress"),
        Action(
            .filterEvents, [], in: [.events], "filter",
            "list only events with these words; -word leaves out, type: session: turn: look at one thing",
            argument: .text("words", required: false)),
        Action(
            .expandEvent, ["enter", "e"], in: [.events], "expand", "the event as JSON beside the list; again closes"),
        Action(.detailDown, ["J", "]"], in: [.events], "JSON on", "scroll the JSON on", isCommand: false),
        Action(.detailUp, ["K", "["], in: [.events], "JSON back", "scroll the JSON back", isCommand: false),
        Action(
            .markEvent, ["space"], in: [.events], "mark", "mark the event to compare it; two are kept",
            isCommand: false),
        Action(
            .diffEvents, ["d"], in: [.events], "difference",
            "the two marked events field by field; with one mark, against the event under the cursor"),
        Action(.nextError, ["E"], in: [.events], "error", "the next event that tells of something bad"),
        Action(
            .traceTurn, ["t"], in: [.events, .latency], "trace turn", "one turn through every stage; again shows all",
            argument: .text("turn", required: false)),
        Action(
            .closeEvent, ["escape"], in: [.events], "back", "close the JSON, then the trace, then the filter",
            isCommand: false),
    ]
}
