import Testing

@testable import Terminal

@Suite struct CanvasTests {
    private func canvas(_ width: Int, _ height: Int = 1, glyphs: Glyphs = .unicode) -> Canvas {
        Canvas(Size(width: width, height: height), glyphs: glyphs)
    }

    @Test func clipsAtBothEdges() {
        var canvas = canvas(6)
        canvas.draw("abcdefgh", x: -2, in: Rect(x: 1, y: 0, width: 4, height: 1))
        #expect(canvas.grid.text(row: 0) == " cdef")
    }

    @Test func wideCharacterAtTheEdgeBecomesBlank() {
        var canvas = canvas(4)
        canvas.draw("a日本", in: canvas.bounds)
        #expect(canvas.grid.text(row: 0) == "a日")
        #expect(canvas.grid[3, 0].base == " ")
    }

    @Test func overwritingHalfOfAWideCharacterClearsTheOther() {
        var canvas = canvas(6)
        canvas.draw("日本語", in: canvas.bounds)
        canvas.draw("x", x: 1, in: canvas.bounds)
        canvas.draw("y", x: 2, in: canvas.bounds)
        #expect(canvas.grid.text(row: 0) == " xy 語")
        #expect(canvas.grid.row(0).reduce(0) { $0 + Int($1.width) } == 6)
    }

    @Test func boxAndRule() {
        var canvas = canvas(12, 3)
        let inner = canvas.box(canvas.bounds, title: "keys", Style(.border))
        canvas.draw("hello world", in: inner)
        #expect(canvas.grid.plainText == "┌ keys ────┐\n│hello worl│\n└──────────┘\n")
    }

    @Test func meters() {
        var unicode = canvas(8)
        unicode.meter(Meter(level: 0.55, normal: .meterYou), x: 0, width: 8, in: unicode.bounds)
        #expect(unicode.grid.text(row: 0) == "████▍░░░")
        var ascii = canvas(8, glyphs: .ascii)
        ascii.meter(Meter(level: 0.5, peak: 0.8, normal: .meterYou), x: 0, width: 8, in: ascii.bounds)
        #expect(ascii.grid.text(row: 0) == "####..|.")
        var broken = canvas(4)
        broken.meter(Meter(level: .nan, normal: .meterYou), x: 0, width: 4, in: broken.bounds)
        #expect(broken.grid.text(row: 0) == "░░░░")
    }

    @Test func braille() {
        var canvas = canvas(2, 1)
        canvas.braille([0, 0.3, 0.6, 1], Style(.ok), in: canvas.bounds)
        #expect(canvas.grid.text(row: 0) == "⢠⣾")
    }

    @Test func asciiOnlyKeepsColumns() {
        var canvas = canvas(8)
        canvas.draw("é日…→x", in: canvas.bounds)
        let row = canvas.grid.asciiOnly().text(row: 0)
        #expect(row == "?? .>x")
    }

    @Test func styledDumpNamesRuns() {
        var canvas = canvas(5)
        canvas.draw("ab", x: 1, Style(.cut, on: .selected, .bold), in: canvas.bounds)
        #expect(canvas.grid.styledDump == " ab\n--\n0:1-2 text.cut on surface.selected +bold\n")
    }

    @Test func restyleKeepsWideCharacters() {
        var canvas = canvas(4)
        canvas.draw("日a", in: canvas.bounds)
        canvas.restyle(canvas.bounds, surface: .selected)
        #expect(canvas.grid.text(row: 0) == "日a")
        #expect(canvas.grid[1, 0].style.surface == .selected)
    }
}
