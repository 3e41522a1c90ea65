import Core
import Terminal

extension ConsoleModel {
    /// Scrolls a pane, the focused one unless another is named.
    mutating func runScroll(_ id: ActionID, in pane: Pane? = nil) {
        switch pane ?? focusedPane {
        case .latency, .waterfall, .history: chooseTurn(id)
        case .events: moveEvent(id)
        case .callList, .calls: moveCall(id)
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

    /// Lines of the transcript as the screen shows them.
    func transcriptLayout(_ session: SessionModel) -> TranscriptLayout {
        TranscriptLayout(self, session, width: ConsoleLayout(self).transcript.width - 1)
    }

    /// Moves the first line shown; back at the end the screen follows again.
    private mutating func moveTranscript(_ session: SessionModel, _ step: Int) {
        let height = ConsoleLayout(self).transcript.height
        let window = TranscriptWindow(session.transcript, transcriptLayout(session))
        let end = window.anchorAtEnd(height: height)
        let from = scroll ?? ScrollAnchor(block: end.block, line: end.line, entriesSeen: session.transcript.entryCount)
        var to = window.moved(from, by: step)
        to.entriesSeen = from.entriesSeen
        scroll = (to.block, to.line) >= (end.block, end.line) ? nil : to
    }

    /// Takes records without moving what is read: text that comes in above the first line shown pushes nothing.
    mutating func keepingPlace(_ change: (inout ConsoleModel) -> Void) {
        guard let anchor = scroll, let session = shown, let block = session.transcript.block(number: anchor.block),
            let place = transcriptLayout(session).entry(atLine: anchor.line, in: block)
        else { return change(&self) }
        change(&self)
        guard scroll == anchor, let session = shown, let block = session.transcript.block(number: anchor.block),
            block.numbers.contains(place.number)
        else { return }
        let line = transcriptLayout(session).start(of: place.number, in: block) + place.line
        scroll?.line = line
    }

    // MARK: - Search

    mutating func find(_ query: String) {
        guard !query.isEmpty, let session = shown else {
            search = nil
            return
        }
        search = SearchState(query: query, places: places(of: query, session), current: 0)
        guard search?.places.isEmpty == false else {
            say("no match for \(query)", .warning)
            return
        }
        view = .talk
        showMatch(session)
    }

    mutating func stepSearch(_ step: Int) {
        guard let session = shown, var found = search else { return }
        // What was said meanwhile is found too.
        let here = found.match
        found.places = places(of: found.query, session)
        guard !found.places.isEmpty else { return say("no match for \(found.query)", .warning) }
        let at = here.flatMap { found.places.firstIndex(of: $0) } ?? found.current
        found.current = (at + step + found.places.count) % found.places.count
        search = found
        showMatch(session)
    }

    private func places(of query: String, _ session: SessionModel) -> [SearchState.Place] {
        let transcript = session.transcript
        return transcript.blocks.enumerated().flatMap { index, block in
            zip(block.entries, block.numbers).compactMap { entry, number in
                entry.text.contains(ignoringCase: query)
                    ? SearchState.Place(block: transcript.firstBlock + index, entry: number) : nil
            }
        }
    }

    private mutating func showMatch(_ session: SessionModel) {
        guard let found = search, let match = found.match, let block = session.transcript.block(number: match.block)
        else { return }
        if paneState.isZoomed || focusedPane != .conversation { focus(.conversation) }
        say(
            "match \(found.current + 1)/\(found.places.count)  \(key(.searchNext)) next, \(key(.searchPrevious)) previous,"
                + " \(key(.closeCall)) clears")
        let start = transcriptLayout(session).start(of: match.entry, in: block)
        let end = TranscriptWindow(session.transcript, transcriptLayout(session))
            .anchorAtEnd(height: ConsoleLayout(self).transcript.height)
        let line = start > 1 ? start : 0
        // What the newest lines show already needs no scrolling.
        guard (match.block, start) < (end.block, end.line) else { return scroll = nil }
        scroll = ScrollAnchor(block: match.block, line: line, entriesSeen: session.transcript.entryCount)
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

/// The lines of a transcript that a height shows, computed from a place in it. Blocks are named by their number.
struct TranscriptWindow {
    private let blocks: [TurnBlock]
    private let first: Int
    private let layout: TranscriptLayout

    init(_ transcript: Transcript, _ layout: TranscriptLayout) {
        blocks = transcript.blocks
        first = transcript.firstBlock
        self.layout = layout
    }

    /// The place whose window ends with the newest line.
    func anchorAtEnd(height: Int) -> (block: Int, line: Int) {
        var missing = height
        for index in blocks.indices.reversed() {
            let count = layout.lines(blocks[index]).count
            if count >= missing { return (first + index, count - missing) }
            missing -= count
        }
        return (first, 0)
    }

    /// A place so many lines further on (or back), within the transcript.
    func moved(_ anchor: ScrollAnchor, by step: Int) -> ScrollAnchor {
        var to = anchor
        var index = min(max(0, to.block - first), max(0, blocks.count - 1))
        to.line += step
        while to.line < 0, index > 0 {
            index -= 1
            to.line += layout.lines(blocks[index]).count
        }
        while index < blocks.count - 1, to.line >= layout.lines(blocks[index]).count {
            to.line -= layout.lines(blocks[index]).count
            index += 1
        }
        to.line = max(0, to.line)
        to.block = first + index
        return to
    }

    /// Lines from a place on, as many as fit.
    func lines(from block: Int, _ line: Int, height: Int) -> [[TextRun]] {
        var result: [[TextRun]] = []
        var index = max(0, block - first)
        // A place that is not kept any more becomes the first that is.
        var skip = block < first ? 0 : max(0, line)
        while index < blocks.count, result.count < height {
            let all = layout.lines(blocks[index])
            result += all.dropFirst(skip)
            skip = max(0, skip - all.count)
            index += 1
        }
        return Array(result.prefix(height))
    }
}
