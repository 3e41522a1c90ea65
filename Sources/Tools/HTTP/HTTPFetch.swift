import Core

/// What an HTTP request came to.
struct HTTPAnswer: Sendable, Equatable {
    var status: Int
    var headers: [HeaderField]
    var body: [UInt8]

    func header(_ name: String) -> String? { headers.first { $0.name.lowercased() == name }?.value }
}

/// One HTTP request whose answer is taken whole, up to a bound. Redirects are answers like others: nothing follows them.
/// Lives by itself until `done`, which comes once. Engine thread.
@EngineActor
final class HTTPFetch: LinkDelegate {
    private let bound: Int
    private var done: (@EngineActor (Result<HTTPAnswer, ToolFailure>) -> Void)?
    private var link: (any Link)?
    private var answer = HTTPAnswer(status: 0, headers: [], body: [])
    private let place: String
    /// Keeps the fetch alive: links hold their delegate weakly.
    private var keeper: HTTPFetch?

    init(
        _ endpoint: HTTPEndpoint, opener: any LinkOpener, bound: Int,
        done: @escaping @EngineActor (Result<HTTPAnswer, ToolFailure>) -> Void
    ) {
        self.bound = bound
        self.done = done
        place = endpoint.url.authority
        keeper = self
        link = opener.open(LinkID(1), .http(endpoint), delegate: self)
    }

    /// Calls the request off; `done` does not come.
    func cancel() {
        done = nil
        release()
    }

    private func release() {
        link?.close(code: 1000, reason: "")
        link = nil
        keeper = nil
    }

    func linkOpened(_ id: LinkID, _ opening: LinkOpening) {
        answer.status = opening.status
        answer.headers = opening.headers
    }

    func linkReceived(_ id: LinkID, _ kind: LinkMessageKind, _ payload: Span<UInt8>) {
        guard done != nil else { return }
        guard answer.body.count + payload.count <= bound else {
            return end(.failure(ToolFailure("\(place) answered with more than \(bound) bytes")))
        }
        payload.withUnsafeBufferPointer { answer.body += $0 }
    }

    func linkClosed(_ id: LinkID, _ closure: LinkClosure) {
        link = nil
        switch closure.cause {
        case .remote: end(.success(answer))
        case .rejected(let status):
            end(.success(HTTPAnswer(status: status, headers: closure.headers, body: closure.body)))
        default: end(.failure(ToolFailure("\(place): \(closure.reason.isEmpty ? "no connection" : closure.reason)")))
        }
    }

    private func end(_ result: Result<HTTPAnswer, ToolFailure>) {
        let told = done
        done = nil
        release()
        told?(result)
    }
}
