import Core

/// How a pipeline behaves between its three parts; read from the options of the agent or provider. A value: any thread.
public struct PipelineSettings: Sendable, Equatable {
    /// Who decides that the user's turn is over.
    public enum Endpointing: String, Sendable, CaseIterable {
        /// The session's detector with its silence setting.
        case local
        /// The recogniser's own detector or model.
        case recognizer
        /// Whichever says so first.
        case both
    }

    /// Who decides about turns; nil: the recogniser where it detects turns, else the session's detector.
    public var endpointing: Endpointing?
    /// Whether an answer is prepared as soon as the recogniser believes that the turn is probably over.
    public var eager = true
    /// What the agent says when the answer takes long; one is taken after the other.
    public var fillerPhrases = ["One moment, please.", "Let me check."]
    /// Wait before a filler phrase, from the end of the user's turn; nil never says one. 200...10000 ms.
    public var fillerAfter: Duration?
    /// Said when the model fails and nothing of its answer was said; empty says nothing.
    public var failurePhrase = "Sorry, something went wrong. Could you say that again?"
    /// Said when the user spoke but no words were recognised; empty says nothing.
    public var unclearPhrase = ""
    /// Appended for the model to an answer that was cut; empty appends nothing.
    public var interruptedRemark = "[interrupted by the user]"
    /// Most requests to the model for one turn of the user that call tools; then it must answer. 1...50.
    public var toolRounds = 8
    /// Most messages of the conversation that the model is given. 2...1000.
    public var historyMessages = 60
    /// Most tokens, roughly counted, of the conversation that the model is given. 200...1000000.
    public var historyTokens = 8000
    /// Longest wait for the recogniser's last words after the turn's end; then what is there counts. 200...30000 ms.
    public var finalWait: Duration = .milliseconds(4000)
    /// Silence of the recogniser after which a turn that it began counts as over. 1000...60000 ms.
    public var lostTurnAfter: Duration = .milliseconds(8000)
    /// Shortest beginning of an answer that is spoken before its first sentence is whole, in characters. 5...200.
    public var firstClause = 24
    /// Longest piece that is given to the synthesiser, in characters. 40...1000.
    public var longestPiece = 220
    /// Whether headings, emphasis, links and emoji are left out of what is spoken.
    public var plainSpeech = true
    /// Words and names that the recogniser should expect.
    public var keywords: [String] = []

    /// The defaults.
    public init() {}

    /// Names of all options, for those who read them together with others.
    public static let optionNames = options.map(\.name)

    /// The options as docs and lists show them.
    public static let options: [ProviderOption] = [
        ProviderOption(
            "endpointing", "who ends the user's turn: local, recognizer or both",
            default: "recognizer where it detects turns, else local"),
        ProviderOption("eager", "prepare an answer when the turn is probably over", default: "true"),
        ProviderOption("filler_after_ms", "wait before a filler phrase, 200 to 10000; none without it"),
        ProviderOption("filler_phrases", "a list of filler phrases", default: "two English ones"),
        ProviderOption("failure_phrase", "said when the model fails; \"\" for nothing", default: "an English one"),
        ProviderOption("unclear_phrase", "said when speech had no words; \"\" for nothing", default: "\"\""),
        ProviderOption(
            "interrupted_remark", "told to the model behind an answer that was cut",
            default: "[interrupted by the user]"),
        ProviderOption("tool_rounds", "requests with tool calls for one turn, 1 to 50", default: "8"),
        ProviderOption("history_messages", "messages given to the model, 2 to 1000", default: "60"),
        ProviderOption("history_tokens", "rough tokens given to the model, 200 to 1000000", default: "8000"),
        ProviderOption("final_wait_ms", "wait for the recogniser's last words, 200 to 30000", default: "4000"),
        ProviderOption(
            "lost_turn_ms", "silence of the recogniser that ends a turn it began, 1000 to 60000", default: "8000"),
        ProviderOption("first_clause", "characters of the first piece spoken early, 5 to 200", default: "24"),
        ProviderOption("longest_piece", "characters of the longest piece spoken at once, 40 to 1000", default: "220"),
        ProviderOption("plain_speech", "leave markdown and emoji out of speech", default: "true"),
        ProviderOption("keywords", "a list of words that the recogniser should expect"),
    ]

    /// Reads the options in `options` (null for none). `name` is the place in errors: the agent or provider.
    public init(_ options: JSONValue, place name: String) throws(ConfigurationError) {
        let reader = OptionReader(options) { path in "pipeline \"\(name)\", option \(path.joined(separator: "."))" }
        try reader.refuseUnknown(Self.optionNames)
        if let text = try reader.text("endpointing", oneOf: Endpointing.allCases.map(\.rawValue)) {
            endpointing = Endpointing(rawValue: text)
        }
        eager = try reader.flag("eager") ?? eager
        try readPhrases(reader)
        toolRounds = try reader.int("tool_rounds", 1...50) ?? toolRounds
        historyMessages = try reader.int("history_messages", 2...1000) ?? historyMessages
        historyTokens = try reader.int("history_tokens", 200...1_000_000) ?? historyTokens
        finalWait = try reader.int("final_wait_ms", 200...30_000).map { .milliseconds($0) } ?? finalWait
        lostTurnAfter = try reader.int("lost_turn_ms", 1000...60_000).map { .milliseconds($0) } ?? lostTurnAfter
        firstClause = try reader.int("first_clause", 5...200) ?? firstClause
        longestPiece = try reader.int("longest_piece", 40...1000) ?? longestPiece
        plainSpeech = try reader.flag("plain_speech") ?? plainSpeech
        keywords = try Self.texts("keywords", reader) ?? keywords
    }

    private mutating func readPhrases(_ reader: OptionReader) throws(ConfigurationError) {
        fillerAfter = try reader.int("filler_after_ms", 200...10_000).map { .milliseconds($0) }
        fillerPhrases = try Self.texts("filler_phrases", reader) ?? fillerPhrases
        failurePhrase = try reader.text("failure_phrase") ?? failurePhrase
        unclearPhrase = try reader.text("unclear_phrase") ?? unclearPhrase
        interruptedRemark = try reader.text("interrupted_remark") ?? interruptedRemark
        if fillerAfter != nil, fillerPhrases.isEmpty {
            throw reader.fault(
                "filler_phrases", "there is no phrase", "write at least one, or leave filler_after_ms out")
        }
    }

    private static func texts(_ name: String, _ reader: OptionReader) throws(ConfigurationError) -> [String]? {
        guard reader.raw(name) != nil else { return nil }
        var found: [String] = []
        for item in try reader.list(name) {
            guard let text = item.value.string, !text.isEmpty else {
                throw reader.fault(name, "holds something that is no text", "write a list of texts")
            }
            found.append(text)
        }
        return found
    }
}
