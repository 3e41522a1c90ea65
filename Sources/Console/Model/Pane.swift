import Terminal

/// A part of a view that can have the focus and the whole work area. A view that has several places them in
/// `ConsoleLayout.panes`; `Painter.draw(_:in:)` draws each.
enum Pane: String, Sendable, CaseIterable, Hashable {
    // Talk
    case conversation, waterfall, tools, health, session, detector, history, callList, timeline, newestEvents
    // Calls, with those of the call under the cursor
    case callFigures
    // Whole views, as long as they are not parted
    case latency, calls, events, sessions, audio, compare

    /// How people are told of it.
    var title: SafeText {
        switch self {
        case .callList: "calls"
        case .newestEvents: "events"
        case .callFigures: "call"
        default: SafeText(rawValue)
        }
    }
}

/// A pane and where it stands, its heading in the first row.
struct PlacedPane: Sendable, Equatable {
    var pane: Pane
    var area: Rect

    init(_ pane: Pane, _ area: Rect) {
        self.pane = pane
        self.area = area
    }
}

/// Which pane has the focus in each view, and how far each is scrolled.
struct PaneState: Sendable, Equatable {
    var focus: [ConsoleView: Pane] = [:]
    /// The focused pane has the whole work area.
    var isZoomed = false
    /// Lines scrolled, of panes that have no cursor of their own.
    var scroll: [Pane: Int] = [:]
}

extension ConsoleModel {
    /// The pane with the focus, among those the screen has room for.
    var focusedPane: Pane? { ConsoleLayout(self).focused }
}
