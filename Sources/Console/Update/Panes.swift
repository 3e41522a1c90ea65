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
        let last = max(0, book.callCount - 1)
        let at = min(last, max(0, callSelection))
        switch id {
        case .lineUp: callSelection = max(0, at - 1)
        case .lineDown: callSelection = min(last, at + 1)
        case .pageUp: callSelection = max(0, at - 10)
        case .pageDown: callSelection = min(last, at + 10)
        case .toTop: callSelection = 0
        case .toBottom: callSelection = last
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
