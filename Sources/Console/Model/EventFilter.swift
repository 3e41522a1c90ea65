import Core

/// What the Events view lets through. Words must all match; `-word` must not; `type:`, `session:` and `turn:` look at one
/// thing alone. Upper and lower case are alike.
struct EventFilter: Sendable, Equatable {
    /// One turn of one session, traced through every stage.
    struct Trace: Sendable, Equatable {
        var session: SessionID?
        var turn: Int
    }

    /// As it was typed.
    var text = "" { didSet { terms = Term.read(text) } }
    var hidesDeltas = true
    var trace: Trace?
    private var terms: [Term] = []

    /// Whether it lets through all but partial texts and counters.
    var isOpen: Bool { terms.isEmpty && trace == nil }

    /// `turn` is the turn that the record falls into.
    func matches(_ record: EventRecord, turn: Int) -> Bool {
        if let trace {
            guard record.session == trace.session, turn == trace.turn else { return false }
        }
        if hidesDeltas, record.event.isDelta { return false }
        guard !terms.isEmpty else { return true }
        let line = EventLine(record)
        return terms.allSatisfy { $0.matches(record, line, turn) }
    }

    private struct Term: Sendable, Equatable {
        enum Place: Sendable, Equatable { case any, type, session, turn }
        var place: Place
        var word: String
        var isExcluded: Bool

        static func read(_ text: String) -> [Term] {
            text.split(separator: " ").prefix(16).compactMap { part in
                let isExcluded = part.count > 1 && part.hasPrefix("-")
                let rest = isExcluded ? part.dropFirst() : part
                for (name, place) in [("type:", Place.type), ("session:", .session), ("turn:", .turn)]
                where rest.hasPrefix(name) {
                    let word = String(rest.dropFirst(name.count))
                    return word.isEmpty ? nil : Term(place: place, word: word, isExcluded: isExcluded)
                }
                return Term(place: .any, word: String(rest), isExcluded: isExcluded)
            }
        }

        func matches(_ record: EventRecord, _ line: EventLine, _ turn: Int) -> Bool {
            let found =
                switch place {
                case .any: line.name.contains(ignoringCase: word) || line.detail.contains(ignoringCase: word)
                case .type: line.name.contains(ignoringCase: word) || wireType(record).contains(ignoringCase: word)
                case .session: record.session?.text.contains(ignoringCase: word) ?? false
                case .turn: String(turn) == word
                }
            return found != isExcluded
        }

        private func wireType(_ record: EventRecord) -> String {
            if case .wire(let wire) = record.event { wire.type } else { "" }
        }
    }
}

extension Event {
    /// The turn that an event names itself.
    var turn: Int? {
        switch self {
        case .userSpeechStarted(let mark), .userSpeechStopped(let mark): mark.turn
        case .userTranscript(let said): said.turn
        case .agentText(let text): text.turn
        case .agentSpeechStarted(let speech), .agentSpeechProgress(let speech), .agentSpeechStopped(let speech):
            speech.turn
        case .bargeIn(let cut): cut.turn
        case .agentYielded(let yield): yield.turn
        case .speechIgnored(let ignored): ignored.turn
        case .turnStarted(let start): start.turn
        case .turnEnded(let report): report.turn
        case .toolCallStarted(let call): call.turn
        case .toolCallEnded(let end): end.turn
        case .textSubmitted(let text): text.turn
        default: nil
        }
    }

    /// Whether it tells of something that went wrong.
    var isBad: Bool {
        switch self {
        case .trouble(let trouble): trouble.severity != .notice
        case .commandRefused, .gap: true
        case .providerChanged(let change): change.state == .failed || change.state == .reconnecting
        case .providerSwitch(let change): change.phase == .failed
        case .recording(let change): change.state == .failed
        case .toolCallEnded(let end): end.outcome != .result
        case .turnEnded(let report):
            report.outcome != .completed && report.outcome != .interrupted && report.outcome != .aborted
        case .audioFormat(let format): format.finding != nil
        default: false
        }
    }
}
