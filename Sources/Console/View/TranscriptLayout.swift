import Core
import Terminal

/// Turns a transcript into lines of a width. Lays out one turn at a time, so that a long conversation costs no more
/// than the screen shows.
struct TranscriptLayout {
    /// Columns before the text: a blank, the speaker, a blank.
    static let indent = 8

    let width: Int
    let glyphs: Glyphs
    let strike: Bool
    let isCall: Bool
    /// No audio: what the agent wrote counts as heard.
    let isText: Bool
    let spaced: Bool
    let expandsTools: Bool
    let query: String
    /// The entry that the search is at.
    let match: Int?
    let budgetMs: Double
    let times: TimeLabels

    init(_ model: ConsoleModel, _ session: SessionModel, width: Int) {
        self.width = max(20, width)
        glyphs = model.appearance.glyphs
        strike = model.appearance.strike
        isCall = session.isCall
        isText = session.start?.leg == .text
        spaced = model.size.height >= 30
        expandsTools = model.toolsExpanded
        query = model.search?.query ?? ""
        match = model.search?.match?.entry
        times = TimeLabels(model.timeStyle, session)
        budgetMs = model.budgetMs
    }

    /// The lines of one turn, its heading first.
    func lines(_ block: TurnBlock) -> [[TextRun]] {
        var lines: [[TextRun]] = []
        if block.turn > 0 { lines.append(heading(block)) }
        for (index, entry) in block.entries.enumerated() {
            let isMatch = match != nil && block.numbers[index] == match
            let own = self.lines(entry, block)
            lines += query.isEmpty ? own : own.map { highlight($0, isMatch: isMatch) }
        }
        if spaced { lines.append([]) }
        return lines
    }

    /// The line of its block at which an entry begins; the end of the block for one that is not there.
    func start(of number: Int, in block: TurnBlock) -> Int {
        let index = block.numbers.firstIndex(of: number) ?? block.entries.count
        return (block.turn > 0 ? 1 : 0) + block.entries[..<index].reduce(0) { $0 + lines($1, block).count }
    }

    /// The entry that a line of a block belongs to, and the line within it; nil in the heading.
    func entry(atLine line: Int, in block: TurnBlock) -> (number: Int, line: Int)? {
        var rest = line - (block.turn > 0 ? 1 : 0)
        guard rest >= 0 else { return nil }
        for (index, entry) in block.entries.enumerated() {
            let count = lines(entry, block).count
            if rest < count { return (block.numbers[index], rest) }
            rest -= count
        }
        return nil
    }

    private func heading(_ block: TurnBlock) -> [TextRun] {
        var runs = [
            TextRun("turn \(block.turn)", Style(.title)), TextRun(SafeText("  " + times.label(block)), Style(.dim)),
        ]
        if block.trigger == .greeting { runs.append(TextRun("  greeting", Style(.dim))) }
        guard let report = block.report else { return runs }
        if let e2e = report.e2eMs {
            let slow = e2e > budgetMs
            runs.append(TextRun("  "))
            runs.append(TextRun("\(Format.seconds(e2e))\(slow ? " !" : "")", Style(slow ? .warning : .text)))
        }
        if report.outcome != .completed {
            runs.append(TextRun("  "))
            runs.append(TextRun(SafeText(report.outcome.words), Style(report.outcome.role)))
        }
        return runs
    }

    private func lines(_ entry: TurnBlock.Entry, _ block: TurnBlock) -> [[TextRun]] {
        switch entry {
        case .user(let said): userLines(said)
        case .typed(let text):
            speech("you", .you, [TextRun(SafeText(text)), TextRun("  (typed)", Style(.dim))])
        case .agent(let said): agentLines(said)
        case .tool(let call): toolLines(call)
        case .marker(let marker): markerLines(marker, block)
        }
    }

    private func speech(_ speaker: SafeText, _ role: Role, _ runs: [TextRun]) -> [[TextRun]] {
        TextLayout.wrap(runs, width: width - Self.indent).enumerated().map { index, line in
            let label: SafeText = index == 0 ? " " + speaker.padded(to: Self.indent - 1) : SafeText("        ")
            return [TextRun(label, Style(role))] + line
        }
    }

    private func indented(_ runs: [TextRun]) -> [[TextRun]] {
        TextLayout.wrap(runs, width: width - Self.indent).map { [TextRun("        ")] + $0 }
    }

    private func userLines(_ said: UserEntry) -> [[TextRun]] {
        var runs = [TextRun(SafeText(said.text), Style(said.isFinal ? .text : .partial))]
        if !said.isFinal {
            runs.append(TextRun(glyphs.caret, Style(.partial)))
            let note = said.revisions > 0 ? "  (partial, rev \(said.revisions))" : "  (partial)"
            runs.append(TextRun(SafeText(note), Style(.dim)))
        }
        return speech(isCall ? "caller" : "you", isCall ? .caller : .you, runs)
    }

    private func agentLines(_ said: AgentEntry) -> [[TextRun]] {
        let words = said.heardWords
        // The blank behind the last heard word is not struck.
        let blanks = said.text.dropFirst(words.characters).prefix(while: \.isWhitespace).count
        let heard = isText ? said.text.count : words.characters == 0 ? 0 : words.characters + blanks
        let lit = SafeText(String(said.text.prefix(heard)))
        let rest = SafeText(String(said.text.dropFirst(heard)))
        var runs: [TextRun] = []
        if !lit.isEmpty { runs.append(TextRun(lit, Style(.spoken))) }
        if !rest.isEmpty { runs += self.rest(rest, cut: said.playing == .cut) }
        if runs.isEmpty { runs = [TextRun(glyphs.ellipsis, Style(.unspoken))] }
        var lines = speech("agent", .agent, runs)
        if said.playing == .cut { lines += indented(cutLine(said, words)) }
        return lines
    }

