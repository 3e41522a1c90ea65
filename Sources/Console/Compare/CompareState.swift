import Core

/// The Compare view's state.
struct CompareState: Sendable, Equatable {
    /// Whether the program can compare at all (an attached or replayed console cannot).
    var isPossible = false
    var snapshot: CompareSnapshot?
    /// Conversations with each provider.
    var runs = 3
    var selected = 0
    /// Which of the differences is shown.
    var difference = 0
    var playing: Int?
    var blind: BlindListening?

    static let mostRuns = 20

    /// The column under the cursor.
    var column: CompareSnapshot.Column? {
        guard let columns = snapshot?.columns, columns.indices.contains(selected) else { return nil }
        return columns[selected]
    }

    mutating func take(_ new: CompareSnapshot) {
        snapshot = new
        selected = min(selected, max(0, new.columns.count - 1))
        difference = min(difference, max(0, new.differences.count - 1))
        // Who came or went changes who stands behind a number.
        if let blind, !blind.fits(new) { self.blind = nil }
    }
}

/// Listening without names: answers in an order drawn anew for each round, votes by number, names when revealed.
struct BlindListening: Sendable, Equatable {
    static let mostAnswers = 3

    let seed: UInt64
    /// Places of the columns that can be heard.
    let columns: [Int]
    private(set) var round = 1
    /// What stands behind 1, 2, 3 in this round.
    private(set) var order: [Int]
    private(set) var votes: [Int: Int] = [:]
    /// Which number was played last, from 0.
    private(set) var current: Int?
    private(set) var isRevealed = false

    /// Nil when there are not two answers to listen to.
    init?(_ snapshot: CompareSnapshot, seed: UInt64) {
        let audible = snapshot.columns.indices.filter { snapshot.columns[$0].canPlay }
        guard audible.count >= 2 else { return nil }
        self.seed = seed
        columns = Array(audible.prefix(Self.mostAnswers))
        order = Self.shuffled(columns, seed, round: 1)
    }

    /// Fisher-Yates over SplitMix64: the seed and the round give the order.
    private static func shuffled(_ items: [Int], _ seed: UInt64, round: Int) -> [Int] {
        var state = seed &+ UInt64(round) &* 0x9E37_79B9_7F4A_7C15
        func next() -> UInt64 {
            state = state &+ 0x9E37_79B9_7F4A_7C15
            var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return mixed ^ (mixed >> 31)
        }
        var items = items
        for index in items.indices.dropFirst().reversed() { items.swapAt(index, Int(next() % UInt64(index + 1))) }
        return items
    }

    func fits(_ snapshot: CompareSnapshot) -> Bool {
        columns.allSatisfy { snapshot.columns.indices.contains($0) && snapshot.columns[$0].canPlay }
    }

    /// The next answer to play.
    mutating func advance() -> Int {
        let next = current.map { ($0 + 1) % order.count } ?? 0
        current = next
        return order[next]
    }

    /// Votes for a number (from 0) and begins the next round; the column voted for, or nil when there is no such number.
    mutating func vote(_ number: Int) -> Int? {
        guard order.indices.contains(number), !isRevealed else { return nil }
        let column = order[number]
        votes[column, default: 0] += 1
        round += 1
        order = Self.shuffled(columns, seed, round: round)
        current = nil
        return column
    }

    mutating func reveal() { isRevealed = true }
    var total: Int { votes.values.reduce(0, +) }
}
