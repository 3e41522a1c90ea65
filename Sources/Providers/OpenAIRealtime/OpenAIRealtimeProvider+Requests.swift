import AudioKit
import Core
import ProviderKit

/// What the session asks.
extension OpenAIRealtimeProvider {
    func perform(_ request: ProviderRequest, _ out: ProviderOutput) {
        if request == .close { return close(out) }
        guard phase == .ready else { return }
        switch request {
        case .userText(let text):
            out.send(Self.link, OpenAIRealtimeMessage.userText(text))
            gate.want(.answer)
            pump(out)
        case .toolResult(let callID, let output, let isError): toolResult(callID, output, isError: isError, out)
        case .interrupt(let item, let heardMs, let cancelled):
            interrupt(item, heardMs: heardMs, cancelledByProvider: cancelled, out)
        case .userTurnStarted: turnStarted(out)
        case .userTurnEnded: turnEnded(out)
        case .speak(let text):
            gate.want(.say(text))
            pump(out)
        case .respond(let instructions):
            gate.want(instructions.map { .instructed($0) } ?? .answer)
            pump(out)
        case .updateInstructions(let text):
            instructions = text
            var session: JSONValue = .object([])
            session["type"] = options.dialect.sessionType.map { .string($0) }
            session["instructions"] = .string(text)
            out.send(Self.link, OpenAIRealtimeMessage.update(session))
        case .playedOut(let item): items.playedOut(item)
        case .close: break
        }
    }

    private func toolResult(_ callID: String, _ output: String, isError: Bool, _ out: ProviderOutput) {
        guard tools.answer(callID) else { return }
        let text = isError ? (["error": .string(output)] as JSONValue).text : output
        out.send(Self.link, OpenAIRealtimeMessage.toolOutput(callID: callID, output: text))
        continueAfterTools(out)
    }

    // MARK: Turns without the vendor's detector

    private func turnStarted(_ out: ProviderOutput) {
        guard options.turnDetection == .none, !isUserSpeaking else { return }
        isUserSpeaking = true
        appendedSamples = 0
        let onset = preRoll.take()
        if !onset.isEmpty { append(onset.span, out) }
    }

    /// Less than 100 ms cannot be committed (wire reference 1A.3).
    private func turnEnded(_ out: ProviderOutput) {
        guard options.turnDetection == .none, isUserSpeaking else { return }
        isUserSpeaking = false
        guard appendedSamples >= options.rate / 10 else {
            if appendedSamples > 0 { out.send(Self.link, OpenAIRealtimeMessage.clear) }
            return
        }
        out.send(Self.link, OpenAIRealtimeMessage.commit)
        gate.want(.answer)
        pump(out)
    }

    // MARK: Interruption

    /// Stops what is being generated and corrects the vendor's memory to what was heard (wire reference 1A.5).
    private func interrupt(_ item: String?, heardMs: Int, cancelledByProvider: Bool, _ out: ProviderOutput) {
        gate.dropSpeeches()
        let start = item.flatMap { items.index(of: $0) }
        let running = cancelledByProvider ? responseAtSpeechStart : gate.activeID
        if !cancelledByProvider { cancelResponse(out) }
        if let running { items.drop(response: running) }
        if let response = start.flatMap({ items.all[$0].response }) { items.drop(response: response) }
        // Items that came after the vendor heard the user answer what was said since: they stay.
        let end = cancelledByProvider ? itemsAtSpeechStart : items.all.count
        let first = start ?? items.all.firstIndex { $0.response != nil && $0.response == running }
        guard let first else { return }
        let corrections = items.cut(from: first, heardMs: start == nil ? 0 : heardMs, upTo: end)
        guard !(cancelledByProvider && options.vendorTruncates) else { return }
        for correction in corrections { send(correction, out) }
    }

    private func cancelResponse(_ out: ProviderOutput) {
        switch gate.phase {
        case .idle: return
        case .expected: dropsNextResponse = true
        case .requested:
            dropsNextResponse = true
            sendCancel(out)
        case .active(let id):
            guard id == nil || cancelledResponse != id else { return }
            cancelledResponse = id
            sendCancel(out)
        }
    }

    func sendCancel(_ out: ProviderOutput) { sendCorrection(OpenAIRealtimeMessage.cancel, out) }

    private func send(_ correction: AgentItems.Correction, _ out: ProviderOutput) {
        switch correction {
        case .truncate(let item, let contentIndex, let heardMs):
            sendCorrection(
                OpenAIRealtimeMessage.truncate(item: item, contentIndex: contentIndex, heardMs: heardMs), out)
        case .delete(let item): sendCorrection(OpenAIRealtimeMessage.delete(item: item), out)
        }
    }

    /// Sends with an event id by which an error about it is known to be harmless.
    private func sendCorrection(_ message: JSONValue, _ out: ProviderOutput) {
        corrections += 1
        var message = message
        message["event_id"] = .string("\(Self.correctionPrefix)\(corrections)")
        out.send(Self.link, message)
    }

    static var correctionPrefix: String { "correction_" }
}
