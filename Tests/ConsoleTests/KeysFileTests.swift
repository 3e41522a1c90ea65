import Core
import TestKit
import Terminal
import Testing

@testable import Console

@Suite struct KeysFileTests {
    private func read(_ text: String) -> (bindings: KeyBindings, problems: [KeysFile.Problem]) {
        KeysFile.parse(text.utf8, file: "keys")
    }

    private func model(_ text: String) -> ConsoleModel {
        var model = ConsoleFixture.model(Size(width: 120, height: 40)) { ConsoleFixture.partial(&$0) }
        model.keys = read(text).bindings
        return model
    }

    @Test func bindingsReplaceThoseOfTheTable() {
        let (_, problems) = read("mute: ctrl-t X\nprovider: none\n# a remark\n\nquit: ctrl-x   # and another\n")
        #expect(problems == [])
        var model = model("mute: ctrl-t X\nprovider: none\nquit: ctrl-x # r")
        let mute = [ConsoleEffect.send(.setMute(session: Scenario.own, on: true))]
        #expect(ConsoleFixture.press(&model, "m") == [])
        #expect(ConsoleFixture.press(&model, "X") == mute)
        #expect(ConsoleFixture.press(&model, "p") == [] && model.overlay == nil)
        #expect(ConsoleFixture.press(&model, "q") == [])
        #expect(ConsoleFixture.press(&model, "ctrl-x") == [] && model.overlay != nil)
    }

    @Test func shownKeysAreThoseThatWork() {
        var model = model("mute: ctrl-t\nhelp: f2\ntype: I\nfollow: F")
        let footer = model.picture().text(row: ConsoleLayout(model).footer.y)
        #expect(footer.contains("ctrl-t mute") && footer.contains("F2 keys") && !footer.contains("m mute"))
        #expect(model.picture().plainText.contains("I to type"))
        _ = ConsoleFixture.press(&model, "pageup", "pageup")
        #expect(model.picture().plainText.contains("F follow"))
        _ = ConsoleFixture.press(&model, "f2")
        ConsoleFixture.type(&model, "microphone")
        #expect(model.picture().plainText.contains("ctrl-t"))
        #expect(KeyDocs.json(model.keys).contains("[\"ctrl-t\"]"))
    }

    @Test func aPlaceOfItsOwn() {
        let (bindings, problems) = read("calls/hangup: ctrl-x\ncalls/note: none")
        #expect(problems == [])
        #expect(bindings.keys(.hangUp, in: .calls).map(\.description) == ["ctrl-x"])
        #expect(bindings.keys(.hangUp, in: .talk).map(\.description) == ["h"])
        #expect(bindings.meaning(of: KeyChord("n"), in: [.calls, .global]) == nil)
    }

    @Test func macrosRunLines() {
        var model = model("f5: :mute on\ntalk/f6: :provider gemini\nf7: :say two words")
        #expect(ConsoleFixture.press(&model, "f5") == [.send(.setMute(session: Scenario.own, on: true))])
        #expect(
            ConsoleFixture.press(&model, "f6") == [.send(.switchProvider(session: Scenario.own, provider: "gemini"))])
        #expect(ConsoleFixture.press(&model, "f7") == [.send(.sendText(session: Scenario.own, text: "two words"))])
        _ = ConsoleFixture.press(&model, "?")
        ConsoleFixture.type(&model, "runs :mute")
        #expect(ConsoleFixture.press(&model, "enter") == [.send(.setMute(session: Scenario.own, on: true))])
        _ = ConsoleFixture.press(&model, "4")
        #expect(ConsoleFixture.press(&model, "f6") == [])
    }

    @Test(arguments: [
        ("mute m", 1, "\"mute\" is not followed by a colon"), ("\nmuet: m", 2, "there is no action \"muet\""),
        ("mute: hyper-x", 1, "unknown key \"hyper-x\""), ("mute: q", 1, "q would be both mute and quit in Talk"),
        ("mute:", 1, "mute has no key behind it"), ("yes: none", 1, "yes cannot be without a key"),
        ("tlak/mute: x", 1, "there is no place \"tlak\""), ("events/mute: x", 1, "mute does not work in events"),
        ("submit: x", 1, "x could not be typed any more in typing a turn"),
        ("mute: ctrl-m", 1, "ctrl-m cannot be told from enter"), ("f5: mute", 1, "f5 takes a command"),
        ("f5: :nope", 1, "unknown command: nope"), ("f1: :mute", 1, "f1 would be both :mute and help in Talk"),
        ("mute: ctrl-t\nmute: X", 2, "mute is given keys twice"),
    ])
    func mistakesNameTheirPlace(text: String, line: Int, cause: String) {
        let problems = read(text).problems
        #expect(problems.first?.line == line && problems.first?.cause == cause, "\(problems)")
        #expect(problems.first?.fix.isEmpty == false)
        #expect(problems.first?.description.hasPrefix("keys:\(line): ") == true)
    }

    @Test func theNearestNameIsOffered() {
        #expect(read("muet: x").problems.first?.fix == "did you mean mute?")
        #expect(read("tlak/mute: x").problems.first?.fix == "did you mean talk?")
    }

    @Test func tenThousandBrokenFilesNeverCrash() {
        var random = SeededRandom(seed: 41)
        let good = "mute: m ctrl-t\ntalk/cut: b x # one\nnote: none\nf5: :provider gemini\n/: \nsearch: /\n"
        let pieces = ["f5", ":", " ", "\n", "/", "none", "ctrl-", "\u{1B}", "talk", "é", "\u{0}", "#", "mute", "quit"]
        for _ in 0..<10_000 {
            var text = Array(good.utf8)
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let at = Int.random(in: 0...text.count, using: &random)
                if Bool.random(using: &random) {
                    text.insert(contentsOf: Array(pieces.randomElement(using: &random)?.utf8 ?? "".utf8), at: at)
                } else if at < text.count {
                    text[at] = UInt8.random(in: 0...255, using: &random)
                }
            }
            let (_, problems) = KeysFile.parse(text, file: "keys")
            for problem in problems {
                #expect(!problem.cause.isEmpty && !problem.fix.isEmpty)
                #expect(problem.description.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x1B })
            }
        }
    }
}
