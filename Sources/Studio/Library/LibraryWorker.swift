import Core
import Glibc
import Recording

/// Answers the browser's questions, one after the other, on the library's thread. Blocking file access.
final class LibraryWorker {
    private let options: StoredSessionLibrary.Options
    private let answer: (LibraryAnswer) -> Void
    private let store: SessionStore
    private var index: SessionIndex?

    init(_ options: StoredSessionLibrary.Options, answer: @escaping (LibraryAnswer) -> Void) {
        self.options = options
        self.answer = answer
        store = SessionStore(folder: options.folder)
    }

    func work(_ question: LibraryQuestion) {
        do throws(DiskError) {
            switch question {
            case .page(let query, let from, let count): try page(query, from, count)
            case .detail(let name): answer(.detail(try detail(name)))
            case .refresh: try refresh()
            case .open(let name): try open(name)
            case .export(let name, let form, let isRedacted): try export(name, form, isRedacted)
            case .note(let name, let text, let at): try note(name, text, at)
            case .delete(let names): try delete(names)
            case .compare(let a, let b): answer(.compared(SessionDiff(try session(a), try session(b))))
            }
        } catch { answer(.said(error.description, isBad: true)) }
    }

    private func session(_ name: String) throws(DiskError) -> StoredSession { try store.open(name) }

    /// The index, opened when first asked for; nil as long as there is no folder, in which nothing is made.
    private func opened() throws(DiskError) -> SessionIndex? {
        if let index { return index }
        var info = stat()
        guard stat(options.folder, &info) == 0 else { return nil }
        let made = try SessionIndex(folder: options.folder)
        tell(made)
        index = made
        return made
    }

    private func tell(_ index: SessionIndex) {
        for remark in index.takeRemarks() { answer(.said(remark, isBad: true)) }
    }

    private func refresh() throws(DiskError) {
        guard let index = try opened() else { return answer(.indexed(sessions: 0, bytes: 0)) }
        var told = MonotonicTime.now()
        try index.update(.names) { done, all in
            guard MonotonicTime.now() - told > .milliseconds(100) else { return }
            told = .now()
            answer(.indexing(done: done, all: all))
        }
        tell(index)
        let sums = try index.sums()
        answer(.indexed(sessions: sums.sessions, bytes: sums.bytes))
    }

    private func page(_ query: LibraryQuery, _ from: Int, _ count: Int) throws(DiskError) {
        guard let index = try opened() else { return answer(.page(query, from: from, total: 0, rows: [])) }
        var filter = SessionFilter()
        (filter.provider, filter.agent, filter.slowerThanMs) = (query.provider, query.agent, query.slowerThanMs)
        if let outcome = query.outcome {
            guard let known = SessionOutcome(rawValue: outcome) else {
                let names = SessionOutcome.allCases.map(\.rawValue).joined(separator: ", ")
                answer(.said("outcome:\(outcome) is none of \(names)", isBad: true))
                return answer(.page(query, from: from, total: 0, rows: []))
            }
            filter.outcome = known
        }
        let order = SessionOrder(query.order, isReversed: query.isReversed)
        let rows: [LibraryRow]
        let total: Int
        if let hits = try index.search(query.words, filter, order: order, limit: count, offset: from) {
            rows = hits.map { LibraryRow($0.session, $0.excerpts) }
            total = try index.countHits(query.words, filter) ?? 0
        } else {
            rows = try index.list(filter, order: order, limit: count, offset: from).map { LibraryRow($0, []) }
            total = try index.count(filter)
        }
        answer(.page(query, from: from, total: total, rows: rows))
    }

