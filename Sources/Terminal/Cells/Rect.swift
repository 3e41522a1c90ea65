/// Columns and rows of a screen or a pane.
public struct Size: Sendable, Hashable {
    public var width: Int
    public var height: Int
    public init(width: Int, height: Int) {
        self.width = max(0, width)
        self.height = max(0, height)
    }
}

/// A part of the screen in cells; never of negative size.
public struct Rect: Sendable, Hashable {
    public var x: Int
    public var y: Int
    public var width: Int
    public var height: Int

    public init(x: Int, y: Int, width: Int, height: Int) {
        self.x = x
        self.y = y
        self.width = max(0, width)
        self.height = max(0, height)
    }

    /// The whole of a screen.
    public init(_ size: Size) { self.init(x: 0, y: 0, width: size.width, height: size.height) }

    /// First column to the right of it.
    public var endX: Int { x + width }
    /// First row below it.
    public var endY: Int { y + height }
    public var isEmpty: Bool { width == 0 || height == 0 }

    public func contains(x column: Int, y row: Int) -> Bool {
        column >= x && column < endX && row >= y && row < endY
    }

    /// The common part, empty when there is none.
    public func intersection(_ other: Rect) -> Rect {
        let left = max(x, other.x)
        let top = max(y, other.y)
        return Rect(
            x: left, y: top, width: min(endX, other.endX) - left, height: min(endY, other.endY) - top)
    }

    /// Smaller by the given margins.
    public func inset(left: Int = 0, top: Int = 0, right: Int = 0, bottom: Int = 0) -> Rect {
        Rect(x: x + left, y: y + top, width: width - left - right, height: height - top - bottom)
    }

    /// Row `index` as a rectangle one high; empty when outside.
    public func row(_ index: Int) -> Rect {
        Rect(x: x, y: y + index, width: width, height: index >= 0 && index < height ? 1 : 0)
    }

    /// Cuts rows off the top: the first part is `rows` high at most.
    public func cutTop(_ rows: Int) -> (top: Rect, rest: Rect) {
        let cut = min(max(0, rows), height)
        return (Rect(x: x, y: y, width: width, height: cut), inset(top: cut))
    }

    /// Cuts rows off the bottom.
    public func cutBottom(_ rows: Int) -> (rest: Rect, bottom: Rect) {
        let cut = min(max(0, rows), height)
        return (inset(bottom: cut), Rect(x: x, y: endY - cut, width: width, height: cut))
    }

    /// Cuts columns off the left.
    public func cutLeft(_ columns: Int) -> (left: Rect, rest: Rect) {
        let cut = min(max(0, columns), width)
        return (Rect(x: x, y: y, width: cut, height: height), inset(left: cut))
    }

    /// A rectangle of at most this size in the middle.
    public func centered(width wanted: Int, height tall: Int) -> Rect {
        let w = min(wanted, width)
        let h = min(tall, height)
        return Rect(x: x + (width - w) / 2, y: y + (height - h) / 2, width: w, height: h)
    }
}
