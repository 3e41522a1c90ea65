import Core
import Terminal

/// A form of export as the picker lists it.
public struct ExportForm: Sendable, Equatable {
    public var name: String
    public var summary: String

    public init(name: String, summary: String) {
        self.name = name
        self.summary = summary
    }
}

/// The Sessions view without a replay: a list that comes in pieces, one session chosen, what is known of it.
struct SessionsState: Sendable, Equatable {
    /// Rows asked for at once, with as many around the cursor as fit.
    static let page = 200

    /// Whether there are sessions to browse at all.
    var hasLibrary = false
    var exportForms: [ExportForm] = []
    /// Whether the list was asked for since the view was shown first.
    var isAsked = false

    /// What is listed, and the filter as it was typed.
    var query = LibraryQuery()
    var filter = ""
    /// Sessions in the list, and those of it that are here, from `first` on.
    var total = 0
    var first = 0
    var rows: [LibraryRow] = []
    /// Whether the list of this query has come.
    var isLoaded = false
    var selection = 0

    /// Folder names, in the order they were marked.
    var marked: [String] = []
    var detail: LibraryDetail?
    /// While the index reads folders.
    var indexing: (done: Int, all: Int)?
    /// What the index holds; nil before it was looked at.
    var sums: (sessions: Int, bytes: Int64)?
    /// Session that the export picker is about.
    var exported = ""

    var diff: SessionDiff?
    var diffScroll = 0

    static func == (a: SessionsState, b: SessionsState) -> Bool {
        a.hasLibrary == b.hasLibrary && a.isAsked == b.isAsked && a.query == b.query && a.filter == b.filter
            && a.total == b.total && a.first == b.first && a.rows == b.rows && a.selection == b.selection
            && a.marked == b.marked && a.detail == b.detail && a.indexing?.done == b.indexing?.done
            && a.sums?.sessions == b.sums?.sessions && a.sums?.bytes == b.sums?.bytes && a.diff == b.diff
            && a.diffScroll == b.diffScroll && a.isLoaded == b.isLoaded && a.exportForms == b.exportForms
            && a.exported == b.exported
    }

    /// A row of the list, when it is here.
    func row(_ number: Int) -> LibraryRow? {
        rows.indices.contains(number - first) ? rows[number - first] : nil
    }

    /// The session under the cursor.
    var chosen: LibraryRow? { row(selection) }
}

extension LibraryQuery {
    /// Reads a filter line: `provider:` `agent:` `outcome:` `slower:` (milliseconds) look at one thing, all else are words of the
    /// transcript or of a tool call. The second value says what cannot be read.
    static func read(_ line: String) -> (query: LibraryQuery, fault: String?) {
        var query = LibraryQuery()
        var words: [Substring] = []
        var fault: String?
        for part in line.split(separator: " ") {
            let pair = part.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard pair.count == 2, !pair[1].isEmpty else {
                words.append(part)
                continue
            }
            let value = String(pair[1])
            switch pair[0] {
            case "provider": query.provider = value
            case "agent": query.agent = value
            case "outcome": query.outcome = value
            case "slower":
                query.slowerThanMs = Double(value).flatMap { $0.isFinite && $0 >= 0 ? $0 : nil }
                if query.slowerThanMs == nil { fault = "slower: takes milliseconds, not \(value)" }
            default: words.append(part)
            }
        }
        query.words = words.joined(separator: " ")
        return (query, fault)
    }
}

extension LibraryOrder {
    /// What the heading says.
    var title: String { self == .p95 ? "p95" : rawValue }
}