    private func detail(_ name: String) throws(DiskError) -> LibraryDetail {
        let stored = try session(name)
        var detail = LibraryDetail(name: name)
        detail.files = SessionStore.files(at: stored.path).map { .init(name: $0.name, bytes: $0.bytes) }
        detail.notes = SessionNotes.read(stored.path).map { note in
            (note.at.map { TranscriptVTT.time($0.seconds, ".") + "  " } ?? "") + note.text
        }
        detail.lines = ExportDocument(stored).cues.prefix(200).map { cue in
            .init(who: cue.speaker.rawValue, time: .nanoseconds(Int64(cue.start * 1e9)), text: cue.text)
        }
        // Shown before the slow part: the check reads the audio.
        answer(.detail(detail))
        let report = SessionVerifier.verify(path: stored.path)
        (detail.verdict, detail.isWhole) = (LibraryVerdict.words(report), report.isWhole)
        detail.faults = report.findings.filter { $0.severity != .info }.map(\.text)
        return detail
    }

    private func open(_ name: String) throws(DiskError) {
        let replay = SessionReplay(try session(name))
        for fault in replay.faults.prefix(1) { answer(.said(fault, isBad: true)) }
        guard let player = options.play(replay) else {
            return answer(.said("no thread for the replay: end other programs, or raise ulimit -u", isBad: true))
        }
        answer(.opened(player))
    }

    private func export(_ name: String, _ form: String, _ isRedacted: Bool) throws(DiskError) {
        guard let made = SessionExports.named(form) else {
            return answer(.said("there is no form \(form)", isBad: true))
        }
        let text = made.text(ExportDocument(try session(name), mask: isRedacted ? options.mask : nil))
        let path = "\(options.exports)/\(name)\(isRedacted ? ".redacted" : "").\(made.fileEnd)"
        try ExportFile.write(Array(text.utf8), to: path)
        answer(.said("wrote \(path), \(text.utf8.count) bytes", isBad: false))
    }

    private func note(_ name: String, _ text: String, _ at: Duration?) throws(DiskError) {
        let stored = try session(name)
        try SessionNotes.add(SessionNote(at: at, wall: .now(), text: text), to: stored.path)
        answer(.said("noted in \(SessionNotes.fileName) of \(name)", isBad: false))
        answer(.detail(try detail(name)))
    }

    private func delete(_ names: [String]) throws(DiskError) {
        var gone: [String] = []
        for name in names {
            do throws(DiskError) {
                try store.delete(name)
                gone.append(name)
            } catch { answer(.said(error.description, isBad: true)) }
        }
        if let index = try opened() {
            try index.remove(gone)
            let sums = try index.sums()
            answer(.indexed(sessions: sums.sessions, bytes: sums.bytes))
        }
        if !gone.isEmpty {
            answer(.said("deleted \(gone.count == 1 ? gone[0] : "\(gone.count) sessions")", isBad: false))
        }
    }
}

extension SessionOrder {
    /// Names begin with A, figures with the largest.
    init(_ order: LibraryOrder, isReversed: Bool) {
        switch order {
        case .start: self.init(.began)
        case .length: self.init(.length)
        case .provider: self.init(.provider, isDescending: false)
        case .agent: self.init(.agent, isDescending: false)
        case .outcome: self.init(.outcome, isDescending: false)
        case .turns: self.init(.turns)
        case .p95: self.init(.latency)
        case .size: self.init(.size)
        }
        if isReversed { isDescending.toggle() }
    }
}

extension LibraryRow {
    init(_ session: IndexedSession, _ excerpts: [SearchHit.Excerpt]) {
        self.init(name: session.name, began: session.began)
        seconds = session.seconds
        providers = session.providers
        agent = session.agent
        caller = session.caller ?? session.leg
        outcome = session.outcome.rawValue
        isLive = session.outcome == .live
        isWhole = session.isWhole || isLive
        turns = session.turns
        (p50Ms, p95Ms) = (session.e2eP50Ms, session.e2eP95Ms)
        bytes = session.bytes
        who = excerpts.first?.who ?? ""
        excerpt = excerpts.first?.pieces.map { Piece($0.text, isHit: $0.isHit) } ?? []
    }
}
