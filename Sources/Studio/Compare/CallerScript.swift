import Core

/// What a caller said in a conversation, turn by turn, with what came of it then: the input of a comparison. Made from a stored
/// session or from fixtures.
public struct CallerScript: Sendable, Equatable {
    /// How a turn is given to a provider.
    public enum Input: Sendable, Equatable {
        /// Mono samples at `sampleRate`: the utterance with the silence before and after it.
        case speech([Int16])
        /// A typed turn.
        case text(String)
    }

    /// A tool call as it was recorded.
    public struct Call: Sendable, Equatable {
        public var name: String
        /// JSON text as the model gave it.
        public var arguments: String
        /// Result JSON, or what went wrong; nil when the call had no end.
        public var output: String?
        public var outcome: ToolCallEnd.Outcome?

        public init(
            name: String, arguments: String, output: String? = nil, outcome: ToolCallEnd.Outcome? = nil
        ) {
            self.name = name
            self.arguments = arguments
            self.output = output
            self.outcome = outcome
        }
    }

    /// One utterance of the caller.
    public struct Turn: Sendable, Equatable {
        /// Its number in the source.
        public var number: Int
        public var input: Input
        /// The words that a recogniser should hear; empty when they are not known.
        public var reference: String
        /// The calls that a provider should make.
        public var calls: [Call]
        /// Audio of the agent that was heard when this utterance interrupted it, ms; nil when it did not.
        public var interruptsAfterMs: Double?
        /// What came of it in the source: the column to compare with. Nil when the source has no figures.
        public var recorded: CompareTurn?

        public init(
            number: Int, input: Input, reference: String, calls: [Call] = [], interruptsAfterMs: Double? = nil,
            recorded: CompareTurn? = nil
        ) {
            self.number = number
            self.input = input
            self.reference = reference
            self.calls = calls
            self.interruptsAfterMs = interruptsAfterMs
            self.recorded = recorded
        }

        /// Whether it was typed.
        public var isTyped: Bool { if case .text = input { true } else { false } }
    }

    /// Something that was said or done before the first turn: the provider is told of it as at a switch.
    public enum Context: Sendable, Equatable {
        case user(String)
        case agent(String)
        case tool(Call)
    }

    /// Name for people and folders: of the session folder or the fixture.
    public var name: String
    /// Samples a second of the utterances, and of the conversation.
    public var sampleRate: Int
    public var turns: [Turn]
    public var context: [Context] = []
    /// The agent of the source, and its prompt.
    public var agent: String
    public var instructions: String?
    /// Who served the source.
    public var provider: String
    /// The agent's recorded audio of each turn, mono at `sampleRate`, for listening; empty where there is none.
    public var recordedAudio: [[Int16]] = []

    public init(
        name: String, sampleRate: Int, turns: [Turn], agent: String, instructions: String? = nil, provider: String
    ) {
        self.name = name
        self.sampleRate = sampleRate
        self.turns = turns
        self.agent = agent
        self.instructions = instructions
        self.provider = provider
    }

    /// Only the turns with these numbers; what was said before the first of them becomes context. Nil when there is none.
    public func selecting(_ numbers: ClosedRange<Int>) -> CallerScript? {
        guard let first = turns.firstIndex(where: { numbers.contains($0.number) }) else { return nil }
        var selected = self
        selected.turns = turns.filter { numbers.contains($0.number) }
        // Nothing is there to be interrupted.
        selected.turns[0].interruptsAfterMs = nil
        selected.context += turns[..<first].flatMap(\.asContext)
        if recordedAudio.count == turns.count {
            selected.recordedAudio = turns.indices.filter { numbers.contains(turns[$0].number) }.map {
                recordedAudio[$0]
            }
        }
        return selected
    }

    /// Seconds that the caller speaks.
    public var seconds: Double {
        turns.reduce(0) { sum, turn in
            if case .speech(let pcm) = turn.input { sum + Double(pcm.count) / Double(max(1, sampleRate)) } else { sum }
        }
    }
}

extension CallerScript.Turn {
    /// What later turns know of it.
    var asContext: [CallerScript.Context] {
        var items: [CallerScript.Context] = reference.isEmpty ? [] : [.user(reference)]
        items += calls.filter { $0.output != nil }.map { .tool($0) }
        if let said = recorded?.said, !said.isEmpty { items.append(.agent(said)) }
        return items
    }
}