    private func rest(_ text: SafeText, cut: Bool) -> [TextRun] {
        guard cut else { return [TextRun(text, Style(.unspoken))] }
        return strike
            ? [TextRun(text, Style(.cut))]
            : [TextRun(" [cut:", Style(.cut)), TextRun(text, Style(.cut)), TextRun("]", Style(.cut))]
    }

    private func cutLine(_ said: AgentEntry, _ words: HeardWords) -> [TextRun] {
        let at = said.cut.map { " at " + Format.seconds($0.heardMs) } ?? ""
        var text = "\(glyphs.cut) cut\(at) \(glyphs.separator) \(words.heard) of \(words.total) words heard"
        if let ms = said.cut?.yieldMs ?? said.yieldMs {
            text += " \(glyphs.separator) yielded in \(Format.milliseconds(ms))"
        }
        var runs = [TextRun(SafeText(text), Style(.bargeIn))]
        if let cut = said.cut {
            let why = InterruptionWords.describe(cut, speaker: isCall ? "the caller" : "you", placed: false)
            runs.append(TextRun(SafeText(" \(glyphs.separator) " + why), Style(.dim)))
        }
        return runs
    }

    private func toolLines(_ call: ToolEntry) -> [[TextRun]] {
        let failed = call.outcome.map { $0 != .result } ?? false
        let sign = failed ? glyphs.bad : glyphs.tool
        let head = TextRun(SafeText("\(sign) ") + SafeText(call.name), Style(failed ? .toolError : .tool))
        let time = call.outcome == nil ? SafeText("running") : SafeText(Format.milliseconds(call.ms))
        if expandsTools {
            return indented([head, TextRun("  " + time, Style(.dim))])
                + indented([TextRun(SafeText("arguments ") + SafeText(call.arguments), Style(.dim))])
                + indented([
                    TextRun(
                        SafeText("\(call.outcome?.words ?? "…") ") + SafeText(call.output),
                        Style(failed ? .toolError : .text))
                ])
        }
        let arguments = SafeText(call.arguments)
        let output = call.outcome.map {
            ($0 == .result ? SafeText.empty : SafeText($0.words + " ")) + SafeText(call.output)
        }
        let arrow = SafeText(" \(glyphs.arrow) ")
        let room = width - Self.indent - head.text.width - time.width - 3
        let fits = arguments.width + (output.map { $0.width + arrow.width } ?? 0) <= room
        var line = [
            TextRun("        "), head,
            TextRun(
                " " + arguments.truncated(to: max(8, fits ? room : room + time.width), ellipsis: glyphs.ellipsis),
                Style(.dim)),
        ]
        let end = TextRun("  " + time, Style(.dim))
        guard let output, !output.isEmpty else { return [line + [end]] }
        let result =
            [TextRun(arrow, Style(.dim))]
            + [
                TextRun(
                    output.truncated(to: max(8, room - 2), ellipsis: glyphs.ellipsis),
                    Style(failed ? .toolError : .text)), end,
            ]
        if fits {
            line += result
            return [line]
        }
        return [line, [TextRun("         ")] + result]
    }

    private func markerLines(_ marker: MarkerEntry, _ block: TurnBlock) -> [[TextRun]] {
        let (sign, role) = marker.kind.look(glyphs)
        let runs = [
            TextRun(sign, Style(role)), TextRun(SafeText(" " + times.label(marker, block) + "  "), Style(.dim)),
            TextRun(SafeText(marker.text), Style(role)),
        ]
        return TextLayout.wrap(runs, width: width - 2).enumerated().map { index, line in
            [TextRun(index == 0 ? " " : "   ")] + line
        }
    }

    /// Marks where the search matches, ignoring case. A match across a change of style is not marked.
    private func highlight(_ line: [TextRun], isMatch: Bool) -> [TextRun] {
        let style = Style(.match, isMatch ? [.bold, .underline] : [])
        return mark(line, style)
    }

    private func mark(_ line: [TextRun], _ style: Style) -> [TextRun] {
        line.flatMap { run -> [TextRun] in
            var runs: [TextRun] = []
            var rest = Substring(run.text.string)
            while let range = rest.firstRange(ignoringCase: query) {
                if range.lowerBound > rest.startIndex {
                    runs.append(TextRun(SafeText(String(rest[..<range.lowerBound])), run.style))
                }
                runs.append(TextRun(SafeText(String(rest[range])), style))
                rest = rest[range.upperBound...]
            }
            if !rest.isEmpty { runs.append(TextRun(SafeText(String(rest)), run.style)) }
            return runs
        }
    }
}

extension StringProtocol where SubSequence == Substring {
    /// First place of a text, upper and lower case alike.
    func firstRange(ignoringCase wanted: String) -> Range<Index>? {
        guard !wanted.isEmpty else { return nil }
        let needle = wanted.lowercased()
        var start = startIndex
        while start < endIndex {
            var end = start
            var seen = ""
            while end < endIndex, seen.count < needle.count {
                seen += self[end].lowercased()
                end = index(after: end)
            }
            if seen == needle { return start..<end }
            start = index(after: start)
        }
        return nil
    }

    func contains(ignoringCase wanted: String) -> Bool { firstRange(ignoringCase: wanted) != nil }
}
