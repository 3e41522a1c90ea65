import Core

/// The members of a request in order; what the vendor has refused is left out, what the user gave replaces ours.
struct RequestBody {
    private var members: [JSONValue.Member] = []
    private let refused: Set<String>

    /// An empty body without these fields.
    init(refused: Set<String> = []) { self.refused = refused }

    /// Adds a member; nothing when there is no value or it was refused.
    mutating func add(_ name: String, _ value: JSONValue?) {
        if let value, !refused.contains(name) { members.append(JSONValue.Member(name, value)) }
    }

    /// The body with the user's members; null removes one.
    func merged(_ own: [JSONValue.Member]) -> JSONValue {
        let replaced = Set(own.map(\.key))
        return .object(members.filter { !replaced.contains($0.key) } + own.filter { $0.value != .null })
    }

    /// The optional field that an error is about: named by the vendor, or first in its words.
    static func blamed(_ error: VendorError, among fields: [String]) -> String? {
        if let field = error.field {
            let root = String(field.split(whereSeparator: { $0 == "." || $0 == "[" }).first ?? "")
            return fields.contains(root) ? root : nil
        }
        let isWord = { (character: Character) in character.isLetter || character.isNumber || character == "_" }
        let words = error.text.split { !isWord($0) }.map(String.init)
        return words.first { fields.contains($0) && ($0.contains("_") || error.text.contains("support")) }
    }
}
