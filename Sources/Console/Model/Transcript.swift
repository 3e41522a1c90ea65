import Core

/// A conversation as it is read: turns in order, each with what was said, done and remarked. Pure fold of events;
/// bounded.
struct Transcript: Sendable, Equatable {
    /// Most turns kept; the oldest go first.
    static let blockLimit = 500
    /// Longest text of one item that is kept, in bytes.
    static let textLimit = 16 * 1024

    private(set) var blocks: [TurnBlock] = []
    /// Number of the first block kept; numbers never change, so that a reader's place stays the same text.
    private(set) var firstBlock = 0
    /// Time of the event that is being taken.
    var clock: MonotonicTime?
    /// Entries ever added: what is new while the reader has scrolled up.
    private(set) var entryCount = 0

    /// The text, cut when it is longer than the limit.
    static func bounded(_ text: String) -> String {
        guard text.utf8.count > textLimit else { return text }
        return String(decoding: text.utf8.prefix(textLimit), as: UTF8.self)
    }

    /// The block of a turn, made when it is new.
    mutating func open(turn: Int, wall: WallTime, trigger: TurnStart.Trigger?) {
        if let index = index(of: turn) {
            if let trigger { blocks[index].trigger = trigger }
            return
        }
        blocks.append(TurnBlock(turn: turn, wall: wall, time: clock, trigger: trigger))
        if blocks.count > Self.blockLimit {
            firstBlock += blocks.count - Self.blockLimit
            blocks.removeFirst(blocks.count - Self.blockLimit)
        }
    }

    /// The block of a number, as long as it is kept.
    func block(number: Int) -> TurnBlock? {
        blocks.indices.contains(number - firstBlock) ? blocks[number - firstBlock] : nil
    }

    private func index(of turn: Int) -> Int? { blocks.lastIndex { $0.turn == turn } }

    private mutating func block(_ turn: Int, _ wall: WallTime) -> Int {
        open(turn: turn, wall: wall, trigger: nil)
        return index(of: turn) ?? 0
    }

    /// Text of the user: replaces the earlier form of the item in place.
    mutating func user(_ said: UserTranscript, wall: WallTime) {
        let at = block(said.turn, wall)
        let text = Self.bounded(said.text)
        for (index, entry) in blocks[at].entries.enumerated() {
            guard case .user(var known) = entry, known.item == said.item else { continue }
            if !known.isFinal, known.text != text { known.revisions += 1 }
            known.text = text
            known.isFinal = said.isFinal
            blocks[at].entries[index] = .user(known)
            return
        }
        let entry = TurnBlock.Entry.user(UserEntry(item: said.item, text: text, isFinal: said.isFinal))
        // What the user said stands before the answer, also when the recogniser is slower than the agent.
        let hasUser = blocks[at].entries.contains { if case .user = $0 { true } else { false } }
        let answer = blocks[at].entries.firstIndex { $0.isAgentSide }
        blocks[at].insert(entry, entryCount, at: hasUser ? nil : answer)
        entryCount += 1
    }

    /// Text typed to the agent.
    mutating func typed(_ text: TextSubmitted, wall: WallTime) {
        append(.typed(Self.bounded(text.text)), turn: text.turn, wall: wall)
    }

    /// More of what the agent says.
    mutating func agent(_ text: AgentText, wall: WallTime) {
        edit(text.item, turn: text.turn, wall: wall) { entry in
            if text.isFinal { entry.text = "" }
            entry.text += text.text
            entry.text = Self.bounded(entry.text)
            entry.isComplete = entry.isComplete || text.isFinal
        }
    }

    /// How far the agent was heard.
    mutating func heard(_ speech: AgentSpeech, state: AgentEntry.Playing, wall: WallTime) {
        edit(speech.item, turn: speech.turn, wall: wall) { entry in
            entry.heardMs = speech.heardMs
            entry.generatedMs = speech.generatedMs
            if entry.playing != .cut { entry.playing = state }
        }
    }

    /// The agent was interrupted.
    mutating func cut(_ cut: BargeIn, wall: WallTime) {
        edit(cut.item, turn: cut.turn, wall: wall) { entry in
            entry.heardMs = cut.heardMs
            entry.generatedMs = max(cut.generatedMs, entry.generatedMs)
            entry.playing = .cut
            entry.cut = cut
        }
    }

    /// What an interruption took, once that is known.
    mutating func yielded(_ yield: AgentYield) {
        for at in blocks.indices.suffix(4).reversed() {
            for (index, entry) in blocks[at].entries.enumerated() {
                guard case .agent(var known) = entry, known.item == yield.item else { continue }
                known.yieldMs = yield.yieldMs
                blocks[at].entries[index] = .agent(known)
                return
            }
        }
    }

