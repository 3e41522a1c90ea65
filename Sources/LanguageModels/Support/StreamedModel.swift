import Core
import ProviderKit

/// A language model that answers over one streaming HTTP exchange a request.
///
/// ```
/// generate ─▶ asking ──text…──▶ ended
///               │  429, 5xx, lost before any text
///               └─▶ waiting ─▶ asking again
/// ```
/// Retried only while nothing was told: a rate limit after `Retry-After`, a failing server or lost connection once after `backoff`.
final class StreamedModel: LanguageModel {
    typealias Event = ModelEvent

    private enum Phase: Equatable { case idle, asking, waiting }

    /// Wait before the one retry after a failing server.
    static let backoff = Duration.milliseconds(300)
    private static let clock = ProviderTimer(0)
    private static let links = 900

    let capabilities: ModelCapabilities
    private var dialect: any ModelDialect
    private let failures: VendorFailure
    private var phase = Phase.idle
    private var request: ModelRequest?
    private var link = LinkID(0)
    private var answer = ModelAnswer()
    private var filter: SpokenFilter
    private let makeFilter: (ModelRequest?) -> SpokenFilter
    private var lastHeard = MonotonicTime(nanoseconds: 0)
    private var hasTold = false
    private var told = 0
    private var serverRetries = 0
    private var rateRetries = 0
    private var adaptions = 0
    private var hasWorked = false
    /// Why the part is over, after a fatal failure.
    private var end: String?

    private var options: ModelOptions { dialect.options }

    /// A model that speaks a dialect; `filter` decides for each request what of its text is not spoken.
    init(
        _ dialect: any ModelDialect, _ capabilities: ModelCapabilities,
        filter: @escaping (ModelRequest?) -> SpokenFilter = { _ in SpokenFilter() }
    ) {
        self.dialect = dialect
        self.capabilities = capabilities
        makeFilter = filter
        self.filter = filter(nil)
        failures = VendorFailure(
            provider: dialect.options.name, url: dialect.options.url, key: dialect.options.key,
            keyVariable: dialect.options.keyVariable)
    }

    // MARK: Asking

    func generate(_ request: ModelRequest, _ out: PartOutput<ModelEvent>) {
        if phase != .idle { cancel(out) }
        if let end { return out.event(.ended(.failed(end))) }
        self.request = request
        (serverRetries, rateRetries, adaptions) = (0, 0, 0)
        ask(out)
    }

    private func ask(_ out: PartOutput<ModelEvent>) {
        guard let request else { return }
        answer = ModelAnswer()
        filter = makeFilter(request)
        (hasTold, told) = (false, 0)
        link = LinkID((link.number + 1) % Self.links)
        let endpoint = dialect.endpoint(request)
        if case .whole(let bytes) = endpoint.body {
            let source = options.name
            out.trace(WireMessage(source: source, direction: .sent, type: "request", bytes: bytes.count))
        }
        phase = .asking
        lastHeard = out.now + options.timeout
        out.connect(link, .http(endpoint))
        out.timer(Self.clock, after: options.timeout + options.stall)
    }

    func cancel(_ out: PartOutput<ModelEvent>) {
        if phase == .asking { out.close(link) }
        if phase != .idle { out.cancelTimer(Self.clock) }
        phase = .idle
        request = nil
        answer = ModelAnswer()
    }

    func close(_ out: PartOutput<ModelEvent>) {
        cancel(out)
        end = end ?? "closed"
    }

    // MARK: The link

    func opened(_ link: LinkID, _ opening: LinkOpening, _ out: PartOutput<ModelEvent>) {
        guard phase == .asking, link == self.link else { return }
        lastHeard = out.now
        out.timer(Self.clock, after: options.stall)
        let type = opening.header("content-type")?.lowercased() ?? ""
        if !(200..<300).contains(opening.status) {
            out.close(link)
            let error = VendorError(
                status: 404, text: "HTTP \(opening.status) instead of an answer (a redirect? check the address)")
            return broke(error, nil, out)
        }
        guard type.hasPrefix("text/html") || (type.hasPrefix("application/json") && !dialect.endsWithResponse) else {
            return
        }
        out.close(link)
        broke(VendorError(status: 404, text: "the answer is \(type), not a stream of events"), nil, out)
    }

