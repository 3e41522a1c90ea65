import Glibc
import TestKit
import Testing

@testable import Terminal

@Suite struct ThemeTests {
    private static let folder =
        #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
        .joined(separator: "/") + "/themes"

    @Test func atLeastTenThemesAreThere() {
        let names = ThemeStore(folders: [Self.folder]).names
        #expect(names.count >= 12)
        for name in ["ink", "high-contrast", "deuteranopia", "tritanopia", "mono", "terminal"] {
            #expect(names.contains(name))
        }
    }

    @Test(arguments: ThemeStore(folders: [folder]).names)
    func shippedThemesAreClean(name: String) {
        var store = ThemeStore(folders: [Self.folder])
        let (theme, problems) = store.load(name)
        #expect(problems.isEmpty, "\(problems)")
        #expect(theme.map { ThemeLint.check($0) } == [])
        #expect(theme?.name == name)
    }

    @Test(arguments: ["midnight", "mono"])
    func builtInTextIsTheFile(name: String) {
        #expect(GoldenText.read(Self.folder + "/\(name).theme") == BuiltInThemes.texts[name])
    }

    @Test func worksWithNoFolder() {
        var store = ThemeStore(folders: ["/nowhere"])
        #expect(store.names == ["midnight", "mono"])
        let standard = store.load("midnight").theme
        #expect(standard == BuiltInThemes.standard)
        let missing = store.load("../../etc/passwd")
        #expect(missing.theme == nil)
        #expect(missing.problems.first?.description.contains("midnight, mono") == true)
    }

    @Test(arguments: [
        ("text", "x.theme:1: no \"=\" in this line; write key = value"),
        ("text = #12", "x.theme:1: \"#12\" is no colour; write #rrggbb, none, a palette name or a terminal's name"),
        ("txet = red", "x.theme:1: unknown key \"txet\""),
        ("partial = red", "x.theme:1: unknown key \"partial\"; did you mean text.partial?"),
        (
            "text = red blinking",
            "x.theme:1: unknown attribute \"blinking\"; known: plain bold dim italic underline reverse strike"
        ),
        ("text = red | 256 300", "x.theme:1: \"| 256 300\" is not understood; write | 256 <0-255> or | 16 <name>"),
        ("kind = dusk", "x.theme:1: kind is \"dusk\"; write dark, light or any"),
        ("\ninherits = nobody", "x.theme:2: inherits \"nobody\", which is no theme here"),
        ("palette.a = b", "x.theme:1: \"b\" is no colour; write #rrggbb, none or one of the terminal's names"),
    ])
    func badLinesNamePlaceCauseAndFix(text: String, problem: String) {
        let (_, problems) = ThemeParser.parse(text, file: "x.theme")
        #expect(problems.map(\.description) == [problem])
    }

