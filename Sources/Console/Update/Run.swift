import Core
import Terminal

extension ConsoleModel {
    /// Does an action; `argument` is what follows its name on the command line.
    mutating func run(_ id: ActionID, argument: String) -> [ConsoleEffect] {
        if case .disabled(let reason) = availability(of: id) {
            // Keys that only move need no answer.
            if !id.mayRepeat { say("\(id.rawValue): \(reason)", .warning) }
            return []
        }
        switch id {
        case .showTalk, .showLatency, .showCalls, .showEvents, .showSessions, .showAudio, .showCompare, .nextView,
            .previousView:
            show(id)
            return askSessions()
        case .nextPane, .previousPane, .zoom:
            runPanes(id)
            return []
        case .help, .command, .search, .searchNext, .searchPrevious, .theme, .record, .dismiss, .redraw, .suspend,
            .quit, .detach, .shutdown, .interrupt, .dump, .copy, .copyTurn, .timeStyle:
            return runGlobal(id, argument)
        case .pushTalk, .talkMode, .mute: return runTalkMode(id, argument)
        case .devices, .loopback, .calibrate, .cancelTest, .gain, .gainUp, .gainDown, .echo:
            return runDevices(id, argument)
        case .muteSpeaker, .cut, .type, .provider, .undoSwitch, .expandTools,
            .newConversation, .say, .trace:
            return runTalk(id, argument)
        case .openCall, .closeCall, .listen, .hangUp: return runCalls(id)
        case .selectUp, .selectDown, .firstCall, .lastCall, .callsPageUp, .callsPageDown, .markCall, .callSortNext,
            .callSortPrevious, .callSortReverse, .sortCalls, .columns, .pauseCalls, .filterCalls, .leaveCalls:
            browseCalls(id, argument)
            return []
        case .whisper, .takeOver, .giveBack, .digits, .note: return runOperator(id, argument)
        case .follow, .lineUp, .lineDown, .pageUp, .pageDown, .toTop, .toBottom:
            runScroll(id)
            return []
        case .hideDeltas, .filterEvents, .expandEvent, .detailUp, .detailDown, .nextError, .traceTurn, .closeEvent,
            .markEvent, .diffEvents:
            runEvents(id, argument)
            return []
        case .compareTurn, .saveFixture, .compareAdd, .compareAgain, .compareStop, .comparePlay, .compareLeft,
            .compareRight, .compareDiff, .compareMore, .compareFewer, .compareBudget, .compareCSV, .compareJSON, .blind,
            .blindPlay, .blindFirst, .blindSecond, .blindThird, .blindReveal, .blindEnd:
            return runCompare(id, argument)
        case .providers:
            openProviders()
            return []
        case .slowestTurn, .budget: return runLatency(id, argument)
        case .sessionUp, .sessionDown, .sessionPageUp, .sessionPageDown, .sessionFirst, .sessionLast, .openSession,
            .markSession, .sortNext, .sortPrevious, .sortReverse, .filterSessions, .exportSession, .noteSession,
            .deleteSession, .diffSessions, .closeDiff, .refreshSessions:
            return runSessions(id, argument)
        case .playPause, .skipBack, .skipForward, .previousTurn, .nextTurn, .frameBack, .frameForward, .slower,
            .faster, .replaySpeed, .nextTrouble, .nextBargeIn, .replayStart, .replayEnd, .seek, .loopTurn,
            .replayChannel, .replayQuieter, .replayLouder, .closeReplay:
            return runReplay(id, argument)
        case .submit: return submit()
        case .cancel: return cancel()
        case .listUp, .listDown, .listPageUp, .listPageDown, .listTop, .listBottom, .choose, .confirmYes, .confirmNo:
            return runOverlay(id)
        case .complete, .completeBack, .historyUp, .historyDown, .cursorLeft, .cursorRight, .cursorStart, .cursorEnd,
            .deleteBack,
            .deleteForward, .deleteWord, .deleteToStart, .deleteToEnd:
            runEditing(id)
            return []
        }
    }

    private mutating func show(_ id: ActionID) {
        let all = ConsoleView.allCases
        let at = all.firstIndex(of: view) ?? 0
        switch id {
        case .showTalk: view = .talk
        case .showLatency: view = .latency
        case .showCalls: view = .calls
        case .showEvents: view = .events
        case .showSessions: view = .sessions
        case .showAudio: view = .audio
        case .showCompare: view = .compare
        case .nextView: view = all[(at + 1) % all.count]
        default: view = all[(at + all.count - 1) % all.count]
        }
    }

    private mutating func runGlobal(_ id: ActionID, _ argument: String) -> [ConsoleEffect] {
        switch id {
        case .help: overlay = .help(HelpState())
        case .command: beginTyping(.command)
        case .search:
            if !argument.isEmpty, isBrowsing { return setSessionsFilter(argument) }
            if !argument.isEmpty { find(argument) } else { beginTyping(.search) }
            if argument.isEmpty, isBrowsing { searchField.set(sessions.filter) }
            if argument.isEmpty, view == .events { searchField.set(eventIndex.filter.text) }
            if argument.isEmpty, view == .calls { searchField.set(calls.filter) }
        case .searchNext: stepSearch(1)
        case .searchPrevious: stepSearch(-1)
        case .theme: return chooseTheme(argument)
        case .record:
            guard let session = shown else { return [] }
            return [.send(.setRecording(session: session.id, on: Self.flag(argument) ?? !session.isRecording))]
        case .dismiss:
            if let trouble = visibleTrouble?.trouble { dismissed.insert(trouble.code + trouble.text) }
        case .redraw: return [.redraw]
        case .suspend: return [.suspend]
        case .quit: return place == .attached ? [.quit] : quit()
        case .detach: return [.detach]
        case .shutdown: askShutdown()
        case .interrupt: return interrupt()
        case .dump: return [.dump(argument)]
        case .copy, .copyTurn: return copyTranscript(whole: id == .copy)
        case .timeStyle: changeTimes(argument)
        default: break
        }
        return []
    }

