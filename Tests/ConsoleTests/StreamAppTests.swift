import Core
import Glibc
import Terminal
import Testing

@testable import Console

/// Runs the line console over pipes; every run ends by what is written into it.
@Suite struct StreamAppTests {
    private func run(
        _ input: String, _ format: StreamApp.Format = .plain, untilEnd: Bool = false,
        _ build: (inout Scenario) -> Void
    ) -> (end: ConsoleEnd, output: String, errors: String, commands: [Command]) {
        var scenario = Scenario()
        build(&scenario)
        let engine = FakeEngine(scenario.records)
        var ends = [[Int32]](repeating: [0, 0], count: 3)
        for index in ends.indices { #expect(pipe(&ends[index]) == 0) }
        // Larger than a pipe holds would block: these logs are small.
        _ = write(ends[0][1], input, input.utf8.count)
        close(ends[0][1])
        let app = StreamApp(
            client: engine, format: format, untilConversationEnds: untilEnd, input: ends[0][0], output: ends[1][1],
            errors: ends[2][1])
        let end = app.run()
        close(ends[1][1])
        close(ends[2][1])
        return (end, read(all: ends[1][0]), read(all: ends[2][0]), engine.commands)
    }

    private func read(all descriptor: Int32) -> String {
        var bytes = [UInt8](repeating: 0, count: 65_536)
        var text: [UInt8] = []
        var count = Glibc.read(descriptor, &bytes, bytes.count)
        while count > 0 {
            text += bytes[..<count]
            count = Glibc.read(descriptor, &bytes, bytes.count)
        }
        close(descriptor)
        return String(decoding: text, as: UTF8.self)
    }

    @Test func linesAreTurnsAndCommands() {
        let result = run("hello there\n:provider gemini\n:nope\n:theme mono\n:quit\n") { ConsoleFixture.partial(&$0) }
        #expect(result.end == .quit)
        #expect(
            result.commands == [
                .sendText(session: Scenario.own, text: "hello there"),
                .switchProvider(session: Scenario.own, provider: "gemini"),
            ])
        #expect(result.errors.contains("unknown command: nope"))
        #expect(result.errors.contains("that needs a screen"))
        #expect(result.output.contains("userTranscript"))
    }

    @Test func endsWithTheConversation() {
        let result = run("", .json, untilEnd: true) { scenario in
            scenario.afternoon()
            scenario.add(.sessionEnded(SessionEnd(by: .agent, reason: "farewell \u{1B}[2J")))
        }
        #expect(result.end == .quit)
        let lines = result.output.split(separator: "\n")
        for line in lines { #expect((try? JSONParser.parse(String(line))) != nil) }
        #expect(lines.last?.contains("farewell") == true)
        #expect(result.output.utf8.allSatisfy { $0 == 0x0A || $0 >= 0x20 })
    }

    @Test func turnsWaitForAConversation() {
        let result = run("first\n:quit\n") { ConsoleFixture.idle(&$0) }
        #expect(result.commands == [])
        #expect(result.end == .quit)
    }
}
