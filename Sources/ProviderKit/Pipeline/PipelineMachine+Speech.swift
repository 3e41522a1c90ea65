import Core

/// What the agent says: items and their pieces, on the way to the synthesiser and heard; the cut.
extension PipelineMachine {
    mutating func synthesizerSays(_ event: SynthesizerEvent) {
        switch event {
        case .ready:
            isSynthesizerReady = true
            becomeReadyWhenAllAre()
        case .audio(let number, let range): audioCame(number, range)
        case .words(let number, let words): withPiece(number) { $0.words = words }
        case .ended(let number):
            withPiece(number) { $0.isDone = true }
            settleItems()
        case .usage(let usage): self.event(.usage(usage))
        case .failure(let failure): failed("synthesiser", failure)
        case .notice(let text): notice("synthesiser", text)
        }
    }

    private mutating func withPiece(_ number: Int, _ body: (inout SpokenItem.Piece) -> Void) {
        for i in items.indices {
            for k in items[i].pieces.indices where items[i].pieces[k].number == number { body(&items[i].pieces[k]) }
        }
    }

    private mutating func audioCame(_ number: Int, _ range: Range<Int>) {
        guard let i = items.firstIndex(where: { $0.pieces.contains { $0.number == number } }) else { return }
        for k in items[i].pieces.indices where items[i].pieces[k].number == number {
            items[i].pieces[k].samples += range.count
        }
        if !items[i].hasAudio {
            items[i].hasAudio = true
            stage("tts_ttfb")
        }
        act(.agentAudio(item: items[i].number, range))
    }

    // MARK: Saying

    /// Gives a piece of the running answer to the synthesiser.
    mutating func say(_ piece: String, ends: Bool = false) {
        guard let running = answer else { return }
        act(.cancelTimer(.filler))
        var item = running.item ?? 0
        if running.item == nil {
            // Before the response is told: the wait for it is made up of stages.
            stage("llm_first_sentence")
            item = newItem(.answer(run), running.response)
            answer?.item = item
        }
        tellStarted()
        add(piece, ends: ends)
        if let text = items.last(where: { $0.number == item })?.text { history.setText(item: item, text) }
    }

    private mutating func newItem(_ kind: SpokenItem.Kind, _ response: String) -> Int {
        itemCount += 1
        items.append(SpokenItem(number: itemCount, kind: kind, response: response))
        return itemCount
    }

    /// Adds a piece to the newest item.
    private mutating func add(_ text: String, ends: Bool) {
        guard let i = items.indices.last else { return }
        let spoken = settings.plainSpeech ? SpeakableText.from(text) : SpeakableText.trimmed(text)
        var piece = SpokenItem.Piece(text: text)
        piece.isDone = spoken.isEmpty
        if !spoken.isEmpty {
            pieceCount += 1
            piece.number = pieceCount
        }
        items[i].pieces.append(piece)
        if items[i].kind != .filler { act(.agentText(item: items[i].number, text)) }
        if let number = piece.number {
            act(.speak(number, spoken, ends: ends))
        } else if ends {
            act(.flush)
        }
    }

    /// Says a text that is not the model's: greeting, farewell, what the settings hold.
    mutating func sayGiven(
        _ text: String, isRemembered: Bool = true, in response: String? = nil, _ status: ResponseStatus = .completed
    ) {
        let id = response ?? nextResponse()
        if response == nil {
            event(.responseStarted(id: id))
            if answer == nil { mark = now }
        }
        let item = newItem(.given, id)
        addAll(text)
        if isRemembered { history.addAgent(item: item, text: text) }
        endText(of: item, status)
        settleItems()
    }

    private mutating func addAll(_ text: String) {
        var cutter = SentenceCutter(firstClause: settings.firstClause, longest: settings.longestPiece)
        let pieces = cutter.add(text) + cutter.finish()
        for (i, piece) in pieces.enumerated() { add(piece, ends: i == pieces.count - 1) }
    }

