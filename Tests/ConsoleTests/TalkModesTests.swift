import Core
import Terminal
import Testing

@testable import Console

@Suite struct TalkModesTests {
    private let own = Scenario.own

    private func model(_ build: (inout Scenario) -> Void = { ConsoleFixture.partial(&$0) }) -> ConsoleModel {
        ConsoleFixture.model(Size(width: 120, height: 40), build)
    }

    private func inPushToTalk() -> ConsoleModel {
        var model = model()
        _ = ConsoleFixture.press(&model, "v")
        return model
    }

    private func talk(_ on: Bool) -> [ConsoleEffect] { [.send(.pushToTalk(session: own, on: on))] }

    private func wait(_ model: inout ConsoleModel, _ time: Duration, speaking: Bool = false) -> [ConsoleEffect] {
        var meters = model.meters
        meters[own]?.userSpeaking = speaking
        return model.update(.tick(now: model.now + time, wall: model.wall, meters: meters))
    }

    @Test func theKeyGoesThroughAllModes() {
        var model = model()
        for mode in [TalkMode.pushToTalk, .halfDuplex, .text, .openMic] {
            #expect(ConsoleFixture.press(&model, "v") == [.send(.setTalkMode(session: own, mode: mode))])
            #expect(model.picture().text(row: 0).contains(mode.label.string))
        }
    }

    @Test(arguments: TalkMode.allCases) func theCommandTakesANameAndNothingElse(_ mode: TalkMode) {
        var model = model()
        ConsoleFixture.type(&model, ":talk-mode \(mode.rawValue)")
        #expect(ConsoleFixture.press(&model, "enter") == [.send(.setTalkMode(session: own, mode: mode))])
        ConsoleFixture.type(&model, ":talk-mode loud")
        #expect(ConsoleFixture.press(&model, "enter") == [])
        #expect(model.notice?.text.hasPrefix("talk-mode takes open-mic, ptt, half-duplex, text, not loud") == true)
    }

    @Test func tapToTalk() {
        var model = inPushToTalk()
        #expect(ConsoleFixture.press(&model, "space") == talk(true))
        #expect(model.picture().plainText.contains("TALKING"))
        #expect(ConsoleFixture.press(&model, "space") == talk(false))
        #expect(!model.picture().plainText.contains("TALKING"))
    }

    @Test func silenceEndsItWithACountdown() {
        var model = inPushToTalk()
        _ = ConsoleFixture.press(&model, "space")
        #expect(wait(&model, .seconds(20), speaking: true) == [])
        #expect(wait(&model, .seconds(20)) == [])
        #expect(model.picture().plainText.contains("closes in 10 s"))
        #expect(wait(&model, .seconds(11)) == talk(false))
        #expect(model.notice?.text == "push-to-talk closed after 30 s of silence")
    }

    @Test func aKeyIsHeldWhereTheTerminalTellsItsRelease() throws {
        var model = inPushToTalk()
        let space = try KeyChord(parsing: "space")
        _ = ConsoleFixture.press(&model, "space")
        #expect(model.update(.input(.key(KeyPress(space, .repeating)))) == [])
        #expect(model.update(.input(.key(KeyPress(space, .release)))) == talk(false), "a repeat tells a hold at once")
        _ = ConsoleFixture.press(&model, "space")
        _ = wait(&model, .milliseconds(600))
        #expect(model.update(.input(.key(KeyPress(space, .release)))) == talk(false))
        // A short press is a tap: its release changes nothing.
        _ = ConsoleFixture.press(&model, "space")
        #expect(model.update(.input(.key(KeyPress(space, .release)))) == [])
        #expect(model.talkingSince != nil)
    }

    @Test(arguments: [(false, true), (true, true), (false, false), (true, false)])
    func howItIsHeldIsSaidHonestly(release: Bool, mouse: Bool) {
        var model = inPushToTalk()
        model.appearance.keyRelease = release
        model.appearance.hasMouse = mouse
        _ = wait(&model, .seconds(6))
        let line = model.picture().plainText
        #expect(line.contains("hold SPACE") == release)
        #expect(line.contains("hold TALK with the mouse") == mouse)
    }

