import Core
import Terminal

/// The Audio view: devices and listener, the format chain, the detector, counters.
extension Painter {
    mutating func drawAudio() {
        let system = model.book.system
        var (top, rest) = layout.work.cutTop(6)
        canvas.rule("Devices", in: top)
        let lines: [[(String, String, Bool)]] = [
            [("microphone", system.capture ?? "none", system.capture == nil)],
            [("speaker", system.playback ?? "none", system.playback == nil)],
            [("reason", system.deviceReason ?? "–", system.deviceReason != nil)],
            [
                ("AudioSocket", system.audioSocket ?? "not listening", false),
                ("accepted", "\(system.accepted)", false),
                ("active", "\(system.active)", false), ("rejected", "\(system.rejected)", system.rejected > 0),
            ],
        ]
        for (row, figures) in lines.enumerated() { draw(self.figures(figures), x: 1, y: row + 1, in: top) }
        guard let session = model.shown else {
            canvas.draw("no conversation", x: 1, y: 1, Style(.dim), in: rest)
            return
        }
        for (height, pane) in [(4, 0), (6, 1), (5, 2)] where rest.height >= height {
            (top, rest) = rest.cutTop(height)
            switch pane {
            case 0: drawDetector(session, in: top)
            case 1: drawHealth(session, in: top)
            default: drawUsage(session, in: top)
            }
        }
    }
}
