import Core
import Terminal

// How values of the log read on the screen: a word first, a role for its colour second.

/// Figures that turn green into amber.
enum ConsoleLimits {
    /// A turn slower than this is marked, until another budget is set.
    static let slowTurnMs = 900.0
    /// A notice stays this long.
    static let noticeTime = Duration.seconds(5)
    /// One column of the level histories: slow enough to be read and to cost little over a network.
    static let historyStep = Duration.milliseconds(200)
    /// Two Ctrl-C within this time leave.
    static let doubleCtrlC = Duration.seconds(1)
    /// Push-to-talk closes the microphone after this long without speech.
    static let talkTime = Duration.seconds(30)
    /// A clipped sample stays marked this long.
    static let clipTime = Duration.seconds(2)
    /// A held key is a tap when it is let go sooner.
    static let tapTime = Duration.milliseconds(300)
}

extension ConversationState {
    /// The word of the strip and its role.
    var look: (word: SafeText, role: Role) {
        switch self {
        case .connecting: ("CONNECTING", .info)
        case .ready: ("READY", .ok)
        case .listening: ("LISTENING", .ok)
        case .thinking: ("THINKING", .info)
        case .speaking: ("SPEAKING", .agent)
        case .stalled: ("STALLED", .warning)
        case .reconnecting: ("RECONNECTING", .warning)
        case .failedOver: ("FAILED OVER", .warning)
        case .ending: ("ENDING", .dim)
        case .ended: ("ENDED", .dim)
        case .takenOver: ("TAKEN OVER", .recording)
        }
    }

    /// Short form for the calls table, with a sign that differs from state to state.
    func short(_ glyphs: Glyphs) -> (text: SafeText, role: Role) {
        switch self {
        case .connecting: (glyphs.hollow + " connect", .info)
        case .ready: (glyphs.hollow + " ready", .ok)
        case .listening: (glyphs.bullet + " listen", .ok)
        case .thinking: (glyphs.hollow + " think", .info)
        case .speaking: (glyphs.bullet + " agent", .agent)
        case .stalled: ("! stalled", .warning)
        case .reconnecting: ("! reconn", .warning)
        case .failedOver: ("! failover", .warning)
        case .ending: (glyphs.pause + " ending", .dim)
        case .ended: (glyphs.bad + " ended", .dim)
        case .takenOver: ("! operator", .recording)
        }
    }
}

extension TurnReport.Outcome {
    var words: String {
        switch self {
        case .completed: "completed"
        case .interrupted: "barge-in"
        case .noOutput: "no answer"
        case .toolError: "tool error"
        case .modelError: "model error"
        case .aborted: "aborted"
        case .timeout: "timed out"
        }
    }

    var role: Role {
        switch self {
        case .completed: .dim
        case .interrupted: .bargeIn
        case .aborted: .dim
        case .noOutput, .toolError, .modelError, .timeout: .warning
        }
    }
}

extension ToolCallEnd.Outcome {
    var words: String {
        switch self {
        case .result: "result"
        case .error: "error"
        case .cancelled: "cancelled"
        case .timedOut: "timed out"
        }
    }
}

extension MarkerEntry.Kind {
    func look(_ glyphs: Glyphs) -> (sign: SafeText, role: Role) {
        switch self {
        case .providerSwitch: (glyphs.swap, .marker)
        case .operatorAction: (glyphs.diamond, .operator)
        case .note: (glyphs.separator, .dim)
        case .trouble: ("!", .warning)
        case .refusal: (glyphs.bad, .warning)
        case .digit: ("#", .info)
        case .gap: ("~", .warning)
        case .end: (glyphs.pause, .dim)
        case .ignored: (glyphs.separator, .bargeIn)
        }
    }
}

extension Trouble.Severity {
    var role: Role {
        switch self {
        case .notice: .info
        case .warning: .warning
        case .error: .error
        }
    }
}

extension TurnReport.Part.Owner {
    /// Who can change it, in a word; the letter marks what is the user's own setting.
    var words: String {
        switch self {
        case .setting: "your setting"
        case .service: "service"
        case .tool: "tool"
        case .transport: "transport"
        }
    }
}

/// Colour, fill and short name of a stage of the waterfall.
struct StageLook {
    var role: Role
    var fill: SafeText
    var label: SafeText
    /// For narrow places.
    var short: SafeText {
        if label.string == "playout" { return "out" }
        if label.string == "unattributed" { return "other" }
        return label.string.split(separator: " ").first.map { SafeText(String($0)) } ?? label
    }

    init(_ name: String, _ glyphs: Glyphs) {
        let index: Int
        switch name {
        case "vad_hang": (role, label, index) = (.stageVAD, "vad hang", 0)
        case "stt_final": (role, label, index) = (.stageSTT, "stt final", 1)
        case "turn_commit": (role, label, index) = (.stageTurn, "turn commit", 2)
        case "llm_ttft": (role, label, index) = (.stageLLM, "llm ttft", 3)
        case "model_ttfa": (role, label, index) = (.stageLLM, "model ttfa", 3)
        case "tool": (role, label, index) = (.stageTool, "tool", 4)
        case "tts_ttfb": (role, label, index) = (.stageTTS, "tts ttfb", 5)
        case "playout": (role, label, index) = (.stagePlayout, "playout", 6)
        default: (role, label, index) = (.stageOther, SafeText(name), 7)
        }
        fill = glyphs.stageFills[index]
    }
}
