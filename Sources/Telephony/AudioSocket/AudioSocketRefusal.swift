/// Why a connection was not taken as a call.
public enum AudioSocketRefusal: String, Sendable, CaseIterable {
    /// The peer's address is in no block of the allow-list.
    case notAllowed
    /// As many calls live as are allowed in all.
    case tooManyCalls
    /// As many calls live as are allowed from one address.
    case tooManyFromSource
    /// Too many connections that have not named their call.
    case tooManyUnidentified
    /// No UUID within the deadline.
    case noIdentity
    /// The first frame was not a UUID of 16 bytes.
    case badIdentity
    /// A UUID of zeros.
    case nilIdentity
    /// A live call has the same UUID.
    case duplicate
    /// The listener is shutting down.
    case draining

    /// What happened, for a message about a peer.
    var cause: String {
        switch self {
        case .notAllowed: "its address is not on the allow-list"
        case .tooManyCalls: "as many calls are live as are allowed"
        case .tooManyFromSource: "as many calls are live from this address as are allowed"
        case .tooManyUnidentified: "too many connections have not named their call yet"
        case .noIdentity: "it sent no call UUID in time"
        case .badIdentity: "its first frame was not a call UUID of 16 bytes, so it does not speak AudioSocket"
        case .nilIdentity: "its call UUID is all zeros"
        case .duplicate: "a live call has the same UUID"
        case .draining: "the program is shutting down"
        }
    }

    /// What to do about it.
    var fix: String? {
        switch self {
        case .notAllowed: "add the address to the AudioSocket allow-list if it is your Asterisk"
        case .tooManyCalls, .tooManyFromSource: "raise the limit of calls or add another node"
        case .tooManyUnidentified: "look for a port scanner or a flood; only Asterisk should reach this port"
        case .noIdentity, .badIdentity: "only Asterisk's AudioSocket() or Dial(AudioSocket/...) should use this port"
        case .nilIdentity: "use ${UUID()} in the dialplan and keep its value"
        case .duplicate: "make a fresh ${UUID()} for every call"
        case .draining: nil
        }
    }
}
