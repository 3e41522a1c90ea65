extension Canvas {
    /// A level meter of one row. `level` and `peak` are 0…1 of the width. Cells above `hot` and `clip` change their
    /// role; the peak stands as a thin mark, the threshold as a line.
    public mutating func meter(
        _ meter: Meter, x: Int, y: Int = 0, width: Int, in area: Rect
    ) {
        guard width > 0 else { return }
        let eighths = Int((meter.level.clamped * Double(width) * 8).rounded())
        for column in 0..<width {
            let filled = min(8, max(0, eighths - column * 8))
            let position = (Double(column) + 0.5) / Double(width)
            let role = filled == 0 ? Role.meterEmpty : meter.role(at: position)
            let glyph = filled == 0 ? glyphs.trough : glyphs.blocks[filled]
            draw(glyph, x: x + column, y: y, Style(role), in: area)
        }
        mark(meter.peak, glyph: glyphs.vertical, role: .meterHot, x: x, y: y, width: width, in: area)
        mark(meter.threshold, glyph: glyphs.vertical, role: .threshold, x: x, y: y, width: width, in: area)
    }

    private mutating func mark(
        _ place: Double?, glyph: SafeText, role: Role, x: Int, y: Int, width: Int, in area: Rect
    ) {
        guard let place, place > 0 else { return }
        let column = min(width - 1, Int(place.clamped * Double(width)))
        draw(glyph, x: x + column, y: y, Style(role), in: area)
    }

    /// A history as columns of eighth blocks, newest at the right, one row high. Values are 0…1.
    public mutating func bars(
        _ values: some BidirectionalCollection<Double>, x: Int, y: Int = 0, width: Int, _ style: Style, in area: Rect
    ) {
        let shown = values.suffix(max(0, width))
        var column = x + width - shown.count
        for value in shown {
            let step = Int((value.clamped * 8).rounded())
            draw(glyphs.bars[step], x: column, y: y, style, in: area)
            column += 1
        }
    }

    /// A line chart in braille, two values a cell and four dots a row; in ASCII the upper row of bars. Values are 0…1.
    public mutating func braille(_ values: [Double], _ style: Style, in area: Rect) {
        guard !glyphs.isASCII else {
            bars(values, x: 0, y: area.height - 1, width: area.width, style, in: area)
            return
        }
        let shown = Array(values.suffix(area.width * 2))
        let offset = area.width * 2 - shown.count
        for row in 0..<area.height {
            for column in 0..<area.width {
                let left = Self.value(shown, column * 2 - offset)
                let right = Self.value(shown, column * 2 + 1 - offset)
                let bits = Self.brailleBits(left: left, right: right, row: row, rows: area.height)
                guard bits != 0, let scalar = Unicode.Scalar(0x2800 + bits) else { continue }
                draw(SafeText(cleaned: String(scalar)), x: column, y: row, style, in: area)
            }
        }
    }

    private static func value(_ values: [Double], _ index: Int) -> Double? {
        values.indices.contains(index) ? values[index].clamped : nil
    }

    /// Dots of a filled chart: bit values by Unicode's order of the braille dots, bottom first.
    private static func brailleBits(left: Double?, right: Double?, row: Int, rows: Int) -> UInt32 {
        let leftDots: [UInt32] = [0x40, 0x04, 0x02, 0x01]
        let rightDots: [UInt32] = [0x80, 0x20, 0x10, 0x08]
        var bits: UInt32 = 0
        for dot in 0..<4 {
            let height = Double((rows - 1 - row) * 4 + dot) / Double(rows * 4)
            if let left, left > height { bits |= leftDots[dot] }
            if let right, right > height { bits |= rightDots[dot] }
        }
        return bits
    }
}

/// What a level meter shows. All values 0…1 of its width.
public struct Meter: Sendable, Hashable {
    public var level: Double
    public var peak: Double?
    public var threshold: Double?
    /// Role of the normal part.
    public var normal: Role
    /// From here on the meter is hot, from there it clips.
    public var hot: Double
    public var clip: Double

    public init(
        level: Double, peak: Double? = nil, threshold: Double? = nil, normal: Role, hot: Double = 0.85,
        clip: Double = 0.97
    ) {
        self.level = level
        self.peak = peak
        self.threshold = threshold
        self.normal = normal
        self.hot = hot
        self.clip = clip
    }

    func role(at position: Double) -> Role {
        position >= clip ? .meterClip : position >= hot ? .meterHot : normal
    }
}

extension Double {
    /// Into 0…1; not a number is 0.
    var clamped: Double { isNaN ? 0 : min(1, max(0, self)) }
}
