/// The tool calls of a connection: each is reported once, answered once, and a response whose calls are all answered is
/// continued once (wire reference 1A.5: the server does not continue by itself).
struct ToolLedger: Equatable {
    private struct Group: Equatable {
        var response: String
        var open: Set<String> = []
        var isDone = false
        var continues = true
    }

    private var groups: [Group] = []
    private var seen: Set<String> = []
    private var names: [String: String] = [:]

    /// Calls without an answer.
    var openCount: Int { groups.reduce(0) { $0 + $1.open.count } }

    /// Remembers the name that an item announced for a call.
    mutating func announce(callID: String, name: String) { names[callID] = name }

    /// The announced name of a call.
    func name(of callID: String) -> String? { names[callID] }

    /// Adds a call of a response; false when it was known.
    mutating func add(_ callID: String, response: String) -> Bool {
        guard seen.insert(callID).inserted else { return false }
        if let index = groups.firstIndex(where: { $0.response == response && !$0.isDone }) {
            groups[index].open.insert(callID)
        } else {
            groups.append(Group(response: response, open: [callID]))
        }
        return true
    }

    /// Takes the answer to a call; false when there is no such open call.
    mutating func answer(_ callID: String) -> Bool {
        guard let index = groups.firstIndex(where: { $0.open.contains(callID) }) else { return false }
        groups[index].open.remove(callID)
        names[callID] = nil
        return true
    }

    /// The response is over. A cancelled one is not continued: what the user said instead brings the next answer.
    mutating func responseDone(_ response: String, continues: Bool) {
        for index in groups.indices where groups[index].response == response {
            groups[index].isDone = true
            groups[index].continues = continues
        }
    }

    /// The response failed and the vendor forgot its calls: nobody may answer them. Gives those that were open.
    mutating func drop(response: String) -> [String] {
        let gone = groups.filter { $0.response == response && !$0.isDone }
        groups.removeAll { $0.response == response && !$0.isDone }
        return gone.flatMap(\.open).sorted()
    }

    /// Whether a continuation is due now; asking settles it.
    mutating func takeContinuation() -> Bool {
        let isDue = groups.contains { $0.isDone && $0.open.isEmpty && $0.continues }
        groups.removeAll { $0.isDone && $0.open.isEmpty }
        return isDue
    }
}
