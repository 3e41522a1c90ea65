import Terminal

extension ConsoleModel {
    /// Tab, Shift-Tab and `z`.
    mutating func runPanes(_ id: ActionID) {
        let panes = ConsoleLayout(self).panes.map(\.pane)
        guard let focused = focusedPane, let at = panes.firstIndex(of: focused), panes.count > 1 else { return }
        switch id {
        case .nextPane: focus(panes[(at + 1) % panes.count])
        case .previousPane: focus(panes[(at + panes.count - 1) % panes.count])
        default: paneState.isZoomed.toggle()
        }
    }

    mutating func focus(_ pane: Pane) { paneState.focus[view] = pane }

    /// Scrolls a pane that has no cursor of its own; `count` lines of it are there.
    mutating func scrollPane(_ pane: Pane, _ wish: ActionID, count: Int) {
        let id = pane == .newestEvents ? wish.opposite : wish
        let height = ConsoleLayout(self).area(of: pane).height - 1
        let most = max(0, count - height)
        let at = paneState.scroll[pane] ?? 0
        let to: Int
        switch id {
        case .lineUp: to = at - 1
        case .lineDown: to = at + 1
        case .pageUp: to = at - max(1, height)
        case .pageDown: to = at + max(1, height)
        case .toTop, .follow: to = 0
        default: to = most
        }
        paneState.scroll[pane] = min(most, max(0, to))
    }

    /// Moves the cursor among the calls.
    mutating func moveCall(_ id: ActionID) {
        switch id {
        case .lineUp: calls.move(by: -1)
        case .lineDown: calls.move(by: 1)
        case .pageUp: calls.move(by: -10)
        case .pageDown: calls.move(by: 10)
        case .toTop: calls.move(by: -calls.rows.count)
        case .toBottom: calls.move(by: calls.rows.count)
        default: break
        }
    }
}

extension ActionID {
    /// The other way: a list with the newest below goes back when it goes up.
    fileprivate var opposite: ActionID {
        switch self {
        case .lineUp: .lineDown
        case .lineDown: .lineUp
        case .pageUp: .pageDown
        case .pageDown: .pageUp
        case .toTop: .toBottom
        case .toBottom: .toTop
        default: self
        }
    }
}
