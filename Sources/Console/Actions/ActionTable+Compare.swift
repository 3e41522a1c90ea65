import Terminal

/// The Compare view.
extension ActionTable {
    static let compare: [Action] = []
}
