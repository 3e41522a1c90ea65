import Terminal

/// The Sessions view.
extension ActionTable {
    static let sessions: [Action] = []
}
