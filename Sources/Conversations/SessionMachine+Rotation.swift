import Core
import ProviderKit

/// Rotation: a vendor's time limit comes near, and a fresh connection of the same provider takes over between two turns.
///
/// ```
///  deadline − 15 s        − 6 s            − 4 s            − 2 s
///  ├ prepare in a quiet   ├ prepare now    ├ a last fresh   ├ take over whatever
///  │ moment; take over    │                │ start if the   │ is going on
///  │ in one               │                │ context is old │
/// ```
/// An operator's switch does not wait; this does, because nobody asked for it.
extension SessionMachine {
    /// Where a rotation of the active connection stands.
    struct Rotation: Equatable {
        /// When the vendor ends the connection.
        var deadline: MonotonicTime
        /// Not before this time: the last try failed.
        var notBefore: MonotonicTime?
    }

    /// Before the deadline: when a quiet moment is looked for.
    private static let lookout: Duration = .seconds(15)
    /// Before the deadline: preparing does not wait any longer.
    private static let prepares: Duration = .seconds(6)
    /// Before the deadline: the last fresh start for the sake of the context.
    private static let refreshes: Duration = .seconds(4)
    /// Before the deadline: taking over does not wait any longer.
    private static let takesOver: Duration = .seconds(2)
    /// Between tries to prepare.
    private static let retries: Duration = .seconds(3)
    /// The local detector heard speech this shortly ago: the vendor's may be about to say so.
    private static let speechSettles: Duration = .milliseconds(400)

    /// The vendor tells when it will end the active connection.
    mutating func expires(after: Duration) {
        active.deadline = now + after
        if rotation != nil {
            rotation?.deadline = now + after
        } else {
            act(.timer(.expiry, after: max(.seconds(1), after - Self.lookout)))
        }
    }

    /// The vendor's time limit comes near.
    mutating func rotate() {
        guard rotation == nil else { return }
        rotation = Rotation(deadline: active.deadline ?? now + Self.lookout)
        emit(.note(Note("\(active.provider) limits the length of a session: taking a fresh connection")))
    }

    /// Forgets the rotation: its connection is gone.
    mutating func endRotation() {
        rotation = nil
        act(.cancelTimer(.expiry))
        act(.cancelTimer(.rotation))
    }

    /// Something else takes the place of the active connection.
    mutating func abandonRotation() {
        endRotation()
        guard let old = standby, old.isRotation else { return }
        standby = nil
        act(.drop(old.slot))
    }

    /// Goes on with a rotation as far as the moment allows. Asked after every input while there is one.
    mutating func considerRotation(_ facts: some SessionFacts) {
        guard let rotation, farewell == nil, !ended, standby?.isRotation != false else { return }
        let left = rotation.deadline - now
        if let standby {
            guard standby.isReady else { return }
            if isBetweenTurns(facts) || !active.isReady || left <= Self.takesOver {
                return promote(facts, mayRefresh: left > Self.takesOver)
            }
            if left <= Self.refreshes, misses(standby) { return refreshStandby(facts) }
        } else if active.isReady, rotation.notBefore.map({ $0 <= now }) ?? true,
            isBetweenTurns(facts) || left <= Self.prepares
        {
            return prepareStandby(active.provider, facts, isRotation: true)
        }
        armRotation(rotation, left, facts)
    }

    /// Looks again at the next mark, or soon when only the last words of the user are too fresh.
    private mutating func armRotation(_ rotation: Rotation, _ left: Duration, _ facts: some SessionFacts) {
        var next = [Self.prepares, Self.refreshes, Self.takesOver].map { left - $0 }.filter { $0 > .zero }
        if let wait = rotation.notBefore, wait > now { next.append(wait - now) }
        if isQuiet(facts) { next.append(.milliseconds(100)) }
        guard let soonest = next.min() else { return }
        act(.timer(.rotation, after: soonest))
    }

    /// A connection for the rotation could not be had; it is tried again while there is time.
    mutating func rotationFailed(_ failure: ProviderFailure) {
        if case .fatal = failure.consequence { return endRotation() }
        rotation?.notBefore = now + Self.retries
    }

    /// Nobody speaks, nothing is being answered.
    private func isQuiet(_ facts: some SessionFacts) -> Bool {
        !isSpeaking(facts) && response == nil && !userSpeaking && !isAnswerPending && toolCalls.isEmpty
    }

    /// Quiet, and the user has been for a moment: no first syllable goes to a connection that is let go.
    private func isBetweenTurns(_ facts: some SessionFacts) -> Bool {
        isQuiet(facts) && facts.lastSpeech.map { now - $0 >= Self.speechSettles } ?? true
    }
}
