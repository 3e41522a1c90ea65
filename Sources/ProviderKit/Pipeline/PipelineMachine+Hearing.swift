import Core

/// The user's turn: begun and ended by the session's detector, the recogniser's, or both; committed when its words are final.
extension PipelineMachine {
    /// Shortest speech without words that deserves an answer, in ms: shorter is taken for a noise.
    private static var shortestUnclear: Double { 900 }

    mutating func recognizerSays(_ event: RecognizerEvent) {
        switch event {
        case .ready:
            isRecognizerReady = true
            becomeReadyWhenAllAre()
        case .failure(let failure): failed("recogniser", failure)
        case .notice(let text): notice("recogniser", text)
        case .usage(let usage): self.event(.usage(usage))
        default: if phase == .ready { heard(event) }
        }
    }

    private mutating func heard(_ event: RecognizerEvent) {
        if hearing.isSpeaking, endpointing != .local { act(.timer(.lostTurn, after: settings.lostTurnAfter)) }
        switch event {
        case .speechStarted: if endpointing != .local { userBegan(byRecognizer: true) }
        case .transcript(let text, let isFinal): transcript(text, isFinal: isFinal)
        case .turnEnded: if endpointing != .local { recognizerEnded() }
        case .turnEndLikely: if endpointing != .local { prepareAnswer() }
        case .turnResumed: dropPrepared()
        case .turnFinal: finalCame()
        case .ready, .usage, .failure, .notice: break
        }
    }

    private mutating func transcript(_ text: String, isFinal: Bool) {
        guard !hearing.isDeaf else { return }
        let isWords = text.contains { !$0.isWhitespace }
        if isWords, endpointing != .local, !hearing.isSpeaking, !hearing.isAwaitingFinal {
            userBegan(byRecognizer: true)
        }
        guard hearing.add(text, isFinal: isFinal) else { return }
        event(.userTranscript(item: hearing.item, text: hearing.text, isFinal: false))
    }

    /// The user began, or went on before the answer was heard.
    mutating func userBegan(byRecognizer: Bool) {
        guard !hearing.isSpeaking else { return }
        hearing.isSpeaking = true
        if hearing.isAwaitingFinal {
            hearing.isAwaitingFinal = false
            act(.cancelTimer(.final))
        } else {
            hearing.began = now
        }
        if byRecognizer {
            event(.userSpeechStarted(item: hearing.item))
            act(.timer(.lostTurn, after: settings.lostTurnAfter))
        }
        if endpointing != .recognizer { act(.turnStarted) }
        act(.cancelTimer(.filler))
        dropUnheardAnswer()
    }

    /// The session's endpointer says that the turn is over: the last words are asked for.
    mutating func userEnded() {
        guard hearing.isSpeaking else { return }
        hearing.isSpeaking = false
        hearing.isAwaitingFinal = true
        hearing.outstanding += 1
        mark = now
        act(.cancelTimer(.lostTurn))
        act(.timer(.final, after: settings.finalWait))
        act(.turnEnded)
    }

    /// The recogniser says that the turn is over: its last words were told before.
    private mutating func recognizerEnded() {
        guard hearing.isSpeaking || hearing.isAwaitingFinal else { return }
        if hearing.isSpeaking {
            mark = now
            event(.userSpeechStopped(item: hearing.item))
        }
        commit()
    }

    private mutating func finalCame() {
        hearing.outstanding = max(0, hearing.outstanding - 1)
        if hearing.isAwaitingFinal, hearing.outstanding == 0 { commit() }
    }

    mutating func finalIsOverdue() {
        guard hearing.isAwaitingFinal else { return }
        hearing.outstanding = 0
        let ms = settings.finalWait.wholeNanoseconds / 1_000_000
        notice("recogniser", "no final words within \(ms) ms: what was heard so far counts")
        commit()
    }

    mutating func turnIsLost() {
        guard hearing.isSpeaking else { return }
        let ms = settings.lostTurnAfter.wholeNanoseconds / 1_000_000
        notice("recogniser", "it began a turn and said nothing for \(ms) ms: the turn counts as over")
        mark = now
        event(.userSpeechStopped(item: hearing.item))
        commit()
    }

    /// The turn's words stand: the model is asked, or nothing was said.
    private mutating func commit() {
        act(.cancelTimer(.final))
        act(.cancelTimer(.lostTurn))
        let lasted = (now - hearing.began).milliseconds
        let utterance = hearing.take()
        stage("stt_final")
        if utterance.wasTold || !utterance.text.isEmpty {
            event(.userTranscript(item: utterance.item, text: utterance.text, isFinal: true))
        }
        guard !utterance.text.isEmpty else { return nothingHeard(lasted) }
        userSaid(utterance.text)
    }

    /// Speech without words: an answer that it stopped goes on, else there is none, or a word about it.
    private mutating func nothingHeard(_ lasted: Double) {
        dropPrepared()
        guard answer == nil, history.openCalls.isEmpty else { return }
        if history.needsAnswer, items.isEmpty { return generate() }
        if lasted >= Self.shortestUnclear, !settings.unclearPhrase.isEmpty, items.isEmpty {
            return sayGiven(settings.unclearPhrase, isRemembered: false)
        }
        let response = nextResponse()
        event(.responseStarted(id: response))
        event(.responseEnded(id: response, status: .completed))
    }

    /// Words of the user that want an answer, spoken or typed.
    mutating func userSaid(_ text: String) {
        withdrawCalls()
        rounds = 0
        respondNext = nil
        mayFill = true
        let prepared = answer.map { $0.isHeld && PipelineHearing.same($0.question, text) } ?? false
        if !prepared { stopModel(.cancelled) }
        history.addUser(text)
        if prepared { adoptPrepared() } else { generate() }
        if let after = settings.fillerAfter, answer?.item == nil { act(.timer(.filler, after: after)) }
    }
}
