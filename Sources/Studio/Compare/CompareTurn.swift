import Core

/// What came of one turn in one run. An absent figure was not measured.
public struct CompareTurn: Sendable, Equatable {
    /// A tool call beside the one that was expected.
    public struct Call: Sendable, Equatable {
        /// How a call compares with the recorded one.
        public enum Verdict: String, Sendable, CaseIterable {
            /// Same name, arguments equal as JSON.
            case equal
            /// Same name, other arguments.
            case differs
            /// Expected and not made.
            case missing
            /// Made and not expected.
            case extra
        }

        public var name: String
        /// JSON text; of the expected call when it is missing.
        public var arguments: String
        public var verdict: Verdict
        /// The expected arguments where they differ.
        public var expected: String?
        public var outcome: ToolCallEnd.Outcome?
        public var ms: Double?

        public init(
            name: String, arguments: String, verdict: Verdict, expected: String? = nil,
            outcome: ToolCallEnd.Outcome? = nil, ms: Double? = nil
        ) {
            self.name = name
            self.arguments = arguments
            self.verdict = verdict
            self.expected = expected
            self.outcome = outcome
            self.ms = ms
        }
    }

    /// Number in the source.
    public var number: Int
    /// What the provider heard.
    public var heard = ""
    /// Errors for each word of the reference; nil for typed turns and without a reference.
    public var wordErrorRate: Double?
    /// What the agent said, whole.
    public var said = ""
    public var calls: [Call] = []
    /// Last speech sample of the caller to the first audible one of the agent, from the session's own marks.
    public var e2eMs: Double?
    public var parts: [TurnReport.Part] = []
    /// The same read from the recording's two channels.
    public var heardE2eMs: Double?
    public var inputTokens: Int?
    public var outputTokens: Int?
    public var dollars: Double?
    /// Agent audio that was played.
    public var audioMs = 0.0
    public var outcome: TurnReport.Outcome?
    /// How many turns the provider made of it: more than one when it took a pause for the end.
    public var answers = 0
    /// What went wrong, in words.
    public var trouble: String?
    /// Where it lies in the run's recording, in samples.
    public var audioRange: Range<Int64> = 0..<0

    public init(number: Int) { self.number = number }

    /// Whether the calls are what was expected, in order.
    public var toolsAreSame: Bool { calls.allSatisfy { $0.verdict == .equal } }
    /// Whether the same tools were called, whatever the arguments.
    public var toolNamesAreSame: Bool { calls.allSatisfy { $0.verdict == .equal || $0.verdict == .differs } }
    public var tokens: Int? {
        inputTokens == nil && outputTokens == nil ? nil : Self.sum(inputTokens ?? 0, outputTokens ?? 0)
    }

    static func sum(_ a: Int, _ b: Int) -> Int {
        let (sum, overflow) = a.addingReportingOverflow(b)
        return overflow ? .max : sum
    }
}

/// One conversation with one provider.
public struct CompareRunResult: Sendable, Equatable {
    public enum State: Sendable, Equatable {
        case done
        /// It could not be held, or not to its end; why, in words.
        case failed(String)
        /// It was not begun; why.
        case skipped(String)

        /// Why there are no figures; nil when there are.
        public var reason: String? {
            switch self {
            case .done: nil
            case .failed(let why), .skipped(let why): why
            }
        }
    }

    public var provider: String
    /// From 1.
    public var run: Int
    public var state: State
    public var turns: [CompareTurn] = []
    /// From the order to connect to ready.
    public var connectMs: Double?
    /// The most by which a frame was late: beyond 100 ms the figures are in doubt.
    public var lateMs = 0.0
    /// What was said to the provider, and what it answered as played, at the script's rate.
    public var caller: [Int16] = []
    public var agent: [Int16] = []
    /// Name of the audio file in the folder of results; nil when there is none.
    public var file: String?

    public init(provider: String, run: Int, state: State) {
        self.provider = provider
        self.run = run
        self.state = state
    }

    public var dollars: Double? {
        let known = turns.compactMap(\.dollars)
        return known.isEmpty ? nil : known.reduce(0, +)
    }
}
