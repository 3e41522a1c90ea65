/// The picture of a screen: what `view` returns, what goldens are made from, what `Screen` compares with the last one.
public struct CellGrid: Sendable, Hashable {
    public let size: Size
    /// Row by row. `count == width * height` always.
    public private(set) var cells: [Cell]
    /// Where the terminal's cursor shall stand, for text fields and input methods; hidden when nil.
    public var cursor: Position?

    /// A place on the grid.
    public struct Position: Sendable, Hashable {
        public var x: Int
        public var y: Int
        public init(x: Int, y: Int) {
            self.x = x
            self.y = y
        }
    }

    public init(_ size: Size, style: Style = .plain) {
        self.size = size
        cells = Array(repeating: Cell(style: style), count: size.width * size.height)
    }

    /// The cell at a place. Outside the grid: a blank when read, ignored when written.
    public subscript(x: Int, y: Int) -> Cell {
        get { Rect(size).contains(x: x, y: y) ? cells[y * size.width + x] : Cell() }
        set {
            guard Rect(size).contains(x: x, y: y) else { return }
            repairNeighbours(x: x, y: y)
            cells[y * size.width + x] = newValue
        }
    }

    /// Puts a character and, when it is wide, its second half. The caller has checked that both fit.
    mutating func place(_ cell: Cell, x: Int, y: Int) {
        self[x, y] = cell
        if cell.width == 2 { self[x + 1, y] = .continuation(cell.style) }
    }

    /// Adds a combining mark to what stands at a place.
    mutating func addMark(_ mark: Unicode.Scalar, x: Int, y: Int) {
        guard Rect(size).contains(x: x, y: y) else { return }
        cells[y * size.width + x].add(mark)
    }

    /// Replaces a cell as it is: the caller keeps halves of wide characters together.
    mutating func overwrite(_ cell: Cell, x: Int, y: Int) {
        guard Rect(size).contains(x: x, y: y) else { return }
        cells[y * size.width + x] = cell
    }

    /// Fills an area inside the grid with one cell of width 1.
    mutating func fill(_ area: Rect, with cell: Cell) {
        guard !area.isEmpty else { return }
        for y in area.y..<area.endY {
            // Only the edges can cut a wide character in two.
            self[area.x, y] = cell
            self[area.endX - 1, y] = cell
            let start = y * size.width + area.x
            for index in start..<(start + area.width) { cells[index] = cell }
        }
    }

    /// Overwriting one half of a wide character must not leave the other half alone.
    private mutating func repairNeighbours(x: Int, y: Int) {
        let index = y * size.width + x
        if cells[index].width == 0, x > 0 {
            cells[index - 1] = Cell(style: cells[index - 1].style)
        }
        if cells[index].width == 2, x + 1 < size.width {
            cells[index + 1] = Cell(style: cells[index + 1].style)
        }
    }

    /// The cells of one row; empty when outside.
    public func row(_ y: Int) -> ArraySlice<Cell> {
        guard y >= 0, y < size.height else { return [] }
        return cells[y * size.width..<(y + 1) * size.width]
    }

    /// One row as text, trailing blanks removed.
    public func text(row y: Int) -> String {
        var scalars = String.UnicodeScalarView()
        for cell in row(y) { cell.write(to: &scalars) }
        while scalars.last == " " { scalars.removeLast() }
        return String(scalars)
    }

    /// The whole screen as text, one line a row, trailing blanks removed.
    public var plainText: String {
        (0..<size.height).map { text(row: $0) + "\n" }.joined()
    }

    /// Replaces every character outside ASCII: for terminals and locales that know no other.
    public func asciiOnly() -> CellGrid {
        var copy = self
        for index in copy.cells.indices where copy.cells[index].base.value >= 0x7F || copy.cells[index].width != 1 {
            let style = copy.cells[index].style
            copy.cells[index] = Cell(ASCIIForm.of(copy.cells[index].base), style: style)
        }
        for index in copy.cells.indices { copy.cells[index].marks = ("\0", "\0") }
        return copy
    }
}

/// Nearest ASCII character of what people read often.
enum ASCIIForm {
    private static let known: [Unicode.Scalar: Unicode.Scalar] = [
        "\0": " ", "…": ".", "–": "-", "—": "-", "‘": "'", "’": "'", "“": "\"", "”": "\"", "·": ".", "•": "*",
        "→": ">", "←": "<", "↑": "^", "↓": "v", "×": "x", "µ": "u", "°": "o", "\u{241B}": "^", "\u{FFFD}": "?",
    ]

    static func of(_ scalar: Unicode.Scalar) -> Unicode.Scalar { known[scalar] ?? "?" }
}

extension SafeText {
    /// The text with ASCII characters alone; what has no near one becomes `?`.
    public var asciiOnly: SafeText {
        var scalars = String.UnicodeScalarView()
        for scalar in string.unicodeScalars where DisplayWidth.of(scalar) > 0 {
            scalars.append(scalar.value < 0x7F ? scalar : ASCIIForm.of(scalar))
        }
        return SafeText(cleaned: String(scalars))
    }
}
