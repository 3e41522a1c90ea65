import Core
import ProviderKit

/// Takes out of a model's text what must not be spoken: thoughts between `<think>` and `</think>`, and tool calls that open models write
/// as text. Text may come cut anywhere; what may be half a tag waits for the next piece.
struct SpokenFilter: Equatable {
    /// What becomes of thoughts inside the text.
    enum Thoughts: String, CaseIterable {
        case hide
        case speak
        /// The template has opened the thoughts already: all text before the first closing tag is one.
        case implicit
    }

    private struct Tag: Equatable {
        var open: [UInt8]
        var close: [UInt8]
        var isCall: Bool

        init(_ name: String, isCall: Bool = false) {
            open = Array("<\(name)>".utf8)
            close = Array("</\(name)>".utf8)
            self.isCall = isCall
        }
    }

    private static let thoughts = [Tag("think"), Tag("thinking")]
    private static let call = Tag("tool_call", isCall: true)

    private let tags: [Tag]
    private let tools: Set<String>
    private var inside: Tag?
    private var held: [UInt8] = []
    private var hasBegun = false
    private var isJSON = false
    private var found: [ToolCall] = []

    /// A filter. `tools`: names of the tools whose calls are looked for in the text; empty for none.
    init(thoughts: Thoughts = .speak, tools: Set<String> = []) {
        self.tools = tools
        tags = (thoughts == .speak ? [] : Self.thoughts) + (tools.isEmpty ? [] : [Self.call])
        inside = thoughts == .implicit ? Self.thoughts[0] : nil
    }

    /// The spoken part of more text.
    mutating func pass(_ text: String) -> String {
        guard !tags.isEmpty else { return text }
        held += text.utf8
        guard !isJSON else { return "" }
        var spoken: [UInt8] = []
        while step(&spoken) {}
        return String(decoding: spoken, as: UTF8.self)
    }

    /// The end of the text: what was held back, and the calls that were found in it. An unclosed thought stays unspoken.
    mutating func finish() -> (text: String, calls: [ToolCall]) {
        defer { held = [] }
        if let tag = inside {
            if tag.isCall { take(held) }
            return ("", found)
        }
        if isJSON, let call = Self.call(in: held, tools) { return ("", found + [call]) }
        return (String(decoding: held, as: UTF8.self), found)
    }

    /// One tag, or all that can be said now; false when more text is needed.
    private mutating func step(_ spoken: inout [UInt8]) -> Bool {
        if let tag = inside {
            guard let end = Self.index(of: tag.close, in: held) else {
                // A thought is not kept; only what may be half a closing tag.
                if !tag.isCall { held.removeFirst(held.count - Self.partial(held, [tag.close])) }
                return false
            }
            if tag.isCall { take(Array(held[..<end])) }
            held.removeFirst(end + tag.close.count)
            inside = nil
            return true
        }
        if !hasBegun {
            guard let first = held.firstIndex(where: { !Self.isSpace($0) }) else { return false }
            if !tools.isEmpty, held[first] == UInt8(ascii: "{") {
                isJSON = true
                return false
            }
        }
        let hits = tags.compactMap { tag in Self.index(of: tag.open, in: held).map { (at: $0, tag: tag) } }
        guard let hit = hits.min(by: { $0.at < $1.at }) else {
            let keep = Self.partial(held, tags.map(\.open))
            say(held.count - keep, &spoken)
            return false
        }
        say(hit.at, &spoken)
        held.removeFirst(hit.tag.open.count)
        inside = hit.tag
        return true
    }

    /// Says so many of the held bytes; white space before the first word is left out.
    private mutating func say(_ count: Int, _ spoken: inout [UInt8]) {
        var bytes = held[..<count]
        if !hasBegun { bytes = bytes.drop(while: Self.isSpace) }
        hasBegun = hasBegun || !bytes.isEmpty
        spoken += bytes
        held.removeFirst(count)
    }

    // MARK: Calls as text

    private mutating func take(_ bytes: [UInt8]) {
        if let call = Self.call(in: bytes, tools), found.count < 64 { found.append(call) }
    }

    /// `{"name": …, "arguments" or "parameters": {…}}` of a known tool; the id is given later.
    private static func call(in bytes: [UInt8], _ tools: Set<String>) -> ToolCall? {
        guard let json = try? JSONParser.parse(bytes), let name = json["name"]?.string, tools.contains(name) else {
            return nil
        }
        guard let arguments = json["arguments"] ?? json["parameters"] else { return nil }
        return ToolCall(id: "", name: name, arguments: arguments.string ?? arguments.text)
    }

    // MARK: Bytes

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

    private static func index(of word: [UInt8], in bytes: [UInt8]) -> Int? {
        guard bytes.count >= word.count else { return nil }
        var at = 0
        while at <= bytes.count - word.count {
            guard let next = bytes[at...].firstIndex(of: word[0]), next <= bytes.count - word.count else { return nil }
            if bytes[next..<next + word.count].elementsEqual(word) { return next }
            at = next + 1
        }
        return nil
    }

    /// How many bytes at the end may be the beginning of one of the words.
    private static func partial(_ bytes: [UInt8], _ words: [[UInt8]]) -> Int {
        let longest = (words.map(\.count).max() ?? 1) - 1
        for count in stride(from: min(longest, bytes.count), to: 0, by: -1) {
            let tail = bytes.suffix(count)
            if words.contains(where: { $0.count > count && $0.prefix(count).elementsEqual(tail) }) { return count }
        }
        return 0
    }
}
