import AudioKit
import Core
import ProviderKit
import Tools

/// One connection's place in a session: a number that never comes again, so that late events of an old one are known as such.
struct SlotID: Hashable, Sendable {
    let number: Int
}

/// What happens to a session. Audio itself does not pass here; see `Session`.
enum SessionInput: Equatable {
    case start
    case provider(SlotID, ProviderEvent)
    /// A connection ended by itself without a failure event, or its setup failed, in words.
    case slotLost(SlotID, ProviderFailure)
    /// The local detector: speech at the user's end, with the time of the first or last speech sample.
    case speechStarted(probability: Double, at: Int64, onset: MonotonicTime)
    case speechStopped(at: Int64, lastSpeech: MonotonicTime)
    /// Speech has gone on long enough to interrupt (only asked for while the agent speaks).
    case speechSustained(probability: Double, onset: MonotonicTime)
    /// Playout: an item's first sample will be heard at `heardAt`.
    case itemStarted(AgentItem, heardAt: MonotonicTime)
    /// Playout: everything of an item was heard.
    case itemPlayedOut(AgentItem, heardMs: Double, generatedMs: Double)
    case toolFinished(
        id: String, name: String, outcome: ToolCallEnd.Outcome, output: String, hangUp: String?, elapsed: Duration)
    /// A tool runs so long that something should be said meanwhile.
    case toolSlow(id: String, text: String)
    case text(String)
    case digit(Character)
    case cut(reason: String)
    case switchProvider(String)
    case undoSwitch
    case whisper(String)
    /// Other limits of latency hold from now on.
    case budgets(LatencyBudgets)
    case takeOver
    /// With how long the operator spoke.
    case giveBack(operatorSpoke: Duration)
    case hangUp(SessionEnd, now: Bool)
    case legEnded(SessionEnd)
    case timer(SessionTimer)
}

/// An agent item of one connection.
struct AgentItem: Hashable, Sendable {
    var slot: SlotID
    var handle: ItemHandle
}

/// Timers of the machine; each exists at most once.
enum SessionTimer: Hashable {
    case backchannel, stall, stallReconnect, noInput, farewell, reconnect, expiry, rotation
}

/// What the shell has to do.
enum SessionAction: Equatable {
    case emit(Event)
    case perform(SlotID, ProviderRequest)
    /// Make a provider of this name and start it in this slot.
    case open(SlotID, provider: String, context: ProviderContext)
    /// From now on user audio goes to this slot; what was held, and the open user turn if `replayTurn`, goes first.
    case route(SlotID, replayTurn: Bool)
    /// User audio is held from now on (no connection is ready).
    case hold
    /// Let a connection go in order.
    case drop(SlotID)
    /// Empty the playout now. `item` was playing.
    case discardPlayout
    /// Tells the uplink that a local user turn is open or over (local endpointing).
    case openUserTurn(SlotID)
    case closeUserTurn(SlotID)
    case startTool(ToolCall)
    case cancelTool(id: String)
    case timer(SessionTimer, after: Duration)
    case cancelTimer(SessionTimer)
    /// Puts the operator's voice through to the caller and keeps the caller's from the provider, or ends that.
    case operatorVoice(Bool)
    case hangUpLeg(SessionEnd)
    case end
}

/// What the shell knows and the machine asks for when it decides.
protocol SessionFacts {
    /// Milliseconds of an item that reached the listener, and that were received.
    func heard(_ item: AgentItem) -> (heardMs: Double, generatedMs: Double)
    /// The item that is playing, if any.
    var playing: AgentItem? { get }
    /// Whether agent audio waits or plays.
    var isPlayoutActive: Bool { get }
    /// The vendor's name of an item.
    func name(of item: AgentItem) -> String
    /// What the provider in a slot can do.
    func capabilities(of slot: SlotID) -> ProviderCapabilities?
    /// When the local detector last heard speech; nil when it never did.
    var lastSpeech: MonotonicTime? { get }
    /// What the local detector hears now; nil when there is none.
    var localSpeech: HeardSpeech? { get }
    /// How like the microphone's sound is to what the agent said just now. Costs about a millisecond.
    func echo() -> EchoLikeness.Finding?
}

extension SessionFacts {
    var localSpeech: HeardSpeech? { nil }
    func echo() -> EchoLikeness.Finding? { nil }
}

