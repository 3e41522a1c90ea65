import AudioKit
import Core
import ProviderKit

/// Ultravox: a call made by REST, then its WebSocket of PCM and JSON.
///
/// ```
///  start ─▶ POST /api/calls ─▶ joinUrl ─▶ WebSocket ─▶ call_started ─▶ ready
///               ▲   │ 400: the field that it names is left out, once each
///               ╰───╯
/// ```
/// Request and socket bear one link's name: the socket is opened when the request is over. The files beside this one hold
/// what the vendor says (`+Events`) and what the session asks (`+Requests`).
final class UltravoxProvider: Provider {
    /// Where the connection stands.
    enum Phase { case idle, creating, joining, ready, closing, ended }

    /// What the agent is doing.
    enum Speech { case idle, active, cut }

    static let link = LinkID(0)
    static let handshakeTimer = ProviderTimer(1)

    let options: UltravoxOptions
    let capabilities: ProviderCapabilities
    let failures: VendorFailure

    var phase = Phase.idle
    var hasLink = false
    var context = ProviderContext()
    var body = JSONValue.null
    var refused: [String] = []
    var answer: [UInt8] = []
    var startedAt = MonotonicTime(nanoseconds: 0)

    let prefix: String
    var speech = Speech.idle
    var number = 0
    var item: ItemHandle?
    var hasAudio = false
    var carry: UInt8?
    /// Texts of both sides by the vendor's ordinal; the newest few.
    var transcripts: [UltravoxTranscript] = []
    var lastAgentOrdinal = -1
    var isUserSpeaking = false
    var answersText = false
    /// We sent something that makes the vendor stop.
    var expectsClear = false
    var sounding: String?
    var calls: Set<String> = []
    var seenCalls: Set<String> = []
    var unknown = 0
    var hasNoticedUnknown = false
    var hasNoticedGarbage = false

    /// A provider with these options. `prefix` makes the ids of its items unique in a conversation.
    init(_ options: UltravoxOptions, prefix: String = "ultravox-\(SessionID.random().text)") {
        self.options = options
        self.prefix = prefix
        failures = VendorFailure(
            provider: options.name, url: options.endpoint, key: options.key, keyVariable: "ULTRAVOX_API_KEY")
        capabilities = Self.capabilities(
            inputRate: options.inputRate, outputRate: options.outputRate, limit: .seconds(options.maxSeconds),
            tools: !options.usesAgent)
    }

    /// What the options make of the vendor's abilities.
    static func capabilities(
        inputRate: Int, outputRate: Int, limit: Duration, tools: Bool = true
    ) -> ProviderCapabilities {
        ProviderCapabilities(
            inputRate: inputRate, outputRate: outputRate, tools: tools, canSpeakText: true, sessionLimit: limit,
            costTier: .low, chunk: .milliseconds(20))
    }

    // MARK: Life of the links

    func start(_ context: ProviderContext, _ out: ProviderOutput) {
        guard phase == .idle else { return }
        self.context = context
        let history = pendingQuestion == nil ? context.history : context.history.dropLast()
        body = UltravoxMessage.call(options, context, history: history)
        create(out)
    }

    /// What the user said last and was not answered.
    private var pendingQuestion: String? {
        guard context.answerPending, case .user(let text)? = context.history.last else { return nil }
        return text
    }

    private func create(_ out: ProviderOutput) {
        phase = .creating
        answer = []
        hasLink = true
        var headers = [HeaderField("Content-Type", "application/json")]
        if let key = options.key { headers.append(HeaderField("X-API-Key", key.reveal(), secret: true)) }
        let bytes = body.bytes
        out.trace(WireMessage(source: "", direction: .sent, type: "POST calls", bytes: bytes.count))
        out.connect(
            Self.link,
            .http(HTTPEndpoint(method: "POST", url: options.endpoint, headers: headers, body: .whole(bytes))))
    }

    func opened(_ link: LinkID, _ opening: LinkOpening, _ out: ProviderOutput) {
        guard link == Self.link, phase == .joining else { return }
        out.timer(Self.handshakeTimer, after: .seconds(10))
    }

