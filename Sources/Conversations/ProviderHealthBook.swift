import Core

/// Folds what sessions tell of their providers into the health of each. A value of the engine.
struct ProviderHealthBook {
    /// Connect times kept of each.
    static let window = 100

    private(set) var all: [ProviderHealth] = []
    private var times: [String: [Double]] = [:]

    /// Takes a change of state; false when it says nothing of health.
    mutating func take(_ change: ProviderChange, at wall: WallTime) -> Bool {
        switch change.state {
        case .ready:
            update(change.provider) { health in
                health.isReachable = true
                health.connects += 1
            }
            if let ms = change.connectMs { add(ms, change.provider) }
        case .failed, .reconnecting:
            update(change.provider) { health in
                health.isReachable = false
                health.failures += 1
                health.lastError = change.reason ?? health.lastError
                health.lastErrorAt = wall
            }
        default: return false
        }
        return true
    }

    private mutating func update(_ name: String, _ change: (inout ProviderHealth) -> Void) {
        if let index = all.firstIndex(where: { $0.name == name }) { return change(&all[index]) }
        var health = ProviderHealth(name: name)
        change(&health)
        all.append(health)
    }

    private mutating func add(_ ms: Double, _ name: String) {
        var kept = times[name] ?? []
        if kept.count >= Self.window { kept.removeFirst() }
        kept.append(ms)
        times[name] = kept
        let median = kept.sorted()[kept.count / 2]
        update(name) { $0.connectP50Ms = median }
    }
}
