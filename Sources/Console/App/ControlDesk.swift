import Core
import Terminal

/// The command line without a screen: `sidetone ctl` and scripts. A line is run by the same model as behind `:`, so a word
/// means the same command in both.
public struct ControlDesk: Sendable {
    /// What a line comes to.
    public enum Outcome: Sendable, Equatable {
        /// Commands for the engine.
        case commands([Command])
        /// It cannot be done now, with the reason.
        case refused(String)
        /// It is no command, or its words are wrong.
        case mistake(String)
    }

    private var model: ConsoleModel

    /// A desk that knows of nothing yet.
    public init() { model = ConsoleModel(size: Size(width: 80, height: 24), place: .attached) }

    /// Takes what was told, and the meters (whether the microphone is closed is known from them).
    public mutating func take(_ records: [EventRecord], meters: (SessionID) -> MeterSnapshot?) {
        var all: [SessionID: MeterSnapshot] = [:]
        _ = model.update(.records(records, dropped: 0))
        for id in model.book.liveIDs { all[id] = meters(id) }
        _ = model.update(.tick(now: .now(), wall: .now(), meters: all))
        _ = model.takeNotice()
    }

    /// Actions that make sense without a screen: what changes the engine, and listening.
    public static var actions: [Action] {
        ActionTable.all.filter {
            $0.isCommand && (($0.changesEngine && !needsScreen.contains($0.id)) || $0.id == .listen)
        }
    }

    /// Commands that change the engine by way of the screen's own state.
    static let needsScreen: Set<ActionID> = [.talkMode]

    /// The sessions whose name begins with `text`, or whose caller it is; all live ones for nil.
    public func sessions(matching text: String?) -> [SessionID] {
        model.book.liveSessions
            .filter { session in
                guard let text else { return true }
                return session.id.text.hasPrefix(text) || session.start?.caller == text
            }
            .map(\.id)
    }

    /// Runs a line for a session: nil means our own conversation, or the one call there is.
    public mutating func run(_ line: String, session: SessionID?) -> Outcome {
        let name = line.split(separator: " ").first.map(String.init) ?? ""
        guard Self.actions.contains(where: { $0.name == name }) else {
            if ActionTable.command(name) != nil { return .mistake("\(name) is for a screen: use it in the console") }
            let hint = CommandLineCheck.meant(name, among: Self.actions.map(\.name)).map { "; " + $0 } ?? ""
            return .mistake("unknown command: \(name)" + hint)
        }
        let calls = model.book.liveSessions.filter(\.isCall)
        model.opened = session ?? (model.book.own?.isLive == true ? nil : calls.first?.id)
        if session == nil, model.book.own?.isLive != true, calls.count > 1, Self.isOfOneSession(name) {
            let names = calls.prefix(8).map(\.id.text).joined(separator: ", ")
            return .refused("\(calls.count) calls are live: choose one with --session (\(names))")
        }
        let commands = model.runLine(line).compactMap { if case .send(let command) = $0 { command } else { nil } }
        let notice = model.takeNotice()
        if !commands.isEmpty { return .commands(commands) }
        return notice.map { isMistake($0) ? .mistake($0) : .refused($0) } ?? .mistake("\(name) needs words behind it")
    }

    /// Whether the words themselves were wrong: said with `needs` or `takes` behind the command's name.
    private func isMistake(_ notice: String) -> Bool {
        let words = notice.split(separator: " ")
        return words.count > 1 && (words[1] == "needs:" || words[1] == "takes")
    }

    private static func isOfOneSession(_ name: String) -> Bool {
        !["new", "shutdown", "devices", "give-back"].contains(name)
    }
}
