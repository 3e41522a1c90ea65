import Core
import ProviderKit

/// How one vendor is asked and how its answer reads. The rest (links, retries, limits, endings) is `StreamedModel`'s.
protocol ModelDialect {
    /// What it is set to.
    var options: ModelOptions { get }
    /// Whether the end of the response is the end of the answer, without a sign of it before.
    var endsWithResponse: Bool { get }

    /// The HTTP request for a model request.
    mutating func endpoint(_ request: ModelRequest) -> HTTPEndpoint

    /// Reads one message of the answer. Anything may come.
    mutating func read(_ payload: Span<UInt8>, _ answer: inout ModelAnswer)

    /// The response is complete: what is still held comes out.
    mutating func finish(_ answer: inout ModelAnswer)

    /// The vendor refused a request with a status of 400 or 422. Leaves out what it does not take and says so in words; nil when there is
    /// nothing to leave out.
    mutating func adapt(_ error: VendorError) -> String?
}

extension ModelDialect {
    var endsWithResponse: Bool { false }
    mutating func finish(_ answer: inout ModelAnswer) {}
    mutating func adapt(_ error: VendorError) -> String? { nil }
}

/// What a dialect has read since it was looked at last.
struct ModelAnswer {
    /// How an answer ends.
    enum Outcome: Equatable {
        case completed
        /// Cut by a limit or filter, in words.
        case cut(String)
        /// The vendor sent an error inside the answer.
        case failed(VendorError)
    }

    /// New text to be spoken.
    var text = ""
    /// Complete calls of the whole answer, in order.
    var calls: [ToolCall] = []
    /// Newest figures of the whole answer.
    var tokens: TokenCount?
    /// How it ends, as soon as that is known.
    var outcome: Outcome?
    /// Whether nothing more will come.
    var isOver = false
    var notices: [String] = []
    /// Messages that could not be read.
    var broken = 0
    /// Type of the newest message, for the trace.
    var type = "?"
    /// Bytes of arguments that are being collected.
    var heldBytes = 0

    /// Parses one message as a JSON object; nil (and counted) when it is none.
    mutating func object(_ payload: Span<UInt8>) -> JSONValue? {
        guard let value = try? JSONParser.parse(payload), value.members != nil else {
            broken += 1
            return nil
        }
        return value
    }
}

/// What an answer used. Cached tokens are a part of the input.
struct TokenCount: Equatable {
    var input: Int?
    var cached: Int?
    var output: Int?

    /// A count as vendors give it; nil when it is none.
    static func count(_ value: JSONValue?) -> Int? {
        value?.int.flatMap { (0...1_000_000_000).contains($0) ? $0 : nil }
    }
}

/// An error object of a vendor, wherever it came.
struct VendorError: Equatable {
    /// Like an HTTP status, when there is one.
    var status: Int?
    /// The vendor's type or code: `overloaded_error`.
    var type: String
    var text: String
    /// The field of the request that it is about.
    var field: String?

    init(status: Int? = nil, type: String = "", text: String, field: String? = nil) {
        self.status = status
        self.type = type
        self.text = text
        self.field = field
    }

    /// An error object in the usual shapes: `{error: {message, type, code, param}}`, `{error: text}`, `{message}`.
    init(_ json: JSONValue) {
        let inner = json["error"]?.members == nil ? json : json["error"] ?? .null
        let text = inner["message"]?.string ?? json["error"]?.string ?? json["detail"]?.string ?? "no reason given"
        let type = inner["type"]?.string ?? inner["status"]?.string ?? inner["code"]?.string ?? ""
        self.init(
            status: inner["code"]?.int ?? inner["status"]?.int, type: type == "error" ? "" : type, text: text,
            field: inner["param"]?.string)
    }

    /// What kind of trouble it is.
    enum Kind { case auth, quota, rate, server, refused }

    var kind: Kind {
        switch status {
        case 401, 403: return .auth
        case 402: return .quota
        case 429: return type.contains("quota") && type != "RESOURCE_EXHAUSTED" ? .quota : .rate
        case .some(408), .some(500...): return .server
        case .some(400..<500): return .refused
        default: break
        }
        let word = type.lowercased()
        if word.contains("authentication") || word.contains("permission") || word.contains("invalid_api_key") {
            return .auth
        }
        if word.contains("quota") || word.contains("billing") { return .quota }
        if word.contains("rate_limit") || word.contains("exhausted") { return .rate }
        return word.contains("invalid") || word.contains("not_found") ? .refused : .server
    }

    /// Type and text as one.
    var words: String { type.isEmpty || text.contains(type) ? text : "\(type): \(text)" }
}
