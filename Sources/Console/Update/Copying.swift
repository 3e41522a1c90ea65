import Core
import Terminal

extension ConsoleModel {
    /// Puts the conversation or one turn of it on the terminal's clipboard: as much of its end as a clipboard takes.
    mutating func copyTranscript(whole: Bool) -> [ConsoleEffect] {
        guard let session = shown else { return [] }
        let blocks = session.transcript.blocks
        guard let chosen = turnToCopy(session), !blocks.isEmpty else {
            say("nothing has been said yet")
            return []
        }
        let wanted = whole ? blocks : blocks.filter { $0.turn == chosen }
        let (text, turns) = TranscriptText.newest(wanted, session)
        let what =
            whole
            ? turns < blocks.count ? "the newest \(turns) of \(blocks.count) turns" : "all turns" : "turn \(chosen)"
        copyNote = "copied \(what): \(Format.count(text.count)) characters"
        return [.copy(text)]
    }

    /// The turn chosen in the waterfall, of the match, or the first on the screen; else the newest.
    private func turnToCopy(_ session: SessionModel) -> Int? {
        if let chosenTurn { return chosenTurn }
        if let match = search?.match, let block = session.transcript.block(number: match.block) { return block.turn }
        if let scroll, let block = session.transcript.block(number: scroll.block) { return block.turn }
        return session.transcript.blocks.last?.turn
    }

    /// The next way to tell times, or the one that is named.
    mutating func changeTimes(_ argument: String) {
        let all = TimeStyle.allCases
        guard !argument.isEmpty else {
            timeStyle = all[((all.firstIndex(of: timeStyle) ?? 0) + 1) % all.count]
            return say(timeStyle.words)
        }
        guard let wished = TimeStyle(rawValue: argument) else {
            return say("timestamps takes clock, elapsed or delta, not \(argument)", .warning)
        }
        timeStyle = wished
        say(wished.words)
    }

    /// Escape in a view: clears the search, goes back from the zoom, then from an opened call.
    mutating func stepBack() {
        if search != nil {
            search = nil
            notice = nil
        } else if paneState.isZoomed {
            paneState.isZoomed = false
        } else {
            opened = nil
            chosenTurn = nil
            scroll = nil
        }
    }
}
