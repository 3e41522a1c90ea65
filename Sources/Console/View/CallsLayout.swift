import Terminal

/// Where the panes of the Calls view stand: the call below the table under 100 columns, beside it to 159, and from 160 on its
/// conversation and its waterfall in columns of their own.
extension ConsoleLayout {
    /// The panes in the order of Tab. Changes `left` and `side` to the columns beside the conversation.
    mutating func callsPanes(_ model: ConsoleModel) -> [PlacedPane] {
        let none = Rect(x: work.x, y: work.y, width: 0, height: 0)
        (left, side) = (none, none)
        guard let call = model.selectedCall else { return [PlacedPane(.calls, work)] }
        if work.width >= 160 { return threeColumns(model, call) }
        if work.width >= 100 { return twoColumns() }
        let (table, rest) = Self.cut(work, calls: model.calls.rows.count)
        let (figures, below) = rest.cutTop(min(CallFigures.rows + 1, rest.height))
        let conversation = below.height > 2 ? [PlacedPane(.conversation, below)] : []
        return [PlacedPane(.calls, table), PlacedPane(.callFigures, figures)] + conversation
    }

    private mutating func threeColumns(_ model: ConsoleModel, _ call: SessionModel) -> [PlacedPane] {
        var (rest, events) = work.cutBottom(work.height >= 42 ? 6 : 0)
        let timeline: Rect
        (rest, timeline) = rest.cutBottom(work.height >= 32 ? 6 : 0)
        (left, rest) = rest.cutLeft(min(77, max(57, work.width * 3 / 10)))
        let sideWidth = 62
        side = Rect(x: rest.endX - sideWidth, y: rest.y, width: sideWidth, height: rest.height)
        let (table, figures) = Self.cut(left.inset(right: 1), calls: model.calls.rows.count)
        let wishes = [
            Wish(.waterfall, call.latency.waterfallHeight(call.latency.last) + 1), Wish(.history, 6),
            Wish(.tools, min(6, max(2, call.tools.count + 1))), Wish(.health, 6), Wish(.session, 7),
        ]
        let bands = [PlacedPane(.timeline, timeline), PlacedPane(.newestEvents, events)].filter { !$0.area.isEmpty }
        return [
            PlacedPane(.calls, table), PlacedPane(.callFigures, figures),
            PlacedPane(.conversation, rest.inset(right: sideWidth)),
        ] + Self.stack(wishes, in: side.inset(left: 1)) + bands
    }

    private mutating func twoColumns() -> [PlacedPane] {
        var (rest, timeline) = work.cutBottom(work.height >= 30 ? 6 : 0)
        let table: Rect
        (table, side) = rest.cutLeft(work.width * 11 / 20)
        rest = side.inset(left: 1)
        let waterfall: Rect
        (rest, waterfall) = rest.cutBottom(rest.height >= 24 ? 3 : 0)
        let (figures, conversation) = rest.cutTop(min(CallFigures.rows + 1, rest.height))
        return [
            PlacedPane(.calls, table), PlacedPane(.callFigures, figures), PlacedPane(.conversation, conversation),
            PlacedPane(.waterfall, waterfall), PlacedPane(.timeline, timeline),
        ].filter { $0.area.height > 2 }
    }

    /// The table gets what it fills, and at least half; the figures need their rows.
    private static func cut(_ area: Rect, calls: Int) -> (top: Rect, rest: Rect) {
        let most = max(area.height / 2, area.height - CallFigures.rows - 1)
        return area.cutTop(min(max(6, calls + 2), max(4, most)))
    }
}
