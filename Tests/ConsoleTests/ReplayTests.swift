import Core
import TestKit
import Terminal
import Testing

@testable import Console

@Suite struct ReplayTests {
    private func replaying(_ size: Size = Size(width: 80, height: 24)) -> ConsoleModel {
        var model = ConsoleFixture.model(size) { ConsoleFixture.calls(&$0) }
        SessionsFixture.replay(&model)
        return model
    }

    private func text(_ model: ConsoleModel) -> String { model.picture().plainText }

    @Test(arguments: [
        ("space", [ReplayControl.togglePause]), ("right", [.skip(.seconds(5))]), ("left", [.skip(.seconds(-5))]),
        ("shift-right", [.nextTurn]), ("shift-left", [.previousTurn]),
        (".", [.setPaused(true), .skip(.milliseconds(20))]), (",", [.setPaused(true), .skip(.milliseconds(-20))]),
        ("+", [.setSpeed(1.25)]), ("-", [.setSpeed(0.75)]), ("E", [.nextTrouble]), ("B", []), ("home", [.seek(.zero)]),
        ("end", [.seek(SessionsFixture.length)]), ("l", [.setLoop(true)]), ("c", [.setChannel(.user)]),
        ("[", [.setVolume(0.9)]),
    ])
    func keysOfTheScrubber(_ key: String, _ controls: [ReplayControl]) {
        var model = replaying()
        #expect(ConsoleFixture.press(&model, key) == controls.map { .replay($0) })
    }

