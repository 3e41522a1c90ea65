import Core
import Terminal

/// Where everything stands, from the size alone (and what is open): one column below 100 cells, two to 159, three from
/// 160.
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

    /// Talk: the transcript's heading and its body.
    var transcriptHead: Rect
    var transcript: Rect
    /// Waterfall in three rows below the transcript, on one column.
    var compactWaterfall: Rect
    /// Panes right of the transcript; empty on one column.
    var side: Rect
    /// Calls left of it, on three columns.
    var left: Rect
    var timeline: Rect
    var events: Rect

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
        let width = model.size.width
        let wantsBands = model.view == .talk && width >= 100
        (rest, events) = rest.cutBottom(wantsBands && model.size.height >= 36 ? 4 : 0)
        (rest, timeline) = rest.cutBottom(wantsBands && model.size.height >= 30 ? 5 : 0)
        (left, rest) = rest.cutLeft(width >= 160 && model.view == .talk ? 46 : 0)
        let sideWidth = width >= 160 ? 66 : width >= 100 ? max(44, width * 9 / 20) : 0
        side = Rect(x: rest.endX - sideWidth, y: rest.y, width: sideWidth, height: rest.height)
        rest = rest.inset(right: sideWidth)
        (rest, compactWaterfall) = rest.cutBottom(sideWidth == 0 && rest.height >= 12 ? 3 : 0)
        (transcriptHead, transcript) = rest.cutTop(1)
    }
}
