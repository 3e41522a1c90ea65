import Terminal

/// Moving in text, editing a line, choosing from a list.
extension ActionTable {
    /// Where single lines are scrolled; in Audio the key calibrates.
    private static let scrolling: [ActionScope] = [.talk, .events, .latency]
    static let reading: [ActionScope] = [.talk, .events, .latency, .audio]

    static let lines: [Action] = [
        Action(.searchNext, ["n"], in: [.talk], "next", "next match", isCommand: false),
        Action(.searchPrevious, ["N"], in: [.talk], "previous", "previous match", isCommand: false),
        Action(.follow, ["f"], in: reading, "follow", "go to the newest line and stay there"),
        Action(.lineUp, ["up", "k"], in: scrolling, "up", "a line back", isCommand: false),
        Action(.lineDown, ["down", "j"], in: scrolling, "down", "a line on", isCommand: false),
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

    static let editing: [Action] = [
        edit(.submit, ["enter"], in: [.text, .prompt], "send or run the line", label: "send"),
        edit(.cancel, ["escape"], in: [.text, .prompt, .help, .picker], "leave without doing anything"),
        edit(.complete, ["tab"], in: [.prompt], "complete the word; again goes through what it could be"),
        edit(.completeBack, ["shift-tab"], in: [.prompt], "the candidate before", label: "complete back"),
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

    static let lists: [Action] = [
        edit(.listUp, ["up", "shift-tab"], in: [.help, .picker], "previous entry", label: "up"),
        edit(.listDown, ["down", "tab"], in: [.help, .picker], "next entry", label: "down"),
        edit(.listPageUp, ["pageup"], in: [.help, .picker], "a page of entries back", label: "page up"),
        edit(.listPageDown, ["pagedown"], in: [.help, .picker], "a page of entries on", label: "page down"),
        edit(.listTop, ["home"], in: [.help, .picker], "first entry", label: "top"),
        edit(.listBottom, ["end"], in: [.help, .picker], "last entry", label: "bottom"),
        edit(.choose, ["enter"], in: [.help, .picker], "take the entry", label: "choose"),
        edit(.confirmYes, ["y", "Y"], in: [.confirm], "yes"),
        edit(.confirmNo, ["n", "N", "escape", "enter", "q"], in: [.confirm], "no"),
    ]
}
