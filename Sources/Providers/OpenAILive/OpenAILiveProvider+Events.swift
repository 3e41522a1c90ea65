import Core
import ProviderKit

/// What the vendor says (wire reference 1B). Unknown types and fields are ignored, missing ones survived.
extension OpenAILiveProvider {
    /// Known types that need no reaction.
    private static let quiet: Set<String> = [
        "session.updated", "session.input_audio.muted", "session.input_audio.unmuted", "session.instructions.appended",
        "session.thinking.appended", "session.commentary.appended", "session.output_audio.fixture.playing",
        "session.output_audio.fixture.played", "session.delegation.created", "decision.event", "decision.item.created",
        "decision.item.deleted",
    ]

    func received(_ link: LinkID, _ kind: LinkMessageKind, _ payload: Span<UInt8>, _ out: ProviderOutput) {
        guard link == Self.link, phase == .starting || phase == .ready || phase == .closing else { return }
        if payload.withUnsafeBufferPointer({ takeDelta($0, out) }) { return }
        do throws(JSONError) {
            let message = try JSONParser.parse(payload)
            guard let type = message["type"]?.string else { return noticeGarbage("a message without a type", out) }
            out.trace(WireMessage(source: "", direction: .received, type: type, bytes: payload.count))
            handle(type, message, out)
        } catch { noticeGarbage("a message that is not JSON", out) }
    }

    private func handle(_ type: String, _ message: JSONValue, _ out: ProviderOutput) {
        guard phase != .closing else {
            if type == "session.closed" { closeLink(out) }
            return
        }
        switch type {
        case "session.started": started(message, out)
        case "error": vendorError(message["error"] ?? .null, out)
        case "session.closed": closedByVendor(message, out)
        default:
            guard phase == .ready else { return }
            handleLive(type, message, out)
        }
    }

    private func handleLive(_ type: String, _ message: JSONValue, _ out: ProviderOutput) {
        switch type {
        case "session.output_audio.delta": audioDelta(message, out)
        case "session.output_transcript.delta":
            agentWords(
                message["delta"]?.string ?? "", endMs: message["end_ms"]?.int, startMs: message["start_ms"]?.int, out)
        case "session.input_transcript.delta": userWords(message, out)
        case "response.event": work(message, out)
        case "session.usage.updated": used(message["usage"], out)
        case "info":
            out.event(.notice("the vendor says: \(failures.clean(message["message"]?.string ?? "nothing"))"))
        default: unknown(type, out)
        }
    }

    private func unknown(_ type: String, _ out: ProviderOutput) {
        guard !Self.quiet.contains(type), !type.hasPrefix("transport.") else { return }
        unknownTypes += 1
        guard !hasNoticedUnknown else { return }
        hasNoticedUnknown = true
        let name = failures.clean(String(type.prefix(80)))
        out.event(
            .notice("the vendor sent a message of the unknown type \(name); ignored, more of them are only counted"))
    }

    /// Says once that something unreadable came.
    func noticeGarbage(_ what: String, _ out: ProviderOutput) {
        guard !hasNoticedGarbage, phase != .closing else { return }
        hasNoticedGarbage = true
        out.event(.notice("the vendor sent \(what); ignored, more of it is only counted"))
    }

    // MARK: The user

    /// A fragment of what the user says. The vendor tells neither beginning nor end of a turn: a gap makes one.
    private func userWords(_ message: JSONValue, _ out: ProviderOutput) {
        guard let words = message["delta"]?.string, !words.isEmpty else { return }
        let start = message["start_ms"]?.int.map { max(0, $0) }
        let gap = Int(options.turnGap.milliseconds)
        if user.isOpen, !user.text.isEmpty, let start, start - gap > user.endMs { userTurnEnded(out) }
        if !user.isOpen { user.begin() }
        user.add(words, endMs: message["end_ms"]?.int)
        out.timer(Self.userTimer, after: options.turnGap)
        // While the agent speaks it may be no more than a "yes": the model decides whether to stop.
        if !agent.isOpen { tellUserStarted(out) }
        if !user.trimmed.isEmpty {
            out.event(.userTranscript(item: user.item, text: user.trimmed, isFinal: false))
        }
    }

    func userTurnEnded(_ out: ProviderOutput) {
        out.add(.cancelTimer(Self.userTimer))
        guard user.end() else { return }
        tellUserStopped(out)
        if !user.trimmed.isEmpty { out.event(.userTranscript(item: user.item, text: user.trimmed, isFinal: true)) }
    }

    func tellUserStarted(_ out: ProviderOutput) {
        guard !isUserTold else { return }
        isUserTold = true
        if !user.isOpen {
            // Heard, but not yet read: the words belong to this turn when they come.
            user.begin()
            out.timer(Self.userTimer, after: .seconds(5))
        }
        out.event(.userSpeechStarted(item: user.item))
    }

    func tellUserStopped(_ out: ProviderOutput) {
        guard isUserTold else { return }
        isUserTold = false
        out.event(.userSpeechStopped(item: user.item))
    }

    // MARK: Ends, errors and money

    private func closedByVendor(_ message: JSONValue, _ out: ProviderOutput) {
        used(message["usage"], out)
        let reason = message["reason"]?.string ?? "no reason given"
        let cause =
            switch reason {
            case "expired": "the session reached its longest duration"
            case "content": "the vendor's safety filter ended the session"
            default: "the vendor ended the session (\(reason))"
            }
        end(failures.lost(cause), out)
    }

    private func vendorError(_ error: JSONValue, _ out: ProviderOutput) {
        if let failure = failures.terminal(error) { return end(failure, out) }
        if phase == .starting { return startRefused(error, out) }
        if failures.isRateLimit(error) { return out.event(.failure(failures.rateLimit(error, wait: nil))) }
        out.event(.failure(failures.vendor(error)))
    }

    /// `usage.seconds` is cumulative; the minutes are billed whether anybody speaks or not.
    private func used(_ usage: JSONValue?, _ out: ProviderOutput) {
        guard let seconds = usage?["seconds"]?.double, seconds.isFinite, seconds > usedSeconds, seconds < 1e7 else {
            return
        }
        let dollars = (seconds - usedSeconds) / 60 * options.perMinute
        usedSeconds = seconds
        out.event(.usage(Usage(provider: options.name, dollars: dollars)))
    }
}
