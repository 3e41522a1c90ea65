import Core
import TestKit
import Terminal
import Testing

@testable import Console

@Suite struct OutputTests {
    /// Hostile text in every place of the log that may hold text from outside.
    static func hostileRecords(_ text: String) -> [EventRecord] {
        var scenario = Scenario()
        scenario.system(capture: text, trouble: Trouble(code: text, severity: .error, text: text, fix: text))
        scenario.start(leg: .audioSocket, caller: text, provider: text)
        scenario.add(.userTranscript(UserTranscript(item: text, turn: 1, text: text, isFinal: true)))
        scenario.add(.agentText(AgentText(item: text, turn: 1, text: text, isFinal: true)))
        scenario.add(.bargeIn(BargeIn(item: text, turn: 1, detector: .local, heardMs: 1, generatedMs: 9, reason: text)))
        scenario.tool(text, text, turn: 1, outcome: .error, output: text)
        scenario.add(.providerSwitch(ProviderSwitch(phase: .failed, from: text, to: text, reason: text)))
        scenario.add(.textSubmitted(TextSubmitted(turn: 1, text: text)))
        scenario.add(.dtmf(DTMF(digit: text)))
        scenario.add(.trouble(Trouble(code: text, severity: .error, text: text, fix: text)))
        scenario.add(.recording(RecordingChange(.failed, folder: text, reason: text)))
        scenario.add(.operatorAction(OperatorAction(text)))
        scenario.add(.commandRefused(CommandRefusal(command: text, reason: text)))
        scenario.add(.wire(WireMessage(source: text, direction: .received, type: text, bytes: 1)))
        scenario.report(1, [(text, 100, .service)])
        scenario.add(.note(Note(text)))
        scenario.add(.stateChanged(StateChange(.stalled, reason: text)))
        scenario.add(.sessionEnded(SessionEnd(by: .provider, reason: text)))
        return scenario.records
    }

    private func isHarmless(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: false
        default: !scalar.properties.isVariationSelector
        }
    }

    private static let payloads = [
        "\u{1B}[2J\u{1B}]0;x\u{07}", "\u{9B}2J\u{9D}x\u{9C}", "\u{202E}\u{2066}\u{200B}", "\u{E0041}\u{E0042}",
        "a" + String(repeating: "\u{301}", count: 200), "\r\n\t\0\u{7F}", "\u{1B}P$q\u{1B}\\", "日本語👨‍👩‍👧",
        String(repeating: "long ", count: 2_000), "",
    ]

    @Test(arguments: payloads.indices)
    func nothingHostileReachesAnyScreen(index: Int) {
        let records = Self.hostileRecords(Self.payloads[index])
        for size in ConsoleFixture.sizes {
            for view in ConsoleView.allCases {
                var model = ConsoleModel(size: size)
                _ = model.update(.records(records, dropped: 0))
                model.view = view
                model.opened = Scenario.own
                check(model)
                for keys in Self.openings[view] ?? [] {
                    _ = ConsoleFixture.press(&model, keys)
                    check(model)
                }
            }
        }
    }

    /// Keys that open what a view shows only when asked.
    private static let openings: [ConsoleView: [String]] = [
        .latency: ["g", "s"], .events: ["enter", "g", "t", "down", "enter", "escape"], .talk: ["e", "p"],
    ]

    private func check(_ model: ConsoleModel) {
        for cell in model.picture().cells where cell.width > 0 { #expect(isHarmless(cell.base)) }
    }

    @Test(arguments: payloads.indices)
    func plainLinesHoldNoControl(index: Int) throws {
        for record in Self.hostileRecords(Self.payloads[index]) {
            if let line = PlainOutput(includesDeltas: true).line(record) {
                #expect(line.unicodeScalars.dropLast().allSatisfy(isHarmless))
                #expect(line.last == "\n")
            }
            if let line = PlainOutput(ascii: true).line(record) {
                #expect(line.utf8.allSatisfy { $0 == 0x0A || $0 >= 0x20 && $0 < 0x7F })
            }
            let json = try JSONOutput().line(record)
            #expect(json.unicodeScalars.dropLast().allSatisfy { $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) })
            #expect(try JSONParser.parse(json)["type"]?.string == record.event.kind.rawValue)
        }
    }

    @Test func plainReadsWell() {
        _ = ConsoleFixture.model(ConsoleFixture.sizes[0]) { _ in }
        var scenario = Scenario()
        ConsoleFixture.bargeIn(&scenario)
        let text = scenario.records.compactMap { PlainOutput().line($0) }.joined()
        #expect(GoldenText(beside: #filePath).difference(text, "plain") == nil)
    }

    @Test func randomKeysNeverBreakTheScreen() {
        var random = SeededRandom(seed: 3)
        let keys =
            ActionTable.all.flatMap(\.keys).filter { $0.description != "ctrl-z" } + "abcxyz123".map { KeyChord($0) }
        var model = ConsoleFixture.model(Size(width: 100, height: 30)) { ConsoleFixture.calls(&$0) }
        for step in 0..<10_000 {
            let key = keys[Int.random(in: 0..<keys.count, using: &random)]
            _ = model.update(.input(.key(KeyPress(key))))
            if step % 50 == 0 {
                _ = model.update(
                    .resized(
                        Size(
                            width: Int.random(in: 0...220, using: &random),
                            height: Int.random(in: 0...60, using: &random))))
                _ = model.update(.tick(now: model.now + .milliseconds(700), wall: model.wall, meters: model.meters))
                let picture = model.picture()
                #expect(picture.cells.count == picture.size.width * picture.size.height)
            }
        }
    }
}
