import Core
import Terminal

/// Events as sentences for ears: one line for each that matters, in words, no decoration, no clock, no identifier. What only
/// moves a meter is left out.
public struct SpokenOutput: Sendable {
    /// Only what is wrong, and ends.
    public var isQuiet: Bool
    /// Only ASCII, for a C locale.
    public var ascii: Bool

    private struct Who: Sendable {
        var isCall: Bool
        var caller: String
    }
    /// Live sessions: with more than one, each line says whose it is.
    private var live: [SessionID: Who] = [:]

    /// What is wrong now, by code: told once, and named when it is over.
    private var troubles: [String: String] = [:]

    public init(isQuiet: Bool = false, ascii: Bool = false) {
        self.isQuiet = isQuiet
        self.ascii = ascii
    }

    /// One line with its end, or nil for an event that is not told.
    public mutating func line(_ record: EventRecord) -> String? {
        if case .sessionStarted(let start) = record.event, let id = record.session {
            live[id] = Who(isCall: start.leg == .audioSocket, caller: start.caller ?? "unknown")
        }
        let who = record.session.flatMap { live[$0] }
        let several = live.count > 1
        defer { if case .sessionEnded = record.event, let id = record.session { live[id] = nil } }
        if case .trouble(let trouble) = record.event {
            guard troubles.updateValue(trouble.text, forKey: trouble.code) != trouble.text else { return nil }
            if troubles.count > 1_000 { troubles.removeAll() }
        }
        let isOver =
            if case .troubleCleared(let cleared) = record.event { troubles.removeValue(forKey: cleared.code) } else {
                String?.none
            }
        guard let (told, isNeeded) = Self.words(record.event, who), isNeeded || !isQuiet else { return nil }
        let words = isOver.map { "over: \($0)" } ?? told
        let begins = if case .sessionStarted = record.event { true } else { false }
        let ends = if case .sessionEnded = record.event { true } else { false }
        let prefix = several && !begins && !ends ? who.map { "\(Self.name($0)): " } ?? "" : ""
        let text = SafeText(prefix + words)
        return (ascii ? text.asciiOnly : text).string + "\n"
    }

    private static func name(_ who: Who) -> String { who.isCall ? "call from \(who.caller)" : "conversation" }

    private static func speaker(_ who: Who?) -> String { who?.isCall == true ? who?.caller ?? "the caller" : "you" }

    /// The sentence, and whether it is told to who wants quiet.
    private static func words(_ event: Event, _ who: Who?) -> (String, isNeeded: Bool)? {
        switch event {
        case .sessionStarted, .sessionEnded, .stateChanged, .providerChanged, .providerSwitch, .recording, .trouble,
            .troubleCleared:
            course(event, who)
        case .userTranscript, .agentText, .textSubmitted, .bargeIn, .turnEnded, .dtmf:
            speech(event, who).map { ($0, false) }
        case .toolCallStarted(let call): ("tool \(call.name) called", false)
        case .toolCallEnded(let end):
            end.outcome == .result
                ? ("tool \(end.name) answered in \(seconds(end.ms))", false)
                : ("tool \(end.name) failed, \(end.outcome.words): \(end.output)", true)
        case .gap(let gap):
            ("audio of the \(gap.channel.rawValue) is missing: \(gap.reason)", true)
        case .operatorAction(let action): ("operator: \(action.action)", false)
        case .commandRefused(let refusal): ("\(refusal.command) refused: \(refusal.reason)", true)
        case .note(let note): ("note: \(note.text)", false)
        default: nil
        }
    }

    private static func course(_ event: Event, _ who: Who?) -> (String, isNeeded: Bool)? {
        switch event {
        case .sessionStarted(let start):
            ("\(who.map(name) ?? "session") started, served by \(start.provider)", false)
        case .sessionEnded(let end):
            ("\(who.map(name) ?? "session") ended by the \(end.by.rawValue): \(end.reason)", true)
        case .stateChanged(let change):
            switch change.state {
            case .stalled: ("the agent has stalled" + because(change.reason), true)
            case .reconnecting: ("reconnecting" + because(change.reason), true)
            case .failedOver: ("failed over to another provider" + because(change.reason), true)
            case .takenOver: ("the operator has taken over", false)
            case .connecting, .ready, .listening, .thinking, .speaking, .ending, .ended: nil
            }
        case .providerChanged(let change):
            switch change.state {
            case .failed: ("no connection to \(change.provider)" + because(change.reason), true)
            default: nil
            }
        case .providerSwitch(let change):
            switch change.phase {
            case .failed: ("switch from \(change.from) to \(change.to) failed" + because(change.reason), true)
            case .done: ("switched from \(change.from) to \(change.to)", false)
            default: nil
            }
        case .recording(let change):
            change.state == .failed
                ? ("not recording" + because(change.reason), true) : ("recording \(change.state.rawValue)", false)
        case .trouble(let trouble):
            (
                "\(trouble.severity.rawValue): \(trouble.text)" + (trouble.fix.map { ". What helps: \($0)" } ?? ""),
                trouble.severity != .notice
            )
        case .troubleCleared(let cleared): ("over: \(cleared.code)", true)
        default: nil
        }
    }

    private static func speech(_ event: Event, _ who: Who?) -> String? {
        switch event {
        case .userTranscript(let said): said.isFinal ? "\(speaker(who)) said: \(said.text)" : nil
        case .agentText(let said): said.isFinal ? "agent said: \(said.text)" : nil
        case .textSubmitted(let text): "\(speaker(who)) typed: \(text.text)"
        case .bargeIn(let cut): "the agent was cut after \(seconds(cut.heardMs)) of \(seconds(cut.generatedMs))"
        case .turnEnded(let report): turn(report)
        case .dtmf(let digit): "key \(digit.digit) pressed"
        default: nil
        }
    }

    private static func turn(_ report: TurnReport) -> String? {
        let pace = report.e2eMs.map { "latency \(seconds($0))" }
        if report.outcome == .completed || report.outcome == .interrupted { return pace }
        return "turn \(report.turn) ended: \(report.outcome.words)" + (pace.map { ", \($0)" } ?? "")
    }

    private static func seconds(_ ms: Double) -> String { Format.decimal(ms / 1000, 2) + " s" }
    private static func because(_ reason: String?) -> String { reason.map { ": \($0)" } ?? "" }
}
