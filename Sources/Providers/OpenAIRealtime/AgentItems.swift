import ProviderKit

/// The agent's items of a connection: how much audio of each came, and what must be told the vendor when one is cut.
struct AgentItems {
    /// One item.
    struct Item {
        let id: String
        /// The id's bytes, compared with the wire on the hot path.
        let bytes: [UInt8]
        let handle: ItemHandle
        let response: String?
        /// Index of the audio part, for truncation.
        var contentIndex = 0
        /// Samples received.
        var samples = 0
        /// First byte of a sample whose second byte has not come.
        var carry: UInt8?
        /// Cut, truncated or deleted: what still comes is dropped.
        var isCut = false
        /// The vendor was told of the cut.
        var isTold = false
        var isPlayedOut = false
        var hasEnded = false
    }

    /// What to tell the vendor of a cut item.
    enum Correction: Equatable {
        case truncate(item: String, contentIndex: Int, heardMs: Int)
        case delete(item: String)
    }

    private(set) var all: [Item] = []
    private var droppedResponses: Set<String> = []
    private let rate: Int

    /// No items; audio comes at `rate`.
    init(rate: Int) { self.rate = rate }

    /// Index of the item with this id, newest first.
    func index(of id: String) -> Int? { all.lastIndex { $0.id == id } }

    /// Index of one of the newest items by the bytes of its id; no allocation.
    func recent(_ bytes: UnsafeBufferPointer<UInt8>) -> Int? {
        var index = all.count - 1
        let end = max(0, all.count - 4)
        while index >= end {
            if Self.equal(all[index].bytes, bytes) { return index }
            index -= 1
        }
        return nil
    }

    private static func equal(_ a: [UInt8], _ b: UnsafeBufferPointer<UInt8>) -> Bool {
        guard a.count == b.count else { return false }
        for i in 0..<a.count where a[i] != b[i] { return false }
        return true
    }

    /// Adds an item. One of a dropped response is dropped from the start.
    mutating func add(_ id: String, handle: ItemHandle, response: String?) -> Int {
        var item = Item(id: id, bytes: Array(id.utf8), handle: handle, response: response)
        item.isCut = response.map(droppedResponses.contains) ?? false
        all.append(item)
        return all.count - 1
    }

    /// Counts samples of an item.
    mutating func received(_ index: Int, samples: Int) { all[index].samples += samples }

    /// Keeps half a sample for the item's next audio.
    mutating func setCarry(_ index: Int, _ carry: UInt8?) { all[index].carry = carry }

    /// Where the audio stands in the item's content.
    mutating func setContentIndex(_ index: Int, _ contentIndex: Int) { all[index].contentIndex = contentIndex }

    /// All audio of an item came; false when that was known.
    mutating func end(_ index: Int) -> Bool {
        defer { all[index].hasEnded = true }
        return !all[index].hasEnded
    }

    /// The listener heard an item to its end.
    mutating func playedOut(_ id: String) { if let index = index(of: id) { all[index].isPlayedOut = true } }

    /// Drops everything that still comes of a response.
    mutating func drop(response: String) {
        droppedResponses.insert(response)
        for index in all.indices where all[index].response == response && !all[index].isPlayedOut {
            all[index].isCut = true
        }
    }

    /// Cuts the item at `start` after `heardMs`, and whatever of the items up to `end` was not heard behind it.
    mutating func cut(from start: Int, heardMs: Int, upTo end: Int) -> [Correction] {
        var corrections: [Correction] = []
        for index in start..<max(start + 1, min(end, all.count)) {
            let heard = index == start ? heardMs : 0
            if let correction = cut(index, heardMs: heard) { corrections.append(correction) }
        }
        return corrections
    }

    /// Never beyond what came (1A.9 no. 1); an item that was not heard at all is deleted (no. 2).
    private mutating func cut(_ index: Int, heardMs: Int) -> Correction? {
        let item = all[index]
        let receivedMs = item.samples * 1000 / rate
        guard !item.isPlayedOut, !item.isTold else { return nil }
        all[index].isCut = true
        all[index].isTold = true
        let heard = min(heardMs, receivedMs)
        guard heard > 0 else { return .delete(item: item.id) }
        return .truncate(item: item.id, contentIndex: item.contentIndex, heardMs: heard)
    }
}