    func received(_ link: LinkID, _ kind: LinkMessageKind, _ payload: Span<UInt8>, _ out: PartOutput<ModelEvent>) {
        guard phase == .asking, link == self.link else { return }
        lastHeard = out.now
        dialect.read(payload, &answer)
        let (source, type, bytes) = (options.name, answer.type, payload.count)
        out.trace(WireMessage(source: source, direction: .received, type: type, bytes: bytes))
        tell(out)
        guard phase == .asking else { return }
        if case .failed(let error)? = answer.outcome {
            out.close(link)
            return broke(error, nil, out)
        }
        if told + answer.heldBytes > options.longestAnswer {
            out.close(link)
            let limit = "the answer was cut at \(options.longestAnswer) bytes (option longest_answer)"
            return finish(.failed(limit), calls: false, out)
        }
        guard answer.isOver else { return }
        out.close(link)
        complete(out)
    }

    func closed(_ link: LinkID, _ closure: LinkClosure, _ out: PartOutput<ModelEvent>) {
        guard phase == .asking, link == self.link else { return }
        if closure.cause == .remote { dialect.finish(&answer) }
        tell(out)
        if case .failed(let error)? = answer.outcome { return broke(error, nil, out) }
        if answer.outcome != nil || (closure.cause == .remote && dialect.endsWithResponse) { return complete(out) }
        if case .rejected(let status) = closure.cause { return rejected(status, closure, out) }
        let reason =
            closure.cause == .remote ? "the stream ended before the answer was complete" : closureText(closure)
        broke(VendorError(status: nil, type: "", text: reason), closure, out)
    }

    private func closureText(_ closure: LinkClosure) -> String {
        closure.reason.isEmpty ? "the connection was lost" : closure.reason
    }

    func timer(_ id: ProviderTimer, _ out: PartOutput<ModelEvent>) {
        switch phase {
        case .idle: break
        case .waiting: ask(out)
        case .asking:
            let left = lastHeard + options.stall - out.now
            guard left <= .zero else { return out.timer(Self.clock, after: left) }
            out.close(link)
            let seconds = Double(options.stall.milliseconds) / 1000
            broke(VendorError(text: "nothing came for \(seconds) s (option stall)"), nil, out)
        }
    }

    // MARK: Telling

    /// Passes on what the dialect has read: text without thoughts, remarks.
    private func tell(_ out: PartOutput<ModelEvent>) {
        for notice in answer.notices { out.event(.notice(failures.clean(notice))) }
        answer.notices.removeAll()
        guard !answer.text.isEmpty else { return }
        var text = filter.pass(answer.text)
        told += answer.text.utf8.count
        answer.text = ""
        if told > options.longestAnswer { text = Self.cut(text, told - options.longestAnswer) }
        guard !text.isEmpty else { return }
        hasTold = true
        out.event(.text(text))
    }

    /// The text without its last bytes, never cut inside a character.
    private static func cut(_ text: String, _ excess: Int) -> String {
        var text = Substring(text)
        let goal = max(0, text.utf8.count - excess)
        guard let index = text.utf8.index(text.startIndex, offsetBy: goal, limitedBy: text.endIndex) else { return "" }
        text = text[..<index]
        while let last = text.unicodeScalars.last, last == "\u{FFFD}" { text.unicodeScalars.removeLast() }
        return String(text)
    }

    /// The answer is whole (or cut by the vendor's own limit).
    private func complete(_ out: PartOutput<ModelEvent>) {
        let rest = filter.finish()
        if !rest.text.isEmpty {
            hasTold = true
            out.event(.text(rest.text))
        }
        let request = request
        for found in rest.calls { answer.calls.append(rename(found, request)) }
        if !rest.calls.isEmpty { out.event(.notice("the model wrote a call as text; it was taken as a call")) }
        if answer.broken > 0 { out.event(.notice("\(answer.broken) messages of the answer could not be read")) }
        switch answer.outcome {
        case .cut(let words)?: finish(.failed(failures.clean(words)), calls: false, out)
        default: finish(.completed, calls: true, out)
        }
    }

