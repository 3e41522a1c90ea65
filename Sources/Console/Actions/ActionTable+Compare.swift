import Terminal

/// The Compare view, blind listening in it, and what leads there.
extension ActionTable {
    static let compare: [Action] = [
        Action(
            .compareTurn, ["C"], in: [.talk, .latency], "compare",
            "this utterance through other providers; with a number that turn",
            argument: .text("turn", required: false)),
        Action(
            .saveFixture, ["F"], in: [.talk, .latency], "fixture",
            "make a test of this turn: audio, words, tool calls; with a number of that turn",
            argument: .text("turn", required: false)),
        Action(
            .compareAdd, ["a"], in: [.compare], "add", "add a provider and run it", argument: .provider,
            changesEngine: true),
        Action(.compareAgain, ["r"], in: [.compare], "rerun", "run all providers again", changesEngine: true),
        Action(.compareStop, ["escape"], in: [.compare], "stop", "stop what runs and what plays"),
        Action(.comparePlay, ["space"], in: [.compare], "play", "play what this column answered, level-matched"),
        Action(.compareLeft, ["left", "h"], in: [.compare], "left", "the column to the left", isCommand: false),
        Action(.compareRight, ["right", "l"], in: [.compare], "right", "the column to the right", isCommand: false),
        Action(.compareDiff, ["d"], in: [.compare], "diff", "two other columns word by word"),
        Action(
            .compareMore, ["+", "="], in: [.compare], "more runs", "one run more with each provider", isCommand: false),
        Action(.compareFewer, ["-"], in: [.compare], "fewer runs", "one run less", isCommand: false),
        Action(
            .compareBudget, [], in: [.compare], "budgets", "judge by these, as e2e<0.8 tools=same; none without words",
            argument: .text("budgets", required: false)),
        Action(.blind, ["b"], in: [.compare], "blind", "listen without names and vote"),
        Action(.compareCSV, ["e"], in: [.compare], "csv", "write the table as CSV"),
        Action(.compareJSON, ["j"], in: [.compare], "json", "write everything as JSON"),
        Action(.blindPlay, ["space"], in: [.blind], "play next", "play the next answer", isCommand: false),
        Action(
            .blindFirst, ["1"], in: [.blind], "vote", "the first answer was best; a new order follows", isCommand: false
        ),
        Action(.blindSecond, ["2"], in: [.blind], "vote 2", "the second answer was best", isCommand: false),
        Action(.blindThird, ["3"], in: [.blind], "vote 3", "the third answer was best", isCommand: false),
        Action(.blindReveal, ["b"], in: [.blind], "reveal", "show the names with their votes", isCommand: false),
        Action(.blindEnd, ["escape", "q"], in: [.blind], "end", "end blind listening", isCommand: false),
    ]
}
