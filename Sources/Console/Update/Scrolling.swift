import Core
import Terminal

extension ConsoleModel {
    mutating func runScroll(_ id: ActionID) {
        switch focusedPane {
        case .latency, .waterfall, .history: chooseTurn(id)
        case .events: moveEvent(id)
        case .callList: moveCall(id)
        case .tools: scrollPane(.tools, id, count: shown?.tools.count ?? 0)
        case .newestEvents: scrollPane(.newestEvents, id, count: book.events.count { !$0.event.isDelta })
        default: scrollTranscript(id)
        }
    }

    private var page: Int { max(1, ConsoleLayout(self).transcript.height - 1) }

    private mutating func scrollTranscript(_ id: ActionID) {
        guard let session = shown else { return }
        switch id {
        case .lineUp: moveTranscript(session, -1)
        case .lineDown: moveTranscript(session, 1)
        case .pageUp: moveTranscript(session, -page)
        case .pageDown: moveTranscript(session, page)
        case .toTop: scroll = ScrollAnchor(block: 0, line: 0, entriesSeen: session.transcript.entryCount)
        default: scroll = nil
        }
    }

    /// Moves the first line shown; back at the end the screen follows again.
    private mutating func moveTranscript(_ session: SessionModel, _ step: Int) {
        let layout = TranscriptLayout(self, session, width: ConsoleLayout(self).transcript.width - 1)
        let height = ConsoleLayout(self).transcript.height
        let window = TranscriptWindow(session.transcript, layout)
        let end = window.anchorAtEnd(height: height)
        let from = scroll ?? ScrollAnchor(block: end.block, line: end.line, entriesSeen: session.transcript.entryCount)
        var to = window.moved(from, by: step)
        to.entriesSeen = from.entriesSeen
        scroll = (to.block, to.line) >= (end.block, end.line) ? nil : to
    }

    // MARK: - Search

    mutating func find(_ query: String) {
        guard !query.isEmpty, let session = shown else {
            search = nil
            return
        }
        let blocks = session.transcript.blocks.indices.filter { index in
            session.transcript.blocks[index].entries.contains { $0.text.contains(ignoringCase: query) }
        }
        search = SearchState(query: query, blocks: blocks, current: max(0, blocks.count - 1))
        guard !blocks.isEmpty else {
            say("no match for \(query)", .warning)
            return
        }
        view = .talk
        showMatch(session)
    }

    mutating func stepSearch(_ step: Int) {
        guard let session = shown, var found = search, !found.blocks.isEmpty else { return }
        found.current = (found.current + step + found.blocks.count) % found.blocks.count
        search = found
        showMatch(session)
    }

    private mutating func showMatch(_ session: SessionModel) {
        guard let found = search, found.blocks.indices.contains(found.current) else { return }
        say("match \(found.current + 1)/\(found.blocks.count)  \(key(.searchNext)) next, \(key(.searchPrevious)) previous")
        scroll = ScrollAnchor(
            block: found.blocks[found.current], line: 0, entriesSeen: session.transcript.entryCount)
    }
}

extension TurnBlock.Entry {
    /// Its words, for search and copy.
    var text: String {
        switch self {
        case .user(let said): said.text
        case .typed(let text): text
        case .agent(let said): said.text
        case .tool(let call): call.name + " " + call.arguments + " " + call.output
        case .marker(let marker): marker.text
        }
    }
}

/// The lines of a transcript that a height shows, computed from a place in it.
struct TranscriptWindow {
    private let blocks: [TurnBlock]
    private let layout: TranscriptLayout

    init(_ transcript: Transcript, _ layout: TranscriptLayout) {
        blocks = transcript.blocks
        self.layout = layout
    }

    /// The place whose window ends with the newest line.
    func anchorAtEnd(height: Int) -> (block: Int, line: Int) {
        var missing = height
        for index in blocks.indices.reversed() {
            let count = layout.lines(blocks[index]).count
            if count >= missing { return (index, count - missing) }
            missing -= count
        }
        return (0, 0)
    }

    /// A place so many lines further on (or back), within the transcript.
    func moved(_ anchor: ScrollAnchor, by step: Int) -> ScrollAnchor {
        var to = anchor
        to.block = min(max(0, to.block), max(0, blocks.count - 1))
        to.line += step
        while to.line < 0, to.block > 0 {
            to.block -= 1
            to.line += layout.lines(blocks[to.block]).count
        }
        while to.block < blocks.count - 1, to.line >= layout.lines(blocks[to.block]).count {
            to.line -= layout.lines(blocks[to.block]).count
            to.block += 1
        }
        to.line = max(0, to.line)
        return to
    }

    /// Lines from a place on, as many as fit.
    func lines(from block: Int, _ line: Int, height: Int) -> [[TextRun]] {
        var result: [[TextRun]] = []
        var index = max(0, block)
        var skip = max(0, line)
        while index < blocks.count, result.count < height {
            let all = layout.lines(blocks[index])
            result += all.dropFirst(skip)
            skip = max(0, skip - all.count)
            index += 1
        }
        return Array(result.prefix(height))
    }
}