    /// Nothing was said yet: a filler phrase, once a turn, which is no part of the conversation.
    mutating func fill() {
        let isWaiting = answer.map { !$0.isHeld && $0.item == nil } ?? !history.openCalls.isEmpty
        guard mayFill, isWaiting, !hearing.isSpeaking, items.isEmpty else { return }
        mayFill = false
        let phrase = settings.fillerPhrases[fillerCount % settings.fillerPhrases.count]
        fillerCount += 1
        stage("filler", .setting)
        tellStarted()
        notice("filler", phrase)
        let item = newItem(.filler, "")
        addAll(phrase)
        endText(of: item, .completed)
    }

    // MARK: The end of an item

    /// No more text of an item comes.
    mutating func endText(of item: Int, _ status: ResponseStatus) {
        guard let i = items.firstIndex(where: { $0.number == item }), items[i].ended == nil else { return }
        items[i].ended = status
        if items[i].kind != .filler { act(.agentTextEnded(item: item, items[i].text)) }
    }

    /// Tells the end of all items whose audio is complete, in order.
    mutating func settleItems() {
        for i in items.indices where !items[i].isTold {
            guard items[i].isComplete else { break }
            items[i].isTold = true
            tellEnd(of: items[i], items[i].ended ?? .completed)
        }
        // What made no sound is never played out.
        items.removeAll { $0.isTold && !$0.hasAudio }
    }

    mutating func tellEnd(of item: SpokenItem, _ status: ResponseStatus) {
        act(.agentAudioEnded(item: item.number))
        if item.kind != .filler { event(.responseEnded(id: item.response, status: status)) }
    }

    /// All of an item was heard, and so was what came before it.
    mutating func playedOut(_ name: String) {
        guard let number = number(of: name) else { return }
        items.removeAll { $0.number <= number && $0.isTold }
    }

    /// The session's name of an item.
    func name(of item: Int) -> String { "\(idPrefix)item_\(item)" }

    private func number(of name: String) -> Int? {
        let head = "\(idPrefix)item_"
        return name.hasPrefix(head) ? Int(name.dropFirst(head.count)) : nil
    }

    // MARK: The cut

    /// The agent was cut: all three parts stop, the conversation keeps what was heard.
    mutating func interrupt(_ name: String?, heardMs: Int) {
        respondNext = nil
        sayNext = []
        act(.cancelTimer(.filler))
        let cut = name.flatMap(number).flatMap { number in items.contains { $0.number == number } ? number : nil }
        withdrawCalls()
        stopSpeech()
        for item in items {
            let number = item.number
            guard number >= cut ?? 0, item.kind != .filler else { continue }
            let heard = number == cut ? item.heard(ms: heardMs, rate: rate) : ""
            if !item.isComplete || heard != SpeakableText.trimmed(item.text) {
                history.cut(item: number, to: heard, remark: settings.interruptedRemark)
            }
        }
        for item in items where !item.isTold { tellEnd(of: item, .cancelled) }
        items = []
    }

    /// Stops model and synthesiser at once; the items stay for the count of what was heard.
    private mutating func stopSpeech() {
        if items.contains(where: { $0.pieces.contains { !$0.isDone } }) { act(.cancelSpeech) }
        guard let running = answer else { return }
        answer = nil
        if running.status == nil { act(.cancelModel) }
        run += 1
        if running.item == nil, running.isTold { event(.responseEnded(id: running.response, status: .cancelled)) }
    }

    /// The user goes on before anything of the answer was heard: it is dropped, both utterances will be one.
    mutating func dropUnheardAnswer() {
        if items.isEmpty { return stopModel(.cancelled) }
        let isUnheard = items.allSatisfy { item in
            item.kind != .given && !item.hasAudio
        }
        guard isUnheard else { return }
        stopSpeech()
        for item in items {
            history.cut(item: item.number, to: "", remark: "")
            tellEnd(of: item, .cancelled)
        }
        items = []
    }
}
