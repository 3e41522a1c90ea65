import ArgumentParser
import Console
import Core
import Dispatch
import Glibc
import Service
import Terminal

/// `sidetone ctl`: the command line of the console without its screen, on a running engine.
struct CtlCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ctl", abstract: "Give commands to a running talk or serve, or ask it.",
        discussion: """
            COMMAND is a command as behind : in the console (sidetone ctl actions lists them), or
              state             what runs: listeners, sessions, troubles
              calls             the live sessions
              events            what has happened in the live sessions; with --follow also what happens from now on
              wait EVENT        the next event of this kind
              actions           the commands there are
            Words that begin with a dash come behind --.
            Exit codes: 0 done, 1 refused (or nothing came in time), 64 wrong arguments, 69 nothing listens.
            """)

    @Option(name: .long, help: ArgumentHelp("Control socket, or URL of the HTTP service.", valueName: "path|url"))
    var socket: String?

    @Option(
        name: [.customLong("session"), .customLong("call")],
        help: ArgumentHelp("Session by the beginning of its name, or by its caller.", valueName: "name"))
    var session: String?

    @Flag(name: .long, help: "Answer as JSON.")
    var json = false

    @Flag(name: .long, help: "With events: go on with what happens.")
    var follow = false

    @Option(
        name: .long, help: ArgumentHelp("With wait: seconds until it gives up (none: never).", valueName: "seconds"))
    var timeout: Double?

    @Argument(help: ArgumentHelp("What to do.", valueName: "command"))
    var words: [String]

    func validate() throws {
        if let timeout, !(0...86_400).contains(timeout) { throw ValidationError("--timeout takes 0 to 86400 seconds.") }
    }

    func run() throws {
        switch words[0] {
        case "actions": return listActions()
        case "state", "calls", "events":
            guard words.count == 1 else { throw ValidationError("\(words[0]) takes nothing behind it.") }
        case "wait":
            guard words.count == 2 else { throw ValidationError("wait takes the name of an event.") }
            _ = try kind(words[1])
        default: break
        }
        let log = ControlLog()
        let attachment = try reportingAbsence {
            try Attachment(try Attachment.target(socket, environment: CommandContext.environment), queue: log.queue)
        }
        defer { attachment.close() }
        switch words[0] {
        case "state": try state(log)
        case "calls": try calls(log)
        case "events": try events(log)
        case "wait": try wait(log, try kind(words[1]))
        default: try command(attachment, log)
        }
    }

    private func kind(_ name: String) throws -> Event.Kind {
        if let found = Event.Kind.allCases.first(where: { $0.rawValue.lowercased() == name.lowercased() }) {
            return found
        }
        let near = Spelling.nearest(to: name, among: Event.Kind.allCases.map(\.rawValue))
        throw ValidationError("There is no event \(name)\(near.map { "; did you mean \($0)?" } ?? ".")")
    }

    private func refuse(_ reason: String, code: ExitCode = Exit.failed) throws -> Never {
        if json {
            Output.line(JSONValue.object([.init("done", false), .init("reason", .string(reason))]).text)
        } else {
            Output.error("sidetone: \(SafeText(reason))")
        }
        throw code
    }

    // MARK: - Commands

    private func command(_ attachment: Attachment, _ log: ControlLog) throws {
        let line = words.joined(separator: " ")
        var desk = ControlDesk()
        desk.take(log.takeTold()) { attachment.client.meters(of: $0) }
        switch desk.run(line, session: try chosen(desk)) {
        case .mistake(let words): try refuse(words, code: ExitCode(64))
        case .refused(let reason): try refuse(reason)
        case .commands(let commands):
            for command in commands {
                if let reason = attachment.ask(command) { try refuse(reason) }
            }
            if json { Output.line(JSONValue.object([.init("done", true)]).text) }
        }
    }

    /// The one session that `--session` names.
    private func chosen(_ desk: ControlDesk) throws -> SessionID? {
        guard let session else { return nil }
        let found = desk.sessions(matching: session)
        if found.count == 1 { return found[0] }
        let all = desk.sessions(matching: nil).prefix(8).map(\.text).joined(separator: ", ")
        try refuse(
            found.isEmpty
                ? "no live session is named \(session)" + (all.isEmpty ? "; there is none" : "; there are \(all)")
                : "\(found.count) sessions match \(session): \(found.map(\.text).joined(separator: ", "))")
    }

    private func listActions() {
        let actions = ControlDesk.actions
        if json {
            let rows = actions.map { action -> JSONValue in
                ["name": .string(action.name), "help": .string(action.help)]
            }
            return Output.line(JSONValue.array(rows).text)
        }
        let width = actions.map(\.name.count).max() ?? 0
        for action in actions {
            Output.line(action.name + String(repeating: " ", count: width + 2 - action.name.count) + action.help)
        }
    }

    // MARK: - Questions

    private func state(_ log: ControlLog) throws {
        let report = StateReport(log.takeTold())
        Output.line(json ? report.json.text : report.lines.map { "\(SafeText($0))" }.joined(separator: "\n"))
    }

    private func calls(_ log: ControlLog) throws {
        let report = StateReport(log.takeTold())
        if json { return Output.line((report.json["sessions"] ?? .array([])).text) }
        Output.line(report.sessionLines.map { "\(SafeText($0))" }.joined(separator: "\n"))
    }

    private func isWanted(_ record: EventRecord) -> Bool {
        guard let session else { return true }
        return record.session?.text.hasPrefix(session) == true
    }

    private func show(_ record: EventRecord) {
        if let line = json ? try? JSONOutput().line(record) : PlainOutput().line(record) { Output.text(line) }
    }

    private func events(_ log: ControlLog) throws {
        for record in log.takeTold() where isWanted(record) { show(record) }
        guard follow else { return }
        while let (records, missed) = log.next(until: .distantFuture) {
            if missed > 0 { Output.error("sidetone: \(missed) events were missed; what is known is told again") }
            for record in records where isWanted(record) { show(record) }
        }
    }

    private func wait(_ log: ControlLog, _ kind: Event.Kind) throws {
        _ = log.takeTold()
        let end: DispatchTime = timeout.map { .now() + $0 } ?? .distantFuture
        while let (records, _) = log.next(until: end) {
            if let found = records.first(where: { $0.event.kind == kind && isWanted($0) }) { return show(found) }
        }
        try refuse("no \(kind.rawValue) within \(timeout ?? 0) s")
    }
}

/// The records of an attached engine for a program that waits for them.
final class ControlLog: Sendable {
    private let bell: DispatchSemaphore
    let queue: EventQueue

    init() {
        let bell = DispatchSemaphore(value: 0)
        self.bell = bell
        queue = EventQueue(bound: 1 << 17, policy: .latest) { bell.signal() }
    }

    /// What has come so far.
    func takeTold() -> [EventRecord] { queue.take().records }

    /// What waits, once something does; nil when nothing came in time.
    func next(until end: DispatchTime) -> (records: [EventRecord], dropped: UInt64)? {
        guard bell.wait(timeout: end) == .success else { return nil }
        return queue.take()
    }
}
