import Core

/// Folds the records of a conversation into the figures of its turns. Pure; the same for a run and for the stored session.
struct CompareFold {
    /// A stretch of the conversation that belongs to one utterance.
    struct Window {
        var turn: CallerScript.Turn
        /// When it begins; it lasts until the next one.
        var start: MonotonicTime
    }

    private struct Open {
        var turn: CompareTurn
        var heard: [(item: String, text: String)] = []
        var said: [(item: String, text: String)] = []
        var audio: [String: Double] = [:]
        var reports: [TurnReport] = []
        var troubles: [String] = []
    }

    /// The figures of each window, in order. Records before the first window (connection, greeting) belong to none; the end of a turn, of a
    /// call and of an utterance belongs where its beginning was, however late it comes.
    static func turns(_ records: [EventRecord], _ windows: [Window]) -> [CompareTurn] {
        var open = windows.map { Open(turn: CompareTurn(number: $0.turn.number)) }
        var homes: [String: Int?] = [:]
        for record in records {
            var place = windows.lastIndex { $0.start <= record.time }
            if let key = key(record.event) {
                if let home = homes[key] { place = home } else { homes[key] = .some(place) }
            }
            if let place { add(record.event, to: &open[place]) }
        }
        return zip(open, windows).map { finish($0, $1.turn) }
    }

    /// What an event goes on with; nil for what stands alone.
    private static func key(_ event: Event) -> String? {
        switch event {
        case .turnStarted(let start): "turn \(start.turn)"
        case .turnEnded(let report): "turn \(report.turn)"
        case .userTranscript(let text): "user \(text.item)"
        case .agentText(let text): "agent \(text.item)"
        case .agentSpeechStarted(let speech), .agentSpeechProgress(let speech), .agentSpeechStopped(let speech):
            "agent \(speech.item)"
        case .toolCallStarted(let call): "tool \(call.id)"
        case .toolCallEnded(let end): "tool \(end.id)"
        default: nil
        }
    }

    private static func add(_ event: Event, to open: inout Open) {
        switch event {
        case .userTranscript(let text): set(text.item, text.text, in: &open.heard)
        case .agentText(let text):
            let before = open.said.first { $0.item == text.item }?.text ?? ""
            set(text.item, text.isFinal ? text.text : before + text.text, in: &open.said)
        case .agentSpeechProgress(let speech), .agentSpeechStopped(let speech):
            open.audio[speech.item] = max(open.audio[speech.item] ?? 0, speech.heardMs)
        case .turnEnded(let report): open.reports.append(report)
        case .toolCallStarted(let call):
            open.turn.calls.append(
                CompareTurn.Call(name: call.name, arguments: call.arguments, verdict: .extra))
            // The id stands in `expected` until the call has ended.
            open.turn.calls[open.turn.calls.count - 1].expected = call.id
        case .toolCallEnded(let end):
            guard let place = open.turn.calls.lastIndex(where: { $0.expected == end.id && $0.outcome == nil }) else {
                return
            }
            open.turn.calls[place].outcome = end.outcome
            open.turn.calls[place].ms = end.ms
        case .usage(let usage): add(usage, to: &open.turn)
        case .trouble(let trouble) where trouble.severity != .notice: open.troubles.append(trouble.text)
        default: break
        }
    }

    private static func add(_ usage: Usage, to turn: inout CompareTurn) {
        if let tokens = usage.inputTokens { turn.inputTokens = CompareTurn.sum(turn.inputTokens ?? 0, tokens) }
        if let tokens = usage.outputTokens { turn.outputTokens = CompareTurn.sum(turn.outputTokens ?? 0, tokens) }
        if let dollars = usage.dollars, dollars.isFinite { turn.dollars = (turn.dollars ?? 0) + dollars }
    }

    private static func set(_ item: String, _ text: String, in list: inout [(item: String, text: String)]) {
        if let place = list.firstIndex(where: { $0.item == item }) {
            list[place].text = text
        } else {
            list.append((item, text))
        }
    }

    private static func finish(_ open: Open, _ source: CallerScript.Turn) -> CompareTurn {
        var turn = open.turn
        turn.heard = open.heard.map(\.text).filter { !$0.isEmpty }.joined(separator: " ")
        turn.said = open.said.map(\.text).filter { !$0.isEmpty }.joined(separator: " ")
        turn.audioMs = open.audio.values.filter(\.isFinite).reduce(0, +)
        if !source.isTyped {
            turn.wordErrorRate = WordDiff.errorRate(reference: source.reference, heard: turn.heard)
        }
        for place in turn.calls.indices { turn.calls[place].expected = nil }
        turn.calls = ToolComparison.compare(expected: source.calls, made: turn.calls)
        let reports = open.reports.filter { $0.e2eMs != nil || $0.outcome != .completed }
        // An utterance that was answered in a pause has several; the last answer is the one to all of it.
        if let last = reports.last(where: { $0.e2eMs != nil }) ?? reports.last ?? open.reports.last {
            (turn.e2eMs, turn.parts, turn.outcome) = (last.e2eMs, last.parts, last.outcome)
        }
        turn.answers = open.reports.count
        turn.trouble = open.troubles.isEmpty ? nil : unique(open.troubles).joined(separator: "; ")
        return turn
    }

    private static func unique(_ texts: [String]) -> [String] {
        texts.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }
}
