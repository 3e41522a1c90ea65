/// Draws on a cell grid. Pure: no terminal, no clock. Everything is clipped to the rectangle given; a wide character
/// that would stick out at the right edge becomes a blank.
public struct Canvas: Sendable {
    public private(set) var grid: CellGrid
    public let glyphs: Glyphs

    public init(_ size: Size, glyphs: Glyphs = .unicode) {
        grid = CellGrid(size)
        self.glyphs = glyphs
    }

    /// The area of the whole canvas.
    public var bounds: Rect { Rect(grid.size) }

    /// Where the terminal's cursor shall stand; nil hides it.
    public mutating func setCursor(x: Int, y: Int) { grid.cursor = .init(x: x, y: y) }
    public mutating func hideCursor() { grid.cursor = nil }

    /// Draws text from a column of a row (relative to `area`). Returns the column behind it, relative too, even when
    /// clipped.
    @discardableResult
    public mutating func draw(
        _ text: SafeText, x: Int = 0, y: Int = 0, _ style: Style = .plain, in area: Rect
    ) -> Int {
        var column = area.x + x
        let row = area.y + y
        let clip = area.intersection(bounds)
        var base: Int?
        for scalar in text.string.unicodeScalars {
            let width = DisplayWidth.of(scalar)
            if width == 0 {
                if let base { grid.addMark(scalar, x: base, y: row) }
                continue
            }
            base = put(scalar, width: width, x: column, y: row, style, clip)
            column += width
        }
        return column - area.x
    }

    /// Column it was drawn at, or nil when clipped.
    private mutating func put(
        _ scalar: Unicode.Scalar, width: Int, x: Int, y: Int, _ style: Style, _ clip: Rect
    ) -> Int? {
        guard y >= clip.y, y < clip.endY, x < clip.endX, x + width > clip.x else { return nil }
        if x < clip.x || x + width > clip.endX {
            grid[max(x, clip.x), y] = Cell(style: style)
            return nil
        }
        grid.place(Cell(scalar, width: UInt8(width), style: style), x: x, y: y)
        return x
    }

    /// Draws text so that it ends at the right edge of a row; cut at the left side of the area. Returns its first
    /// column.
    @discardableResult
    public mutating func drawRight(_ text: SafeText, y: Int = 0, _ style: Style = .plain, in area: Rect) -> Int {
        let shown = text.truncated(to: area.width, ellipsis: glyphs.ellipsis)
        let start = area.width - shown.width
        draw(shown, x: start, y: y, style, in: area)
        return start
    }

    /// Fills an area with blanks of a style.
    public mutating func fill(_ area: Rect, _ style: Style) {
        grid.fill(area.intersection(bounds), with: Cell(style: style))
    }

    /// Gives what is drawn in an area another surface: a selected row.
    public mutating func restyle(_ area: Rect, surface: Surface) {
        let clip = area.intersection(bounds)
        for y in clip.y..<clip.endY {
            for x in clip.x..<clip.endX {
                var cell = grid[x, y]
                cell.style.surface = surface
                grid.replaceStyle(cell.style, x: x, y: y)
            }
        }
    }

    /// A line over the width of the area, with a title at the left and a note at the right when they fit.
    public mutating func rule(
        _ title: SafeText = .empty, note: SafeText = .empty, y: Int = 0, _ style: Style = Style(.border), in area: Rect
    ) {
        repeatGlyph(glyphs.horizontal, x: 0, y: y, count: area.width, style, in: area)
        // The title comes first; the note is cut to what is left, or left out.
        let room = area.width - 4 - (title.isEmpty ? 0 : min(title.width, max(0, area.width - 4)) + 3)
        if !note.isEmpty, room >= min(note.width, 8) {
            let cut = note.truncated(to: room, ellipsis: glyphs.ellipsis)
            draw(SafeText(" ") + cut + SafeText(" "), x: area.width - cut.width - 3, y: y, Style(.dim), in: area)
        }
        guard !title.isEmpty else { return }
        let shown = title.truncated(to: max(0, area.width - 4), ellipsis: glyphs.ellipsis)
        draw(SafeText(" ") + shown + SafeText(" "), x: 1, y: y, Style(.title, on: style.surface), in: area)
    }

    /// A vertical line over the height of the area at a column.
    public mutating func verticalRule(x: Int, _ style: Style = Style(.border), in area: Rect) {
        for y in 0..<area.height { draw(glyphs.vertical, x: x, y: y, style, in: area) }
    }

    /// A box around the area, blank inside, with a title; returns the inner area.
    @discardableResult
    public mutating func box(_ area: Rect, title: SafeText = .empty, _ style: Style) -> Rect {
        guard area.width >= 2, area.height >= 2 else { return Rect(x: area.x, y: area.y, width: 0, height: 0) }
        fill(area, Style(.text, on: style.surface))
        rule(title, y: 0, style, in: area)
        rule(y: area.height - 1, style, in: area)
        verticalRule(x: 0, style, in: area)
        verticalRule(x: area.width - 1, style, in: area)
        for (index, place) in [(0, 0), (area.width - 1, 0), (area.width - 1, area.height - 1), (0, area.height - 1)]
            .enumerated()
        {
            draw(glyphs.corners[index], x: place.0, y: place.1, style, in: area)
        }
        return area.inset(left: 1, top: 1, right: 1, bottom: 1)
    }

    /// The same glyph several times in a row.
    public mutating func repeatGlyph(
        _ glyph: SafeText, x: Int, y: Int = 0, count: Int, _ style: Style, in area: Rect
    ) {
        let step = max(1, glyph.width)
        for index in 0..<max(0, count / step) { draw(glyph, x: x + index * step, y: y, style, in: area) }
    }
}

extension CellGrid {
    /// Changes the looks of a cell and leaves its character alone, also in the middle of a wide one.
    mutating func replaceStyle(_ style: Style, x: Int, y: Int) {
        let marks = self[x, y].marks
        var cell = Cell(self[x, y].base, width: self[x, y].width, style: style)
        cell.marks = marks
        overwrite(cell, x: x, y: y)
    }
}
