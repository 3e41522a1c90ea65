/// The words of one side, grouped into turns: the vendor sends fragments and never says that a turn is over.
struct LiveTranscript {
    private let prefix: String
    private var number = 0
    /// Whether a turn is under way.
    private(set) var isOpen = false
    private(set) var text = ""
    /// End of the last fragment on the vendor's timeline, in milliseconds.
    private(set) var endMs = 0

    /// Longest text kept of one turn, in bytes.
    static let longest = 1 << 16

    /// Items are called by this prefix and a number.
    init(_ prefix: String) { self.prefix = prefix }

    /// The id of the turn under way or, when there is none, of the last one.
    var item: String { "\(prefix)_\(number)" }

    /// Begins a turn.
    mutating func begin() {
        number += 1
        isOpen = true
        text = ""
    }

    /// Adds a fragment as it is: fragments carry their own spaces.
    mutating func add(_ fragment: String, endMs end: Int?) {
        if text.utf8.count + fragment.utf8.count <= Self.longest { text += fragment }
        if let end { endMs = max(endMs, end) }
    }

    /// Ends the turn under way; false when there is none.
    mutating func end() -> Bool {
        defer { isOpen = false }
        return isOpen
    }

    /// The text without the space that its first fragment begins with.
    var trimmed: String { String(text.drop { $0 == " " }) }
}
