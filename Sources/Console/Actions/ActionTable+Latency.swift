import Terminal

/// The Latency view.
extension ActionTable {
    static let latency: [Action] = [
        Action(.slowestTurn, ["s"], in: [.latency], "slowest", "choose the slowest turn that counts"),
        Action(
            .budget, [], in: [.latency], "budget", "mark turns slower than this; without a number the usual one",
            argument: .text("seconds, as 0.8", required: false)),
    ]
}
