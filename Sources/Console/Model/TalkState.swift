import Core
import Terminal

/// The microphone of our own conversation, as the operator uses it.
struct TalkState: Sendable, Equatable {
    var mode = TalkMode.openMic
    /// In push-to-talk: since when the microphone is open.
    var since: MonotonicTime?
    /// In push-to-talk: when the operator was heard last.
    var heard: MonotonicTime?
    /// The key was reported as repeating: it is held.
    var isKeyHeld = false
    /// The mouse holds [TALK].
    var holdsButton = false
    /// The conversation it is about.
    var session: SessionID?
    /// When the operator changed something here last: older news of it are no news.
    var changed: MonotonicTime?
    /// The microphone state before the process was stopped.
    var mutedBeforeStop: Bool?
    /// Clipped samples known, and when there were new ones.
    var clips = ClipMarks()

    /// Time left until push-to-talk closes by itself; nil while somebody speaks or it is closed.
    func closesIn(_ now: MonotonicTime) -> Duration? {
        guard let since else { return nil }
        let quiet = now - max(heard ?? since, since)
        return quiet > .seconds(1) ? max(.zero, ConsoleLimits.talkTime - quiet) : nil
    }
}

/// Marks of overdriven audio, which stay a while.
struct ClipMarks: Sendable, Equatable {
    private var known = (user: 0, agent: 0)
    private var seen: (user: MonotonicTime?, agent: MonotonicTime?) = (nil, nil)
    private var session: SessionID?

    /// Takes the counters of the session shown.
    mutating func take(_ meters: MeterSnapshot, of session: SessionID, _ now: MonotonicTime) {
        if self.session != session {
            self = ClipMarks()
            self.session = session
            known = (meters.userClips, meters.agentClips)
        }
        if meters.userClips > known.user { seen.user = now }
        if meters.agentClips > known.agent { seen.agent = now }
        known = (meters.userClips, meters.agentClips)
    }

    func user(_ now: MonotonicTime) -> Bool { seen.user.map { now - $0 < ConsoleLimits.clipTime } ?? false }
    func agent(_ now: MonotonicTime) -> Bool { seen.agent.map { now - $0 < ConsoleLimits.clipTime } ?? false }

    static func == (a: ClipMarks, b: ClipMarks) -> Bool {
        a.known == b.known && a.seen == b.seen && a.session == b.session
    }
}

extension TalkMode {
    /// The word on the screen.
    var label: SafeText {
        switch self {
        case .openMic: "OPEN-MIC"
        case .pushToTalk: "PTT"
        case .halfDuplex: "HALF-DUPLEX"
        case .text: "TEXT"
        }
    }

    /// The next one on the key.
    var next: TalkMode {
        let all = TalkMode.allCases
        return all[((all.firstIndex(of: self) ?? 0) + 1) % all.count]
    }
}

extension ConsoleModel {
    var talkMode: TalkMode {
        get { talk.mode }
        set { talk.mode = newValue }
    }
    var talkingSince: MonotonicTime? {
        get { talk.since }
        set { talk.since = newValue }
    }

    /// How push-to-talk is held here, as far as the terminal lets us know.
    var holdWords: String {
        let mouse = appearance.hasMouse ? "hold TALK with the mouse" : ""
        if appearance.keyRelease {
            return "hold SPACE (this terminal tells its release), tap to switch"
                + (mouse.isEmpty ? "" : ", or " + mouse)
        }
        return "SPACE starts and stops" + (mouse.isEmpty ? "; this terminal reports no release" : ", or " + mouse)
    }
}
