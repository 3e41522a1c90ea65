import TestKit
import Testing

@testable import Terminal

@Suite struct ThemeImportTests {
    private static let folder =
        #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast()
        .joined(separator: "/") + "/Fixtures/btop"

    private func made(_ name: String, exact: Bool = false) throws -> ThemeImport {
        let path = Self.folder + "/\(name).theme"
        return ThemeImport(btop: try #require(GoldenText.read(path)), file: path, name: name, exact: exact)
    }

    /// Every theme comes out complete and clean, and its file reads back as the same theme.
    @Test(arguments: ["plum", "paper", "ash", "neon", "broken"])
    func importsAreReadable(name: String) throws {
        let theme = try made(name).theme
        let text = theme.text()
        let (read, problems) = ThemeParser.parse(text, file: name + ".theme")
        #expect(problems.isEmpty)
        #expect(read.roles == theme.roles)
        #expect(read.surfaces == theme.surfaces)
        #expect(ThemeLint.check(read) == [])
    }

    @Test func keysBecomeRoles() throws {
        let theme = try made("plum", exact: true).theme
        func color(_ role: Role) -> String? { theme.roles[role]?.color.text }
        #expect(theme.kind == .dark)
        #expect(theme.look(.base).color.text == "#241b2f")
        #expect(color(.text) == "#d8cfe6")
        #expect(color(.keyHint) == "#ff79b0")
        #expect(color(.dim) == "#5d4f73")
        #expect(color(.ok) == "#9bd08a")
        #expect(color(.warning) == "#f2d38a")
        #expect(color(.error) == "#ef8fa8")
        #expect(color(.meterHot) == "#f2d38a")
        #expect(color(.meterEmpty) == "#3a2d4d")
        #expect(color(.stageLLM) == "#7ab2f4")
    }

    @Test func whatIsChangedIsTold() throws {
        let notes = try made("plum").notes
        #expect(notes.contains { $0.hasPrefix("made readable: dim #5d4f73 to #") })
        #expect(try made("plum", exact: true).notes.allSatisfy { !$0.contains("readable") })
        let grey = ThemeImport(btop: "theme[cpu_start]=\"#808080\"", file: "f", name: "x")
        #expect(grey.notes.contains { $0.contains("the voices keep ours") })
        #expect(try made("neon").notes.contains { $0.contains("selected_bg would hide") })
        #expect(try made("paper").theme.kind == .light)
    }

    @Test func badLinesAreTold() throws {
        let problems = try made("broken").problems.map { $0.description.split(separator: "/").last ?? "" }
        #expect(
            problems == [
                "broken.theme:4: no theme[key]=\"value\" in this line",
                "broken.theme:5: \"rgb(1,2,3)\" is no colour; btop writes #rrggbb, #bw or three numbers",
                "broken.theme:6: \"300 0 0\" is no colour; btop writes #rrggbb, #bw or three numbers",
                "broken.theme:7: no theme[key]=\"value\" in this line",
                "broken.theme:8: no theme[key]=\"value\" in this line",
            ])
    }

    @Test(arguments: [
        ("#102030", "#102030"), ("#7f", "#7f7f7f"), ("1 2 3", "#010203"), ("", "none"), ("#12345", nil), ("#zz", nil),
        ("256 0 0", nil), ("1 2", nil), ("red", nil), ("#1234567", nil),
    ])
    func colours(value: String, spelled: String?) { #expect(BtopTheme.color(value)?.text == spelled) }

    @Test func randomFilesNeverBreakIt() {
        var random = SeededRandom(seed: 48)
        let words = [
            "theme[", "]", "main_bg", "main_fg", "cpu_start", "=", "\"", "#", "ff", "12ab9f", " 255 0 9", "\n", "#00",
            "é",
            "\u{1B}", "\r\n", "theme[main_bg]=\"#ffffff\"\n", "theme[hi_fg]=\"\"\n", "theme[cpu_end]=\"#808080\"\n",
        ]
        for round in 0..<10_000 {
            let text = (0..<Int.random(in: 0...20, using: &random)).map { _ in
                words[Int.random(in: 0..<words.count, using: &random)]
            }.joined()
            let read = BtopTheme(text, file: "f")
            #expect(read.problems.allSatisfy { !$0.description.unicodeScalars.contains("\u{1B}") })
            // The whole way for some: it is the costly part.
            if round % 100 == 0 {
                let theme = ThemeImport(btop: text, file: "f", name: "x").theme
                #expect(ThemeLint.check(theme) == [])
            }
        }
    }
}