/// All decisions of a session: turns, barge-in, tools, loss and switch of the provider, farewell.
///
/// A struct `(state, input, now) -> actions`: time and facts are arguments, so tables test it. Extensions hold the parts:
/// `+Turns`, `+BargeIn`, `+Connection`, `+Switch`, `+Rotation`, `+Tools`, `+Operator`, `+Ending`.
struct SessionMachine {
    /// Instructions and greeting get their variables before the first connection; nothing else changes.
    var settings: SessionSettings
    /// The tools for during the call; known before the first connection.
    var tools: [ToolDefinition]
    /// Which providers may ask for a tool, where not all may.
    var audiences: [String: ToolAudience] = [:]
    /// What is masked in tool events.
    var redaction = Redaction()
    /// Spreads the waits before reconnecting.
    var jitter = ReconnectJitter(seed: nil)

    var state = ConversationState.connecting
    var history = ConversationHistory()

    // Connections
    var active: Connection
    var standby: Connection?
    /// A fresh connection is to take over from the active one because the vendor will end it.
    var rotation: Rotation?
    var previousProvider: String?
    var nextSlot = 1
    var attempt = 0
    var fallbacksLeft: [String]
    var greeted = false

    // The turn
    var turn = 0
    var open: OpenTurn?
    var userSpeaking = false
    /// Speech over the agent that has not interrupted it.
    var overheard: Overheard?
    var userItems = 0

    // The agent
    var response: String?
    /// Items of the active connection up to this handle were cut: their audio and text no longer count.
    var suppressedThrough = -1
    /// Items with audio that were not played out yet.
    var sounding: Set<AgentItem> = []

    /// Whether the trouble of a lost connection stands.
    var isLostTold = false
    /// Whether the trouble of a failed switch stands.
    var isSwitchTroubleTold = false
    /// Troubles of single answers that stand; the next whole answer clears them.
    var answerTroubles: [String] = []
    /// Budgets whose trouble stands.
    var overBudget: Set<String> = []
    /// When the local detector last heard speech begin, whether it counted or not.
    var lastOnset: MonotonicTime?
    /// The trouble of a provider that cannot be had; a switch clears it.
    var fatalTrouble: String?

    // Tools
    var toolCalls: [String: PendingTool] = [:]
    /// Results that came while no connection was ready.
    var lateResults: [LateResult] = []

    /// What the operator does in this conversation.
    var operatorHand = OperatorHand()

    // Ending
    var farewell: SessionEnd?
    var ended = false
    var noInputPrompts = 0

    var actions: [SessionAction] = []
    /// The playout was emptied by this input.
    var playoutCut = false
    var now = MonotonicTime(nanoseconds: 0)

    /// One connection and where it stands.
    struct Connection: Equatable {
        var slot: SlotID
        var provider: String
        var isReady = false
        var requested: MonotonicTime
        var switchRequested: MonotonicTime?
        /// Items of the conversation that it was started with.
        var contextItems = 0
        /// How often it was begun again because the conversation had gone on meanwhile.
        var refreshes = 0
        /// The last turn whose words were in the context that the connection was started with.
        var knowsTurn = 0
        /// The last of the operator's instructions that it was started with or given.
        var instructed = 0
        /// How the vendor would continue this connection on a new one.
        var resumption: Resumption?
        /// When the vendor will end it, where it told.
        var deadline: MonotonicTime?
        /// Whether it is to take over because of the active one's time limit, not because somebody wanted it.
        var isRotation = false
    }

    /// The turn that is open.
    struct OpenTurn: Equatable {
        var number: Int
        var trigger: TurnStart.Trigger
        var clock = TurnClock()
        var userDone = false
        /// Whether the words of the user are in the history already.
        var userTextKnown = false
        /// What was typed, for turns by text.
        var typed: String?
        var answered = false
        var failed = false
        var heardSomething = false
    }

    struct PendingTool: Equatable {
        var call: ToolCall
        var slot: SlotID
        var turn: Int
    }

    /// What a tool returned while no connection was ready.
    struct LateResult: Equatable {
        var tool: String
        var output: String
        /// The newest connection then: it and those before do not know of the result.
        var newest: Int
    }

