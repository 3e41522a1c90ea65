import Core
import Glibc
import Terminal

/// The console without a screen: events as lines on standard output, turns and commands as lines on standard input. For
/// pipes, scripts, logs, CI and screen readers. Main thread.
///
/// A line of input is a turn to the agent, kept until there is a conversation; a line that begins with `:` is a command
/// of the console's command line and runs at once.
public final class StreamApp {
    public enum Format: Sendable, Hashable { case plain, json }

    private let client: any EngineClient
    private let loop: UILoop
    private let queue: EventQueue
    private let format: Format
    private let plain: PlainOutput
    private let json = JSONOutput()
    private let untilConversationEnds: Bool
    private let output: Int32
    private let errors: Int32
    /// Judges commands just as the screen does; nobody sees its picture.
    private var model: ConsoleModel
    private var line = ""
    /// Turns that came before there was a conversation; at most a thousand.
    private var waiting: [String] = []
    private var reason = ConsoleEnd.quit

    /// `untilConversationEnds` ends the program with our own conversation. `UILoop.blockSignals()` must have been called
    /// before any thread was made.
    public init(
        client: any EngineClient, format: Format, plain: PlainOutput = PlainOutput(),
        untilConversationEnds: Bool = false,
        isReadOnly: Bool = false, input: Int32 = 0, output: Int32 = 1, errors: Int32 = 2
    ) {
        self.client = client
        self.format = format
        self.plain = plain
        self.untilConversationEnds = untilConversationEnds
        self.output = output
        self.errors = errors
        let loop = UILoop(input: input)
        self.loop = loop
        let wake = loop.wake
        queue = EventQueue(bound: 65_536, policy: .lossless) { wake.ring() }
        model = ConsoleModel(size: Size(width: 80, height: 24), isReadOnly: isReadOnly, now: .now(), wall: .now())
    }

    /// Runs until `:quit`, a signal, the end of the conversation (if asked), or nobody reads the output any more.
    public func run() -> ConsoleEnd {
        client.subscribe(queue)
        loop.run(self)
        client.unsubscribe(queue)
        return reason
    }

    private func finish(_ end: ConsoleEnd) {
        reason = end
        loop.stop()
    }

    private func drain() {
        let (records, dropped) = queue.take()
        if dropped > 0 { complain("\(dropped) events were lost: output is too slow") }
        _ = model.update(.records(records, dropped: 0))
        for record in records where !write(record) {
            finish(.terminalLost)
            return
        }
        let due = waiting
        waiting = []
        for line in due { take(line) }
        if untilConversationEnds, let own = model.book.own, !own.isLive { finish(.quit) }
    }

    /// False when nobody reads any more.
    private func write(_ record: EventRecord) -> Bool {
        switch format {
        case .plain: return plain.line(record).map { Self.write($0, to: output) } ?? true
        case .json:
            guard let text = try? json.line(record) else { return true }
            return Self.write(text, to: output)
        }
    }

    private func complain(_ text: String) { _ = Self.write("sidetone: \(SafeText(text))\n", to: errors) }

    private static func write(_ text: String, to descriptor: Int32) -> Bool {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            if count <= 0 { return false }
            bytes = bytes.dropFirst(count)
        }
        return true
    }

    // MARK: - Input

    private func take(_ text: String) {
        guard !text.isEmpty else { return }
        if model.book.own?.isLive != true, !text.hasPrefix(":"), waiting.count < 1_000 {
            waiting.append(text)
            return
        }
        let command = text.hasPrefix(":") ? String(text.dropFirst()) : "say " + text
        for effect in model.runLine(command) {
            switch effect {
            case .send(let command): client.send(command)
            case .quit: finish(.quit)
            case .redraw, .applyTheme, .copy, .suspend, .dump: complain("that needs a screen")
            }
        }
        if let notice = model.takeNotice() { complain(notice) }
    }
}

extension StreamApp: UILoopDelegate {
    public func loop(_ loop: UILoop, received events: [InputEvent]) {
        drain()  // what was said before the line came
        for event in events {
            guard case .key(let press) = event, press.chord.modifiers.isEmpty else { continue }
            switch press.chord.key {
            case .enter:
                let text = line
                line = ""
                take(text)
            case .character(let character): if line.utf8.count < TextField.limit { line.append(character) }
            case .tab: line.append(" ")
            default: break
            }
        }
    }

    public func loop(_ loop: UILoop, received signal: UISignal) {
        switch signal {
        case .interrupt: finish(.signal(SIGINT))
        case .terminate: finish(.signal(SIGTERM))
        case .quit: finish(.signal(SIGQUIT))
        case .hangUp: finish(.terminalLost)
        case .stop: UILoop.stopProcess()
        case .resized, .resumed: break
        }
    }

    public func loopWasWoken(_ loop: UILoop) { drain() }
    public func loopTicked(_ loop: UILoop) {}
    public func loopDraws(_ loop: UILoop) {}

    /// The end of the input is no end of the program: a service has none from the start.
    public func loopLostTerminal(_ loop: UILoop) {
        if !line.isEmpty { take(line) }
        line = ""
    }
}