    @Test func theMouseHolds() {
        var model = inPushToTalk()
        let button = ConsoleLayout(model).talkButton
        #expect(model.picture().text(row: button.y).contains("[TALK]"))
        let (x, y) = (button.x + 2, button.y)
        #expect(model.update(.input(.mouse(MouseEvent(.press, x: x, y: y)))) == talk(true))
        #expect(model.update(.input(.mouse(MouseEvent(.drag, x: 0, y: 0)))) == [])
        #expect(model.update(.input(.mouse(MouseEvent(.release, x: 0, y: 0)))) == talk(false))
        #expect(model.update(.input(.mouse(MouseEvent(.release, x: x, y: y)))) == [])
    }

    @Test func aLostFocusLetsGoOfWhatIsHeldOnly() {
        var model = inPushToTalk()
        _ = ConsoleFixture.press(&model, "space")
        #expect(model.update(.input(.focus(false))) == [], "a tap stays open")
        _ = ConsoleFixture.press(&model, "space")
        let button = ConsoleLayout(model).talkButton
        _ = model.update(.input(.mouse(MouseEvent(.press, x: button.x + 2, y: button.y))))
        #expect(model.update(.input(.focus(false))) == talk(false))
    }

    @Test func muteStandsAboveEveryModeAndIsSeenThreeTimes() {
        for mode in TalkMode.allCases {
            var model = model()
            ConsoleFixture.type(&model, ":talk-mode \(mode.rawValue)")
            _ = ConsoleFixture.press(&model, "enter")
            #expect(ConsoleFixture.press(&model, "m") == [.send(.setMute(session: own, on: true))])
            let picture = model.picture()
            #expect(picture.text(row: 0).contains("MUTED") && picture.text(row: 1).contains("MUTED"))
            #expect(picture.text(row: picture.size.height - 2).contains("MUTED"))
            if mode == .pushToTalk {
                #expect(ConsoleFixture.press(&model, "space") == [] && model.talkingSince == nil)
                #expect(model.notice?.text == "the microphone is muted: m opens it")
            }
        }
    }

    @Test func theLogTellsWhatOthersChanged() {
        let model = model { scenario in
            ConsoleFixture.partial(&scenario)
            scenario.add(.operatorAction(OperatorAction("talk mode ptt", kind: .talkMode, text: "ptt")))
            scenario.add(.operatorAction(OperatorAction("talking", kind: .talk, text: "on")))
        }
        #expect(model.talkMode == .pushToTalk && model.talkingSince != nil)
    }

    @Test func stoppingClosesTheMicrophoneAndSaysSo() {
        var model = model()
        #expect(model.update(.stopping) == [.send(.setMute(session: own, on: true))])
        #expect(model.update(.resumed) == [.send(.setMute(session: own, on: false)), .redraw])
        #expect(model.notice?.text == "resumed; the microphone was muted meanwhile, it is open again")
        _ = ConsoleFixture.press(&model, "m")
        #expect(model.update(.stopping) == [])
        #expect(model.update(.resumed) == [.redraw])
        #expect(model.notice?.text == "resumed; the microphone is still muted")
        var held = inPushToTalk()
        _ = ConsoleFixture.press(&held, "space")
        #expect(held.update(.stopping) == talk(false) + [.send(.setMute(session: own, on: true))])
    }

    @Test func clippingIsMarkedAndForgotten() {
        var model = model()
        var meters = model.meters
        meters[own]?.userClips = 3
        _ = model.update(.tick(now: model.now + .milliseconds(50), wall: model.wall, meters: meters))
        #expect(model.picture().text(row: 1).contains("CLIP"))
        _ = model.update(.tick(now: model.now + .seconds(3), wall: model.wall, meters: meters))
        #expect(!model.picture().text(row: 1).contains("CLIP"))
    }
}
