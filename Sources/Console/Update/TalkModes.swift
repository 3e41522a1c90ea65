import Core
import Terminal

/// Mute, talk modes, push-to-talk. Mute is independent of the modes: nothing here opens a muted microphone.
extension ConsoleModel {
    mutating func runTalkMode(_ id: ActionID, _ argument: String) -> [ConsoleEffect] {
        switch id {
        case .pushTalk: return talkingSince == nil ? openTalk() : closeTalk()
        case .mute: return setMute(Self.flag(argument) ?? !isMuted)
        case .talkMode:
            let wish = argument.isEmpty ? talk.mode.next : TalkMode(rawValue: argument)
            return wish.map { changeTalkMode($0) } ?? []
        default: return []
        }
    }

    private mutating func setMute(_ on: Bool) -> [ConsoleEffect] {
        guard let session = shown else { return [] }
        meters[session.id]?.isMuted = on  // shown at once; the next reading confirms it
        return [.send(.setMute(session: session.id, on: on))]
    }

    private mutating func changeTalkMode(_ mode: TalkMode) -> [ConsoleEffect] {
        guard let session = shown else { return [] }
        talk.mode = mode
        letGo()
        switch mode {
        case .openMic: say("open microphone")
        case .pushToTalk: say("push-to-talk: " + holdWords)
        case .halfDuplex: say("half duplex: the microphone is closed while the agent speaks, it cannot be interrupted")
        case .text: say("text: microphone and speaker are off; i types a turn")
        }
        return [.send(.setTalkMode(session: session.id, mode: mode))]
    }

    mutating func openTalk() -> [ConsoleEffect] {
        guard let session = shown else { return [] }
        guard !isMuted else {
            say("the microphone is muted: m opens it", .warning)
            return []
        }
        talk.since = clock
        talk.heard = nil
        talk.isKeyHeld = false
        talk.changed = clock
        notice = nil
        return [.send(.pushToTalk(session: session.id, on: true))]
    }

    mutating func closeTalk() -> [ConsoleEffect] {
        letGo()
        return shown.map { [.send(.pushToTalk(session: $0.id, on: false))] } ?? []
    }

    private mutating func letGo() {
        talk.since = nil
        talk.heard = nil
        talk.isKeyHeld = false
        talk.holdsButton = false
        talk.changed = clock
    }

    /// Letting go of the talk key closes the microphone, unless it was a tap.
    mutating func released(_ chord: KeyChord) -> [ConsoleEffect] {
        guard let since = talk.since, talk.isKeyHeld || clock - since > ConsoleLimits.tapTime, isTalkKey(chord) else {
            return []
        }
        return closeTalk()
    }

    /// The terminal repeats the talk key: it is held.
    mutating func repeated(_ chord: KeyChord) {
        if talk.since != nil, isTalkKey(chord) { talk.isKeyHeld = true }
    }

    private func isTalkKey(_ chord: KeyChord) -> Bool {
        keys.keys(.pushTalk).contains(chord)
    }

    /// The terminal's window lost the focus: the release of what is held would never be told.
    mutating func focusLost() -> [ConsoleEffect] {
        guard talk.since != nil, talk.isKeyHeld || talk.holdsButton else { return [] }
        say("push-to-talk closed: the window lost the focus while it was held", .warning)
        return closeTalk()
    }

    mutating func tickTalk() -> [ConsoleEffect] {
        if let meters = shownMeters, let shown { talk.clips.take(meters, of: shown.id, clock) }
        guard let since = talk.since else { return [] }
        if shownMeters?.userSpeaking == true { talk.heard = clock }
        guard clock - max(talk.heard ?? since, since) > ConsoleLimits.talkTime else { return [] }
        say(
            "push-to-talk closed after \(ConsoleLimits.talkTime.wholeNanoseconds / 1_000_000_000) s of silence",
            .warning)
        return closeTalk()
    }

    /// What the log tells of the microphone: another console, the API or the configuration may have changed it.
    mutating func takeTalk(_ record: EventRecord) {
        guard let own = liveBook.own, record.session == own.id else { return }
        switch record.event {
        case .sessionStarted where talk.session != own.id:
            talk = TalkState()
            talk.session = own.id
        case .operatorAction(let action):
            if let changed = talk.changed, record.time - changed < .seconds(1) { return }
            if action.kind == .talkMode { talk.mode = own.talkMode ?? talk.mode }
            if action.kind == .talk { talk.since = action.text == "on" ? talk.since ?? record.time : nil }
        default: break
        }
    }

    // MARK: - Stop and go on

    /// Before the process is stopped the microphone is closed: nobody could see that it is open.
    mutating func stopping() -> [ConsoleEffect] {
        guard let own = liveBook.own, own.isLive, own.start?.leg == .device else { return [] }
        let effects = talk.since == nil ? [] : closeTalk()
        let muted = meters[own.id]?.isMuted ?? false
        talk.mutedBeforeStop = muted
        return effects + (muted ? [] : [toEngine(.setMute(session: own.id, on: true))])
    }

    mutating func resumed() -> [ConsoleEffect] {
        defer { talk.mutedBeforeStop = nil }
        guard let before = talk.mutedBeforeStop, let own = liveBook.own, own.isLive else {
            say("resumed")
            return [.redraw]
        }
        guard !before else {
            say("resumed; the microphone is still muted")
            return [.redraw]
        }
        let now = talk.mode == .openMic ? "open again" : "\(talk.mode.label) again"
        say("resumed; the microphone was muted meanwhile, it is \(now)")
        meters[own.id]?.isMuted = false
        return [toEngine(.setMute(session: own.id, on: false)), .redraw]
    }

    /// Past a replay, which takes commands otherwise.
    private func toEngine(_ command: Command) -> ConsoleEffect { replay == nil ? .send(command) : .sendLive(command) }
}
