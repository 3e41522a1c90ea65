import Core
import ProviderKit

/// The options that every language model takes, checked. A value: any thread.
struct ModelOptions: Sendable {
    /// Their names, beside those of the vendor.
    static let names = [
        "temperature", "top_p", "max_tokens", "stop", "tool_choice", "parallel_tool_calls", "reasoning_effort",
        "headers", "body", "prices", "timeout", "stall", "longest_answer", "longest_wait", "rate_retries",
    ]

    /// The user's name for this part.
    var name: String
    var model: String
    var url: URLParts
    var key: Secret?
    var keyVariable: String?

    var temperature: Double?
    var topP: Double?
    var maxTokens: Int?
    var stop: [String]
    /// `auto`, `none`, `required`, or the name of a tool.
    var toolChoice: String?
    var parallelToolCalls: Bool?
    var reasoningEffort: String?
    /// Headers of the user, instead of ours where the name is the same.
    var headers: [HeaderField]
    /// Members of the user for the request's body, instead of ours where the name is the same; null removes ours.
    var body: [JSONValue.Member]
    var prices: ModelPrices?
    /// How long until the response head must have come.
    var timeout: Duration
    /// Longest silence inside an answer.
    var stall: Duration
    /// Bytes of text and arguments that one answer may have.
    var longestAnswer: Int
    /// Longest wait that a vendor may ask for before the request is given up.
    var longestWait: Duration
    /// How often a request is repeated after a rate limit.
    var rateRetries: Int

