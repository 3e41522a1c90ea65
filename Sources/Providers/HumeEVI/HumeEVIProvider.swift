import AudioKit
import Core
import ProviderKit

/// Hume EVI over one WebSocket.
///
/// ```
///  start ─▶ connect ─▶ chat_metadata ─▶ session_settings ─▶ ready ─▶ greeting
/// ```
/// The files beside this one hold what the vendor says (`+Events`), audio (`+Audio`) and what the session asks (`+Requests`).
final class HumeEVIProvider: Provider {
    /// Where the connection stands.
    enum Phase { case idle, connecting, configuring, ready, closing, ended }

    /// What the agent is doing.
    enum Speech { case idle, active, cut }

    static let link = LinkID(0)
    static let outputRate = 48000
    static let handshakeTimer = ProviderTimer(1)

    let options: HumeEVIOptions
    let capabilities: ProviderCapabilities
    let failures: VendorFailure

    var phase = Phase.idle
    var hasLink = false
    var context = ProviderContext()
    var startedAt = MonotonicTime(nanoseconds: 0)

    let prefix: String
    var number = 0
    var speech = Speech.idle
    var response = ""
    /// Agent messages of the response under way.
    var items: [String] = []
    /// Agent messages that were cut: what still comes of them is dropped. The newest few.
    var dropped: [String] = []
    var hasAudio = false
    var sounding: String?
    /// The user's words of this turn.
    var userItem: String?
    var isUserSpeaking = false
    var calls: Set<String> = []
    var seenCalls: Set<String> = []
    var outputFormat = 0
    var resampler: Resampler?
    var bytes: [UInt8] = []
    var samples: [Int16] = []
    var resampled: [Int16] = []
    var unknown = 0
    var hasNoticedUnknown = false
    var hasNoticedGarbage = false

    /// A provider with these options. `prefix` makes the ids of its items unique in a conversation.
    init(_ options: HumeEVIOptions, prefix: String = "hume-\(SessionID.random().text)") {
        self.options = options
        self.prefix = prefix
        failures = VendorFailure(
            provider: options.name, url: options.endpoint, key: options.key, keyVariable: "HUME_API_KEY")
        capabilities = Self.capabilities(inputRate: options.inputRate, limit: .seconds(options.maxSeconds))
    }

    /// What the options make of the vendor's abilities.
    static func capabilities(inputRate: Int = 16000, limit: Duration = .seconds(1800)) -> ProviderCapabilities {
        ProviderCapabilities(
            inputRate: inputRate, outputRate: outputRate, canSpeakText: true, sessionLimit: limit, costTier: .medium,
            encodings: ["pcm16", "wav"], chunk: .milliseconds(20))
    }

    // MARK: Life of the link

    func start(_ context: ProviderContext, _ out: ProviderOutput) {
        guard phase == .idle else { return }
        self.context = context
        phase = .connecting
        hasLink = true
        let url = options.address(resuming: options.resumes ? context.resumption?.handle : nil)
        out.connect(Self.link, .webSocket(WebSocketEndpoint(url: url)))
    }

    func opened(_ link: LinkID, _ opening: LinkOpening, _ out: ProviderOutput) {
        guard link == Self.link, phase == .connecting else { return }
        phase = .configuring
        out.timer(Self.handshakeTimer, after: .seconds(10))
    }

    func closed(_ link: LinkID, _ closure: LinkClosure, _ out: ProviderOutput) {
        guard link == Self.link else { return }
        hasLink = false
        if phase == .closing { phase = .ended }
        if phase != .ended { end(failures.closed(closure), out) }
    }

    /// Ends this provider with its one terminal failure.
    func end(_ failure: ProviderFailure, _ out: ProviderOutput) {
        guard phase != .ended, phase != .closing else { return }
        out.add(.cancelTimer(Self.handshakeTimer))
        out.event(.failure(failure))
        if hasLink { out.add(.close(Self.link, code: 1000, reason: "")) }
        phase = .ended
    }

    /// Ends in order at the session's wish.
    func close(_ out: ProviderOutput) {
        guard phase != .ended, phase != .closing else { return }
        out.add(.cancelTimer(Self.handshakeTimer))
        guard phase != .idle else {
            phase = .ended
            return
        }
        out.add(.close(Self.link, code: 1000, reason: ""))
        phase = .closing
    }

    func timer(_ id: ProviderTimer, _ out: ProviderOutput) {
        guard id == Self.handshakeTimer, phase == .configuring else { return }
        let fix = "check the address and the network"
        end(failures.make("protocol", "no chat_metadata within 10 s", fix: fix, .reconnect(after: nil)), out)
    }

    /// What the user said last and was not answered.
    private var pendingQuestion: String? {
        guard context.answerPending, case .user(let text)? = context.history.last else { return nil }
        return text
    }

    /// `chat_metadata`: configure, be ready, then greet or answer. A chat group that is resumed is known to the vendor.
    func chatMetadata(_ message: JSONValue, _ out: ProviderOutput) {
        guard phase == .configuring else { return }
        out.add(.cancelTimer(Self.handshakeTimer))
        phase = .ready
        startedAt = out.now
        let group = message["chat_group_id"]?.string
        let isResumed = options.resumes && group != nil && group == context.resumption?.handle
        let unknown = pendingQuestion == nil ? context.history : context.history.dropLast()
        out.send(Self.link, HumeEVIMessage.settings(options, context, history: isResumed ? [] : unknown))
        out.event(.audioFormat(VendorAudioFormat(.user, encoding: "pcm16", rate: options.inputRate)))
        out.event(.ready)
        if options.resumes, let group, !group.isEmpty, group.utf8.count <= 512 { out.event(.resumable(handle: group)) }
        out.event(.expires(after: .seconds(options.maxSeconds)))
        if let question = pendingQuestion {
            out.send(Self.link, HumeEVIMessage.user(question))
        } else if !context.isContinuation, let greeting = context.greeting, !greeting.isEmpty {
            out.send(Self.link, HumeEVIMessage.assistant(greeting))
        }
    }
}
