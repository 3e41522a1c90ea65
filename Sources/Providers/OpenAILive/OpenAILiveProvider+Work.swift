import Core
import ProviderKit

/// The work that the voice model delegates to a second one: nested events of the Responses API, and its tools.
///
/// ```
///  response.created ─▶ output_item.done (function_call) … ─▶ response.completed ─▶ all answered ─▶ response.create
/// ```
extension OpenAILiveProvider {
    func work(_ message: JSONValue, _ out: ProviderOutput) {
        let event = message["event"] ?? .null
        let delegation = message["delegation_id"]?.string ?? "-"
        switch event["type"]?.string {
        case "response.created", "response.in_progress", "response.queued": running.insert(delegation)
        case "response.output_item.done": workItem(event["item"] ?? .null, delegation, out)
        case "response.completed":
            running.remove(delegation)
            workUsage(event["response"]?["usage"] ?? .null, out)
            tools.responseDone(delegation, continues: true)
            continueWork(out)
        case "response.failed", "response.incomplete", "response.cancelled", "error":
            workFailed(event, delegation, out)
        default: break
        }
    }

    private func workItem(_ item: JSONValue, _ delegation: String, _ out: ProviderOutput) {
        guard item["type"]?.string == "function_call", item["status"]?.string != "incomplete",
            let id = item["call_id"]?.string, !id.isEmpty, let name = item["name"]?.string, !name.isEmpty,
            tools.add(id, response: delegation)
        else { return }
        out.event(.toolCall(ToolCall(id: id, name: name, arguments: item["arguments"]?.string ?? "{}")))
    }

    /// The calls of a failed response are forgotten by the vendor: their results would be refused.
    private func workFailed(_ event: JSONValue, _ delegation: String, _ out: ProviderOutput) {
        running.remove(delegation)
        for call in tools.drop(response: delegation) { out.event(.toolCallCancelled(callID: call)) }
        let response = event["response"]
        let error = response?["error"] ?? event["error"] ?? event
        if error["message"]?.string != nil {
            if let failure = failures.terminal(error) { return end(failure, out) }
            out.event(.failure(failures.vendor(error)))
        } else {
            let reason = response?["incomplete_details"]?["reason"]?.string ?? "no reason given"
            out.event(.notice("the delegated work was not finished: \(failures.clean(reason))"))
        }
        continueWork(out)
    }

    func toolResult(_ callID: String, _ output: String, isError: Bool, _ out: ProviderOutput) {
        guard tools.answer(callID) else { return }
        let text = isError ? (["error": .string(output)] as JSONValue).text : output
        out.send(Self.link, OpenAILiveMessage.toolOutput(callID: callID, output: text))
        continueWork(out)
    }

    /// Goes on when no response runs and every open call is answered: a partial batch is rejected.
    func continueWork(_ out: ProviderOutput) {
        if tools.takeContinuation() { wantsResponse = true }
        guard wantsResponse, running.isEmpty, tools.openCount == 0 else { return }
        wantsResponse = false
        out.send(Self.link, OpenAILiveMessage.create)
    }

    private func workUsage(_ usage: JSONValue, _ out: ProviderOutput) {
        let count = { (value: JSONValue?) in value?.int.flatMap { (0...1_000_000_000).contains($0) ? $0 : nil } }
        guard let input = count(usage["input_tokens"]), let output = count(usage["output_tokens"]) else { return }
        let cached = min(input, count(usage["input_tokens_details"]?["cached_tokens"]) ?? 0)
        let dollars = options.prices.map {
            (Double(input - cached) * $0.textIn + Double(cached) * $0.textCached + Double(output) * $0.textOut)
                / 1_000_000
        }
        out.event(
            .usage(
                Usage(
                    provider: options.name, inputTokens: input, cachedTokens: cached, outputTokens: output,
                    dollars: dollars)))
    }
}