    /// An agent item stays where it began, also when its turn number moved on.
    private mutating func edit(_ item: String, turn: Int, wall: WallTime, _ change: (inout AgentEntry) -> Void) {
        for at in blocks.indices.suffix(4).reversed() {
            let found = blocks[at].entries.firstIndex {
                if case .agent(let known) = $0 { known.item == item } else { false }
            }
            guard let found, case .agent(var known) = blocks[at].entries[found] else { continue }
            // The only copy now: text grows in place instead of being copied for each piece.
            blocks[at].entries[found] = .typed("")
            change(&known)
            blocks[at].entries[found] = .agent(known)
            return
        }
        var entry = AgentEntry(item: item)
        change(&entry)
        append(.agent(entry), turn: turn, wall: wall)
    }

    /// A tool was called, or its call ended.
    mutating func tool(_ call: ToolEntry, wall: WallTime) {
        for at in blocks.indices.suffix(8).reversed() {
            for (index, entry) in blocks[at].entries.enumerated() {
                guard case .tool(let known) = entry, known.id == call.id else { continue }
                var merged = call
                if merged.arguments.isEmpty { merged.arguments = known.arguments }
                blocks[at].entries[index] = .tool(merged)
                return
            }
        }
        append(.tool(call), turn: call.turn, wall: wall)
    }

    /// A remark between the lines, at the newest turn.
    mutating func mark(_ marker: MarkerEntry) {
        var marker = marker
        marker.time = clock
        append(.marker(marker), turn: blocks.last?.turn ?? 0, wall: marker.wall)
    }

    /// The figures of a turn that is over.
    mutating func report(_ report: TurnReport, wall: WallTime) {
        let at = block(report.turn, wall)
        blocks[at].report = report
    }

    private mutating func append(_ entry: TurnBlock.Entry, turn: Int, wall: WallTime) {
        let at = block(turn, wall)
        blocks[at].insert(entry, entryCount, at: nil)
        entryCount += 1
    }
}

/// One turn of a transcript.
struct TurnBlock: Sendable, Equatable {
    enum Entry: Sendable, Equatable {
        case user(UserEntry)
        case typed(String)
        case agent(AgentEntry)
        case tool(ToolEntry)
        case marker(MarkerEntry)

        /// What belongs to the answer.
        var isAgentSide: Bool {
            switch self {
            case .agent, .tool: true
            case .user, .typed, .marker: false
            }
        }
    }

    var turn: Int
    var wall: WallTime
    /// When it began; nil when that is not known.
    var time: MonotonicTime?
    var trigger: TurnStart.Trigger?
    var report: TurnReport?
    var entries: [Entry] = []
    /// The number of each entry, in the order they came: one that is put between others does not change theirs.
    private(set) var numbers: [Int] = []

    init(turn: Int, wall: WallTime, time: MonotonicTime? = nil, trigger: TurnStart.Trigger?) {
        self.turn = turn
        self.wall = wall
        self.time = time
        self.trigger = trigger
    }

    /// Puts an entry before another, or at the end.
    mutating func insert(_ entry: Entry, _ number: Int, at index: Int?) {
        entries.insert(entry, at: index ?? entries.count)
        numbers.insert(number, at: min(index ?? numbers.count, numbers.count))
    }
}

/// What the user said.
struct UserEntry: Sendable, Equatable {
    var item: String
    var text: String
    var isFinal: Bool
    /// How often the recogniser changed its mind.
    var revisions = 0
}

/// What the agent says: generated, played, cut.
struct AgentEntry: Sendable, Equatable {
    enum Playing: Sendable, Equatable { case waiting, playing, done, cut }
    var item: String
    var text = ""
    var isComplete = false
    var heardMs = 0.0
    var generatedMs = 0.0
    var playing = Playing.waiting
    var cut: BargeIn?
    /// From the onset of speech to the last audible sample.
    var yieldMs: Double?
}

/// A call of a tool.
struct ToolEntry: Sendable, Equatable {
    var id: String
    var turn: Int
    var name: String
    var arguments: String
    /// Nil while it runs.
    var outcome: ToolCallEnd.Outcome?
    var output = ""
    var ms: Double?
}

/// A remark in the transcript.
struct MarkerEntry: Sendable, Equatable {
    enum Kind: Sendable, Equatable {
        case providerSwitch, operatorAction, note, trouble, refusal, digit, gap, end
        /// Speech over the agent that did not interrupt it.
        case ignored
    }
    var kind: Kind
    var text: String
    var wall: WallTime
    var time: MonotonicTime?
}
