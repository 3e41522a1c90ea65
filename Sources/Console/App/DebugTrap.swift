import Core

/// What `debug-trap` does: a mistake of ours as the runtime finds it. Tests of the exits end the program with it.
enum DebugTrap {
    /// Reads beyond the end of an array.
    static func spring() {
        let nothing: [MonotonicTime] = []
        if nothing[nothing.count] < .now() { spring() }
    }
}