    @Test(arguments: ["1", "2", "4", "6"]) func spaceAndArrowsWorkInEveryView(_ view: String) {
        var model = replaying()
        #expect(
            ConsoleFixture.press(&model, view, "space", "right", "shift-left")
                == [.replay(.togglePause), .replay(.skip(.seconds(5))), .replay(.previousTurn)])
    }

    @Test(arguments: [
        ("seek 1:23", [ConsoleEffect.replay(.seek(.seconds(83)))]), ("seek t6", [.replay(.turn(6))]),
        ("seek -10", [.replay(.skip(.seconds(-10)))]), ("seek t99", []), ("seek 1:75", []),
        ("speed 2", [.replay(.setSpeed(2))]),
        ("speed 5", []), ("channel agent", [.replay(.setChannel(.agent))]), ("channel nobody", []),
        ("loop on", [.replay(.setLoop(true))]),
        (
            "remark slow",
            [
                .ask(.note("2026-11-21T14-02-29Z-openai-3f2a9c1e", text: "slow", at: .milliseconds(52_400)))
            ]
        ),
        (
            "export html redact",
            [
                .ask(.export("2026-11-21T14-02-29Z-openai-3f2a9c1e", form: "html", isRedacted: true))
            ]
        ),
    ])
    func commands(_ line: String, _ effects: [ConsoleEffect]) {
        var model = replaying()
        #expect(model.runLine(line) == effects)
        #expect(!effects.isEmpty || model.notice?.level == .warning, "what cannot be is said")
    }

    @Test func stripSaysWhereItStands() {
        let model = replaying(Size(width: 120, height: 40))
        let strip = text(model).split(separator: "\n")[0]
        #expect(strip.contains("REPLAY") && strip.contains("0:52.4 / 3:41.0") && strip.contains("x1.0"))
        #expect(strip.contains("turn 3/10") && strip.contains("PAUSED") && strip.contains("no speaker"))
        #expect(strip.contains("LIVE OPEN-MIC"), "nobody may forget the open microphone: \(strip)")
    }

    @Test func whatIsLiveGoesOnBehindItAndComesBack() {
        var model = replaying()
        #expect(model.book.order == [Scenario.own] && model.book.callCount == 0)
        var more = Scenario()
        more.session = SessionID("bbbb0001")
        more.start(leg: .audioSocket, caller: "7007")
        _ = model.update(.records(more.records, dropped: 0))
        #expect(model.book.order == [Scenario.own] && model.liveBook.callCount == 6)
        let effects = ConsoleFixture.press(&model, "escape")
        #expect(effects.first == .closeReplay && model.replay == nil)
        #expect(model.book.callCount == 6 && model.view == .sessions && model.now == model.clock)
    }

    @Test func aJumpBackBeginsTheStoryAnew() {
        var model = replaying()
        let before = model.book.events.count
        var scenario = Scenario()
        ConsoleFixture.bargeIn(&scenario)
        let part = Array(scenario.records.prefix(12))
        _ = model.update(.replayRecords(part))
        #expect(model.book.events.count == 12 && before > 12, "the Events view holds no event twice")
        #expect(model.eventIndex.matches.allSatisfy { $0 < 12 })
        _ = model.update(.replayRecords(Array(scenario.records.dropFirst(12))))
        #expect(model.book.events.count == before)
        #expect(model.shown?.bargeIns == 1)
    }

    @Test func twoJumpsBackInOneBatchCountOnce() {
        var model = replaying()
        var scenario = Scenario()
        ConsoleFixture.bargeIn(&scenario)
        _ = model.update(.replayRecords(scenario.records + scenario.records.prefix(9)))
        #expect(model.book.events.count == 9)
    }

    @Test func theEngineIsNotAskedForWhatOnlyALiveSessionCan() {
        var model = replaying()
        #expect(ConsoleFixture.press(&model, "1", "m", "i", "b").isEmpty)
        #expect(model.notice?.text.contains("this is a replay") == true)
    }

    @Test func suspendStillMutesTheLiveMicrophone() {
        var model = replaying()
        #expect(model.update(.stopping) == [.sendLive(.setMute(session: Scenario.own, on: true))])
    }

    @Test func quitGoesBackToTheListFirst() {
        var model = replaying()
        #expect(ConsoleFixture.press(&model, "q").first == .closeReplay)
        var alone = ConsoleModel(size: Size(width: 80, height: 24))
        _ = alone.update(.replayOpened(SessionsFixture.status(.zero), isAlone: true))
        #expect(ConsoleFixture.press(&alone, "escape").isEmpty && alone.replay != nil)
        #expect(ConsoleFixture.press(&alone, "q") == [.quit])
    }

    @Test func theSamePlaceIsTheSamePicture() {
        var (a, b) = (replaying(), replaying())
        _ = b.update(.replayed(SessionsFixture.status(.seconds(100)), SessionsFixture.overview()))
        _ = b.update(.replayed(SessionsFixture.status(.milliseconds(52_400)), SessionsFixture.overview()))
        #expect(text(a) == text(b))
        _ = a.update(.replayed(SessionsFixture.status(.milliseconds(60_000)), SessionsFixture.overview()))
        #expect(text(a) != text(b))
    }

    @Test func theCursorStandsUnderItsColumn() {
        for tenths in stride(from: 0, through: 2210, by: 7) {
            var model = replaying()
            let status = SessionsFixture.status(.milliseconds(tenths * 100))
            _ = model.update(.replayed(status, SessionsFixture.overview()))
            let axis = text(model).split(separator: "\n", omittingEmptySubsequences: false)[7]
            let column = axis.distance(from: axis.startIndex, to: axis.firstIndex(of: "▲") ?? axis.startIndex) - 9
            #expect(column == min(69, tenths * 70 / 2210), "at \(tenths): \(axis)")
        }
    }
}

@Suite struct ReplayPlaceTests {
    @Test(arguments: [
        ("83", ReplayPlace.at(.seconds(83))), ("1:23", .at(.seconds(83))), ("1:02:03.5", .at(.milliseconds(3_723_500))),
        ("0.25", .at(.milliseconds(250))), ("+10", .by(.seconds(10))), ("-1:00", .by(.seconds(-60))),
        ("0:52.48291", .at(.milliseconds(52_482))),
    ])
    func places(_ text: String, _ place: ReplayPlace) { #expect(ReplayPlace.read(text) == place) }

    @Test(arguments: [
        "", ":", "1:", ":5", "1:60", "1:2:3:4", "1.5:20", "a", "1e3", "٣", "--1", "+", "1.", "99999999999", "1 2",
    ])
    func noPlaces(_ text: String) { #expect(ReplayPlace.read(text) == nil) }

    @Test func nothingUpsetsIt() {
        var mutator = MessageMutator(seeds: [Array("1:02:03.5".utf8), Array("+999:59:59.999".utf8)], seed: 11)
        for _ in 0..<10_000 {
            switch ReplayPlace.read(String(decoding: mutator.next(), as: UTF8.self)) {
            case .at(let time): #expect(time >= .zero && time <= .seconds(3600 * 999))
            case .by, nil: break
            }
        }
    }
}
