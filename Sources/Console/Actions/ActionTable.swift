import Terminal

/// All actions. Order is the order of help and documentation.
public enum ActionTable {
    public static let all: [Action] = views + global + talk + calls + latency + events + lines + editing + lists

    private static let reading: [ActionScope] = [.talk, .events, .latency, .audio]

    private static let views: [Action] = [
        Action(.showTalk, ["1"], in: [.global], "Talk", "the conversation: transcript, meters, waterfall"),
        Action(.showLatency, ["2"], in: [.global], "Latency", "every turn's latency, percentiles, history"),
        Action(.showCalls, ["3"], in: [.global], "Calls", "all phone calls"),
        Action(.showEvents, ["4"], in: [.global], "Events", "the event log"),
        Action(.showAudio, ["5"], in: [.global], "Audio", "devices, formats, counters"),
        Action(.nextView, ["tab"], in: [.global], "next", "next view"),
        Action(.previousView, ["shift-tab"], in: [.global], "previous", "previous view"),
    ]

    private static let global: [Action] = [
        Action(.help, ["?", "f1"], in: [.global], "keys", "the keys of this view; type to filter, Enter runs one"),
        Action(.command, [":"], in: [.global], "command", "run any action by name; Tab completes", isCommand: false),
        Action(
            .search, ["/"], in: [.global], "find", "search the transcript; in Events: list what matches",
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
        Action(.quit, ["q"], in: [.global], "quit", "leave; asks when a call or a recording is live"),
    ]

    private static let talk: [Action] = [
        Action(
            .pushTalk, ["space"], in: [.talk], "talk",
            "open the microphone in push-to-talk; again closes it (or let go, where the terminal reports it)",
            isCommand: false, changesEngine: true),
        Action(.talkMode, ["v"], in: [.talk], "mode", "open microphone or push-to-talk", changesEngine: true),
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
            .newConversation, [], in: [.talk], "new", "begin a new conversation at the devices",
            argument: .provider, changesEngine: true),
        Action(
            .say, [], in: [.talk], "say", "send a typed turn", argument: .text("words", required: true),
            changesEngine: true),
        Action(
            .devices, [], in: [.audio], "devices", "choose devices: capture and playback by a part of their names",
            argument: .text("capture [playback]", required: true), changesEngine: true),
        Action(
            .trace, ["w"], in: [.events], "wire", "wire messages in the log on or off", argument: .onOff,
            changesEngine: true),
    ]