    /// Whether the list of recorded sessions is on the screen.
    var isBrowsing: Bool { view == .sessions && replay == nil }

    mutating func beginTyping(_ mode: InputMode) {
        overlay = nil
        input = mode
        if mode != .text { edit { $0.clear() } }
    }

    private mutating func chooseTheme(_ argument: String) -> [ConsoleEffect] {
        if !argument.isEmpty { return [.applyTheme(argument, save: true)] }
        let items = appearance.themes.isEmpty ? [appearance.themeName] : appearance.themes
        overlay = .picker(
            PickerState(
                kind: .theme, items: items, selection: items.firstIndex(of: appearance.themeName) ?? 0,
                before: appearance.themeName))
        return []
    }

    private mutating func quit() -> [ConsoleEffect] {
        if let replay, replay.hasList, !replay.isAlone { return runReplay(.closeReplay, "") }
        let live = liveBook.liveSessions
        let calls = live.filter(\.isCall).count
        let recording = live.filter(\.isRecording).count
        guard calls > 0 || recording > 0 else { return [.quit] }
        var parts: [String] = []
        if calls > 0 { parts.append(calls == 1 ? "1 call is live" : "\(calls) calls are live") }
        if recording > 0 { parts.append(recording == 1 ? "1 recording is on" : "\(recording) recordings are on") }
        overlay = .confirm(ConfirmState(question: parts.joined(separator: ", ") + ". Quit?", action: .quit))
        return []
    }

    /// Ctrl-C: closes what is open, else cuts the agent; twice within a second leaves.
    private mutating func interrupt() -> [ConsoleEffect] {
        if let last = lastCtrlC, clock - last < ConsoleLimits.doubleCtrlC { return [.quit] }
        lastCtrlC = clock
        if overlay != nil || input != .normal { return cancel() }
        say("Ctrl-C again within a second quits")
        guard !isReadOnly, availability(of: .cut) == .enabled else { return [] }
        return [.send(.cutAgent(session: shown?.id))]
    }

    /// `on`, `off`; nil for anything else, which toggles.
    static func flag(_ word: String) -> Bool? {
        switch word {
        case "on", "yes", "true", "1": true
        case "off", "no", "false", "0": false
        default: nil
        }
    }

    private mutating func runTalk(_ id: ActionID, _ argument: String) -> [ConsoleEffect] {
        let session = shown?.id
        switch id {
        case .muteSpeaker:
            if let call = hangUpTarget, call.isCall, call.isLive {
                return [.send(.setAgentMute(session: call.id, on: Self.flag(argument) ?? !call.isAgentMuted))]
            }
            speakerMuted = Self.flag(argument) ?? !speakerMuted
            say(speakerMuted ? "agent silenced at the speaker" : "agent audible again")
            return [.send(.setSpeakerMute(on: speakerMuted))]
        case .cut: return [.send(.cutAgent(session: session))]
        case .type: beginTyping(.text)
        case .say: return [.send(.sendText(session: session, text: argument))]
        case .provider: return chooseProvider(argument)
        case .undoSwitch: return [.send(.undoSwitch(session: session))]
        case .expandTools: toolsExpanded.toggle()
        case .newConversation:
            return [.send(.startConversation(agent: nil, provider: argument.isEmpty ? nil : argument))]
        case .trace:
            isTracing = Self.flag(argument) ?? !isTracing
            say(isTracing ? "wire messages are logged from now on" : "wire messages are not logged any more")
            return [.send(.setTracing(session: session, on: isTracing))]
        default: break
        }
        return []
    }

    private mutating func chooseProvider(_ argument: String) -> [ConsoleEffect] {
        guard let session = shown else { return [] }
        if !argument.isEmpty { return [.send(.switchProvider(session: session.id, provider: argument))] }
        openProviders()
        return []
    }

    private mutating func runCalls(_ id: ActionID) -> [ConsoleEffect] {
        switch id {
        case .openCall:
            opened = selectedCall?.id
            chosenTurn = nil
            scroll = nil
            search = nil
            view = .talk
        case .closeCall: stepBack()
        case .listen:
            guard let target = view == .calls ? selectedCall : shown else { return [] }
            listening = listening == target.id ? nil : target.id
            return [.send(.listen(session: listening))]
        case .hangUp where view == .calls && !calls.marked.isEmpty: askToHangUpMarked()
        case .hangUp:
            guard let target = hangUpTarget else { return [] }
            let whom = target.isCall ? "on \(target.callerName)" : "our own conversation"
            overlay = .confirm(ConfirmState(question: "hang up \(whom)?", action: .hangUp(target.id)))
        default: break
        }
        return []
    }
}
