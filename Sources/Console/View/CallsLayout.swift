import Terminal

/// Where the panes of the Calls view stand: the table over the call below 100 columns, beside it to 159, and from 160 on the
/// call's conversation and its waterfall in columns of their own.
struct CallsLayout {
    var table: Rect
    /// Figures of the call under the cursor.
    var detail: Rect
    /// Its transcript; empty where there is no room.
    var conversation: Rect
    /// Waterfall, history, tools, health, cost.
    var side: Rect
    /// The same in three rows, where there is no column for it.
    var waterfall: Rect
    var timeline: Rect
    var events: Rect

    init(_ model: ConsoleModel) {
        let work = ConsoleLayout(model).work
        let none = Rect(x: work.x, y: work.y, width: 0, height: 0)
        (conversation, side, timeline, events) = (none, none, none, none)
        waterfall = none
        var rest = work
        if work.width >= 160 {
            (rest, events) = rest.cutBottom(work.height >= 42 ? 6 : 0)
            (rest, timeline) = rest.cutBottom(work.height >= 32 ? 5 : 0)
            let left: Rect
            (left, rest) = rest.cutLeft(min(76, max(56, work.width * 3 / 10)))
            let sideWidth = 62
            side = Rect(x: rest.endX - sideWidth, y: rest.y, width: sideWidth, height: rest.height)
            conversation = rest.inset(right: sideWidth)
            (table, detail) = Self.split(left, calls: model.calls.rows.count)
        } else if work.width >= 100 {
            (rest, timeline) = rest.cutBottom(work.height >= 30 ? 5 : 0)
            (table, rest) = rest.cutLeft(work.width * 11 / 20)
            (rest, waterfall) = rest.cutBottom(rest.height >= 24 ? 3 : 0)
            (detail, conversation) = rest.cutTop(min(CallFigures.rows + 1, rest.height))
        } else {
            (table, detail) = Self.split(work, calls: model.calls.rows.count)
            (detail, conversation) = detail.cutTop(min(CallFigures.rows + 1, detail.height))
        }
    }

    /// The table gets what it fills, and at least half; the figures need their rows.
    private static func split(_ area: Rect, calls: Int) -> (top: Rect, rest: Rect) {
        let most = max(area.height / 2, area.height - CallFigures.rows - 1)
        let needed = max(6, calls + 2)
        return area.cutTop(min(needed, max(4, most)))
    }
}
