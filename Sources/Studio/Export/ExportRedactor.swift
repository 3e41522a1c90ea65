import Core
import Recording

/// Masks the records of a session before anything is made of them, so that every form of export gets the same. Pure.
struct ExportRedactor {
    /// What stands for what is hidden whatever it is.
    static let hidden = "***"

    /// Applies the rules to a text.
    let mask: @Sendable (String) -> String

    /// Records with their texts masked. Pieces of an agent's text are put together first, for what is to be masked may lie
    /// across two of them; so are left out what a later record replaces, and wire messages.
    func records(_ records: [EventRecord]) -> [EventRecord] {
        var last: [String: Int] = [:]
        var whole: [String: String] = [:]
        for (index, record) in records.enumerated() {
            guard case .agentText(let text) = record.event else { continue }
            last[text.item] = index
            whole[text.item] = text.isFinal ? text.text : (whole[text.item] ?? "") + text.text
        }
        return records.enumerated().compactMap { index, record in
            var record = record
            switch record.event {
            case .agentText(var text):
                guard last[text.item] == index else { return nil }
                (text.text, text.isFinal) = (mask(whole[text.item] ?? ""), true)
                record.event = .agentText(text)
            case .userTranscript(let text) where !text.isFinal: return nil
            case .wire: return nil
            default: record.event = event(record.event)
            }
            return record
        }
    }

    /// What `meta.json` holds, masked.
    func meta(_ meta: SessionMeta) -> SessionMeta {
        var meta = meta
        meta.start = start(meta.start)
        meta.endReason = meta.endReason.map(mask)
        meta.degradedReasons = meta.degradedReasons.map(mask)
        meta.consent = meta.consent.map(mask)
        return meta
    }

    private func start(_ start: SessionStart) -> SessionStart {
        var start = start
        start.caller = start.caller.map { _ in Self.hidden }
        start.peer = start.peer.map { _ in Self.hidden }
        start.callID = start.callID.map { _ in Self.hidden }
        start.instructions = start.instructions.map(mask)
        return start
    }

    /// `value` with `change` made.
    private func changed<T>(_ value: T, _ change: (inout T) -> Void) -> T {
        var value = value
        change(&value)
        return value
    }

    private func event(_ event: Event) -> Event {
        switch event {
        case .sessionStarted(let p): .sessionStarted(start(p))
        case .sessionEnded(let p): .sessionEnded(changed(p) { $0.reason = mask($0.reason) })
        case .stateChanged(let p): .stateChanged(changed(p) { $0.reason = $0.reason.map(mask) })
        case .providerChanged(let p): .providerChanged(changed(p) { $0.reason = $0.reason.map(mask) })
        case .userTranscript(let p): .userTranscript(changed(p) { $0.text = mask($0.text) })
        case .agentText(let p): .agentText(changed(p) { $0.text = mask($0.text) })
        case .textSubmitted(let p): .textSubmitted(changed(p) { $0.text = mask($0.text) })
        case .bargeIn(let p): .bargeIn(changed(p) { $0.reason = mask($0.reason) })
        case .speechIgnored(let p):
            .speechIgnored(
                changed(p) {
                    $0.reason = mask($0.reason)
                    $0.words = $0.words.map(mask)
                })
        case .toolCallStarted(let p): .toolCallStarted(changed(p) { $0.arguments = mask($0.arguments) })
        case .toolCallEnded(let p): .toolCallEnded(changed(p) { $0.output = mask($0.output) })
        case .providerSwitch(let p): .providerSwitch(changed(p) { $0.reason = $0.reason.map(mask) })
        case .dtmf: .dtmf(DTMF(digit: "*"))
        case .trouble(let p):
            .trouble(
                changed(p) {
                    $0.text = mask($0.text)
                    $0.fix = $0.fix.map(mask)
                })
        case .recording(let p): .recording(changed(p) { $0.reason = $0.reason.map(mask) })
        case .gap(let p): .gap(changed(p) { $0.reason = mask($0.reason) })
        case .audioFormat(let p): .audioFormat(changed(p) { $0.finding = $0.finding.map(mask) })
        case .operatorAction(let p): .operatorAction(changed(p) { $0.action = mask($0.action) })
        case .commandRefused(let p): .commandRefused(changed(p) { $0.reason = mask($0.reason) })
        case .note(let p): .note(changed(p) { $0.text = mask($0.text) })
        case .userSpeechStarted, .userSpeechStopped, .agentSpeechStarted, .agentSpeechProgress, .agentSpeechStopped,
            .agentYielded, .turnStarted, .turnEnded, .usage, .troubleCleared, .health, .wire, .system:
            event
        }
    }
}
