/// What the user said, item by item. Transcripts come late and in any order (wire reference 1A.9 no. 10): the item's id
/// decides, never the order of arrival.
struct UserTranscripts: Equatable {
    /// Most items remembered; the oldest are forgotten first.
    static let capacity = 256

    private struct Item: Equatable {
        let id: String
        var text = ""
        var isKnown = false
        var isFinal = false
    }

    private var items: [Item] = []

    private mutating func index(of id: String) -> Int {
        if let found = items.lastIndex(where: { $0.id == id }) { return found }
        if items.count >= Self.capacity { items.removeFirst() }
        items.append(Item(id: id))
        return items.count - 1
    }

    /// The vendor told of a user item; gives its text when words of it came before.
    mutating func know(_ id: String) -> String? {
        let at = index(of: id)
        guard !items[at].isKnown else { return nil }
        items[at].isKnown = true
        return items[at].text.isEmpty || items[at].isFinal ? nil : items[at].text
    }

    /// More words; gives the whole text so far, or nil while the item is not known or when it is final.
    mutating func add(_ id: String, _ delta: String) -> String? {
        let at = index(of: id)
        guard !items[at].isFinal, items[at].text.utf8.count < 1 << 16 else { return nil }
        items[at].text += delta
        return items[at].isKnown ? items[at].text : nil
    }

    /// The whole text so far; gives it, or nil while the item is not known or when it is final.
    mutating func replace(_ id: String, _ text: String) -> String? {
        let at = index(of: id)
        guard !items[at].isFinal, text.utf8.count < 1 << 16 else { return nil }
        items[at].text = text
        return items[at].isKnown && !text.isEmpty ? text : nil
    }

    /// The final text; nil when it was final already.
    mutating func finish(_ id: String, _ text: String?) -> String? {
        let at = index(of: id)
        guard !items[at].isFinal else { return nil }
        items[at].isFinal = true
        items[at].isKnown = true
        if let text { items[at].text = text }
        return items[at].text
    }
}
