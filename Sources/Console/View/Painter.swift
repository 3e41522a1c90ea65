import Core
import Terminal

/// Draws the model. A value: made for one picture, thrown away. Panes are extensions, one file each.
struct Painter {
    var canvas: Canvas
    let model: ConsoleModel
    let layout: ConsoleLayout

    init(_ model: ConsoleModel) {
        self.model = model
        layout = ConsoleLayout(model)
        canvas = Canvas(model.size, glyphs: model.appearance.glyphs)
    }

    var glyphs: Glyphs { canvas.glyphs }

    /// Draws runs one after the other; returns the column behind them.
    @discardableResult
    mutating func draw(_ runs: [TextRun], x: Int = 0, y: Int = 0, in area: Rect) -> Int {
        var column = x
        for run in runs { column = canvas.draw(run.text, x: column, y: y, run.style, in: area) }
        return column
    }

    /// One row of pieces, the least important left out until the rest fits. Pieces at the right keep to the right edge.
    mutating func segments(_ all: [Segment], gap: Int = 2, surface: Surface = .base, in area: Rect) {
        var shown = all.filter { !$0.runs.isEmpty }
        func total(_ list: [Segment]) -> Int { list.reduce(0) { $0 + $1.width + gap } - gap }
        while total(shown) > area.width, let least = shown.indices.min(by: { shown[$0].priority < shown[$1].priority }),
            shown.count > 1
        {
            shown.remove(at: least)
        }
        var x = 0
        for segment in shown where !segment.isRight {
            x = draw(segment.runs.on(surface), x: x, in: area) + gap
        }
        var end = area.width
        for segment in shown.reversed() where segment.isRight {
            draw(segment.runs.on(surface), x: end - segment.width, in: area)
            end -= segment.width + gap
        }
    }
}

/// A piece of a row that is left out when there is no room.
struct Segment {
    var runs: [TextRun]
    var priority: Int
    var isRight: Bool

    init(_ runs: [TextRun], _ priority: Int, right: Bool = false) {
        self.runs = runs
        self.priority = priority
        isRight = right
    }

    init(_ text: SafeText, _ role: Role = .text, _ priority: Int, right: Bool = false) {
        self.init(text.isEmpty ? [] : [TextRun(text, Style(role))], priority, right: right)
    }

    var width: Int { runs.reduce(0) { $0 + $1.text.width } }
}

extension [TextRun] {
    /// All runs on another surface.
    func on(_ surface: Surface) -> [TextRun] { map { TextRun($0.text, $0.style.on(surface)) } }
}

extension ConsoleModel {
    /// The picture of the model. Pure: the same model is the same picture.
    public func picture() -> CellGrid {
        var painter = Painter(self)
        painter.drawAll()
        return painter.canvas.grid
    }
}

extension Painter {
    mutating func drawAll() {
        canvas.fill(canvas.bounds, .plain)
        if model.size.width < ConsoleLayout.least.width || model.size.height < ConsoleLayout.least.height {
            drawTooSmall()
            return
        }
        drawStrip()
        drawMeterRow()
        drawTabs()
        drawBanner()
        if model.view == .talk || layout.isZoomed { drawTalk() } else { drawView() }
        drawPrompt()
        drawFooter()
        drawStatus()
        drawOverlay()
    }

    /// A view that parts its work area itself.
    private mutating func drawView() {
        switch model.view {
        case .talk: drawTalk()
        case .latency: drawLatency()
        case .calls: drawCalls()
        case .events: drawEventsView()
        case .sessions: drawSessions()
        case .audio: drawAudio()
        case .compare: drawCompare()
        }
    }

    private mutating func drawTooSmall() {
        let area = canvas.bounds
        let least = ConsoleLayout.least
        let text = "sidetone needs \(least.width)x\(least.height), terminal is \(model.size.width)x\(model.size.height)"
        canvas.draw(SafeText(text), Style(.title), in: area)
        var runs = [TextRun(stateWord.text, Style(stateWord.role))]
        runs += [TextRun("  "), microphoneRun, TextRun("  "), recordingRun]
        draw(runs, y: 1, in: area)
        let calls = model.book.liveCallCount
        if calls > 0 { canvas.draw("\(calls) live calls go on", y: 2, in: area) }
        if let trouble = model.visibleTrouble?.trouble {
            let lines = TextLayout.wrap([TextRun(SafeText("! " + trouble.text))], width: area.width)
            for (row, line) in lines.prefix(max(0, area.height - 5)).enumerated() {
                for run in line { canvas.draw(run.text, y: row + 3, Style(trouble.severity.role), in: area) }
            }
        }
        if case .confirm(let question) = model.overlay {
            canvas.draw(SafeText(question.question + " y/N"), y: area.height - 1, Style(.warning), in: area)
        } else {
            canvas.draw("q quit  m mute", y: area.height - 1, Style(.dim), in: area)
        }
    }
}
