/// Lets one response through at a time: the vendor refuses a second one while one runs (wire reference 1A.9 no. 3), so
/// the vendor counts as busy from the moment a request is sent, or from the moment it will answer by itself.
struct ResponseGate: Equatable {
    /// A response that is wanted.
    enum Want: Equatable {
        /// Answer the conversation as it stands.
        case answer
        /// Answer with extra instructions for this response.
        case instructed(String)
        /// Say a text.
        case say(String)
    }

    /// What the vendor is doing.
    enum Phase: Equatable {
        case idle
        /// Asked for with this event id; not confirmed.
        case requested(Want, eventID: String)
        /// The user's turn has ended and the vendor will answer by itself.
        case expected
        /// Running; the id is nil when only the vendor's refusal told of it.
        case active(id: String?)
    }

    private(set) var phase = Phase.idle
    private(set) var queue: [Want] = []
    private var number = 0
    private var lastDone: String?

    /// Longest queue; more wants than this are dropped, oldest first.
    static let capacity = 16

    /// Whether a response runs or is about to.
    var isBusy: Bool { phase != .idle }

    /// Id of the running response, when known.
    var activeID: String? { if case .active(let id) = phase { id } else { nil } }

    /// Wants a response; it waits in the queue while the vendor is busy. The same plain answer is wanted once only.
    mutating func want(_ want: Want) {
        guard want != .answer || !queue.contains(.answer) else { return }
        queue.append(want)
        if queue.count > Self.capacity { queue.removeFirst() }
    }

    /// What to send now, with its event id; nil while the vendor is busy or nothing is wanted.
    mutating func next() -> (want: Want, eventID: String)? {
        guard phase == .idle, !queue.isEmpty else { return nil }
        number += 1
        let want = queue.removeFirst()
        let eventID = "response_\(number)"
        phase = .requested(want, eventID: eventID)
        return (want, eventID)
    }

    /// The vendor will answer by itself.
    mutating func expect() { if phase == .idle { phase = .expected } }

    /// `response.created`. One that the vendor began by itself answers all that was waiting for a plain answer.
    mutating func created(_ id: String?) {
        if phase == .expected { queue.removeAll { $0 == .answer } }
        phase = .active(id: id)
    }

    /// What a `response.done` is about.
    enum Done: Equatable {
        /// The response that ran, or was asked for.
        case current
        /// One that was never announced.
        case unannounced
        /// Nothing that is not known already.
        case repeated
    }

    /// `response.done`. It may come without `response.created` (1A.9 no. 6).
    mutating func done(_ id: String?) -> Done {
        guard id == nil || id != lastDone else { return .repeated }
        switch phase {
        case .active(let running) where id == nil || running == nil || id == running: phase = .idle
        case .requested where id != nil, .expected where id != nil: phase = .idle
        default: return .unannounced
        }
        lastDone = id
        return .current
    }

    /// The vendor says that one runs already: what was asked for waits for its end.
    mutating func refusedAsBusy() {
        if case .requested(let want, _) = phase { queue.insert(want, at: 0) }
        if case .active = phase { return }
        phase = .active(id: nil)
    }

    /// The vendor refused the request with this event id for another reason; true when it was the one under way.
    mutating func refused(eventID: String?) -> Bool {
        guard case .requested(_, let own) = phase, own == eventID else { return false }
        phase = .idle
        return true
    }

    /// Nothing came of a request or expectation in a long time; true when there was one.
    mutating func giveUpWaiting() -> Bool {
        switch phase {
        case .requested, .expected:
            phase = .idle
            return true
        case .idle, .active: return false
        }
    }

    /// Forgets what was to be said; plain answers stay wanted.
    mutating func dropSpeeches() { queue.removeAll { $0 != .answer } }
}
