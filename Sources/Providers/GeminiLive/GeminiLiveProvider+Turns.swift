import Core
import ProviderKit

/// Turns of both sides, as far as the stream tells of them (`GeminiTurns`).
extension GeminiLiveProvider {
    /// So long after the last words the user counts as silent; the vendor does not say when it hears the end.
    private static let pause = Duration.milliseconds(1500)

    // MARK: The user

    /// The vendor heard the user begin.
    func userBegan(_ out: ProviderOutput) {
        turns.beginUser()
        tellUserBegan(out)
    }

    private func tellUserBegan(_ out: ProviderOutput) {
        guard !isUserSpeaking, let id = turns.user?.id else { return }
        isUserSpeaking = true
        turns.user?.isTold = true
        answersText = false
        out.event(.userSpeechStarted(item: id))
        out.timer(Self.silenceTimer, after: Self.pause)
    }

    /// No words for a while, or the vendor heard the end.
    func userPaused(_ out: ProviderOutput) {
        guard isUserSpeaking else { return }
        isUserSpeaking = false
        out.add(.cancelTimer(Self.silenceTimer))
        out.event(.userSpeechStopped(item: turns.user?.id))
    }

    /// Words of the user. They have no order against what the model says (wire reference 2.8 no. 9).
    func userWords(_ words: String, _ out: ProviderOutput) {
        guard !words.isEmpty else { return }
        if turns.wordsBeginATurn {
            turns.beginUser()
            if turns.phase == .idle, !options.isManual { tellUserBegan(out) }
        } else if turns.user?.isCommitted == false, !isUserSpeaking, turns.phase == .idle, !options.isManual {
            tellUserBegan(out)
        }
        guard var user = turns.user, user.text.utf8.count < 1 << 16 else { return }
        user.text += user.text.isEmpty ? String(words.drop { $0 == " " }) : words
        turns.user = user
        if isUserSpeaking { out.timer(Self.silenceTimer, after: Self.pause) }
        out.event(.userTranscript(item: user.id, text: user.text, isFinal: user.isCommitted))
    }

    /// The model answers: what the user said so far is the question.
    func commitUser(_ out: ProviderOutput) {
        userPaused(out)
        guard var user = turns.user, !user.isCommitted else { return }
        user.isCommitted = true
        turns.user = user
        if !user.text.isEmpty { out.event(.userTranscript(item: user.id, text: user.text, isFinal: true)) }
    }

    /// An answer to words that have not come yet: the user must have spoken, unless the agent still sounds.
    private func inferUser(_ out: ProviderOutput) {
        guard sounding == nil, options.inputTranscription != nil else { return }
        userBegan(out)
    }

    // MARK: The agent

    /// The first output of a response.
    func beginResponse(_ out: ProviderOutput) {
        if turns.user?.isCommitted != false, !answersText, !options.isManual { inferUser(out) }
        commitUser(out)
        answersText = false
        turns.begin()
        handles = nil
        out.event(.responseStarted(id: turns.response))
        if !turns.early.isEmpty {
            let words = turns.early
            turns.early = ""
            agentWords(words, out)
        }
    }

    /// The item of the response under way.
    func currentItem(_ out: ProviderOutput) -> ItemHandle {
        if let handles, handles.id == turns.item { return handles.item }
        let item = out.item(turns.item)
        handles = (turns.item, item)
        return item
    }

    /// Words of the agent. Those that come before any audio wait for it: they may as well be the last of an earlier answer.
    func agentWords(_ words: String, _ out: ProviderOutput) {
        switch turns.phase {
        case .idle: if turns.early.utf8.count < 1 << 14 { turns.early += words }
        case .cut: break
        case .active, .generated:
            let delta = turns.text.isEmpty ? String(words.drop { $0 == " " }) : words
            guard !delta.isEmpty, turns.text.utf8.count < 1 << 17 else { return }
            turns.text += delta
            out.event(.agentText(item: currentItem(out), delta: delta))
        }
    }

    /// Everything of the answer was generated: the spoken message ends here, not at `turnComplete` (wire reference 2.8 no. 6).
    func generationComplete(_ out: ProviderOutput) {
        guard turns.phase == .active, calls.isEmpty || turns.hasAudio else { return }
        finishResponse(.completed, out)
        turns.phase = .generated
        lastDropped = out.now
    }

    private func finishResponse(_ status: ResponseStatus, _ out: ProviderOutput) {
        if turns.hasAudio { out.event(.agentAudioEnded(item: currentItem(out))) }
        out.event(.responseEnded(id: turns.response, status: status))
    }

    /// The vendor stopped its answer because it heard the user, or because of what we sent.
    func interrupted(_ out: ProviderOutput) {
        let before = turns.phase
        let isOurs = expectsInterrupted
        expectsInterrupted = false
        if before != .idle {
            turns.phase = .cut
            lastDropped = out.now
        }
        if !isOurs, !options.isManual {
            if turns.user?.isCommitted == true || turns.user == nil { isUserSpeaking = false }
            userBegan(out)
        }
        if before == .active { out.event(.responseEnded(id: turns.response, status: .cancelled)) }
        sounding = nil
    }

    func turnComplete(_ content: JSONValue, _ out: ProviderOutput) {
        let reason = content["turnCompleteReason"]?.string
        switch turns.phase {
        case .active: finishResponse(status(reason), out)
        case .idle:
            if let reason, status(reason) != .completed {
                out.event(.notice("the model did not answer: \(failures.clean(reason))"))
            }
        case .generated, .cut: break
        }
        if turns.phase == .active || turns.phase == .generated, !turns.text.isEmpty {
            out.event(.agentTextEnded(item: currentItem(out), text: turns.text))
        }
        turns.phase = .idle
        turns.early = ""
        expectsInterrupted = false
        handleCoversAll = true
        // A thinking model has only paused (wire reference 2.8 no. 6): what comes next is no answer to new words.
        let goesOn = content["interactionStatus"]?.string == "IN_PROGRESS"
        if goesOn { answersText = true }
        if turns.user?.isCommitted == true, !goesOn { turns.user?.isClosed = true }
    }

    private func status(_ reason: String?) -> ResponseStatus {
        let harmless: Set<String> = ["TURN_COMPLETE_REASON_UNSPECIFIED", "NEED_MORE_INPUT", "STOP", ""]
        guard let reason, !harmless.contains(reason) else { return .completed }
        return .failed("the model ended its turn: \(failures.clean(reason))")
    }
}