    init(settings: SessionSettings, provider: String, tools: [ToolDefinition]) {
        self.settings = settings
        self.tools = tools
        fallbacksLeft = settings.fallbacks
        history = ConversationHistory(settings.history)
        active = Connection(slot: SlotID(number: 0), provider: provider, requested: MonotonicTime(nanoseconds: 0))
    }

    /// Takes one input and gives what is to be done, in order.
    mutating func handle(_ input: SessionInput, now: MonotonicTime, facts: some SessionFacts) -> [SessionAction] {
        guard !ended else { return [] }
        self.now = now
        actions.removeAll(keepingCapacity: true)
        playoutCut = false
        route(input, facts)
        if rotation != nil { considerRotation(facts) }
        return actions
    }

    private mutating func route(_ input: SessionInput, _ facts: some SessionFacts) {
        switch input {
        case .start: connect(active.provider, facts)
        case .provider(let slot, let event): providerEvent(slot, event, facts)
        case .slotLost(let slot, let failure): lost(slot, failure, facts)
        case .speechStarted(let p, let at, let onset): localSpeechStarted(p, at, onset, facts)
        case .speechStopped(let at, let last): localSpeechStopped(at, last, facts)
        case .speechSustained(let p, let onset): localSpeechSustained(p, onset, facts)
        case .itemStarted(let item, let heardAt): itemStarted(item, heardAt, facts)
        case .itemPlayedOut(let item, let heard, let generated): itemPlayedOut(item, heard, generated, facts)
        case .toolFinished(let id, let name, let outcome, let output, let hangUp, let elapsed):
            toolFinished(id, name, outcome, output, hangUp, elapsed, facts)
        case .toolSlow(let id, let text): toolSlow(id, text, facts)
        case .text(let text): submit(text, facts)
        case .digit(let digit): emit(.dtmf(DTMF(digit: String(digit))))
        case .cut(let reason): cutByOperator(reason, facts)
        case .switchProvider(let name): requestSwitch(name, facts)
        case .undoSwitch: undoSwitch(facts)
        case .whisper(let text): whisper(text, facts)
        case .budgets(let budgets): change(budgets)
        case .takeOver: takeOver(facts)
        case .giveBack(let spoke): giveBack(operatorSpoke: spoke, facts)
        case .hangUp(let end, let now): hangUp(end, now: now, facts)
        case .legEnded(let end): finish(end, facts)
        case .timer(let timer): ranOut(timer, facts)
        }
    }

    private mutating func ranOut(_ timer: SessionTimer, _ facts: some SessionFacts) {
        switch timer {
        case .backchannel: waitedForWords(facts)
        case .stall: stalled()
        case .stallReconnect: reconnectStalled(facts)
        case .noInput: promptSilentUser(facts)
        case .farewell: farewellDone()
        case .reconnect: connect(active.provider, facts)
        case .expiry: rotate()
        case .rotation: break  // Every input is a reason to look; see `considerRotation`.
        }
    }

    // MARK: Small helpers of all parts

    mutating func act(_ action: SessionAction) { actions.append(action) }

    mutating func emit(_ event: Event) { actions.append(.emit(event)) }

    /// Changes the state; says nothing when it is the same.
    mutating func enter(_ next: ConversationState, _ reason: String? = nil) {
        guard state != next || reason != nil else { return }
        state = next
        emit(.stateChanged(StateChange(next, reason: reason)))
    }

    /// The state that follows from the facts, when nothing special holds.
    mutating func settle(_ facts: some SessionFacts) {
        guard farewell == nil, active.isReady else { return }
        if isTakenOver {
            enter(.takenOver)
        } else if isSpeaking(facts) {
            enter(.speaking)
        } else if userSpeaking {
            enter(.listening)
        } else if response != nil || open?.userDone == true || !toolCalls.isEmpty {
            enter(.thinking)
        } else {
            enter(.ready)
        }
    }

    /// Whether agent audio sounds or waits; after a cut in this very input it does not, whatever the facts still say.
    func isSpeaking(_ facts: some SessionFacts) -> Bool {
        !playoutCut && (facts.isPlayoutActive || !sounding.isEmpty)
    }

    func isSuppressed(_ item: ItemHandle) -> Bool { item.index <= suppressedThrough }
}
