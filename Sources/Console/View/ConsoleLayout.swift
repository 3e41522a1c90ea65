import Core
import Terminal

/// Where everything stands, from the size alone (and what is open): one column below 100 cells, two to 159, three from
/// 160; on a narrow and tall screen panes are stacked.
struct ConsoleLayout {
    /// Smallest screen that gets the full layout.
    static let least = Size(width: 60, height: 16)

    var strip: Rect
    var meters: Rect
    var tabs: Rect
    /// Trouble that stands; empty when there is none.
    var banner: Rect
    var work: Rect
    /// Line being typed, or a notice.
    var prompt: Rect
    /// Button to hold with the mouse; empty unless push-to-talk is on.
    var talkButton: Rect
    var footer: Rect
    var status: Rect
    /// Right column of two or three; empty on one.
    var side: Rect
    /// Left column of three.
    var left: Rect

    /// Panes of the view in the order of Tab; they do not overlap.
    var panes: [PlacedPane] = []
    /// The pane with the focus.
    var focused: Pane?
    var isZoomed = false

    init(_ model: ConsoleModel) {
        let all = Rect(model.size)
        let isTall = model.size.height >= 20
        var rest = all
        (strip, rest) = rest.cutTop(1)
        (meters, rest) = rest.cutTop(1)
        (tabs, rest) = rest.cutTop(1)
        (banner, rest) = rest.cutTop(model.visibleTrouble == nil ? 0 : 1)
        (rest, status) = rest.cutBottom(isTall ? 1 : 0)
        (rest, footer) = rest.cutBottom(1)
        (rest, prompt) = rest.cutBottom(1)
        let hasButton = model.talkMode == .pushToTalk && model.view == .talk && model.input == .normal
        talkButton =
            hasButton ? Rect(x: prompt.endX - 8, y: prompt.y, width: 8, height: 1) : Rect(Size(width: 0, height: 0))
        work = rest
        let columns = Self.columns(rest, isTalk: model.view == .talk)
        (left, side) = (columns.left, columns.side)
        panes = placePanes(model)
        focused = model.paneState.focus[model.view].flatMap { wish in panes.contains { $0.pane == wish } ? wish : nil }
        focused = focused ?? panes.first?.pane
        isZoomed = model.paneState.isZoomed && panes.count > 1
    }

    /// What is drawn: all panes, or the focused one alone.
    var placed: [PlacedPane] {
        guard isZoomed, let focused else { return panes }
        return [PlacedPane(focused, work)]
    }

    /// Where a pane stands; empty when there is no room for it.
    func area(of pane: Pane) -> Rect {
        placed.first { $0.pane == pane }?.area ?? Rect(x: work.x, y: work.y, width: 0, height: 0)
    }

    /// The pane at a cell.
    func pane(x: Int, y: Int) -> Pane? { placed.first { $0.area.contains(x: x, y: y) }?.pane }

    /// The lines of the transcript, below its heading.
    var transcript: Rect { area(of: .conversation).inset(top: 1) }

    /// Whether panes stand one below the other for want of width.
    static func isPortrait(_ size: Size) -> Bool { size.width < 90 && size.height > 46 }

    private static func columns(_ work: Rect, isTalk: Bool) -> (left: Rect, side: Rect) {
        let width = work.width
        let left = width >= 160 && isTalk ? 48 : 0
        let side = width >= 160 ? min(66, max(54, width / 3)) : width >= 100 ? max(44, width * 9 / 20) : 0
        return (
            Rect(x: work.x, y: work.y, width: left, height: work.height),
            Rect(x: work.endX - side, y: work.y, width: side, height: work.height)
        )
    }
}
