import Core

/// What one AudioSocket connection goes through: UUID awaited, identified, talking, draining, ended. Pure: frames and
/// the time go in, one action comes out.
struct AudioSocketCallMachine {
    enum State: Equatable {
        /// Connected; the UUID must come until the deadline.
        case awaitingIdentity(until: MonotonicTime)
        /// Identified, silence flows; the rate is known with the caller's first audio frame or assumed at the deadline.
        case awaitingAudio(until: MonotonicTime)
        /// The rate is known and the call announced.
        case talking
        /// We have hung up (0x00 sent, closing); whatever comes is ignored.
        case draining(SessionEnd)
        /// The connection is gone.
        case ended
    }

    /// What the connection's owner is to do.
    enum Action: Equatable {
        case nothing
        /// The call has a name: start the silence.
        case identified(CallUUID)
        /// Announce the call at this kind's rate: the caller's first frame shows it, or nothing came in time.
        case announce(AudioSocketKind)
        /// An audio payload of a call announced.
        case audio(AudioSocketKind)
        case digit(Character)
        /// Not a call: close.
        case refuse(AudioSocketRefusal)
        /// Send 0x00 and close in order.
        case hangUp(SessionEnd)
        /// The connection is over; tell the session.
        case ended(SessionEnd)
    }

    /// How long a peer may take to send its UUID.
    static let identityTimeout = Duration.seconds(2)
    /// How long a call waits for the caller's first audio before it is announced at 8 kHz: some calls never send any.
    static let announceTimeout = Duration.milliseconds(200)

    private(set) var state: State
    /// Frames that make no sense where they came: a second UUID, a digit that is none.
    private(set) var oddFrames = 0

    /// A connection accepted at `now`.
    init(acceptedAt now: MonotonicTime, identityTimeout: Duration = Self.identityTimeout) {
        state = .awaitingIdentity(until: now + identityTimeout)
    }

    /// The state's deadline, if it has one.
    var deadline: MonotonicTime? {
        switch state {
        case .awaitingIdentity(let until), .awaitingAudio(let until): until
        case .talking, .draining, .ended: nil
        }
    }

    /// A whole frame came.
    mutating func received(_ kind: AudioSocketKind, _ payload: Span<UInt8>, _ now: MonotonicTime) -> Action {
        switch state {
        case .awaitingIdentity: identify(kind, payload, now)
        case .awaitingAudio, .talking: talk(kind, payload)
        case .draining, .ended: .nothing
        }
    }

    /// What is known of a frame that has not come whole: a peer that is no Asterisk is told from its first bytes.
    mutating func pending(_ header: AudioSocketParser.Header?) -> Action {
        guard case .awaitingIdentity = state, let header else { return .nothing }
        let isIdentity = header.kind == AudioSocketKind.identity.rawValue && (header.length ?? 16) == 16
        return isIdentity ? .nothing : refuse(.badIdentity)
    }

    /// Frames of an unknown kind were skipped.
    mutating func skippedUnknown() -> Action {
        guard case .awaitingIdentity = state else { return .nothing }
        return refuse(.badIdentity)
    }

    /// Time has passed; acts when the deadline is over.
    mutating func tick(_ now: MonotonicTime) -> Action {
        guard let deadline, now >= deadline else { return .nothing }
        if case .awaitingIdentity = state { return refuse(.noIdentity) }
        state = .talking
        return .announce(.audio8k)
    }

    /// We end the call.
    mutating func hangUp(_ end: SessionEnd) -> Action {
        switch state {
        case .draining, .ended: return .nothing
        case .awaitingIdentity, .awaitingAudio, .talking:
            state = .draining(end)
            return .hangUp(end)
        }
    }

    /// The connection has gone. A reset is as normal an end as FIN: Asterisk's close() resets whenever audio of ours
    /// lies unread in its socket.
    mutating func closed(_ closure: TCPClosure) -> Action {
        defer { state = .ended }
        switch state {
        case .ended: return .nothing
        case .draining(let end): return .ended(end)
        case .awaitingIdentity, .awaitingAudio, .talking: return .ended(Self.end(closure))
        }
    }

    private mutating func identify(_ kind: AudioSocketKind, _ payload: Span<UInt8>, _ now: MonotonicTime) -> Action {
        guard kind == .identity, let uuid = CallUUID(payload) else { return refuse(.badIdentity) }
        guard !uuid.isNil else { return refuse(.nilIdentity) }
        state = .awaitingAudio(until: now + Self.announceTimeout)
        return .identified(uuid)
    }

    private mutating func talk(_ kind: AudioSocketKind, _ payload: Span<UInt8>) -> Action {
        switch kind {
        case .hangUp: return hangUp(SessionEnd(by: .caller, reason: "caller hung up"))
        case .error: return hangUp(SessionEnd(by: .caller, reason: Self.errorText(payload)))
        case .digit: return digit(payload)
        case .identity:
            oddFrames += 1
            return .nothing
        case .audio8k, .audio12k, .audio16k, .audio24k, .audio32k, .audio44k, .audio48k, .audio96k, .audio192k:
            return audio(kind, isEmpty: payload.isEmpty)
        }
    }

    /// Old releases send empty audio frames; they show nothing, not even the rate.
    private mutating func audio(_ kind: AudioSocketKind, isEmpty: Bool) -> Action {
        guard !isEmpty else { return .nothing }
        guard case .awaitingAudio = state else { return .audio(kind) }
        state = .talking
        return .announce(kind)
    }

    private mutating func digit(_ payload: Span<UInt8>) -> Action {
        guard payload.count == 1, let digit = Self.digit(payload[0]) else {
            oddFrames += 1
            return .nothing
        }
        return .digit(digit)
    }

    private mutating func refuse(_ why: AudioSocketRefusal) -> Action {
        state = .draining(SessionEnd(by: .system, reason: why.cause))
        return .refuse(why)
    }

    private static func digit(_ byte: UInt8) -> Character? {
        let upper = (0x61...0x64).contains(byte) ? byte - 0x20 : byte
        let known = (0x30...0x39).contains(upper) || (0x41...0x44).contains(upper) || upper == 0x2A || upper == 0x23
        return known ? Character(Unicode.Scalar(upper)) : nil
    }

    private static func errorText(_ payload: Span<UInt8>) -> String {
        guard !payload.isEmpty else { return "far end reported an error" }
        return "far end reported error 0x" + String(payload[0], radix: 16)
    }

    private static func end(_ closure: TCPClosure) -> SessionEnd {
        switch closure {
        case .remote, .reset: SessionEnd(by: .caller, reason: "caller hung up")
        case .local: SessionEnd(by: .system, reason: "closed")
        case .failed(let why): SessionEnd(by: .system, reason: "connection failed: \(why)")
        }
    }
}
