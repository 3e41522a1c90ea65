import Core
import Terminal

/// The Sessions view: what was recorded.
extension Painter {
    mutating func drawSessions() {
        canvas.draw("Sessions", Style(.title), in: layout.work)
    }
}
