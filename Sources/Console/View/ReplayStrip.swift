import Core
import Terminal

/// The truth strip of a replay: what is played, where it stands, and what is live behind it.
extension Painter {
    mutating func drawReplayStrip(_ replay: ReplayState) {
        let status = replay.status
        let place = SafeText("\(Format.place(status.time)) / \(Format.place(status.length))")
        let word: SafeText = status.isAtEnd ? "AT END" : status.isPaused ? "PAUSED" : "PLAYING"
        var list = [
            Segment(glyphs.bullet + " REPLAY", .info, 100), Segment(shortName(status.name), .title, 60),
            Segment(place, .text, 98), Segment(SafeText("x\(Format.speed(status.speed))"), .text, 92),
            Segment(word, status.isPaused ? .warning : .ok, 96),
            Segment(SafeText("turn \(status.turn)/\(status.turns)"), .text, 90),
        ]
        if let session = model.shown {
            list.append(latencySegment(session))
            if model.size.width >= 100 { list.append(providerSegment(session)) }
        }
        if let turn = status.loop { list.append(Segment(SafeText("LOOP turn \(turn)"), .info, 94)) }
        if status.channel != .both { list.append(Segment(SafeText("\(status.channel.rawValue) ALONE"), .info, 93)) }
        if let silence = status.silence { list.append(Segment(SafeText(silence), .dim, 77)) }
        list += liveSegments(replay.live.book)
        segments(list, surface: .strip, in: layout.strip)
    }

    /// The name without its day where there is little room.
    private func shortName(_ name: String) -> SafeText {
        guard model.size.width < 100 else { return SafeText(name).truncated(to: 40, ellipsis: glyphs.ellipsis) }
        let hasDay = name.utf8.count > 20 && name.dropFirst(4).first == "-" && name.dropFirst(10).first == "T"
        let rest = SafeText(String(hasDay ? name.dropFirst(11) : name[...]))
        return rest.truncated(to: model.size.width < 90 ? 16 : 24, ellipsis: glyphs.ellipsis)
    }

    /// What goes on meanwhile: nobody may forget an open microphone.
    private func liveSegments(_ book: SessionBook) -> [Segment] {
        var list: [Segment] = []
        if let own = book.own, own.isLive, own.start?.leg == .device {
            let muted = model.meters[own.id]?.isMuted == true
            list.append(
                Segment(muted ? "LIVE MUTED" : "LIVE OPEN-MIC", muted ? .muted : .recording, 99, right: true))
        }
        if book.liveCallCount > 0 { list.append(Segment("\(book.liveCallCount) live calls", .text, 88, right: true)) }
        if let worst = book.worstTrouble?.trouble, worst.severity != .notice {
            list.append(Segment(SafeText("live ! \(worst.code)"), worst.severity.role, 89, right: true))
        }
        return list
    }
}
