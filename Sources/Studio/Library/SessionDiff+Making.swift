import Core
import Recording

extension SessionDiff {
    /// Two stored sessions, turn by turn: what was said, how long the answer took, which tools were called.
    public init(_ a: StoredSession, _ b: StoredSession) {
        self.init(ExportDocument(a), ExportDocument(b))
    }

    init(_ a: ExportDocument, _ b: ExportDocument) {
        self.init(a: a.name, b: b.name)
        let left = Dictionary(a.turns.map { ($0.number, $0) }) { first, _ in first }
        let right = Dictionary(b.turns.map { ($0.number, $0) }) { first, _ in first }
        var (user, agent) = ((0, 0), (0, 0))
        for number in Set(left.keys).union(right.keys).sorted() {
            var turn = Turn(number: number)
            (turn.a, turn.b) = (left[number].map(Side.init), right[number].map(Side.init))
            turn.user = Self.pieces(left[number]?.userText ?? "", right[number]?.userText ?? "")
            turn.agent = Self.pieces(left[number]?.agentText ?? "", right[number]?.agentText ?? "")
            let (said, answered) = (Self.share(turn.user), Self.share(turn.agent))
            user = (user.0 + said.different, user.1 + said.all)
            agent = (agent.0 + answered.different, agent.1 + answered.all)
            turns.append(turn)
        }
        (medianA, medianB) = (Self.median(a.latencies), Self.median(b.latencies))
        userShare = user.1 > 0 ? Double(user.0) / Double(user.1) : 0
        agentShare = agent.1 > 0 ? Double(agent.0) / Double(agent.1) : 0
    }

    static func pieces(_ a: String, _ b: String) -> [Piece] {
        WordDiff.pieces(a, b).map { piece in
            switch piece.kind {
            case .same: Piece(.same, piece.text)
            case .removed: Piece(.removed, piece.text)
            case .added: Piece(.added, piece.text)
            }
        }
    }

    /// Words that are in one text only, and all words.
    static func share(_ pieces: [Piece]) -> (different: Int, all: Int) {
        pieces.reduce((0, 0)) { sum, piece in
            let count = piece.text.split(separator: " ").count
            return (sum.0 + (piece.kind == .same ? 0 : count), sum.1 + count)
        }
    }

    private static func median(_ sorted: [Double]) -> Double? {
        sorted.isEmpty ? nil : sorted[(sorted.count - 1) / 2]
    }

    /// Lines for a terminal: a head, then each turn with what differs. `[-gone-]` and `{+come+}` mark words. Harmless text.
    public var lines: [String] {
        var lines = [
            "A \(TranscriptVTT.plain(a))", "B \(TranscriptVTT.plain(b))",
            "words that differ: user \(Self.percent(userShare)), agent \(Self.percent(agentShare));"
                + " e2e median A \(Self.time(medianA)), B \(Self.time(medianB))",
        ]
        for turn in turns {
            lines.append("turn \(turn.number)  \(Self.sides(turn))")
            if !turn.user.isEmpty { lines.append("  you    " + Self.marked(turn.user)) }
            if !turn.agent.isEmpty { lines.append("  agent  " + Self.marked(turn.agent)) }
            let (left, right) = (turn.a?.tools ?? [], turn.b?.tools ?? [])
            if left == right {
                for tool in left { lines.append("  tool   " + TranscriptVTT.plain(tool)) }
            } else {
                for tool in left { lines.append("  tool A " + TranscriptVTT.plain(tool)) }
                for tool in right { lines.append("  tool B " + TranscriptVTT.plain(tool)) }
            }
        }
        return lines
    }

    private static func sides(_ turn: Turn) -> String {
        let one = { (side: Side?) in
            side.map { "\($0.outcome ?? "not ended") \(time($0.e2eMs))" } ?? "no such turn"
        }
        let change = { () -> String in
            guard let a = turn.a?.e2eMs, let b = turn.b?.e2eMs else { return "" }
            return "  (\(b >= a ? "+" : "")\(ReplayPrinter.whole(b - a)) ms)"
        }
        return "A \(one(turn.a))  B \(one(turn.b))" + change()
    }

    private static func time(_ ms: Double?) -> String { ms.map { "\(ReplayPrinter.whole($0)) ms" } ?? "–" }
    private static func percent(_ share: Double) -> String { "\(ReplayPrinter.whole(share * 100)) %" }

    private static func marked(_ pieces: [Piece]) -> String {
        pieces.map { piece in
            let text = TranscriptVTT.plain(piece.text)
            return switch piece.kind {
            case .same: text
            case .removed: "[-\(text)-]"
            case .added: "{+\(text)+}"
            }
        }.joined(separator: " ")
    }
}

extension SessionDiff.Side {
    init(_ turn: ExportTurn) {
        self.init()
        outcome = turn.outcome?.rawValue
        e2eMs = turn.e2eMs.flatMap { $0.isFinite ? $0 : nil }
        provider = turn.provider
        tools = turn.calls.map { "\($0.name) \($0.arguments) \($0.outcome?.rawValue ?? "not ended")" }
    }
}
