import Core
import Terminal
import TestKit
import Testing

@testable import Console

@Suite struct SpokenOutputTests {
    private func spoken(quiet: Bool = false, ascii: Bool = false, _ build: (inout Scenario) -> Void) -> String {
        var scenario = Scenario()
        build(&scenario)
        var output = SpokenOutput(isQuiet: quiet, ascii: ascii)
        return scenario.records.compactMap { output.line($0) }.joined()
    }

    @Test func readsWell() {
        let text = spoken {
            ConsoleFixture.bargeIn(&$0)
            ConsoleFixture.trouble(&$0)
        }
        #expect(GoldenText(beside: #filePath).difference(text, "spoken") == nil)
    }

    @Test func severalSessionsAreNamed() {
        let lines = spoken { ConsoleFixture.calls(&$0) }.split(separator: "\n")
        #expect(lines.contains("call from 6004 started, served by openai"))
        #expect(lines.contains("call from 6004: agent said: Of course. For which day?"))
        #expect(lines.contains("call from 6002 ended by the caller: hung up"))
    }

    @Test func aTroubleIsToldOnceAndNamedWhenItIsOver() {
        let lines = spoken {
            for _ in 0..<3 { $0.add(.trouble(Trouble(code: "x", severity: .warning, text: "no speaker"))) }
            $0.add(.troubleCleared(TroubleCleared(code: "x")))
        }
        #expect(lines == "warning: no speaker\nover: no speaker\n")
    }

    @Test func quietTellsWhatIsWrong() {
        let lines = spoken(quiet: true) { ConsoleFixture.trouble(&$0) }.split(separator: "\n")
        #expect(!lines.contains { $0.contains("said") || $0.contains("latency") })
        #expect(lines.contains("reconnecting: link closed 1011"))
        #expect(lines.contains("not recording: no space left on device"))
    }

    @Test func nothingHostileIsSpoken() {
        for payload in ["\u{1B}]0;x\u{07}", "\u{9B}2J", "\u{202E}x", "\u{E0041}", "a\r\nb", "日本語"] {
            for ascii in [false, true] {
                var output = SpokenOutput(ascii: ascii)
                for record in OutputTests.hostileRecords(payload) {
                    guard let line = output.line(record) else { continue }
                    #expect(
                        line.unicodeScalars.dropLast().allSatisfy {
                            $0.value >= 0x20 && $0.properties.generalCategory != .control
                                && $0.properties.generalCategory != .format && (!ascii || $0.isASCII)
                        })
                }
            }
        }
    }

    /// The JSON says the same when its dangerous characters are spelled out.
    @Test func harmlessJSONMeansTheSame() throws {
        let text = "\u{9B}\u{202E}\u{E0041}\u{7F}é日\u{10FFFF}"
        let json = JSONValue.object([.init("a", .string(text))]).text
        let harmless = JSONOutput.harmless(json)
        #expect(harmless.contains("\\u009b") && harmless.contains("\\u202e") && harmless.contains("\\udb40\\udc41"))
        #expect(harmless.contains("é日"))
        #expect(try JSONParser.parse(harmless)["a"]?.string == text)
    }
}
