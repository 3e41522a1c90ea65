import Core
import Studio
import Tools

/// The recorded sessions for the console's browser.
enum SessionShelves {
    /// Exports go to the working directory. A replay begins to play at once.
    static func library(folder: String, redaction: Redaction, speaker: (any ReplayOutput)?) -> StoredSessionLibrary {
        StoredSessionLibrary(
            StoredSessionLibrary.Options(folder: folder, exports: ".", mask: { redaction.apply($0) }) { replay in
                let client = ReplayClient(replay, now: .now(), output: speaker)
                return ReplayThread.start(client) ? client : nil
            })
    }
}

/// The engine's place when there is none: a screen for replays alone.
final class NoEngine: EngineClient {
    func send(_ command: Command) {}
    func subscribe(_ queue: EventQueue) {}
    func unsubscribe(_ queue: EventQueue) {}
    func meters(of session: SessionID) -> MeterSnapshot? { nil }
}
