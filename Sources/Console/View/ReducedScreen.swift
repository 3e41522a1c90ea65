import Core
import Terminal

/// What a terminal too small for the views still shows: state, microphone and recording first, then calls and trouble, the
/// keys in the last row.
extension Painter {
    mutating func drawTooSmall() {
        let area = canvas.bounds
        var (rest, keys) = area.cutBottom(area.height >= 3 ? 1 : 0)
        if area.height >= 4 { rest = drawSizes(in: rest) }
        rest = draw(wrapped: stateRuns, in: rest)
        let calls = model.book.liveCallCount
        if calls > 0 {
            let words = calls == 1 ? "1 live call goes on" : "\(calls) live calls go on"
            rest = draw(wrapped: [TextRun(SafeText(words))], in: rest)
        }
        if let notice = model.notice { rest = draw(wrapped: [TextRun(SafeText(notice.text), Style(.info))], in: rest) }
        if let trouble = model.visibleTrouble?.trouble {
            _ = draw(wrapped: [TextRun(SafeText("! " + trouble.text), Style(trouble.severity.role))], in: rest)
        }
        drawReducedKeys(in: keys)
    }

    private mutating func drawSizes(in area: Rect) -> Rect {
        let least = "\(ConsoleLayout.least.width)x\(ConsoleLayout.least.height)"
        let texts = [
            "sidetone needs \(least), terminal is \(model.size.width)x\(model.size.height)", "sidetone needs \(least)",
            "needs \(least)",
        ]
        let text = texts.first { $0.count <= area.width } ?? ""
        canvas.draw(SafeText(text), Style(.title), in: area)
        return area.inset(top: text.isEmpty ? 0 : 1)
    }

    private var stateRuns: [TextRun] {
        [TextRun(stateWord.text, Style(stateWord.role)), TextRun("  "), microphoneRun, TextRun("  "), recordingRun]
    }

    /// Draws lines from the top; returns what is left below them.
    private mutating func draw(wrapped runs: [TextRun], in area: Rect) -> Rect {
        guard !area.isEmpty else { return area }
        let lines = TextLayout.wrap(runs, width: area.width)
        for (row, line) in lines.prefix(area.height).enumerated() { draw(line, y: row, in: area) }
        return area.inset(top: lines.count)
    }

    private mutating func drawReducedKeys(in area: Rect) {
        guard case .confirm(let question) = model.overlay else {
            let text = "\(model.key(.quit)) quit  \(model.key(.mute)) \(model.isMuted ? "unmute" : "mute")"
            canvas.draw(SafeText(text), Style(.dim), in: area)
            return
        }
        let room = max(0, area.width - 4)
        let text = SafeText(question.question).truncated(to: room, ellipsis: glyphs.ellipsis)
        canvas.draw(text + " y/N", Style(.warning), in: area)
    }
}