    /// A call found in the text has no id of its own.
    private func rename(_ call: ToolCall, _ request: ModelRequest?) -> ToolCall {
        var taken = Set(answer.calls.map(\.id))
        for case .agent(_, let calls) in request?.messages ?? [] { taken.formUnion(calls.map(\.id)) }
        var number = 1
        while taken.contains("text_\(request?.id ?? 0)_\(number)") { number += 1 }
        return ToolCall(id: "text_\(request?.id ?? 0)_\(number)", name: call.name, arguments: call.arguments)
    }

    private func finish(_ status: ResponseStatus, calls: Bool, _ out: PartOutput<ModelEvent>) {
        out.cancelTimer(Self.clock)
        phase = .idle
        request = nil
        hasWorked = hasWorked || hasTold || status == .completed
        if calls {
            for call in answer.calls { out.event(.toolCall(call)) }
        } else if !answer.calls.isEmpty {
            out.event(.notice("\(answer.calls.count) calls of the broken answer were not made"))
        }
        if let tokens = answer.tokens { out.event(.usage(usage(tokens))) }
        answer = ModelAnswer()
        out.event(.ended(status))
    }

    private func usage(_ tokens: TokenCount) -> Usage {
        let dollars = options.prices.map {
            $0.dollars(input: tokens.input ?? 0, cached: tokens.cached ?? 0, output: tokens.output ?? 0)
        }
        return Usage(
            provider: options.name, inputTokens: tokens.input, cachedTokens: tokens.cached, outputTokens: tokens.output,
            dollars: dollars)
    }

    // MARK: Trouble

    private func rejected(_ status: Int, _ closure: LinkClosure, _ out: PartOutput<ModelEvent>) {
        var error = VendorError(status: status, text: VendorFailure.message(closure.body) ?? closure.reason)
        if let json = try? JSONParser.parse(closure.body), json.members != nil {
            error = VendorError(json)
            error.status = status
        } else if let json = try? JSONParser.parse(closure.body), let first = json[0], first.members != nil {
            error = VendorError(first)
            error.status = status
        }
        if status == 400 || status == 422, adaptions < 6, let notice = dialect.adapt(error) {
            adaptions += 1
            out.event(.notice(failures.clean(notice)))
            return ask(out)
        }
        broke(error, closure, out)
    }

    /// The request failed: again, or over.
    private func broke(_ error: VendorError, _ closure: LinkClosure?, _ out: PartOutput<ModelEvent>) {
        if !hasTold, let wait = retryWait(error, closure) {
            phase = .waiting
            out.event(.notice("asking again in \(wait.milliseconds) ms: \(failures.clean(error.words))"))
            return out.timer(Self.clock, after: wait)
        }
        // What the filter still holds is not told: it may be half a tag or half a call.
        let failure = failure(error, closure)
        if case .fatal = failure.consequence { end = failure.text }
        if case .reconnect = failure.consequence { end = failure.text }
        out.event(.failure(failure))
        finish(.failed(failures.clean(error.words)), calls: false, out)
    }

    private func retryWait(_ error: VendorError, _ closure: LinkClosure?) -> Duration? {
        if closure?.cause == .tls { return nil }
        switch error.kind {
        case .rate:
            let wait = VendorFailure.retryAfter(closure?.headers ?? [])
            guard rateRetries < options.rateRetries, wait <= options.longestWait else { return nil }
            rateRetries += 1
            return wait
        case .server:
            guard serverRetries < 1 else { return nil }
            serverRetries += 1
            return Self.backoff
        case .auth, .quota, .refused: return nil
        }
    }

    private func failure(_ error: VendorError, _ closure: LinkClosure?) -> ProviderFailure {
        let words = (error.status.map { "HTTP \($0): " } ?? "") + error.words
        switch error.kind {
        case .auth: return failures.auth(words)
        case .quota: return failures.quota(words)
        case .rate:
            return failures.make("rate-limit", words, fix: "wait, or raise the limits of the account", .goesOn)
        case .server:
            guard let closure, error.status == nil else { return failures.make("vendor", words, .goesOn) }
            guard !hasTold else { return failures.make("lost", words, .goesOn) }
            switch closure.cause {
            case .nameNotResolved, .refused, .tls: return failures.closed(closure)
            default: return failures.make("lost", words, .goesOn)
            }
        case .refused:
            let fix = "check the address, the model's name and the options"
            let isFatal = error.status == 404 || !hasWorked
            return failures.make("refused", words, fix: fix, isFatal ? .fatal : .goesOn)
        }
    }
}
