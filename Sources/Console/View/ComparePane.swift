import Core
import Terminal

/// The Compare view: the same turns through several providers.
extension Painter {
    mutating func drawCompare() {
        canvas.draw("Compare", Style(.title), in: layout.work)
    }
}
