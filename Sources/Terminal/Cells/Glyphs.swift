/// The characters we draw with: one set for UTF-8 terminals, one for ASCII. None has the Emoji property, whose width
/// terminals disagree about.
public struct Glyphs: Sendable, Hashable {
    public var isASCII: Bool
    public var horizontal: SafeText
    public var vertical: SafeText
    /// Corners clockwise from the top left.
    public var corners: [SafeText]
    public var bullet: SafeText
    public var hollow: SafeText
    public var pause: SafeText
    public var tool: SafeText
    public var good: SafeText
    public var bad: SafeText
    public var cut: SafeText
    public var swap: SafeText
    public var diamond: SafeText
    public var prompt: SafeText
    public var caret: SafeText
    public var ellipsis: SafeText
    public var arrow: SafeText
    public var missing: SafeText
    public var down: SafeText
    public var up: SafeText
    public var separator: SafeText
    /// Fill of an empty meter cell.
    public var trough: SafeText
    /// Eighth blocks by height, blank first; nine steps in Unicode, fewer in ASCII.
    public var bars: [SafeText]
    /// Eighth blocks by width, blank first.
    public var blocks: [SafeText]
    /// One fill a stage, so that a waterfall reads with no colour.
    public var stageFills: [SafeText]

    public static let unicode = Glyphs(
        isASCII: false, horizontal: "─", vertical: "│", corners: ["┌", "┐", "┘", "└"], bullet: "●", hollow: "○",
        pause: "▮", tool: "▸", good: "✓", bad: "✗", cut: "╳", swap: "⇄", diamond: "◆", prompt: "❯", caret: "▌",
        ellipsis: "…", arrow: "→", missing: "–", down: "▼", up: "▲", separator: "·", trough: "░",
        bars: [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"], blocks: [" ", "▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"],
        stageFills: ["▒", "▓", "░", "█", "▚", "▓", "▒", "·"])

    public static let ascii = Glyphs(
        isASCII: true, horizontal: "-", vertical: "|", corners: ["+", "+", "+", "+"], bullet: "*", hollow: "o",
        pause: "=", tool: ">", good: "+", bad: "x", cut: "X", swap: "<>", diamond: "@", prompt: ">", caret: "_",
        ellipsis: "..", arrow: "->", missing: "-", down: "v", up: "^", separator: "-", trough: ".",
        bars: [" ", "_", ".", "-", "=", "+", "*", "#", "#"], blocks: [" ", " ", " ", " ", "-", "-", "=", "=", "#"],
        stageFills: ["v", "s", "t", "L", "o", "T", "p", "."])
}
