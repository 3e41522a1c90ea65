import Core
import Terminal

extension ConsoleModel {
    /// Whether the spectrum is on the screen: nothing is computed otherwise.
    var wantsSpectrum: Bool {
        guard shown?.isLive == true, overlay == nil else { return false }
        switch view {
        case .audio: return true
        case .talk: return ConsoleLayout(self).area(of: .detector).height >= Painter.detectorWithSpectrum
        default: return false
        }
    }
}

/// Spectrum of the microphone: bands from 20 Hz to half the rate, -70 to 0 dB high.
extension Painter {
    /// Rows from which the detector's pane holds the spectrum too.
    static let detectorWithSpectrum = 5

    /// Bars over the whole area, one or several rows high; two columns a band where there is room.
    mutating func drawSpectrum(_ bands: [Double], in area: Rect) {
        guard !bands.isEmpty, area.height > 0 else { return }
        let wide = max(1, min(3, area.width / bands.count))
        for (index, level) in bands.enumerated() {
            let share = min(1, max(0, (level - SessionMeters.bandFloor) / -SessionMeters.bandFloor))
            let role: Role = level > -6 ? .meterClip : level > -20 ? .meterHot : .meterYou
            for column in 0..<max(1, wide - (wide == 3 ? 1 : 0)) {
                drawBar(share, x: index * wide + column, Style(role), in: area)
            }
        }
    }

    /// A bar of so many rows as the area has, from the bottom.
    private mutating func drawBar(_ share: Double, x: Int, _ style: Style, in area: Rect) {
        let steps = glyphs.bars.count - 1
        let filled = Int((share * Double(steps * area.height)).rounded())
        for row in 0..<area.height {
            let part = min(steps, max(0, filled - row * steps))
            guard part > 0 || row == 0 else { continue }
            canvas.draw(
                part == 0 ? glyphs.bars[1] : glyphs.bars[part], x: x, y: area.height - 1 - row,
                part == 0 ? Style(.meterEmpty) : style, in: area)
        }
    }

    /// The spectrum with what it is; quiet words where there is none.
    mutating func drawSpectrum(_ meters: MeterSnapshot, label: Int, in area: Rect) {
        canvas.draw("bands", x: 1, Style(.dim), in: area)
        guard let bands = meters.spectrum else {
            canvas.draw(glyphs.missing, x: label, Style(.dim), in: area)
            return
        }
        drawSpectrum(bands, in: area.inset(left: label))
        let end = label + bands.count * max(1, min(3, (area.width - label) / bands.count)) + 1
        if end + 16 < area.width {
            canvas.draw("20 Hz to top", x: end, y: area.height - 1, Style(.dim), in: area)
        }
    }
}
