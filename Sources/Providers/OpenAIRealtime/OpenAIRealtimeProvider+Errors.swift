import Core
import ProviderKit

/// Errors of the vendor, and what they mean for the conversation.
extension OpenAIRealtimeProvider {
    /// Codes of errors that only say that a correction came too late.
    private static let harmless: Set<String> = [
        "response_cancel_not_active", "unsupported_content_type", "item_delete_invalid_item_id",
        "item_truncate_invalid_item_id", "item_not_found", "input_audio_buffer_commit_empty",
    ]
    /// How often a response is asked for again after a rate limit.
    private static let mostRateLimitTries = 3

    func vendorError(_ message: JSONValue, _ out: ProviderOutput) {
        let error = message["error"] ?? .null
        let code = error["code"]?.string
        let eventID = error["event_id"]?.string
        if let failure = failures.terminal(error) { return end(failure, out) }
        if phase == .configuring { return configurationRefused(error, out) }
        if code == "conversation_already_has_active_response" { return refusedAsBusy(eventID, out) }
        if isHarmless(code, eventID, error) {
            oddities.harmlessErrors += 1
            return
        }
        let wasOurs = gate.refused(eventID: eventID)
        if wasOurs {
            out.add(.cancelTimer(Self.responseTimer))
            dropsNextResponse = false
        }
        if failures.isRateLimit(error) {
            retryLater(error, out)
        } else {
            out.event(.failure(failures.vendor(error)))
            if wasOurs { pump(out) }
        }
    }

    private func isHarmless(_ code: String?, _ eventID: String?, _ error: JSONValue) -> Bool {
        if let code, Self.harmless.contains(code) { return true }
        if let eventID, eventID.hasPrefix(Self.correctionPrefix) { return true }
        let message = error["message"]?.string ?? ""
        return message.contains("is already shorter than") || message.hasPrefix("Cancellation failed")
    }

    /// The vendor is busy with a response that it began by itself: what was asked for waits for its end.
    private func refusedAsBusy(_ eventID: String?, _ out: ProviderOutput) {
        oddities.harmlessErrors += 1
        gate.refusedAsBusy()
        out.add(.cancelTimer(Self.responseTimer))
    }

    /// A response failed: for good, for now, or by itself.
    func responseFailed(_ error: JSONValue, _ out: ProviderOutput) {
        if let failure = failures.terminal(error) { return end(failure, out) }
        if failures.isRateLimit(error) { return retryLater(error, out) }
        if error.members != nil { out.event(.failure(failures.vendor(error))) }
    }

    /// Asks again after 1, 2 and 4 s, or later when the vendor names a time.
    private func retryLater(_ error: JSONValue, _ out: ProviderOutput) {
        guard rateLimitTries < Self.mostRateLimitTries else {
            rateLimitTries = 0
            return out.event(.failure(failures.rateLimit(error, wait: nil)))
        }
        let backoff = Double(1 << rateLimitTries)
        rateLimitTries += 1
        let seconds = min(60, max(backoff, Self.namedDelay(error) ?? 0, resetSeconds ?? 0))
        let wait = max(OpenAIRealtimeFailure.shortestWait, .milliseconds(Int64(seconds * 1000)))
        out.event(.failure(failures.rateLimit(error, wait: wait)))
        out.timer(Self.retryTimer, after: wait)
    }

    /// "Please try again in 1.5s" or "in 300ms".
    static func namedDelay(_ error: JSONValue) -> Double? {
        guard let message = error["message"]?.string, let mark = message.firstRange(of: "try again in ") else {
            return nil
        }
        let rest = message[mark.upperBound...]
        let digits = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        guard let value = Double(digits), value.isFinite else { return nil }
        return rest.dropFirst(digits.count).hasPrefix("ms") ? value / 1000 : value
    }

    /// `rate_limits.updated`: remembers when an exhausted limit is renewed.
    func rateLimits(_ message: JSONValue) {
        let exhausted = (message["rate_limits"]?.array ?? []).filter { ($0["remaining"]?.double ?? 1) <= 0 }
        resetSeconds = exhausted.compactMap { $0["reset_seconds"]?.double }.max()
    }

    /// Says once that something unreadable came.
    func noticeGarbage(_ what: String, _ out: ProviderOutput) {
        guard !hasNoticedGarbage else { return }
        hasNoticedGarbage = true
        out.event(.notice("the vendor sent \(what); ignored, more of it is only counted"))
    }
}
