/// The tool calls of a connection: each is told once and answered once, a withdrawn one never.
struct OpenCalls {
    private var seen: Set<String> = []
    private var open: [String: String] = [:]

    /// Takes a call of this tool; false when it was known.
    mutating func add(_ id: String, name: String) -> Bool {
        guard !id.isEmpty, !name.isEmpty, seen.insert(id).inserted else { return false }
        open[id] = name
        return true
    }

    /// Settles a call; gives its tool's name, or nil when there is no such open call.
    mutating func settle(_ id: String) -> String? { open.removeValue(forKey: id) }
}
