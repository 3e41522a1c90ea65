import ArgumentParser
import Console
import Conversations
import Core
import Glibc

/// `sidetone serve`: the engine without a screen.
struct ServeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Serve calls without a screen.",
        discussion: """
            SIGTERM or SIGINT refuses new calls, ends the live ones in order and exits 0 within 30 s; a second one exits at once.
            Exit codes: 0 ended in order, 1 ended at once, 64 wrong arguments, 78 wrong configuration or address in use.
            """)

    @OptionGroup var options: RunOptions

    @Flag(name: .long, help: "Print one JSON line when ready, nothing else.")
    var json = false

    func run() throws {
        let signals = SignalWait()
        let host = try reportingMistakes {
            try EngineHost(try Setup(options), devices: false) { SignalWait.finish() }
        }
        announce(host)
        var ending = false
        while let signal = signals.next(), signal != .finished {
            if ending {
                Output.error("sidetone: ending at once")
                throw Exit.failed
            }
            ending = true
            host.drain(within: .seconds(25)) { SignalWait.finish() }
        }
        host.stop()
    }

    private func announce(_ host: EngineHost) {
        let audioSocket = host.ready.audioSocket?.description
        let http = host.ready.http?.description
        if json {
            let line: JSONValue = [
                "ready": true, "audiosocket": audioSocket.map { .string($0) } ?? .null,
                "http": http.map { .string($0) } ?? .null,
                "control": host.ready.control.map { .string($0) } ?? .null,
            ]
            return Output.line(line.text)
        }
        Output.line(
            "ready: audiosocket \(audioSocket ?? "off"), http \(http ?? "off"), control \(host.ready.control ?? "off")")
        let printer = PlainPrinter()
        let queue = EventQueue(bound: 4096, policy: .latest, wantsFrequent: false) { printer.wake() }
        printer.start(queue)
        host.handle.subscribe(queue)
    }
}
