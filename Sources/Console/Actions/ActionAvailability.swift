import Core

extension ConsoleModel {
    /// Whether an action can be done now, and if not why: help and footer show it, the command line says it.
    func availability(of id: ActionID) -> Availability {
        if isReadOnly, ActionTable.action(id)?.changesEngine == true { return .disabled("read-only") }
        if let reason = storedReason(id) { return .disabled(reason) }
        switch id {
        case .mute, .cut, .type, .say, .provider, .undoSwitch, .record, .pushTalk, .talkMode, .trace:
            return conversation(id)
        case .nextPane, .previousPane, .zoom:
            return ConsoleLayout(self).panes.count > 1 ? .enabled : .disabled("this view has one pane here")
        case .detach: return place == .alone ? .disabled("nothing would go on") : .enabled
        case .openCall, .selectUp, .selectDown, .markCall, .firstCall, .lastCall, .callsPageUp, .callsPageDown:
            return calls.cursor == nil ? .disabled("there is no call") : .enabled
        case .hangUp where view == .calls && !calls.marked.isEmpty:
            return markedLive.isEmpty ? .disabled("the marked calls are over") : .enabled
        case .note where view == .calls && !calls.marked.isEmpty:
            return markedLive.isEmpty ? .disabled("the marked calls are over") : .enabled
        case .listen:
            let target = view == .calls ? selectedCall : shown.flatMap { $0.isCall ? $0 : nil }
            guard let target else { return .disabled("no call is selected") }
            return target.isLive ? .enabled : .disabled("the call is over")
        case .hangUp:
            guard let target = hangUpTarget else { return .disabled("nothing to hang up") }
            return target.isLive ? .enabled : .disabled("it is over already")
        case .whisper, .takeOver, .giveBack, .digits, .note: return operatorAction(id)
        case .compareTurn, .saveFixture, .compareAdd, .compareAgain, .compareStop, .comparePlay, .compareLeft,
            .compareRight, .compareDiff, .compareMore, .compareFewer, .compareBudget, .compareCSV, .compareJSON, .blind,
            .blindPlay, .blindFirst, .blindSecond, .blindThird, .blindReveal, .blindEnd:
            return compareAvailability(id)
        case .closeCall:
            let isOpen = opened != nil || search != nil || paneState.isZoomed
            return isOpen ? .enabled : .disabled("this is our own conversation")
        case .expandTools: return shown?.tools.isEmpty == false ? .enabled : .disabled("no tool was called")
        case .expandEvent: return chosenEvent == nil ? .disabled("no event is listed") : .enabled
        case .markEvent: return chosenEvent == nil ? .disabled("no event is listed") : .enabled
        case .diffEvents: return eventMarks.isEmpty ? .disabled("mark an event first") : .enabled
        case .detailUp, .detailDown: return eventDetail == nil ? .disabled("expand an event first") : .enabled
        case .closeEvent:
            let isOpen = eventDetail == nil && eventMarks.isEmpty && eventCursor == nil && eventIndex.filter.isOpen
            return isOpen ? .disabled("nothing to close") : .enabled
        case .slowestTurn: return shown?.latency.slowest == nil ? .disabled("no turn is over yet") : .enabled
        case .dismiss: return visibleTrouble == nil ? .disabled("there is no trouble") : .enabled
        case .searchNext, .searchPrevious: return search == nil ? .disabled("search first with /") : .enabled
        case .copy, .copyTurn: return shown == nil ? .disabled("there is no conversation") : .enabled
        case .cancelTest: return book.system.deviceTest?.state == .running ? .enabled : .disabled("no test runs")
        case .loopback, .calibrate:
            return takenCall == nil ? .enabled : .disabled("you speak to a call: give it back first")
        default: return .enabled
        }
    }

