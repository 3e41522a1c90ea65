import Core
import Terminal
import Testing

@testable import Console

@Suite struct UpdateTests {
    private func model(_ build: (inout Scenario) -> Void = { ConsoleFixture.partial(&$0) }) -> ConsoleModel {
        ConsoleFixture.model(Size(width: 120, height: 40), build)
    }

    private let own = Scenario.own

    // MARK: - Commands

    @Test(arguments: [
        ("m", Command.setMute(session: Scenario.own, on: true)),
        ("M", .setSpeakerMute(on: true)),
        ("R", .setRecording(session: Scenario.own, on: false)),
    ])
    func keysSendCommands(key: String, command: Command) {
        var model = model()
        #expect(ConsoleFixture.press(&model, key) == [.send(command)])
    }

    @Test func muteShowsAtOnceAndToggles() {
        var model = model()
        _ = ConsoleFixture.press(&model, "m")
        #expect(model.picture().plainText.contains("MUTED"))
        #expect(ConsoleFixture.press(&model, "m") == [.send(.setMute(session: own, on: false))])
        #expect(!model.picture().plainText.contains("MUTED"))
    }

    @Test func aMissingMicrophoneIsNotCalledOpen() {
        let model = model { scenario in
            scenario.afternoon()
            scenario.system(capture: nil)
        }
        #expect(model.picture().text(row: 0).contains("NO MIC"))
        #expect(!model.picture().plainText.contains("OPEN-MIC"))
    }

    @Test func cutNeedsASpeakingAgent() {
        var silent = model()
        #expect(ConsoleFixture.press(&silent, "b") == [])
        #expect(silent.notice?.text == "cut: the agent is not speaking")
        var speaking = model { scenario in
            scenario.afternoon()
            scenario.userSays("Tell me more.", turn: 6)
            scenario.agentSays("There is much to tell.", turn: 6, total: 4_000, heard: 1_000)
        }
        #expect(ConsoleFixture.press(&speaking, "b") == [.send(.cutAgent(session: own))])
    }

    @Test func typedTurn() {
        var model = model()
        _ = ConsoleFixture.press(&model, "i")
        ConsoleFixture.type(&model, "hello q")
        #expect(model.picture().cursor != nil)
        #expect(ConsoleFixture.press(&model, "enter") == [.send(.sendText(session: own, text: "hello q"))])
        #expect(model.input == .text)
        #expect(ConsoleFixture.press(&model, "enter") == [])
        #expect(ConsoleFixture.press(&model, "escape") == [])
        #expect(model.input == .normal)
    }

    @Test func readOnlyRefusesWhatChangesTheEngine() {
        var model = model()
        model.isReadOnly = true
        #expect(ConsoleFixture.press(&model, "m", "R", "p", "b", "i", "v") == [])
        #expect(model.notice?.text.contains("read-only") == true)
        #expect(model.picture().plainText.contains("READ-ONLY"))
        _ = ConsoleFixture.press(&model, ":")
        ConsoleFixture.type(&model, "say hello")
        #expect(ConsoleFixture.press(&model, "enter") == [])
    }

    @Test func commandLine() {
        var model = model()
        func run(_ line: String) -> [ConsoleEffect] {
            _ = ConsoleFixture.press(&model, ":")
            ConsoleFixture.type(&model, line)
            return ConsoleFixture.press(&model, "enter")
        }
        #expect(run("say good morning") == [.send(.sendText(session: own, text: "good morning"))])
        #expect(run("provider gemini") == [.send(.switchProvider(session: own, provider: "gemini"))])
        #expect(run("mute on") == [.send(.setMute(session: own, on: true))])
        #expect(run("theme fjord") == [.applyTheme("fjord", save: true)])
        #expect(run("dump /tmp/x") == [.dump("/tmp/x")])
        #expect(run("nope") == [])
        #expect(model.notice?.text.hasPrefix("unknown command: nope") == true)
        #expect(run("say") == [])
        #expect(model.notice?.text == "say needs: words; write it behind say")
        #expect(run("mute maybe") == [])
        #expect(run("calls") == [])
        #expect(model.view == .calls)
        #expect(run("") == [])
    }

    @Test func completion() {
        var model = model()
        _ = ConsoleFixture.press(&model, ":")
        ConsoleFixture.type(&model, "the")
        _ = ConsoleFixture.press(&model, "tab")
        #expect(model.commandField.string == "theme ")
        ConsoleFixture.type(&model, "f")
        _ = ConsoleFixture.press(&model, "tab")
        #expect(model.commandField.string == "theme fjord ")
        #expect(CommandCompletion.complete("provider d", model) == "provider deepgram ")
        #expect(CommandCompletion.complete("mu", model) == "mute")
        #expect(CommandCompletion.complete("zzz", model) == "zzz")
    }

    // MARK: - Overlays