    /// Reads a configuration; `known` are the vendor's own options, `without` those that it does not take. The address is to be set by `address`.
    init(
        _ configuration: ProviderConfiguration, known: [String], without: [String] = [], defaultModel: String?,
        keyVariables: [String]
    ) throws(ConfigurationError) {
        let reader = OptionReader(configuration)
        try reader.refuseUnknown(Self.names.filter { !without.contains($0) } + known)
        name = configuration.name
        model = configuration.model ?? defaultModel ?? ""
        guard !model.isEmpty, model.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) else {
            throw reader.fault("model", "no model is named", "write model: with a name that the server knows")
        }
        key = configuration.key.flatMap { $0.isEmpty ? nil : $0 }
        keyVariable = keyVariables.first
        let nowhere = try URLParts(parsing: "http://127.0.0.1")
        url = configuration.baseURL ?? nowhere
        try Self.check(key, hasBase: configuration.baseURL != nil, keyVariables, configuration.name)
        (temperature, topP) = (try reader.number("temperature", 0...2), try reader.number("top_p", 0...1))
        maxTokens = try reader.int("max_tokens", 1...1_000_000)
        stop = try Self.words("stop", reader)
        toolChoice = try reader.text("tool_choice")
        parallelToolCalls = try reader.flag("parallel_tool_calls")
        reasoningEffort = try reader.text("reasoning_effort")
        headers = try Self.headers(reader)
        body = try Self.body(reader)
        prices = try ModelPrices(reader)
        timeout = .milliseconds(Int64((try reader.number("timeout", 1...600) ?? 30) * 1000))
        stall = .milliseconds(Int64((try reader.number("stall", 0.1...600) ?? 20) * 1000))
        longestAnswer = try reader.int("longest_answer", 1000...(64 << 20)) ?? 256 << 10
        longestWait = .milliseconds(Int64((try reader.number("longest_wait", 0...600) ?? 10) * 1000))
        rateRetries = try reader.int("rate_retries", 0...10) ?? 2
    }

    /// A key is needed at the vendor's own address, and must be fit for a header everywhere.
    private static func check(
        _ key: Secret?, hasBase: Bool, _ variables: [String], _ name: String
    ) throws(ConfigurationError) {
        guard let key else {
            guard hasBase || variables.isEmpty else {
                throw ConfigurationError(
                    place: "provider \"\(name)\"", cause: "there is no API key",
                    fix: "set \(variables.joined(separator: " or ")), or name a base_url that needs none")
            }
            return
        }
        guard key.reveal().utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw ConfigurationError(
                place: "provider \"\(name)\"", cause: "the API key has spaces or characters that no header takes",
                fix: "copy it again, without quotes and line ends")
        }
    }

    private static func words(_ option: String, _ reader: OptionReader) throws(ConfigurationError) -> [String] {
        if let one = reader.raw(option)?.string { return [one] }
        var all: [String] = []
        for item in try reader.list(option) {
            guard let word = item.value.string, !word.isEmpty else {
                throw reader.fault(option, "must be texts", "write a list of texts")
            }
            all.append(word)
        }
        return all
    }

    private static func headers(_ reader: OptionReader) throws(ConfigurationError) -> [HeaderField] {
        guard let fields = try reader.object("headers"), let members = reader.raw("headers")?.members else { return [] }
        var all: [HeaderField] = []
        for member in members {
            let isName = !member.key.isEmpty && member.key.utf8.allSatisfy(isNameCharacter)
            guard isName, let value = try fields.text(member.key),
                value.utf8.allSatisfy({ (0x20..<0x7F).contains($0) })
            else { throw fields.fault(member.key, "is no header", "write Name: \"value\" in plain ASCII") }
            all.append(HeaderField(member.key, value, secret: true))
        }
        return all
    }

    private static func isNameCharacter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    private static func body(_ reader: OptionReader) throws(ConfigurationError) -> [JSONValue.Member] {
        guard try reader.object("body") != nil else { return [] }
        return reader.raw("body")?.members ?? []
    }

    /// The address of a request: `origin` + `prefix` + `tail` of the vendor. A base URL replaces the origin, and the prefix too when it
    /// has a path of its own: `http://host:8000` and `http://host:8000/v1` mean the same.
    static func address(_ vendor: String, _ tail: String, base: URLParts?) throws(ConfigurationError) -> URLParts {
        var url = try URLParts(parsing: vendor)
        if let base {
            url = url.replacingOrigin(with: base)
            url.query = base.query
            if base.path != "/" { url.path = base.path }
        }
        while url.path.hasSuffix("/") { url.path.removeLast() }
        if !url.path.hasSuffix(tail) { url.path += tail }
        return url
    }

    /// Ours, with the user's headers instead of those of the same name.
    func merged(_ own: [HeaderField]) -> [HeaderField] {
        let replaced = Set(headers.map { $0.name.lowercased() })
        return own.filter { !replaced.contains($0.name.lowercased()) } + headers
    }

    /// The request for a body.
    func endpoint(_ body: JSONValue, headers own: [HeaderField], streams: Bool = true) -> HTTPEndpoint {
        HTTPEndpoint(
            method: "POST", url: url, headers: merged([HeaderField("Content-Type", "application/json")] + own),
            body: .whole(body.bytes), serverSentEvents: streams, timeout: timeout)
    }
}

/// US dollars for a million tokens, from the option `prices`: no price list of a language model is confirmed in the wire reference.
struct ModelPrices: Sendable, Equatable {
    var input: Double
    /// Of tokens read from the vendor's cache.
    var cached: Double
    var output: Double

    /// Reads the option; nil when there is none.
    init?(_ reader: OptionReader) throws(ConfigurationError) {
        guard let fields = try reader.object("prices") else { return nil }
        try fields.refuseUnknown(["input", "cached", "output"])
        let range = 0.0...100_000.0
        input = try fields.number("input", range) ?? 0
        cached = try fields.number("cached", range) ?? input
        output = try fields.number("output", range) ?? 0
    }

    /// Dollars of one answer. Cached tokens are a part of the input.
    func dollars(input all: Int, cached hits: Int, output out: Int) -> Double {
        let hits = min(max(0, hits), all)
        return (Double(all - hits) * input + Double(hits) * cached + Double(out) * output) / 1_000_000
    }
}
