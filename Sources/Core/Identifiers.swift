/// A session's name: eight random lower-case hex digits; unique in a process and, with the start time, on disk.
public struct SessionID: Hashable, Sendable, Codable, CustomStringConvertible {
    /// The digits.
    public var text: String

    /// A session named by `text`.
    public init(_ text: String) { self.text = text }

    /// A new random name.
    public static func random() -> SessionID {
        let digits = String(UInt32.random(in: 0...UInt32.max), radix: 16)
        return SessionID(String(repeating: "0", count: 8 - digits.utf8.count) + digits)
    }

    public var description: String { text }

    public init(from decoder: any Decoder) throws { text = try decoder.singleValueContainer().decode(String.self) }

    public func encode(to encoder: any Encoder) throws {
        var single = encoder.singleValueContainer()
        try single.encode(text)
    }
}

/// A secret such as an API key: it prints as `***`; only `reveal()` gives it out.
public struct Secret: Sendable, Equatable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    private let value: String

    /// A secret. White space and line ends around it are removed: keys pasted from files often carry them.
    public init(_ value: String) {
        let space: Set<Character> = [" ", "\n", "\r", "\t", "\r\n"]
        var text = Substring(value)
        while let first = text.first, space.contains(first) { text.removeFirst() }
        while let last = text.last, space.contains(last) { text.removeLast() }
        self.value = String(text)
    }

    /// The secret itself, for a request header and nothing else.
    public func reveal() -> String { value }

    /// Whether there is nothing in it.
    public var isEmpty: Bool { value.isEmpty }

    public var description: String { "***" }
    public var debugDescription: String { "***" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}
