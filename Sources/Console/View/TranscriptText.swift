import Core
import Terminal

/// A conversation as plain text, for the clipboard.
enum TranscriptText {
    static func plain(_ session: SessionModel) -> String {
        var text = ""
        for block in session.transcript.blocks {
            if block.turn > 0 { text += "turn \(block.turn)  \(block.wall.localClock)\n" }
            for entry in block.entries { text += line(entry, session) + "\n" }
        }
        return text
    }

    private static func line(_ entry: TurnBlock.Entry, _ session: SessionModel) -> String {
        let text = SafeText(entry.text).string
        switch entry {
        case .user: return (session.isCall ? "caller: " : "you: ") + text
        case .typed: return "you (typed): " + text
        case .agent(let said):
            let words = said.heardWords
            return "agent: " + text
                + (said.playing == .cut ? "  [cut: \(words.heard) of \(words.total) words heard]" : "")
        case .tool: return "tool: " + text
        case .marker: return "-- " + text
        }
    }
}
