import Core
import ProviderKit

@testable import LanguageModels

/// A language model by itself: the test is network, clock and pipeline.
final class ModelRig {
    let model: any LanguageModel
    let base = ProviderOutput(now: MonotonicTime(nanoseconds: 1_000_000_000))
    let out: PartOutput<ModelEvent>
    private(set) var events: [ModelEvent] = []
    private(set) var endpoints: [HTTPEndpoint] = []
    private(set) var closed: [LinkID] = []
    /// When the running timer is due.
    private(set) var due: MonotonicTime?
    private(set) var link = LinkID(0)
    private var requests = 0

    static let tools = [
        ToolDefinition(
            name: "get_weather", summary: "Weather now",
            parameters: ["type": "object", "properties": ["city": ["type": "string"]], "required": ["city"]])
    ]

    /// A model of this type; the key and a base URL are set unless they are given.
    init(
        _ type: String, model: String? = "m", base address: String? = nil, key: String? = "sk-test-1234",
        _ options: JSONValue = .object([])
    ) throws {
        let url = try address.map { text in try URLParts(parsing: text) }
        let configuration = ProviderConfiguration(
            name: "llm", model: model, baseURL: url, key: key.map { Secret($0) }, options: options)
        self.model = try Self.descriptor(type).make(configuration)
        out = PartOutput(base)
    }

    static func descriptor(_ type: String) throws -> ModelDescriptor {
        guard let found = LanguageModelList.all.first(where: { $0.name == type }) else {
            throw ConfigurationError(place: type, cause: "no such type", fix: "name one")
        }
        return found
    }

    /// Body of the newest request.
    var body: JSONValue {
        guard case .whole(let bytes)? = endpoints.last?.body else { return .null }
        return (try? JSONParser.parse(bytes)) ?? .null
    }

    var text: String { events.map { if case .text(let text) = $0 { text } else { "" } }.joined() }
    var calls: [ToolCall] { events.compactMap { if case .toolCall(let call) = $0 { call } else { nil } } }
    var notices: [String] { events.compactMap { if case .notice(let text) = $0 { text } else { nil } } }
    var failures: [ProviderFailure] { events.compactMap { if case .failure(let told) = $0 { told } else { nil } } }
    var endings: [ResponseStatus] { events.compactMap { if case .ended(let status) = $0 { status } else { nil } } }
    var usage: Usage? {
        events.reversed().lazy.compactMap { if case .usage(let usage) = $0 { usage } else { nil } }.first
    }

    private func take() {
        for action in base.actions {
            switch action {
            case .connect(let id, .http(let endpoint)):
                link = id
                endpoints.append(endpoint)
            case .close(let id, _, _): closed.append(id)
            case .timer(_, let after): due = base.now + after
            case .cancelTimer: due = nil
            default: break
            }
        }
        events += out.take()
        base.reset()
    }

    func forget() { events = [] }

    func ask(
        _ messages: [ModelMessage] = [.user("Hello")], instructions: String = "Be brief.",
        tools: [ToolDefinition] = ModelRig.tools
    ) {
        requests += 1
        model.generate(
            ModelRequest(id: requests, instructions: instructions, messages: messages, tools: tools), out)
        take()
    }

    func open(_ type: String = "text/event-stream", status: Int = 200) {
        model.opened(link, LinkOpening(status: status, headers: [HeaderField("content-type", type)]), out)
        take()
    }

    func feed(_ messages: String...) {
        for message in messages { feed(Array(message.utf8)) }
    }

    func feed(_ bytes: [UInt8], kind: LinkMessageKind = .serverSentEvent) {
        model.received(link, kind, bytes.span, out)
        take()
    }

    func end(_ closure: LinkClosure = LinkClosure(.remote)) {
        model.closed(link, closure, out)
        take()
    }

    func reject(_ status: Int, _ body: String = "", headers: [HeaderField] = []) {
        end(LinkClosure(.rejected(status: status), reason: "HTTP status", body: Array(body.utf8), headers: headers))
    }

    /// Lets time pass; a timer that is due runs out.
    func wait(_ duration: Duration) {
        base.now = base.now + duration
        guard let due, due <= base.now else { return }
        self.due = nil
        model.timer(ProviderTimer(0), out)
        take()
    }

    func cancel() {
        model.cancel(out)
        take()
    }
}
