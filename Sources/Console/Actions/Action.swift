import Core
import Terminal

/// Everything a person can do, by name. The one list: keys, command line, help, footer and documentation come from it.
public enum ActionID: String, Sendable, CaseIterable, Hashable {
    case showTalk = "talk", showLatency = "latency", showCalls = "calls", showEvents = "events"
    case showSessions = "sessions", showAudio = "audio", showCompare = "compare"
    case nextView = "next-view", previousView = "previous-view"
    case nextPane = "next-pane", previousPane = "previous-pane", zoom
    case help, command = "command-line", search, searchNext = "search-next", searchPrevious = "search-previous"
    case follow, lineUp = "line-up", lineDown = "line-down", pageUp = "page-up", pageDown = "page-down"
    case toTop = "top", toBottom = "bottom"
    case theme, record, dismiss, redraw, suspend, quit, detach, shutdown, interrupt, dump
    case pushTalk = "push-to-talk", talkMode = "talk-mode", mute, muteSpeaker = "mute-agent", cut, type, provider
    case undoSwitch = "undo", expandTools = "expand-tools", copy, copyTurn = "copy-turn", timeStyle = "timestamps",
        newConversation = "new", say, devices, trace
    case loopback = "loopback-test", calibrate, gain, gainUp = "gain-up", gainDown = "gain-down", echo
    case cancelTest = "cancel-test"
    case selectUp = "select-up", selectDown = "select-down", openCall = "open", closeCall = "back", listen
    case whisper, takeOver = "take-over", giveBack = "give-back", digits, note
    case hangUp = "hangup", hideDeltas = "hide-deltas"
    case markCall = "mark-call", callSortNext = "sort-calls-next", callSortPrevious = "sort-calls-back"
    case callSortReverse = "reverse-calls", sortCalls = "sort", columns, pauseCalls = "pause-calls"
    case filterCalls = "filter-calls", leaveCalls = "leave-calls", firstCall = "first-call", lastCall = "last-call"
    case callsPageUp = "calls-page-up", callsPageDown = "calls-page-down"
    case slowestTurn = "slowest-turn", budget, filterEvents = "filter", expandEvent = "expand-event"
    case detailUp = "detail-up", detailDown = "detail-down", nextError = "next-error", traceTurn = "turn-trace"
    case closeEvent = "close-event", providers, markEvent = "mark-event", diffEvents = "diff-events"
    case compareTurn = "compare-turn", saveFixture = "fixture", compareAdd = "compare-add"
    case compareAgain = "compare-again", compareStop = "compare-stop", comparePlay = "compare-play"
    case compareLeft = "compare-left", compareRight = "compare-right", compareDiff = "compare-diff"
    case compareMore = "compare-more", compareFewer = "compare-fewer", compareBudget = "compare-budget"
    case compareCSV = "compare-csv", compareJSON = "compare-json", blind, blindPlay = "blind-play"
    case blindFirst = "blind-1", blindSecond = "blind-2", blindThird = "blind-3", blindReveal = "blind-reveal"
    case blindEnd = "blind-end"
    case sessionUp = "session-up", sessionDown = "session-down", sessionPageUp = "session-pageup"
    case sessionPageDown = "session-pagedown", sessionFirst = "session-first", sessionLast = "session-last"
    case openSession = "replay", markSession = "mark-session", sortNext = "sort-next", sortPrevious = "sort-previous"
    case sortReverse = "sort-reverse", filterSessions = "find-sessions", exportSession = "export"
    case noteSession = "remark", deleteSession = "delete-session", diffSessions = "diff", closeDiff = "close-diff"
    case refreshSessions = "refresh"
    case playPause = "play", skipBack = "skip-back", skipForward = "skip-forward", previousTurn = "previous-turn"
    case nextTurn = "next-turn", frameBack = "frame-back", frameForward = "frame-forward", slower, faster
    case replaySpeed = "speed", nextTrouble = "next-trouble", nextBargeIn = "next-barge-in"
    case replayStart = "replay-start", replayEnd = "replay-end", seek, loopTurn = "loop", replayChannel = "channel"
    case replayQuieter = "replay-quieter", replayLouder = "replay-louder", closeReplay = "close-replay"
    case submit, cancel, complete, completeBack = "complete-back", historyUp = "history-up", historyDown =
        "history-down"
    case cursorLeft = "cursor-left", cursorRight = "cursor-right", cursorStart = "cursor-start"
    case cursorEnd = "cursor-end", deleteBack = "delete-back", deleteForward = "delete-forward"
    case deleteWord = "delete-word", deleteToStart = "delete-to-start", deleteToEnd = "delete-to-end"
    case listUp = "list-up", listDown = "list-down", listPageUp = "list-page-up"
    case listPageDown = "list-page-down", listTop = "list-top", listBottom = "list-bottom", choose, confirmYes = "yes",
        confirmNo = "no"
}

/// Where an action's keys work.
public enum ActionScope: String, Sendable, CaseIterable, Hashable {
    /// In every view, when nothing is being typed.
    case global
    case talk, latency, calls, events, sessions, audio, compare
    /// Listening without names, in Compare.
    case blind
    /// While a replay is shown: in every view, before the view's own keys; and in the Sessions view.
    case replay, scrubber
    /// A turn is being typed.
    case text
    /// The command line or the search.
    case prompt
    /// Either of the two.
    case editing
    case help, picker, confirm
    /// Always.
    case anywhere

    var title: String {
        switch self {
        case .global: "Everywhere"
        case .talk: "Talk"
        case .latency: "Latency"
        case .calls: "Calls"
        case .events: "Events"
        case .sessions: "Sessions"
        case .audio: "Audio"
        case .compare: "Compare"
        case .blind: "Blind listening"
        case .replay: "Replay"
        case .scrubber: "Replay in Sessions"
        case .text: "Typing a turn"
        case .prompt: "Command line and search"
        case .editing: "Editing a line"
        case .help: "Help"
        case .picker: "Lists"
        case .confirm: "Questions"
        case .anywhere: "Always"
        }
    }
}

/// What may follow an action's name on the command line.
public enum ActionArgument: Sendable, Hashable {
    case none
    /// A word completed from what there is.
    case provider, theme
    case onOff
    /// One of these words.
    case choice([String])
    /// Free text, needed or not.
    case text(String, required: Bool)
}

/// One row of the table.
public struct Action: Sendable {
    public let id: ActionID
    public let keys: [KeyChord]
    public let scopes: [ActionScope]
    /// One or two words for the footer.
    public let label: String
    /// One line for help and documentation.
    public let help: String
    public let argument: ActionArgument
    /// Whether it can be typed behind `:`.
    public let isCommand: Bool
    /// Whether it changes what the engine does: refused in read-only mode.
    public let changesEngine: Bool

    /// `keys` are key names; the table's test checks that all can be read.
    init(
        _ id: ActionID, _ keys: [String], in scopes: [ActionScope], _ label: String, _ help: String,
        argument: ActionArgument = .none, isCommand: Bool = true, changesEngine: Bool = false
    ) {
        self.id = id
        self.keys = keys.compactMap { try? KeyChord(parsing: $0) }
        self.scopes = scopes
        self.label = label
        self.help = help
        self.argument = argument
        self.isCommand = isCommand
        self.changesEngine = changesEngine
    }

    /// The word behind `:`.
    public var name: String { id.rawValue }
}

/// Whether an action can be done now; if not, why.
enum Availability: Sendable, Equatable {
    case enabled
    case disabled(String)

    var reason: String? { if case .disabled(let reason) = self { reason } else { nil } }
}
