import Core

/// The one pacing timer of a listener: keeps the next deadline of every call in a wheel and wakes for the earliest.
/// Engine thread; allocates nothing per frame.
@EngineActor
final class AudioSocketPacing {
    let workspace = AudioSocketWorkspace()
    private let loop: any EngineLoop
    private var timer: (any PacingTimer)?
    private var wheel = PacingWheel()
    private var legs: [AudioSocketLeg?] = []
    private var free: [Int] = []
    private var armed: MonotonicTime?
    private var isFiring = false

    init(loop: any EngineLoop) {
        self.loop = loop
        timer = loop.makePacingTimer { [weak self] in self?.fire() }
    }

    var now: MonotonicTime { loop.now }

    /// Gives a call a place in the wheel.
    func add(_ leg: AudioSocketLeg) -> Int {
        let place = free.popLast() ?? legs.count
        if place == legs.count { legs.append(leg) } else { legs[place] = leg }
        return place
    }

    func remove(_ place: Int) {
        wheel.cancel(place)
        legs[place] = nil
        free.append(place)
    }

    /// Sets when the call at `place` is due next.
    func schedule(_ place: Int, at deadline: MonotonicTime) {
        wheel.schedule(place, at: deadline)
        if !isFiring { arm() }
    }

    /// Stops for good.
    func stop() {
        timer?.invalidate()
        timer = nil
    }

    private func fire() {
        armed = nil
        isFiring = true
        var now = loop.now
        // Bounded: a call catches up three frames at most, and what is then due is due at the next turn of the loop.
        for _ in 0..<4 where wheel.collect(now) {
            while let place = wheel.takeDue() {
                if let next = legs[place]?.pace(now) { wheel.schedule(place, at: next) }
            }
            now = loop.now
        }
        isFiring = false
        arm()
    }

    private func arm() {
        guard let earliest = wheel.earliest else { return }
        if let armed, armed <= earliest { return }
        armed = earliest
        timer?.arm(at: earliest)
    }
}