    private static let calls: [Action] = [
        Action(.selectUp, ["up", "k"], in: [.calls], "up", "previous call", isCommand: false),
        Action(.selectDown, ["down", "j"], in: [.calls], "down", "next call", isCommand: false),
        Action(.openCall, ["enter"], in: [.calls], "open", "show the call in Talk"),
        Action(.closeCall, ["escape"], in: [.talk, .latency], "back", "from an opened call to our own conversation"),
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

    private static let latency: [Action] = [
        Action(.slowestTurn, ["s"], in: [.latency], "slowest", "choose the slowest turn that counts"),
        Action(
            .budget, [], in: [.latency], "budget", "mark turns slower than this; without a number the usual one",
            argument: .text("seconds, as 0.8", required: false)),
    ]

    private static let events: [Action] = [
        Action(.hideDeltas, ["-"], in: [.events], "deltas", "hide or show partial texts and progress"),
        Action(
            .filterEvents, [], in: [.events], "filter",
            "list only events with these words; -word leaves out, type: session: turn: look at one thing",
            argument: .text("words", required: false)),
        Action(
            .expandEvent, ["enter", "e"], in: [.events], "expand", "the event as JSON beside the list; again closes"),
        Action(.detailDown, ["J", "]"], in: [.events], "JSON on", "scroll the JSON on", isCommand: false),
        Action(.detailUp, ["K", "["], in: [.events], "JSON back", "scroll the JSON back", isCommand: false),
        Action(.nextError, ["E"], in: [.events], "error", "the next event that tells of something bad"),
        Action(
            .traceTurn, ["t"], in: [.events, .latency], "trace turn", "one turn through every stage; again shows all",
            argument: .text("turn", required: false)),
        Action(
            .closeEvent, ["escape"], in: [.events], "back", "close the JSON, then the trace, then the filter",
            isCommand: false),
    ]

    private static let lines: [Action] = [
        Action(.searchNext, ["n"], in: [.talk], "next", "next match", isCommand: false),
        Action(.searchPrevious, ["N"], in: [.talk], "previous", "previous match", isCommand: false),
        Action(.follow, ["f"], in: reading, "follow", "go to the newest line and stay there"),
        Action(.lineUp, ["up", "k"], in: reading, "up", "a line back", isCommand: false),
        Action(.lineDown, ["down", "j"], in: reading, "down", "a line on", isCommand: false),
        Action(.pageUp, ["pageup", "ctrl-u"], in: reading, "page up", "a page back", isCommand: false),
        Action(.pageDown, ["pagedown", "ctrl-d"], in: reading, "page down", "a page on", isCommand: false),
        Action(.toTop, ["home", "g"], in: reading, "top", "the first line", isCommand: false),
        Action(.toBottom, ["end", "G"], in: reading, "bottom", "the newest line", isCommand: false),
    ]

    private static func edit(
        _ id: ActionID, _ keys: [String], in scopes: [ActionScope], _ help: String, label: String? = nil
    ) -> Action {
        Action(id, keys, in: scopes, label ?? id.rawValue, help, isCommand: false)
    }

    private static let editing: [Action] = [
        edit(.submit, ["enter"], in: [.text, .prompt], "send or run the line", label: "send"),
        edit(.cancel, ["escape"], in: [.text, .prompt, .help, .picker], "leave without doing anything"),
        edit(.complete, ["tab"], in: [.prompt], "complete the word"),
        edit(.historyUp, ["up"], in: [.editing], "older line", label: "older"),
        edit(.historyDown, ["down"], in: [.editing], "newer line"),
        edit(.cursorLeft, ["left", "ctrl-b"], in: [.editing], "one character left"),
        edit(.cursorRight, ["right", "ctrl-f"], in: [.editing], "one character right"),
        edit(.cursorStart, ["home", "ctrl-a"], in: [.editing], "start of the line"),
        edit(.cursorEnd, ["end", "ctrl-e"], in: [.editing], "end of the line"),
        edit(.deleteBack, ["backspace", "ctrl-h"], in: [.editing, .help], "delete the character before"),
        edit(.deleteForward, ["delete", "ctrl-d"], in: [.editing], "delete the character under the cursor"),
        edit(.deleteWord, ["ctrl-w"], in: [.editing], "delete the word before"),
        edit(.deleteToStart, ["ctrl-u"], in: [.editing], "delete to the start"),
        edit(.deleteToEnd, ["ctrl-k"], in: [.editing], "delete to the end"),
    ]

    private static let lists: [Action] = [
        edit(.listUp, ["up", "shift-tab"], in: [.help, .picker], "previous entry", label: "up"),
        edit(.listDown, ["down", "tab"], in: [.help, .picker], "next entry", label: "down"),
        edit(.choose, ["enter"], in: [.help, .picker], "take the entry", label: "choose"),
        edit(.confirmYes, ["y", "Y"], in: [.confirm], "yes"),
        edit(.confirmNo, ["n", "N", "escape", "enter", "q"], in: [.confirm], "no"),
    ]

    /// The row of an action.
    public static func action(_ id: ActionID) -> Action? { byID[id] }

    private static let byID: [ActionID: Action] = Dictionary(all.map { ($0.id, $0) }) { first, _ in first }

    private struct Binding: Hashable {
        var scope: ActionScope
        var chord: KeyChord
    }

    private static let bindings: [Binding: ActionID] = {
        var found: [Binding: ActionID] = [:]
        for action in all {
            for scope in action.scopes {
                for key in action.keys where found[Binding(scope: scope, chord: key)] == nil {
                    found[Binding(scope: scope, chord: key)] = action.id
                }
            }
        }
        return found
    }()

    /// What a key does in these scopes; the first scope that knows it wins.
    static func action(for chord: KeyChord, in scopes: [ActionScope]) -> Action? {
        for scope in scopes {
            if let id = bindings[Binding(scope: scope, chord: chord)] { return byID[id] }
        }
        return nil
    }

    /// The action of a word behind `:`.
    static func command(_ name: String) -> Action? { all.first { $0.isCommand && $0.name == name } }

    /// Scopes whose keys can be pressed at the same time; no key may mean two things there.
    static let overlapping: [[ActionScope]] =
        [.talk, .latency, .calls, .events, .audio].map { [$0, .global, .anywhere] }
        + [
            [.text, .editing, .anywhere], [.prompt, .editing, .anywhere], [.help, .anywhere], [.picker, .anywhere],
            [.confirm, .anywhere],
        ]

    /// Keys that would mean two things; empty when the table is sound.
    public static var conflicts: [String] {
        var found: [String] = []
        for scopes in overlapping {
            var owners: [KeyChord: ActionID] = [:]
            for action in all where !Set(action.scopes).isDisjoint(with: scopes) {
                for key in action.keys {
                    if let other = owners[key], other != action.id {
                        found.append("\(key) in \(scopes[0].rawValue): \(other.rawValue) and \(action.id.rawValue)")
                    }
                    owners[key] = action.id
                }
            }
        }
        return found
    }
}
