import Core
import ProviderKit

/// Responses from request to end, and the tool calls in them.
extension OpenAIRealtimeProvider {
    /// Sends the next response that is wanted, if the vendor is free. While the user speaks and the vendor will answer
    /// by itself nothing is asked for: that answer takes in all that was sent.
    func pump(_ out: ProviderOutput) {
        guard phase == .ready, !(isUserSpeaking && options.answersByItself) else { return }
        guard let (want, eventID) = gate.next() else { return }
        out.send(
            Self.link,
            OpenAIRealtimeMessage.respond(
                want, eventID: eventID, instructions: instructions,
                choosesTools: options.dialect.choosesToolsPerResponse))
        out.timer(Self.responseTimer, after: .seconds(10))
    }

    /// The user's turn is over and the vendor answers by itself.
    func expectAnswer(_ out: ProviderOutput) {
        guard options.answersByItself, !gate.isBusy else { return }
        gate.expect()
        out.timer(Self.responseTimer, after: .seconds(4))
    }

    func responseCreated(_ message: JSONValue, _ out: ProviderOutput) {
        let id = message["response"]?["id"]?.string
        gate.created(id)
        out.add(.cancelTimer(Self.responseTimer))
        if dropsNextResponse {
            dropsNextResponse = false
            if let id { items.drop(response: id) }
            cancelledResponse = id
            sendCancel(out)
        }
        out.event(.responseStarted(id: id ?? "?"))
    }

    func responseDone(_ message: JSONValue, _ out: ProviderOutput) {
        guard let response = message["response"], response.members != nil else { return }
        let id = response["id"]?.string
        let done = gate.done(id)
        guard done != .repeated else { return }
        let name = id ?? "?"
        let status = status(response)
        reportCalls(response, status, name, out)
        endAudio(of: id, out)
        noticeTextOnly(response, status, out)
        reportUsage(message, out)
        if done == .current {
            out.add(.cancelTimer(Self.responseTimer))
            out.event(.responseEnded(id: name, status: status))
            dropsNextResponse = false
        }
        tools.responseDone(name, continues: status != .cancelled)
        if case .failed = status, done == .current {
            responseFailed(response["status_details"]?["error"] ?? .null, out)
        } else {
            rateLimitTries = 0
        }
        continueAfterTools(out)
    }

    /// Tokens of a response; some vendors tell of them beside the response (wire reference 5.1).
    private func reportUsage(_ message: JSONValue, _ out: ProviderOutput) {
        guard
            let usage = OpenAIRealtimeUsage(response: message["response"] ?? .null)
                ?? OpenAIRealtimeUsage(response: message)
        else { return }
        let event = usage.event(provider: options.name, prices: options.prices)
        if billedUntil == nil { out.event(.usage(event)) } else { billTime(event, out) }
    }

    /// How often a connection that is paid by the minute is reported.
    static var billedEvery: Duration { .seconds(10) }

    /// Reports the time since the last report as used.
    func billTime(_ usage: Usage, _ out: ProviderOutput) {
        guard let perMinute = options.perMinute, let since = billedUntil else { return }
        billedUntil = out.now
        var usage = usage
        usage.dollars = (out.now - since).milliseconds / 60_000 * perMinute
        out.event(.usage(usage))
    }

    private func status(_ response: JSONValue) -> ResponseStatus {
        let details = response["status_details"]
        switch response["status"]?.string {
        case "completed", nil: return .completed
        case "cancelled": return .cancelled
        case let status?:
            let words = [details?["reason"]?.string, details?["error"]?["message"]?.string].compactMap { $0 }
            return .failed(failures.clean(words.first ?? status))
        }
    }

    /// A response that ends without `output_audio.done` has ended its audio too.
    private func endAudio(of response: String?, _ out: ProviderOutput) {
        for index in items.all.indices.suffix(8) {
            let item = items.all[index]
            guard item.response == response, item.samples > 0, !item.isCut, items.end(index) else { continue }
            out.event(.agentAudioEnded(item: item.handle))
        }
    }

    /// Seeded history can make the model answer in text although audio is asked for; the user must know why it is
    /// silent.
    private func noticeTextOnly(_ response: JSONValue, _ status: ResponseStatus, _ out: ProviderOutput) {
        guard !hasNoticedTextOnly, status == .completed, let output = response["output"]?.array else { return }
        let kinds = output.flatMap { $0["content"]?.array ?? [] }.compactMap { $0["type"]?.string }
        guard !kinds.isEmpty, kinds.allSatisfy({ $0 == "output_text" || $0 == "text" }) else { return }
        hasNoticedTextOnly = true
        out.event(.notice("the model answered in text only, so nothing is heard"))
    }

    // MARK: Tools

    /// A call that is complete; reported once however many events tell of it.
    func toolCall(_ callID: String?, name: String?, arguments: String?, response: String?, _ out: ProviderOutput) {
        guard let callID, !callID.isEmpty, let name = name ?? tools.name(of: callID), !name.isEmpty else { return }
        guard tools.add(callID, response: response ?? gate.activeID ?? "?") else { return }
        out.event(.toolCall(ToolCall(id: callID, name: name, arguments: arguments ?? "{}")))
    }

    /// A finished item of type function_call.
    func toolItem(_ item: JSONValue, response: String?, _ out: ProviderOutput) {
        guard item["status"]?.string != "incomplete" else { return }
        toolCall(
            item["call_id"]?.string, name: item["name"]?.string, arguments: item["arguments"]?.string,
            response: response, out)
    }

    /// Calls of which only the response's end tells.
    private func reportCalls(_ response: JSONValue, _ status: ResponseStatus, _ name: String, _ out: ProviderOutput) {
        guard status == .completed else { return }
        for item in response["output"]?.array ?? [] where item["type"]?.string == "function_call" {
            toolItem(item, response: name, out)
        }
    }

    /// Asks for the answer when all calls of a finished response are answered.
    func continueAfterTools(_ out: ProviderOutput) {
        if tools.takeContinuation() { gate.want(.answer) }
        pump(out)
    }
}
