import Terminal

extension ConsoleModel {
    /// The wheel scrolls the pane below the pointer, a click chooses a view, a pane and a row of it, holding [TALK] holds the
    /// microphone open: the release of a button is reported everywhere, the release of a key is not.
    mutating func take(_ mouse: MouseEvent) -> [ConsoleEffect] {
        if mouse.action == .release, talk.holdsButton {
            talk.holdsButton = false
            return talkingSince == nil ? [] : closeTalk()
        }
        guard overlay == nil, size.width >= ConsoleLayout.least.width, size.height >= ConsoleLayout.least.height
        else { return [] }
        let layout = ConsoleLayout(self)
        switch mouse.action {
        case .press where layout.talkButton.contains(x: mouse.x, y: mouse.y):
            guard availability(of: .pushTalk) == .enabled, talkingSince == nil else { return [] }
            let effects = openTalk()
            talk.holdsButton = talkingSince != nil
            return effects
        case .press where layout.tabs.contains(x: mouse.x, y: mouse.y):
            if let chosen = TabBar.view(atColumn: mouse.x, self) { view = chosen }
            return askSessions()
        case .press where mouse.button == 0: click(mouse, layout)
        case .wheelUp: return wheel(.lineUp, mouse, layout)
        case .wheelDown: return wheel(.lineDown, mouse, layout)
        default: break
        }
        return []
    }

    private mutating func click(_ mouse: MouseEvent, _ layout: ConsoleLayout) {
        guard input == .normal, let pane = layout.pane(x: mouse.x, y: mouse.y) else { return }
        if pane != layout.focused { focus(pane) }
        chooseRow(of: pane, mouse.y - layout.area(of: pane).y, layout)
    }

    /// The row of a list that was clicked: its heading and its columns' names come first.
    private mutating func chooseRow(of pane: Pane, _ y: Int, _ layout: ConsoleLayout) {
        guard pane == .callList || pane == .calls else { return }
        let rows = max(1, layout.area(of: pane).height - 2)
        let row = y - 2 + calls.firstRow(of: rows)
        if y >= 2, calls.rows.indices.contains(row) { calls.choose(calls.rows[row]) }
    }

    /// Three lines a step, as terminals do.
    private mutating func wheel(_ id: ActionID, _ mouse: MouseEvent, _ layout: ConsoleLayout) -> [ConsoleEffect] {
        if view == .sessions, replay == nil {
            return run(id == .lineUp ? .sessionUp : .sessionDown, argument: "")
        }
        guard let pane = layout.pane(x: mouse.x, y: mouse.y) else { return [] }
        let steps = pane == .conversation || pane == .newestEvents ? 3 : 1
        for _ in 0..<steps { runScroll(id, in: pane) }
        return []
    }
}
