import Core
import Terminal

/// A conversation as plain text, for the clipboard.
enum TranscriptText {
    /// What a terminal's clipboard takes, in bytes before they are encoded.
    static let limit = 56_000

    /// The newest turns that fit, oldest first, and how many; of a turn that is too long its end.
    static func newest(_ blocks: [TurnBlock], _ session: SessionModel) -> (text: String, turns: Int) {
        var texts: [String] = []
        var room = limit
        for block in blocks.reversed() {
            let text = plain(block, session)
            guard text.utf8.count <= room else {
                if texts.isEmpty { texts.append(String(decoding: Array(text.utf8.suffix(room)), as: UTF8.self)) }
                break
            }
            texts.append(text)
            room -= text.utf8.count
        }
        return (texts.reversed().joined(), texts.count)
    }

    private static func plain(_ block: TurnBlock, _ session: SessionModel) -> String {
        var text = block.turn > 0 ? "turn \(block.turn)  \(block.wall.localClock)\n" : ""
        for entry in block.entries { text += line(entry, session) + "\n" }
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