    func closed(_ link: LinkID, _ closure: LinkClosure, _ out: ProviderOutput) {
        guard link == Self.link else { return }
        hasLink = false
        switch phase {
        case .closing: phase = .ended
        case .creating: created(closure, out)
        case .joining, .ready: end(failures.closed(closure), out)
        case .idle, .ended: break
        }
    }

    /// The answer to the request that makes the call.
    private func created(_ closure: LinkClosure, _ out: ProviderOutput) {
        if case .rejected(400) = closure.cause, adapts(closure, out) { return create(out) }
        guard case .remote = closure.cause else { return end(failures.closed(closure), out) }
        guard let json = try? JSONParser.parse(answer), let text = json["joinUrl"]?.string,
            let url = try? URLParts(parsing: text), ["ws", "wss"].contains(url.scheme),
            url.isSecure || !options.endpoint.isSecure
        else {
            return end(failures.make("protocol", "the answer names no joinUrl", .reconnect(after: nil)), out)
        }
        phase = .joining
        hasLink = true
        out.connect(Self.link, .webSocket(WebSocketEndpoint(url: url)))
    }

    /// Leaves out the fields of the body that the vendor's answer names: `{"vadSettings":["…"]}`.
    private func adapts(_ closure: LinkClosure, _ out: ProviderOutput) -> Bool {
        guard let members = (try? JSONParser.parse(closure.body))?.members, refused.count < 8 else { return false }
        let needed: Set<String> = ["medium", "systemPrompt"]
        let named = members.map(\.key).filter { !needed.contains($0) && body[$0] != nil && !refused.contains($0) }
        for field in named.prefix(8) {
            body[field] = nil
            refused.append(field)
            out.event(.notice("the vendor refused \(field); called without it"))
        }
        return !named.isEmpty
    }

    /// Ends this provider with its one terminal failure.
    func end(_ failure: ProviderFailure, _ out: ProviderOutput) {
        guard phase != .ended, phase != .closing else { return }
        out.add(.cancelTimer(Self.handshakeTimer))
        out.event(.failure(failure))
        if hasLink { out.add(.close(Self.link, code: 1000, reason: "")) }
        phase = .ended
    }

    private func close(_ out: ProviderOutput) {
        guard phase != .ended, phase != .closing else { return }
        out.add(.cancelTimer(Self.handshakeTimer))
        guard hasLink else {
            phase = .ended
            return
        }
        out.add(.close(Self.link, code: 1000, reason: ""))
        phase = .closing
    }

    func timer(_ id: ProviderTimer, _ out: ProviderOutput) {
        guard id == Self.handshakeTimer, phase == .joining else { return }
        let fix = "check the address and the network"
        end(failures.make("protocol", "no call_started within 10 s", fix: fix, .reconnect(after: nil)), out)
    }

    /// `call_started`: ready, then answer what is pending.
    func callStarted(_ out: ProviderOutput) {
        guard phase == .joining else { return }
        out.add(.cancelTimer(Self.handshakeTimer))
        phase = .ready
        startedAt = out.now
        out.event(.audioFormat(VendorAudioFormat(.user, encoding: "pcm16", rate: options.inputRate)))
        out.event(.audioFormat(VendorAudioFormat(.agent, encoding: "pcm16", rate: options.outputRate)))
        out.event(.ready)
        out.event(.expires(after: .seconds(options.maxSeconds)))
        if options.usesAgent, !context.tools.isEmpty || !context.instructions.isEmpty {
            out.event(.notice("the vendor's agent has its own prompt and tools; those configured here are not used"))
        }
        if let question = pendingQuestion {
            sendText(question, out)
        } else if context.answerPending {
            sendText(UltravoxMessage.instruction("Answer the user now."), out)
        }
    }

    func perform(_ request: ProviderRequest, _ out: ProviderOutput) {
        if request == .close { return close(out) }
        guard phase == .ready else { return }
        ask(request, out)
    }
}
