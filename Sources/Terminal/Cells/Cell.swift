/// One cell of the screen: a base character with at most two combining marks, and its style. Trivial to copy and
/// compare.
public struct Cell: Sendable, Hashable {
    /// The character; U+0000 in the second half of a wide character.
    public var base: Unicode.Scalar
    /// Combining marks, U+0000 when none.
    public var marks: (first: Unicode.Scalar, second: Unicode.Scalar)
    /// 1 or 2; 0 for the second half of a wide character.
    public var width: UInt8
    public var style: Style

    public init(_ base: Unicode.Scalar = " ", width: UInt8 = 1, style: Style = .plain) {
        self.base = base
        self.marks = ("\0", "\0")
        self.width = width
        self.style = style
    }

    /// The cell to the right of a wide character.
    static func continuation(_ style: Style) -> Cell { Cell("\0", width: 0, style: style) }

    /// Adds a combining mark while there is room.
    mutating func add(_ mark: Unicode.Scalar) {
        if marks.first == "\0" {
            marks.first = mark
        } else if marks.second == "\0" {
            marks.second = mark
        }
    }

    /// Appends what the cell shows; nothing for the second half of a wide character.
    public func write(to text: inout String.UnicodeScalarView) {
        guard width > 0 else { return }
        text.append(base)
        if marks.first != "\0" { text.append(marks.first) }
        if marks.second != "\0" { text.append(marks.second) }
    }

    public static func == (left: Cell, right: Cell) -> Bool {
        left.base == right.base && left.width == right.width && left.style == right.style && left.marks == right.marks
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(base)
        hasher.combine(marks.first)
        hasher.combine(marks.second)
        hasher.combine(width)
        hasher.combine(style)
    }
}
