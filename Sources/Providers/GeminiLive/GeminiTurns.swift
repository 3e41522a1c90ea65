/// Whose turn it is, from a stream that names neither responses nor items (wire reference 2.4 and 2.8 no. 6 to 9).
///
/// ```
///            model output                generationComplete               turnComplete
///  idle ───────────────────▶ active ────────────────────────▶ generated ──────────────▶ idle
///                              │ interrupted, or cut by us        │
///                              ╰──────────▶ cut ◀─────────────────╯ ── turnComplete ──▶ idle
/// ```
struct GeminiTurns: Equatable {
    /// What the vendor is doing.
    enum Phase: Equatable {
        case idle
        /// Generating.
        case active
        /// Generated to its end; audio that still comes is late.
        case generated
        /// Interrupted; what still comes is dropped.
        case cut
    }

    /// What the user said in one turn.
    struct UserItem: Equatable {
        let id: String
        var text = ""
        /// The session was told that the user began.
        var isTold = false
        /// The model has begun to answer it.
        var isCommitted = false
        /// The answer's turn is over.
        var isClosed = false
    }

    private let prefix: String
    private var number = 0
    var phase = Phase.idle
    private(set) var response = ""
    private(set) var item = ""
    var user: UserItem?
    /// Text of the agent's item so far.
    var text = ""
    /// Text that came before its audio.
    var early = ""
    var hasAudio = false

    /// Nothing said. `prefix` makes ids unique beyond this connection.
    init(prefix: String) { self.prefix = prefix }

    private mutating func id(_ kind: String) -> String { "\(prefix)-\(kind)\(number)" }

    /// A response begins; its ids are in `response` and `item`.
    mutating func begin() {
        number += 1
        phase = .active
        response = id("response")
        item = id("agent")
        text = ""
        hasAudio = false
    }

    /// A user turn begins; the one that was not answered yet goes on instead.
    mutating func beginUser() {
        if let user, !user.isCommitted { return }
        number += 1
        user = UserItem(id: id("user"))
    }

    /// Whether words that come now belong to a new user turn. Words are late when an answered turn has none yet, and belong to the turn
    /// under way while its answer is.
    var wordsBeginATurn: Bool {
        guard let user else { return true }
        return user.isClosed && !user.text.isEmpty
    }

    /// A call whose id the vendor left out.
    mutating func callID() -> String {
        number += 1
        return id("call")
    }
}
