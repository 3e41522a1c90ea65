import Core
import ProviderKit

/// What the vendor says (wire reference 2.4). A message may carry several things; unknown ones are ignored, missing ones survived.
extension GeminiLiveProvider {
    private static let known: Set<String> = [
        "setupComplete", "serverContent", "toolCall", "toolCallCancellation", "usageMetadata", "goAway",
        "sessionResumptionUpdate", "voiceActivity", "voiceActivityDetectionSignal", "error",
    ]

    func received(_ link: LinkID, _ kind: LinkMessageKind, _ payload: Span<UInt8>, _ out: ProviderOutput) {
        guard link == Self.link, phase == .configuring || phase == .ready else { return }
        if payload.withUnsafeBufferPointer({ takeAudio($0, out) }) { return }
        do throws(JSONError) {
            let message = try JSONParser.parse(payload)
            guard let members = message.members, let first = members.first else {
                oddities.notJSON += 1
                return noticeGarbage("a message that is no object", out)
            }
            let name = members.first { Self.known.contains($0.key) }?.key ?? first.key
            out.trace(
                WireMessage(source: "", direction: .received, type: String(name.prefix(80)), bytes: payload.count))
            handle(message, out)
            for member in members where !Self.known.contains(member.key) { unknown(member.key, out) }
        } catch {
            oddities.notJSON += 1
            noticeGarbage("a message that is not JSON", out)
        }
    }

    private func handle(_ message: JSONValue, _ out: ProviderOutput) {
        if message["setupComplete"] != nil { setupComplete(out) }
        if let error = message["error"], error.members != nil { vendorError(error, out) }
        guard phase == .ready else { return }
        if let away = message["goAway"] { goAway(away, out) }
        if let activity = message["voiceActivity"] { voiceActivity(activity, out) }
        if let content = message["serverContent"] { serverContent(content, out) }
        if let calls = message["toolCall"]?["functionCalls"]?.array { toolCalls(calls, out) }
        if let ids = message["toolCallCancellation"]?["ids"]?.array { cancelled(ids.compactMap(\.string), out) }
        if let usage = message["usageMetadata"], usage.members?.isEmpty == false {
            out.event(
                .usage(GeminiLiveUsage(usage).event(provider: options.name, prices: options.prices)))
        }
        if let update = message["sessionResumptionUpdate"] { resumable(update, out) }
    }

    private func unknown(_ name: String, _ out: ProviderOutput) {
        oddities.unknown += 1
        guard !hasNoticedUnknown else { return }
        hasNoticedUnknown = true
        let name = failures.clean(String(name.prefix(80)))
        out.event(
            .notice("the vendor sent a message of the unknown type \(name); ignored, more of them are only counted"))
    }

    /// Says once that something unreadable came.
    func noticeGarbage(_ what: String, _ out: ProviderOutput) {
        guard !hasNoticedGarbage else { return }
        hasNoticedGarbage = true
        out.event(.notice("the vendor sent \(what); ignored, more of it is only counted"))
    }

    private func vendorError(_ error: JSONValue, _ out: ProviderOutput) {
        let failure = failures.vendorError(error)
        if failure.consequence == .goesOn { out.event(.failure(failure)) } else { end(failure, out) }
    }

    /// `timeLeft` is a protobuf duration: `9.5s`.
    private func goAway(_ away: JSONValue, _ out: ProviderOutput) {
        let text = away["timeLeft"]?.string ?? ""
        let seconds = text.hasSuffix("s") ? Double(text.dropLast()) : nil
        let left = min(max(seconds.flatMap { $0.isFinite ? $0 : nil } ?? 30, 0), 3600)
        out.event(.expires(after: .milliseconds(Int64(left * 1000))))
    }

    /// Handles of moments that cannot be resumed come empty (wire reference 2.8 no. 10).
    private func resumable(_ update: JSONValue, _ out: ProviderOutput) {
        guard update["resumable"]?.bool == true, let handle = update["newHandle"]?.string, !handle.isEmpty,
            handle.utf8.count <= 8192, handle != lastHandle, handleCoversAll
        else { return }
        lastHandle = handle
        out.event(.resumable(handle: handle))
    }

    private func voiceActivity(_ activity: JSONValue, _ out: ProviderOutput) {
        guard !options.isManual else { return }
        switch activity["voiceActivityType"]?.string {
        case "ACTIVITY_START": userBegan(out)
        case "ACTIVITY_END": userPaused(out)
        default: break
        }
    }

    // MARK: Content

    private func serverContent(_ content: JSONValue, _ out: ProviderOutput) {
        guard content.members != nil else { return }
        if content["interrupted"]?.bool == true { interrupted(out) }
        if let text = content["inputTranscription"]?["text"]?.string { userWords(text, out) }
        for part in content["modelTurn"]?["parts"]?.array ?? [] { modelPart(part, out) }
        if let text = content["outputTranscription"]?["text"]?.string { agentWords(text, out) }
        if content["generationComplete"]?.bool == true { generationComplete(out) }
        if content["turnComplete"]?.bool == true { turnComplete(content, out) }
    }

    /// Text parts beside audio are thoughts, never spoken (wire reference 2.8 no. 8).
    private func modelPart(_ part: JSONValue, _ out: ProviderOutput) {
        guard let blob = part["inlineData"], blob["mimeType"]?.string?.hasPrefix("audio/") == true,
            let data = blob["data"]?.string
        else { return }
        audioPart(data, mime: blob["mimeType"]?.string ?? "", out)
    }

    // MARK: Tools

    private func toolCalls(_ found: [JSONValue], _ out: ProviderOutput) {
        for call in found {
            guard let name = call["name"]?.string, !name.isEmpty else { continue }
            let vendorID = call["id"]?.string.flatMap { $0.isEmpty ? nil : $0 }
            let id = vendorID ?? turns.callID()
            guard seenCalls.insert(id).inserted else { continue }
            if turns.phase == .idle { beginResponse(out) }
            calls[id] = (name, vendorID)
            let arguments = call["args"]?.members == nil ? "{}" : call["args"]?.text ?? "{}"
            out.event(.toolCall(ToolCall(id: id, name: name, arguments: arguments)))
        }
    }

    private func cancelled(_ ids: [String], _ out: ProviderOutput) {
        for id in ids where calls.removeValue(forKey: id) != nil { out.event(.toolCallCancelled(callID: id)) }
    }
}
