import ArgumentParser
import Configuration
import Console
import Conversations
import Core
import Devices
import Dispatch
import Glibc
import Synchronization
import Terminal

/// `sidetone` and `sidetone talk`: a conversation at this machine's devices (or by text), with the screen.
struct TalkCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "talk", abstract: "Talk to an agent and watch calls (the default command).",
        discussion: """
            Off a terminal, or with --plain or --json, events are printed as lines and each line of standard input is a typed turn.
            :detach leaves the screen and lets calls go on; so does a lost terminal with on_terminal_loss: detach. \
            sidetone attach comes back.
            Exit codes: 0 the user left, 1 no terminal, 64 wrong arguments, 78 wrong configuration, 128+n ended by signal n.
            """)

    @OptionGroup var options: RunOptions

    @Flag(name: .long, help: "Lines of words instead of the screen.")
    var plain = false

    @Flag(name: .long, help: "Events as JSON lines instead of the screen.")
    var json = false

    @OptionGroup var lines: LineOptions
    @OptionGroup var look: LookOptions

    @Flag(name: .long, help: "Only ASCII characters on the screen.")
    var ascii = false

    @OptionGroup var console: ConsoleArguments

    @Flag(
        name: [.customLong("read-only"), .customLong("readonly")],
        help: "Watch and listen only: what changes a call is refused, and no conversation of our own is begun.")
    var readOnly = false

    func run() throws {
        ALSALibrary.prepare()
        let setup = try reportingMistakes { try Setup(options) }
        let wishes = try reportingMistakes { try console.read(setup.environment) }
        let obstacle = ScreenOptions.obstacle(environment: setup.environment)
        if plain || json || lines.areWanted { return try runLines(setup) }
        if let obstacle, wishes.headless == nil {
            if isatty(1) == 1 { Output.error("sidetone: \(obstacle): lines instead of the screen") }
            return try runLines(setup)
        }
        try runScreen(setup, wishes)
    }

    // MARK: The screen

    private func runScreen(_ setup: Setup, _ wishes: ConsoleArguments.Wishes) throws {
        UILoop.blockSignals()
        let host = try reportingMistakes {
            try EngineHost(setup, devices: true) {
                Self.wasShutDown.store(true, ordering: .sequentiallyConsistent)
                kill(getpid(), SIGTERM)
            }
        }
        let folders = ThemeStore.searchFolders(
            wish: setup.configuration.themesFolder, environment: setup.environment, executable: CommandLine.arguments[0]
        )
        let console: ConsoleApp
        do throws(ScreenError) {
            console = try ConsoleApp(
                client: host.handle,
                options: ConsoleOptions(
                    screen: look.screen(
                        ascii: ascii, mouse: wishes.mouse && setup.configuration.mouse, kitty: self.console.kitty,
                        setup.environment
                    ).reportingCrashes(),
                    theme: look.theme(options.theme, setup.configuration, setup.environment), themeFolders: folders,
                    isReadOnly: readOnly, keys: wishes.keys, script: wishes.script, headless: wishes.headless,
                    library: SessionShelves.library(
                        folder: setup.sessionsFolder, redaction: setup.toolBook.redaction, speaker: host.speaker),
                    compareLab: host.makeCompareLab(setup)))
        } catch {
            end(host)
            Output.error("sidetone: \(error)")
            throw Exit.failed
        }
        if !readOnly { host.handle.send(.startConversation(agent: nil, provider: nil)) }
        let reason = console.run()
        if let failure = console.scriptFailure {
            end(host)
            Output.error("sidetone: script \(SafeText(failure))\n\(console.screenText)")
            throw Exit.failed
        }
        switch reason {
        case .detached: Headless(host, setup).run(isTerminalLost: false)
        case .terminalLost where setup.configuration.onTerminalLoss == .detach:
            Headless(host, setup).run(isTerminalLost: true)
        case .quit, .terminalLost, .signal: break
        }
        // Before the end, which counts as a shutdown, too.
        let wasAsked = Self.wasShutDown.load(ordering: .sequentiallyConsistent)
        end(host)
        if case .signal(let number) = reason, !wasAsked { throw ExitCode(128 + number) }
    }

    /// The `shutdown` command was carried out: the signal that follows is the orderly end.
    private static let wasShutDown = Atomic(false)

    /// Hangs everything up in order and writes what is recorded; five seconds at most.
    private func end(_ host: EngineHost) {
        let done = DispatchSemaphore(value: 0)
        host.drain(within: .seconds(4)) { done.signal() }
        _ = done.wait(timeout: .now() + 5)
        host.stop()
    }

    // MARK: Lines

    private func runLines(_ setup: Setup) throws {
        let signals = SignalWait()
        let host = try reportingMistakes { try EngineHost(setup, devices: true) { SignalWait.finish() } }
        let script = ScriptEnd()
        let desk = LineDesk(host.handle, tellsOnStderr: json)
        let printer = PlainPrinter(json ? .json : lines.speakEvents ? .spoken : .plain, quiet: lines.quiet) { record in
            desk.take(record)
            if script.sees(record) { SignalWait.finish() }
        }
        let queue = EventQueue(bound: 4096, policy: .latest, wantsFrequent: json) { printer.wake() }
        printer.start(queue)
        host.handle.subscribe(queue)
        if !readOnly { talkFromInput(host.handle, script, desk) }
        var ending = false
        while let signal = signals.next() {
            if signal == .finished { break }
            if ending { throw Exit.failed }
            ending = true
            host.drain(within: .seconds(10)) { SignalWait.finish() }
        }
        host.stop()
        printer.flush()
    }

    /// Our own conversation, whose typed turns are the lines of standard input; those that begin with `:` are commands.
    private func talkFromInput(_ handle: EngineHandle, _ script: ScriptEnd, _ desk: LineDesk) {
        handle.send(.startConversation(agent: nil, provider: nil))
        DispatchQueue(label: "sidetone.stdin").async {
            while let line = readLine(strippingNewline: true) {
                if line == ":quit" || line == ":q" { break }
                if line.hasPrefix(":") {
                    desk.run(String(line.dropFirst()))
                } else if !line.isEmpty {
                    handle.send(.sendText(session: nil, text: line))
                }
            }
            // The end of a script: what was asked is still answered before the program leaves.
            script.inputEnded()
            handle.send(.hangUp(session: nil, now: false))
        }
    }
}

/// Knows when a script is done: its input is at its end and its conversation is over.
final class ScriptEnd: Sendable {
    private struct State {
        var conversation: SessionID?
        var isOver = false
        var inputEnded = false
    }
    private let state = Mutex(State())

    func inputEnded() { state.withLock { $0.inputEnded = true } }

    /// Takes each record; true when that was the last one to wait for.
    func sees(_ record: EventRecord) -> Bool {
        state.withLock { s in
            switch record.event {
            case .sessionStarted(let start) where start.leg == .device || start.leg == .text:
                s.conversation = record.session
            case .sessionEnded where record.session == s.conversation: s.isOver = true
            default: break
            }
            return s.isOver && s.inputEnded
        }
    }
}