    @Test func grammar() {
        let (theme, problems) = ThemeParser.parse(
            """
            name = "x"
            text.cut = ice on night strike bold | 256 110 | 16 cyan
            palette.ice = #88c0d0
            palette.night = #111
            """, file: "x.theme")
        #expect(problems.isEmpty)
        #expect(
            theme.roles[.cut]
                == Look(
                    .rgb(RGB(0x88, 0xC0, 0xD0)), ground: .rgb(RGB(17, 17, 17)), attributes: [.strike, .bold],
                    indexed: 110,
                    sixteen: 6))
    }

    @Test func resolvesByDepth() {
        let theme = ThemeParser.parse(
            "surface = #000000\ntext = #ff0000 bold\ndim = #000003\nerror = #ff0000 | 256 9 | 16 red", file: "x"
        ).theme
        #expect(
            theme.resolve(.plain, depth: .direct) == ScreenLook(foreground: 0xFF0000, background: 8, attributes: .bold))
        #expect(theme.resolve(Style(.dim), depth: .direct).foreground == 8)
        #expect(theme.resolve(.plain, depth: .indexed).foreground == 196)
        #expect(theme.resolve(Style(.error), depth: .indexed).foreground == 9)
        #expect(theme.resolve(Style(.error), depth: .sixteen).foreground == 1)
        let mono = theme.resolve(Style(.cut), depth: .mono)
        #expect(mono == ScreenLook(foreground: -1, background: -1, attributes: .strike))
    }

    @Test func inheritsAndBreaksCircles() {
        let folder = TemporaryFolder()
        folder.write("child.theme", "inherits = parent\ntext = #ffffff")
        folder.write("parent.theme", "text = #000000\ndim = #777777")
        folder.write("a.theme", "inherits = b")
        folder.write("b.theme", "inherits = a")
        var store = ThemeStore(folders: [folder.path])
        let (theme, problems) = store.load("child")
        #expect(problems.isEmpty)
        #expect(theme?.roles[.dim] == Look(.rgb(RGB(0x77, 0x77, 0x77))))
        #expect(theme?.roles[.text] == Look(.rgb(RGB(255, 255, 255))))
        let circle = store.load("a").problems
        #expect(circle.contains { $0.text.contains("circle") })
    }

    @Test func noticesChanges() {
        let folder = TemporaryFolder()
        folder.write("x.theme", "text = #ffffff")
        var store = ThemeStore(folders: [folder.path])
        _ = store.load("x")
        var seen = [store.hasChanged()]
        folder.write("x.theme", "text = #ffffff bold")
        seen += [store.hasChanged(), store.hasChanged()]
        folder.remove("x.theme")
        seen.append(store.hasChanged())
        #expect(seen == [false, true, false, true])
    }

    @Test func lintFindsWhatIsWrong() {
        let poor = ThemeParser.parse(
            "surface = #000000\ntext = #222222\nspeaker.you = #cc8800\nspeaker.agent = #c08800", file: "x"
        ).theme
        let found = ThemeLint.check(poor)
        #expect(found.contains { $0.text == "role dim is missing" })
        #expect(found.contains { $0.description.hasPrefix("x:2: text on surface has contrast 1.3") })
        #expect(found.contains { $0.description.hasPrefix("x:4: speaker.you and speaker.agent differ by") })
    }

    @Test func randomThemesNeverBreakTheParser() {
        var random = SeededRandom(seed: 5)
        let words = [
            "text", "=", "#", "palette.a", "|", "256", "16", "on", "bold", "\"", "\n", "inherits", "none", "\u{1B}",
            "é",
        ]
        for _ in 0..<10_000 {
            let text = (0..<Int.random(in: 0...30, using: &random)).map { _ in
                words[Int.random(in: 0..<words.count, using: &random)]
            }.joined(separator: Bool.random(using: &random) ? " " : "")
            let (_, problems) = ThemeParser.parse(text, file: "f")
            #expect(problems.allSatisfy { !$0.description.unicodeScalars.contains("\u{1B}") })
        }
    }
}

@Suite struct ColorDepthTests {
    @Test(
        arguments: [
            (["TERM": "xterm-256color"], nil, 256, ColorDepth.indexed),
            (["TERM": "xterm-256color", "COLORTERM": "truecolor"], nil, 256, .direct),
            (["TERM": "xterm-256color", "COLORTERM": "truecolor", "NO_COLOR": "1"], nil, 256, .mono),
            (["TERM": "xterm-256color", "NO_COLOR": ""], nil, 256, .indexed),
            (["TERM": "xterm-256color", "NO_COLOR": "1"], ColorDepth.sixteen, 256, .sixteen),
            (["TERM": "linux"], nil, 8, .sixteen),
            (["TERM": "vt100"], nil, 0, .mono),
            (["TERM": "dumb"], .direct, nil, .mono),
            (["TERM": "xterm-ghostty"], nil, nil, .indexed),
            ([:], nil, nil, .mono),
        ] as [([String: String], ColorDepth?, Int?, ColorDepth)])
    func ladder(environment: [String: String], wish: ColorDepth?, colours: Int?, depth: ColorDepth) {
        #expect(ColorDepth.detect(wish: wish, environment: environment, terminfoColors: colours) == depth)
    }
}
