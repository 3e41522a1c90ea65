/// What a piece of text means. A theme gives each role its looks; nothing else names a colour.
public enum Role: String, Sendable, CaseIterable, Hashable {
    case text
    case dim
    case title
    case border
    case borderFocus = "border.focus"
    case keyHint = "key.hint"
    case ok
    case info
    case warning
    case error
    case recording
    case muted
    case you = "speaker.you"
    case agent = "speaker.agent"
    case caller = "speaker.caller"
    case `operator` = "speaker.operator"
    case partial = "text.partial"
    case unspoken = "text.unspoken"
    case spoken = "text.spoken"
    case cut = "text.cut"
    case tool
    case toolError = "tool.error"
    case marker
    case vad
    case bargeIn = "bargein"
    case match
    case meterYou = "meter.you"
    case meterAgent = "meter.agent"
    case meterHot = "meter.hot"
    case meterClip = "meter.clip"
    case meterEmpty = "meter.empty"
    case threshold = "meter.threshold"
    case stageVAD = "stage.vad"
    case stageSTT = "stage.stt"
    case stageTurn = "stage.turn"
    case stageLLM = "stage.llm"
    case stageTool = "stage.tool"
    case stageTTS = "stage.tts"
    case stagePlayout = "stage.playout"
    case stageOther = "stage.other"

    /// How the role looks with no colour at all; a theme may change it. States that matter differ here already.
    public var monoAttributes: Attributes {
        switch self {
        case .title, .keyHint, .borderFocus, .spoken, .you, .recording: .bold
        case .dim, .border, .unspoken, .meterEmpty, .stageOther: .dim
        case .partial: [.dim, .italic]
        case .cut: .strike
        case .error, .toolError, .meterClip, .muted: [.bold, .reverse]
        case .warning, .bargeIn: [.bold, .underline]
        case .match: [.reverse, .underline]
        case .operator, .marker: .italic
        default: []
        }
    }

    /// Drawn as a block or a lane, not read as letters: 3:1 contrast is enough.
    public var isGraphic: Bool {
        switch self {
        case .border, .borderFocus, .meterYou, .meterAgent, .meterHot, .meterClip, .threshold, .stageVAD, .stageSTT,
            .stageTurn, .stageLLM, .stageTool, .stageTTS, .stagePlayout, .stageOther, .vad:
            true
        default: false
        }
    }

    /// Meant to recede: no contrast is asked of it.
    public var isBackdrop: Bool { self == .meterEmpty }
}

/// What lies under the text.
public enum Surface: String, Sendable, CaseIterable, Hashable {
    case base = "surface"
    case strip = "surface.strip"
    case overlay = "surface.overlay"
    case selected = "surface.selected"
    case input = "surface.input"
    case alarm = "surface.alarm"

    /// How the surface shows with no colour.
    public var monoAttributes: Attributes {
        switch self {
        case .selected, .alarm: .reverse
        case .base, .strip, .overlay, .input: []
        }
    }
}
