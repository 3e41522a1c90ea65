import Core
import TestKit
import Terminal
import Testing

@testable import Console

/// Whole screens as text. `SIDETONE_UPDATE_GOLDENS=1 swift test --filter GoldenTests` writes them; read them then.
@Suite struct GoldenTests {
    typealias Scene = (
        name: String, build: @Sendable (inout Scenario) -> Void, prepare: @Sendable (inout ConsoleModel) -> Void
    )

    static let scenes: [Scene] = [
        ("talk-idle", { ConsoleFixture.idle(&$0) }, { _ in }),
        ("talk-partial", { ConsoleFixture.partial(&$0) }, { _ in }),
        ("talk-bargein", { ConsoleFixture.bargeIn(&$0) }, { _ in }),
        ("talk-tool", { ConsoleFixture.toolCall(&$0) }, { _ in }),
        ("talk-trouble", { ConsoleFixture.trouble(&$0) }, { _ in }),
        ("talk-scripts", { ConsoleFixture.scripts(&$0) }, { _ in }),
        ("calls", { ConsoleFixture.calls(&$0) }, { _ = ConsoleFixture.press(&$0, "3", "down", "down") }),
        ("calls-operator", { ConsoleFixture.takenOver(&$0) }, { _ = ConsoleFixture.press(&$0, "3", "down", "enter") }),
        (
            "calls-whisper", { ConsoleFixture.takenOver(&$0) },
            {
                _ = ConsoleFixture.press(&$0, "3", "w")
                ConsoleFixture.type(&$0, "offer the table at nine")
            }
        ),
        ("help", { ConsoleFixture.partial(&$0) }, { _ = ConsoleFixture.press(&$0, "?", "down") }),
        ("picker", { ConsoleFixture.partial(&$0) }, { _ = ConsoleFixture.press(&$0, "p", "down") }),
        ("providers", { ConsoleFixture.idle(&$0) }, { _ = ConsoleFixture.press(&$0, "P", "down", "down") }),
        ("latency", { ConsoleFixture.bargeIn(&$0) }, { _ = ConsoleFixture.press(&$0, "2") }),
        (
            "latency-chosen", { ConsoleFixture.evening(&$0) },
            { _ = ConsoleFixture.press(&$0, "2", "up", "up") }
        ),
        ("events", { ConsoleFixture.bargeIn(&$0) }, { _ = ConsoleFixture.press(&$0, "4") }),
        (
            "events-wire", { ConsoleFixture.wire(&$0) },
            { _ = ConsoleFixture.press(&$0, "4", "up", "up", "up", "enter") }
        ),
        (
            "events-trace", { ConsoleFixture.wire(&$0) },
            { _ = ConsoleFixture.press(&$0, "2", "t", "g") }
        ),
        (
            "sessions", { ConsoleFixture.idle(&$0) },
            {
                SessionsFixture.library(&$0)
                _ = ConsoleFixture.press(&$0, "down", "down", "space")
                SessionsFixture.detail(&$0)
            }
        ),
        ("sessions-found", { ConsoleFixture.idle(&$0) }, { SessionsFixture.library(&$0, words: "table slower:700") }),
        ("sessions-empty", { ConsoleFixture.idle(&$0) }, { SessionsFixture.library(&$0, count: 0) }),
        (
            "sessions-diff", { ConsoleFixture.idle(&$0) },
            {
                SessionsFixture.library(&$0)
                SessionsFixture.diff(&$0)
            }
        ),
        ("replay", { ConsoleFixture.calls(&$0) }, { SessionsFixture.replay(&$0) }),
        (
            "replay-talk", { ConsoleFixture.idle(&$0) },
            {
                SessionsFixture.replay(&$0)
                _ = ConsoleFixture.press(&$0, "1")
            }
        ),
        ("audio", { ConsoleFixture.partial(&$0) }, { _ = ConsoleFixture.press(&$0, "5") }),
        ("compare-empty", { ConsoleFixture.idle(&$0) }, { _ = ConsoleFixture.press(&$0, "7") }),
        (
            "compare", { ConsoleFixture.partial(&$0) },
            {
                _ = $0.update(.compare([.changed(CompareTests.snapshot())]))
                _ = ConsoleFixture.press(&$0, "7", "right")
            }
        ),
        (
            "compare-running", { ConsoleFixture.partial(&$0) },
            {
                _ = $0.update(.compare([.changed(CompareTests.snapshot(running: true)), .playing(1)]))
                _ = ConsoleFixture.press(&$0, "7", "d")
            }
        ),
        (
            "compare-blind", { ConsoleFixture.partial(&$0) },
            {
                $0.compare.isPossible = true
                _ = $0.update(.compare([.changed(CompareTests.snapshot())]))
                _ = ConsoleFixture.press(&$0, "7", "b", "space", "1")
                _ = $0.update(.compare([.playing(1)]))
            }
        ),
    ]

    @Test(arguments: scenes.indices, ConsoleFixture.sizes)
    func unicode(scene: Int, size: Size) { check(Self.scenes[scene], size, ascii: false) }

    @Test(arguments: scenes.indices, ConsoleFixture.sizes)
    func ascii(scene: Int, size: Size) { check(Self.scenes[scene], size, ascii: true) }

    /// Wide, right-to-left, joined and combining text moves nothing beside it.
    @Test(arguments: ConsoleFixture.sizes, [false, true])
    func textOfAnyScriptLeavesTheSeparatorStraight(size: Size, ascii: Bool) throws {
        let rows = { (build: (inout Scenario) -> Void) in
            let picture = ConsoleFixture.model(size, ascii: ascii, build).picture()
            let shown = ascii ? picture.asciiOnly() : picture
            return (0..<size.height).map { Array(shown.row($0)) }
        }
        let scripts = rows { ConsoleFixture.scripts(&$0) }
        for row in scripts { #expect(row.reduce(0) { $0 + Int($1.width) } == size.width) }
        guard size.width >= 110 else { return }
        let bar: Unicode.Scalar = ascii ? "|" : "│"
        let title = try #require(scripts[3].firstIndex { $0.base == bar })
        for y in 3..<(size.height - 15) { #expect(scripts[y][title].base == bar, "row \(y)") }
    }

    private func check(_ scene: Scene, _ size: Size, ascii: Bool) {
        var model = ConsoleFixture.model(size, ascii: ascii, scene.build)
        scene.prepare(&model)
        let picture = ascii ? model.picture().asciiOnly() : model.picture()
        let name = "\(scene.name)-\(size.width)x\(size.height)\(ascii ? "-ascii" : "")"
        #expect(GoldenText(beside: #filePath).difference(picture.plainText, name) == nil)
        for y in 0..<size.height {
            #expect(picture.row(y).reduce(0) { $0 + Int($1.width) } == size.width, "row \(y) of \(name)")
        }
    }
}
