import Core
import TestKit
import Terminal
import Testing

@testable import Console

@Suite struct ConsoleScriptTests {
    @Test func linesBecomeSteps() throws {
        let script = try ConsoleScript(
            parsing:
                "# remark\n:mute on\n\nkey z ctrl-l\ntype hi there\npaste a b\nwait MUTED\ngone REC\ntimeout 2.5\nsize 80x24"
        )
        #expect(
            script.lines.map(\.step) == [
                .command("mute on"), .keys([KeyChord("z"), KeyChord("l", .ctrl)]), .type("hi there"), .paste("a b"),
                .wait("MUTED", shown: true), .wait("REC", shown: false), .timeout(.milliseconds(2500)),
                .size(Size(width: 80, height: 24)),
            ])
        #expect(script.lines.map(\.number) == [2, 4, 5, 6, 7, 8, 9, 10])
    }

    @Test(arguments: [
        (":nope", 1, "unknown command: nope"), ("\nkey hyper-x", 2, "unknown key \"hyper-x\""),
        ("wait", 1, "\"wait\" has nothing behind it"), ("jump 3", 1, "\"jump\" is not known"),
        ("timeout 0", 1, "0 is no time"), ("size 80", 1, "80 is no size"), (":say", 1, "say needs: words"),
    ])
    func mistakes(text: String, line: Int, cause: String) {
        #expect(throws: ConsoleScript.Mistake.self) { try ConsoleScript(parsing: text) }
        do throws(ConsoleScript.Mistake) { _ = try ConsoleScript(parsing: text) } catch {
            #expect(error.line == line && error.cause == cause && !error.fix.isEmpty)
        }
    }

    /// Plays a script against a model; time goes on by a second a look.
    private func play(_ text: String, _ model: inout ConsoleModel) throws -> (
        effects: [ConsoleEffect], failure: String?
    ) {
        var player = ScriptPlayer(try ConsoleScript(parsing: text))
        var effects: [ConsoleEffect] = []
        var now = model.now
        for _ in 0..<1000 {
            switch player.step({ model.picture().plainText }, now: now) {
            case .act(let messages): for message in messages { effects += model.update(message) }
            case .waiting: now = now + .seconds(1)
            case .failed(let why): return (effects, why)
            case .done: return (effects, nil)
            }
        }
        return (effects, "it does not end")
    }

    @Test func aScriptDoesWhatAPersonDoes() throws {
        var model = ConsoleFixture.model(Size(width: 80, height: 24)) { ConsoleFixture.partial(&$0) }
        let text = "wait Conversation\nkey m\nwait MUTED\nkey :\ntype dump a.txt\nkey enter\n:talk\nsize 100x30"
        let (effects, failure) = try play(text, &model)
        #expect(failure == nil)
        #expect(effects == [.send(.setMute(session: Scenario.own, on: true)), .dump("a.txt")])
        #expect(model.size == Size(width: 100, height: 30))
    }

    @Test func waitingHasAnEnd() throws {
        var model = ConsoleFixture.model(Size(width: 80, height: 24)) { ConsoleFixture.partial(&$0) }
        let (_, failure) = try play("timeout 3\nwait nothing of the kind", &model)
        #expect(failure == "line 2: the screen did not show \"nothing of the kind\" after 3.0 s")
        let (_, other) = try play("gone Conversation", &model)
        #expect(other == "line 1: the screen still shows \"Conversation\" after 10.0 s")
    }

    @Test func tenThousandBrokenScriptsNeverCrash() {
        var random = SeededRandom(seed: 42)
        let good = Array(":mute on\nkey z ctrl-l\ntype hi\nwait x\ntimeout 3\nsize 80x24\n".utf8)
        for _ in 0..<10_000 {
            var text = good
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                text[Int.random(in: 0..<text.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            _ = try? ConsoleScript(parsing: String(decoding: text, as: UTF8.self))
        }
    }
}
