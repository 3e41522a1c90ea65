import Core

/// Puts the calls of a streamed chat answer together from their fragments, whatever the server's habits (wire reference 5.5, 5.6): index
/// missing or always 0, id missing or repeated, name repeated, arguments whole, as an object, or in pieces.
struct ChatCallAssembly: Equatable {
    /// A call under way.
    struct Draft: Equatable {
        var index: Int?
        var id: String?
        var name = ""
        var arguments = ""
        /// What else came with the call; some servers want it back.
        var extra: JSONValue?

        /// Whether the arguments are whole by themselves.
        var isWhole: Bool { arguments.utf8.last == UInt8(ascii: "}") && (try? JSONParser.parse(arguments)) != nil }
    }

    /// More calls than any model makes.
    private static let most = 64

    private(set) var drafts: [Draft] = []
    private(set) var bytes = 0

    /// Adds one element of `delta.tool_calls`.
    mutating func add(_ fragment: JSONValue) {
        guard fragment.members != nil else { return }
        let function = fragment["function"] ?? .null
        let name = function["name"]?.string ?? ""
        let id = fragment["id"]?.string.flatMap { $0.isEmpty ? nil : $0 }
        let text = function["arguments"].map(Self.argumentText) ?? ""
        guard let place = place(fragment["index"]?.int, id, name, text) else { return }
        if drafts[place].id == nil { drafts[place].id = id }
        if drafts[place].name.isEmpty { drafts[place].name = String(name.prefix(256)) }
        if let extra = fragment["extra_content"], extra.members != nil { drafts[place].extra = extra }
        drafts[place].arguments += text
        bytes += text.utf8.count + 64
    }

    private static func argumentText(_ value: JSONValue) -> String {
        if let text = value.string { return text }
        return value.members == nil ? "" : value.text
    }

    /// The call that a fragment belongs to; a new one where needed.
    private mutating func place(_ index: Int?, _ id: String?, _ name: String, _ text: String) -> Int? {
        if let id, let known = drafts.lastIndex(where: { $0.id == id }) { return known }
        let last = index.map { index in drafts.lastIndex { $0.index == index } } ?? drafts.indices.last
        if let last, continues(drafts[last], id, name, text) { return last }
        guard id != nil || !name.isEmpty else { return last }
        guard drafts.count < Self.most else { return nil }
        drafts.append(Draft(index: index, id: id))
        return drafts.count - 1
    }

    /// Whether a fragment goes on with a call: another id or name begins a new one, and so do arguments after whole ones.
    private func continues(_ draft: Draft, _ id: String?, _ name: String, _ text: String) -> Bool {
        if let id, let own = draft.id, id != own { return false }
        guard !name.isEmpty, !draft.name.isEmpty else { return true }
        if name != draft.name { return false }
        return text.isEmpty || !draft.isWhole
    }
}
