import Core

/// One request to the model and what came of it. A value.
struct PipelineAnswer: Equatable {
    var response: String
    var cutter: SentenceCutter
    /// Prepared before the turn was over: nothing of it is said or done until then.
    var isHeld = false
    /// What the user had said when it was prepared.
    var question = ""
    /// Pieces that wait while it is held.
    var held: [String] = []
    var calls: [ToolCall] = []
    /// How it ended; nil while it runs.
    var status: ResponseStatus?
    /// Whether the session knows of the response.
    var isTold = false
    var hasBegun = false
    var item: Int?
}

/// The model: asked, prepared early, its text cut into pieces, its calls gathered.
extension PipelineMachine {
    /// Asks the model for the next response; a running one was ended before.
    mutating func generate(instruction: String? = nil, eagerly question: String? = nil) {
        requests += 1
        run += 1
        var next = PipelineAnswer(
            response: nextResponse(),
            cutter: SentenceCutter(firstClause: settings.firstClause, longest: settings.longestPiece))
        next.isHeld = question != nil
        next.question = question ?? ""
        answer = next
        let mayCall = rounds < settings.toolRounds
        let last = mayCall ? instruction : "Answer now, with what you know: no more tools can be called."
        act(
            .generate(
                ModelRequest(
                    id: requests, instructions: context.instructions,
                    messages: history.messages(settings, more: question, instruction: last),
                    tools: mayCall ? context.tools : []), run: run))
        if question == nil { mark = max(mark, now) }
    }

    /// The turn is probably over: an answer is prepared, unheard.
    mutating func prepareAnswer() {
        let text = hearing.text
        guard settings.eager, hearing.isSpeaking, !text.isEmpty, history.openCalls.isEmpty, items.isEmpty else {
            return
        }
        if let running = answer {
            guard running.isHeld, !PipelineHearing.same(running.question, text) else { return }
            stopModel(.cancelled)
        }
        rounds = 0
        generate(eagerly: text)
    }

    /// The user went on: what was prepared is dropped.
    mutating func dropPrepared() { if answer?.isHeld == true { stopModel(.cancelled) } }

    /// The turn ended as expected: what was prepared counts.
    mutating func adoptPrepared() {
        guard var prepared = answer else { return }
        let pieces = prepared.held
        prepared.isHeld = false
        prepared.held = []
        answer = prepared
        if prepared.hasBegun { stage("llm_ttft") }
        for piece in pieces { say(piece) }
        if let status = prepared.status { conclude(status) }
    }

    mutating func modelSays(_ event: ModelEvent) {
        switch event {
        case .text(let text): modelText(text)
        case .toolCall(let call): modelCalls(call)
        case .usage(let usage): self.event(.usage(usage))
        case .failure(let failure): failed("model", failure)
        case .notice(let text): notice("model", text)
        case .ended(let status):
            guard answer != nil, answer?.status == nil else { return }
            answer?.status = status
            if answer?.isHeld == false { conclude(status) }
        }
    }

    private mutating func modelText(_ text: String) {
        guard !text.isEmpty, answer != nil, answer?.status == nil else { return }
        modelBegan()
        let pieces = answer?.cutter.add(text) ?? []
        for piece in pieces { offer(piece) }
    }

    private mutating func modelCalls(_ call: ToolCall) {
        guard let known = answer?.calls, answer?.status == nil, !known.contains(where: { $0.id == call.id }) else {
            return
        }
        modelBegan()
        answer?.calls.append(call)
    }

    private mutating func modelBegan() {
        guard answer?.hasBegun == false else { return }
        answer?.hasBegun = true
        if answer?.isHeld == false { stage("llm_ttft") }
    }

    private mutating func offer(_ piece: String) {
        if answer?.isHeld == true { answer?.held.append(piece) } else { say(piece) }
    }

    /// The response is generated to its end: the rest is said, the calls are made.
    private mutating func conclude(_ status: ResponseStatus) {
        guard var done = answer else { return }
        let rest = done.cutter.finish()
        for (i, piece) in rest.enumerated() { say(piece, ends: i == rest.count - 1) }
        done = answer ?? done
        if rest.isEmpty, done.item != nil { act(.flush) }
        let calls = status == .completed ? done.calls : []
        if let item = done.item { endText(of: item, status) }
        if !calls.isEmpty { makeCalls(calls, done) }
        if done.item == nil, calls.isEmpty { endWithoutText(done, status) }
        answer = nil
        settleItems()
        sayWaiting()
        respondWhenFree()
    }

    /// All calls of a response are told together, once, when it is whole.
    private mutating func makeCalls(_ calls: [ToolCall], _ done: PipelineAnswer) {
        rounds += 1
        tellStarted()
        history.setCalls(item: done.item, calls)
        for call in calls { event(.toolCall(call)) }
        if done.item == nil { event(.responseEnded(id: done.response, status: .completed)) }
    }

    private mutating func endWithoutText(_ done: PipelineAnswer, _ status: ResponseStatus) {
        act(.cancelTimer(.filler))
        tellStarted()
        if case .failed(let why) = status {
            notice("model", "the request failed: \(why)")
            if !settings.failurePhrase.isEmpty {
                return sayGiven(settings.failurePhrase, isRemembered: false, in: done.response, status)
            }
        } else if status == .completed {
            notice("model", "it gave neither text nor a call")
        }
        event(.responseEnded(id: done.response, status: status))
    }

    /// Tells the session once that the response began.
    mutating func tellStarted() {
        guard let running = answer, !running.isTold else { return }
        answer?.isTold = true
        event(.responseStarted(id: running.response))
    }

    /// Ends the running request, if any: nothing more of it is said. What was given to the synthesiser stays.
    mutating func stopModel(_ status: ResponseStatus) {
        guard let running = answer else { return }
        answer = nil
        if running.status == nil { act(.cancelModel) }
        run += 1
        if let item = running.item {
            act(.flush)
            endText(of: item, status)
            settleItems()
            sayWaiting()
        } else if running.isTold {
            event(.responseEnded(id: running.response, status: status))
        }
    }

    /// Says the texts that waited for the answer's end.
    private mutating func sayWaiting() {
        let texts = sayNext
        sayNext = []
        for text in texts { sayGiven(text) }
    }

    /// The calls whose results are awaited are taken back.
    mutating func withdrawCalls() {
        for id in history.openCalls {
            _ = history.setResult(id, PipelineHistory.withdrawn, isError: true)
            event(.toolCallCancelled(callID: id))
        }
    }

    /// All results of a response are there, or the session waits: the model goes on when nobody else speaks or thinks.
    mutating func respondWhenFree() {
        guard phase == .ready, answer == nil, history.openCalls.isEmpty, let instruction = respondNext else { return }
        respondNext = nil
        mark = now
        generate(instruction: instruction)
    }
}