    /// Why an action on recorded sessions cannot be done, or one on live sessions not during a replay.
    private func storedReason(_ id: ActionID) -> String? {
        guard let action = ActionTable.action(id) else { return nil }
        if action.scopes.contains(.replay) || action.scopes == [.scrubber] {
            return replay == nil ? "no replay is shown" : nil
        }
        if replay != nil, action.changesEngine { return "this is a replay; ESC in Sessions goes back" }
        guard action.scopes.first == .sessions else { return nil }
        if !sessions.hasLibrary { return "there is no sessions folder here" }
        switch id {
        case .closeDiff:
            let isOpen = sessions.diff != nil || !sessions.marked.isEmpty || !sessions.filter.isEmpty
            return isOpen ? nil : "nothing to close"
        case .markSession, .exportSession, .noteSession, .deleteSession:
            return sessionAtHand == nil ? "no session is listed" : nil
        default: return nil
        }
    }

    private func conversation(_ id: ActionID) -> Availability {
        guard let session = shown, session.isLive else { return .disabled("no conversation is live") }
        switch id {
        case .cut:
            return session.lanes.agent.isOpen || session.state == .speaking
                ? .enabled : .disabled("the agent is not speaking")
        case .type, .say:
            return session.isTakenOver ? .disabled("you have the call: give it back first, or whisper") : .enabled
        case .undoSwitch: return session.previousProvider == nil ? .disabled("no switch to undo") : .enabled
        case .pushTalk:
            if session.start?.leg == .text { return .disabled("this conversation has no audio") }
            if session.isCall { return .disabled("this is a phone call") }
            return talkMode == .pushToTalk ? .enabled : .disabled("the talk mode is \(talkMode.rawValue); v changes it")
        case .talkMode where session.isCall: return .disabled("a phone call has no talk mode")
        case .mute, .talkMode:
            return session.start?.leg == .text ? .disabled("this conversation has no audio") : .enabled
        default: return .enabled
        }
    }

    private func operatorAction(_ id: ActionID) -> Availability {
        if id == .giveBack { return takenCall == nil ? .disabled("no call is taken over") : .enabled }
        guard let target = hangUpTarget else { return .disabled("no call is selected") }
        guard target.isLive else { return .disabled("it is over already") }
        switch id {
        case .takeOver:
            if let taken = takenCall { return .disabled("you have the call of \(taken.callerName): a gives it back") }
            return target.isCall ? .enabled : .disabled("this is our own conversation")
        case .digits: return target.isCall ? .enabled : .disabled("this is not a phone call")
        default: return .enabled
        }
    }

    /// The call that the operator has.
    var takenCall: SessionModel? { book.liveSessions.first { $0.isTakenOver } }

    /// What `h` would end: the call under the cursor, or what Talk shows.
    var hangUpTarget: SessionModel? { view == .calls ? selectedCall : shown }

    /// The trouble in the banner: the worst that was not dismissed.
    var visibleTrouble: (trouble: Trouble, session: SessionModel?)? {
        guard let worst = book.worstTrouble, worst.trouble.severity != .notice else { return nil }
        return dismissed.contains(worst.trouble.code + worst.trouble.text) ? nil : worst
    }

    /// Scopes whose keys work now, nearest first.
    var activeScopes: [ActionScope] {
        switch overlay {
        case .help: return [.help, .anywhere]
        case .picker: return [.picker, .anywhere]
        case .confirm: return [.confirm, .anywhere]
        case nil: break
        }
        switch input {
        case .text: return [.text, .editing, .anywhere]
        case .command, .search, .ask: return [.prompt, .editing, .anywhere]
        case .normal where view == .compare && compare.blind != nil: return [.blind, .anywhere]
        case .normal: return viewScopes + [.global, .anywhere]
        }
    }
}

extension ConsoleModel {
    /// Scopes of the view shown: a replay's keys come first.
    var viewScopes: [ActionScope] {
        guard replay != nil else { return [view.scope] }
        return view == .sessions ? [.replay, .scrubber] : [.replay, view.scope]
    }
}

extension ConsoleView {
    var scope: ActionScope {
        switch self {
        case .talk: .talk
        case .latency: .latency
        case .calls: .calls
        case .events: .events
        case .sessions: .sessions
        case .audio: .audio
        case .compare: .compare
        }
    }
}