    @Test func providerPicker() {
        var model = model()
        let before = model.picture()
        _ = ConsoleFixture.press(&model, "p", "down")
        #expect(model.picture().plainText.contains("> gemini"))
        #expect(ConsoleFixture.press(&model, "enter") == [.send(.switchProvider(session: own, provider: "gemini"))])
        _ = ConsoleFixture.press(&model, "p", "escape")
        #expect(model.picture() == before)
    }

    @Test func themePickerPreviewsAndGoesBack() {
        var model = model()
        #expect(ConsoleFixture.press(&model, "T", "down") == [.applyTheme("mono", save: false)])
        _ = model.update(.themeLoaded(name: "mono", problems: []))
        #expect(ConsoleFixture.press(&model, "escape") == [.applyTheme("midnight", save: false)])
        _ = model.update(.themeLoaded(name: "midnight", problems: []))
        #expect(
            ConsoleFixture.press(&model, "T", "up", "enter") == [
                .applyTheme("fjord", save: false), .applyTheme("fjord", save: true),
            ])
    }

    @Test func helpFiltersAndRuns() {
        var model = model()
        _ = ConsoleFixture.press(&model, "?")
        ConsoleFixture.type(&model, "recording")
        #expect(ConsoleFixture.press(&model, "enter") == [.send(.setRecording(session: own, on: false))])
        let before = model.picture()
        _ = ConsoleFixture.press(&model, "?", "escape")
        #expect(model.picture() == before)
    }

    @Test func quitAsksOnlyWhenSomethingIsLive() {
        var quiet = model { ConsoleFixture.idle(&$0) }
        #expect(ConsoleFixture.press(&quiet, "q") == [.quit])
        var live = model { ConsoleFixture.calls(&$0) }
        #expect(ConsoleFixture.press(&live, "q") == [])
        #expect(live.picture().plainText.contains("4 calls are live, 5 recordings are on. Quit? y/N"))
        #expect(ConsoleFixture.press(&live, "n") == [])
        #expect(ConsoleFixture.press(&live, "q", "y") == [.quit])
    }

    @Test func controlC() {
        var model = model()
        #expect(ConsoleFixture.press(&model, ":", "ctrl-c") == [])
        #expect(model.input == .normal)
        _ = model.update(.tick(now: model.now + .seconds(5), wall: model.wall, meters: model.meters))
        #expect(ConsoleFixture.press(&model, "ctrl-c") == [])
        #expect(ConsoleFixture.press(&model, "ctrl-c") == [.quit])
    }

    // MARK: - Calls

    @Test func callsOpenListenAndHangUp() {
        var model = model { ConsoleFixture.calls(&$0) }
        let second = SessionID("aaaa0002")
        _ = ConsoleFixture.press(&model, "3", "down")
        #expect(ConsoleFixture.press(&model, "l") == [.send(.listen(session: second))])
        #expect(model.picture().plainText.contains("LISTENING IN"))
        #expect(ConsoleFixture.press(&model, "l") == [.send(.listen(session: nil))])
        #expect(ConsoleFixture.press(&model, "h") == [])
        #expect(model.picture().plainText.contains("hang up on 0142556677? y/N"))
        #expect(ConsoleFixture.press(&model, "n") == [])
        #expect(ConsoleFixture.press(&model, "h", "y") == [.send(.hangUp(session: second, now: false))])
        _ = ConsoleFixture.press(&model, "enter")
        #expect(model.view == .talk)
        #expect(model.picture().plainText.contains("Call 0142556677"))
        _ = ConsoleFixture.press(&model, "escape")
        #expect(model.picture().plainText.contains("Conversation"))
    }

    // MARK: - Mouse

    @Test func clicksChooseViews() {
        var model = model()
        let row = ConsoleLayout(model).tabs.y
        let column = model.picture().text(row: row).split(separator: "Calls")[0].count
        _ = model.update(.input(.mouse(MouseEvent(.press, x: column, y: row))))
        #expect(model.view == .calls)
    }

    // MARK: - Input that is no key

    @Test func pasteNeverActs() {
        var model = model()
        #expect(model.update(.input(.paste("qmh:quit\n"))) == [])
        #expect(model.notice?.text.hasPrefix("pasted 9 characters") == true)
        _ = ConsoleFixture.press(&model, "i")
        _ = model.update(.input(.paste("two\nlines")))
        #expect(model.picture().plainText.contains("paste 2 lines as one turn?"))
        _ = ConsoleFixture.press(&model, "y")
        #expect(model.textField.string == "two lines")
    }

    @Test func unknownKeysAndAnswersDoNothing() {
        var model = model()
        let before = model
        for event in [
            InputEvent.key(KeyPress(KeyChord(.function(9)))), .key(KeyPress(KeyChord("z", .alt))), .focus(false),
            .answer(.deviceAttributes), .mouse(MouseEvent(.press, x: 3, y: 3)),
        ] {
            #expect(model.update(.input(event)) == [])
        }
        #expect(model == before)
    }
}
