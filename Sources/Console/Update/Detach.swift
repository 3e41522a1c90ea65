import Core

extension ConsoleModel {
    /// Asks before everything ends, with what that is.
    mutating func askShutdown() {
        let live = book.liveSessions.count
        let what = live == 0 ? "" : live == 1 ? "1 conversation and " : "\(live) conversations and "
        overlay = .confirm(ConfirmState(question: "end \(what)the program?", action: .shutdown))
    }
}
