import Core
import Terminal

// Which panes a view has at a size. A view that is one pane fills the work area.

/// A pane that wants so many rows, its heading counted.
struct Wish {
    var pane: Pane
    var rows: Int
    /// Takes what is left over, up to so many rows.
    var most: Int

    init(_ pane: Pane, _ rows: Int, most: Int? = nil) {
        self.pane = pane
        self.rows = rows
        self.most = max(rows, most ?? rows)
    }
}

extension ConsoleLayout {
    /// The panes of the view shown. Changes `left` and `side` where bands below take their rows.
    mutating func placePanes(_ model: ConsoleModel) -> [PlacedPane] {
        switch model.view {
        case .talk: model.shown.map { talkPanes(model, $0) } ?? [PlacedPane(.conversation, work)]
        case .latency: [PlacedPane(.latency, work)]
        case .calls: callsPanes(model)
        case .events: [PlacedPane(.events, work)]
        case .sessions: [PlacedPane(.sessions, work)]
        case .audio: [PlacedPane(.audio, work)]
        case .compare: [PlacedPane(.compare, work)]
        }
    }

    private mutating func talkPanes(_ model: ConsoleModel, _ session: SessionModel) -> [PlacedPane] {
        if Self.isPortrait(model.size) { return portraitPanes(model, session) }
        var rest = work
        var below: [PlacedPane] = []
        let bands = Self.bands(model.size)
        var band: Rect
        (rest, band) = rest.cutBottom(bands.events)
        if !band.isEmpty { below.append(PlacedPane(.newestEvents, band)) }
        (rest, band) = rest.cutBottom(bands.timeline)
        if !band.isEmpty { below.insert(PlacedPane(.timeline, band), at: 0) }
        left.height = rest.height
        side.height = rest.height
        let middle = rest.inset(left: left.width, right: side.width)
        let (hasColumns, leftWishes, sideWishes) = talkWishes(model, session)
        guard hasColumns else {
            let (top, bottom) = middle.cutBottom(middle.height >= 12 ? 3 : 0)
            let compact = bottom.isEmpty ? [] : [PlacedPane(.waterfall, bottom)]
            return [PlacedPane(.conversation, top)] + compact + below
        }
        return [PlacedPane(.conversation, middle)] + Self.stack(sideWishes, in: side.inset(left: 1))
            + Self.stack(leftWishes, in: left.inset(right: 1)) + below
    }

    /// What stands in the columns beside the conversation; false when there are none.
    private func talkWishes(
        _ model: ConsoleModel, _ session: SessionModel
    ) -> (hasColumns: Bool, left: [Wish], side: [Wish]) {
        guard !side.isEmpty else { return (false, [], []) }
        let first = Self.detailWishes(model, session)
        let session = Wish(.session, 4, most: 7)
        let rest = [Wish(.detector, 4, most: Painter.detectorWithSpectrum), Wish(.history, 5, most: 12)]
        if left.isEmpty { return (true, [], first + [Wish(.health, 6), session] + rest) }
        if model.book.callCount > 0 {
            return (true, [Wish(.callList, 6, most: 200)], first + [Wish(.health, 6), session] + rest)
        }
        return (true, [session, Wish(.health, 6), rest[0]], first + [rest[1]])
    }

    private static func detailWishes(_ model: ConsoleModel, _ session: SessionModel) -> [Wish] {
        let rows = session.latency.waterfallHeight(model.chosenReport) + 1
        return [
            Wish(.waterfall, rows),
            Wish(.tools, min(8, max(2, session.tools.count + 1)), most: min(16, max(2, session.tools.count + 1))),
        ]
    }

    private mutating func portraitPanes(_ model: ConsoleModel, _ session: SessionModel) -> [PlacedPane] {
        let wishes =
            Self.detailWishes(model, session)
            + [Wish(.timeline, 6), Wish(.session, 6, most: 7), Wish(.health, 6), Wish(.newestEvents, 5, most: 12)]
        let (top, rest) = work.cutTop(work.height * 2 / 5)
        let below = Self.stack(wishes, in: rest)
        let used = below.reduce(0) { $0 + $1.area.height }
        // What is left over belongs to the conversation.
        let spare = rest.height - used
        let moved = below.map { PlacedPane($0.pane, $0.area.moved(down: spare)) }
        return [PlacedPane(.conversation, Rect(x: top.x, y: top.y, width: top.width, height: top.height + spare))]
            + moved
    }

    /// Rows of the timeline and of the newest events below the columns.
    private static func bands(_ size: Size) -> (timeline: Int, events: Int) {
        if size.width >= 100 { return (size.height >= 30 ? 6 : 0, size.height >= 36 ? 4 : 0) }
        return (size.height >= 34 ? 6 : 0, size.height >= 42 ? 4 : 0)
    }

    /// Places panes one below the other: those that fit whole, in the order of their worth; what is left over goes to
    /// those that can use it.
    static func stack(_ wishes: [Wish], in area: Rect) -> [PlacedPane] {
        var rest = area.height
        var chosen: [Wish] = []
        for wish in wishes where wish.rows <= rest {
            chosen.append(wish)
            rest -= wish.rows
        }
        for index in chosen.indices {
            let more = min(rest, chosen[index].most - chosen[index].rows)
            chosen[index].rows += more
            rest -= more
        }
        var places: [PlacedPane] = []
        var below = area
        for wish in chosen {
            let (top, next) = below.cutTop(wish.rows)
            places.append(PlacedPane(wish.pane, top))
            below = next
        }
        return places
    }
}

extension Rect {
    /// The same, so many rows further down.
    func moved(down rows: Int) -> Rect { Rect(x: x, y: y + rows, width: width, height: height) }
}
