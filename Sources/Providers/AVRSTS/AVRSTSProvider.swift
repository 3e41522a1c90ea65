import AudioKit
import Core
import ProviderKit

/// AVR's core as its speech-to-speech adapters know it: JSON text over one WebSocket, base64 PCM at 8 kHz (systems.md b.5.1).
///
/// ```
///  start ─▶ connect ─▶ init ─▶ ready;  20 ms of the caller in each message, agent audio as it comes
/// ```
/// The protocol tells neither the beginning nor the end of an answer: silence on the wire ends it. What the adapter says:
/// `+Messages`.
final class AVRSTSProvider: Provider {
    /// Where the connection stands.
    enum Phase { case idle, connecting, ready, closing, ended }

    /// Odd things that came and were ignored.
    struct Oddities: Equatable {
        var notJSON = 0
        var unknownTypes = 0
        var badAudio = 0
    }

    static let link = LinkID(0)
    static let rate = 8000
    /// Samples of one message: adapters take them as 20 ms.
    static let frame = 160
    static let answerTimer = ProviderTimer(1)
    static let muteTimer = ProviderTimer(2)
    static let tickTimer = ProviderTimer(3)
    static let tick = Duration.seconds(2)
    /// Silence on the wire after which an answer counts as delivered.
    static let idle = Duration.milliseconds(800)

    let options: AVRSTSOptions
    let capabilities = AVRSTS.capabilities
    let failures: VendorFailure
    private let uuid: () -> String

    var phase = Phase.idle
    private var hasLink = false
    private var context = ProviderContext()
    private var rest: [Int16] = []
    var decoder: VendorCodec?
    var scratch: [UInt8] = []
    var answers = UnnumberedAnswers()
    var user = UnnumberedUser()
    var calls = OpenCalls()
    var mute = GreetingMute()
    /// When audio of a cut answer last came.
    var lastDropped: MonotonicTime?
    private var isAnswerTimed = false
    var oddities = Oddities()
    var hasNoticedUnknown = false
    var hasNoticedGarbage = false
    private var hasNoticedText = false

    /// A provider with these options; `uuid` names the call.
    init(_ options: AVRSTSOptions, uuid: @escaping () -> String = AVRSTSProvider.randomUUID) {
        self.options = options
        self.uuid = uuid
        failures = VendorFailure(provider: options.name, url: options.endpoint, key: nil, keyVariable: nil)
        decoder = try? .decoder(.init(encoding: .pcm16, rate: Self.rate), to: Self.rate)
        rest.reserveCapacity(Self.frame)
    }

    /// A UUID of version 4.
    static func randomUUID() -> String {
        var bytes = (0..<16).map { _ in UInt8.random(in: 0...255) }
        bytes[6] = bytes[6] & 0x0F | 0x40
        bytes[8] = bytes[8] & 0x3F | 0x80
        let digits = bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
        return [0..<4, 4..<6, 6..<8, 8..<10, 10..<16].map { digits[$0].joined() }.joined(separator: "-")
    }

    // MARK: Life of the link

    func start(_ context: ProviderContext, _ out: ProviderOutput) {
        guard phase == .idle else { return }
        self.context = context
        answers.start(out)
        user.start(out)
        phase = .connecting
        hasLink = true
        out.connect(Self.link, .webSocket(WebSocketEndpoint(url: options.endpoint)))
    }

    /// Adapters call their vendor now; they drop or hold what comes until then (b.3 no. 19).
    func opened(_ link: LinkID, _ opening: LinkOpening, _ out: ProviderOutput) {
        guard link == Self.link, phase == .connecting else { return }
        out.send(Self.link, AVRSTSMessage.start(uuid: uuid(), options.providerConfig, context))
        phase = .ready
        for direction in [VendorAudioFormat.Direction.user, .agent] {
            out.event(.audioFormat(VendorAudioFormat(direction, encoding: "pcm16", rate: Self.rate)))
        }
        out.timer(Self.tickTimer, after: Self.tick)
        if context.isContinuation {
            out.event(
                .notice("AVR's protocol hands over no conversation: the adapter begins anew, its greeting is muted"))
            mute.start(out.now)
            out.timer(Self.muteTimer, after: GreetingMute.grace)
        }
        out.event(.ready)
    }

    func closed(_ link: LinkID, _ closure: LinkClosure, _ out: ProviderOutput) {
        guard link == Self.link else { return }
        hasLink = false
        if phase == .closing { phase = .ended }
        guard phase != .ended else { return }
        guard options.closeHangsUp, phase == .ready, closure.cause == .remote, closure.code == 1000 else {
            return end(failures.closed(closure), out)
        }
        answers.end(.completed, out)
        cancelTimers(out)
        phase = .ended
        out.event(.hangUpRequested(reason: "the adapter closed"))
    }

    private func end(_ failure: ProviderFailure, _ out: ProviderOutput) {
        cancelTimers(out)
        out.event(.failure(failure))
        if hasLink { out.add(.close(Self.link, code: 1000, reason: "")) }
        phase = .ended
    }

    private func close(_ out: ProviderOutput) {
        guard phase != .ended, phase != .closing else { return }
        cancelTimers(out)
        guard hasLink else {
            phase = .ended
            return
        }
        out.add(.close(Self.link, code: 1000, reason: ""))
        phase = .closing
    }

    private func cancelTimers(_ out: ProviderOutput) {
        for timer in [Self.answerTimer, Self.muteTimer, Self.tickTimer] { out.add(.cancelTimer(timer)) }
    }

    // MARK: Time

    func timer(_ id: ProviderTimer, _ out: ProviderOutput) {
        guard phase == .ready else { return }
        switch id {
        case Self.answerTimer:
            isAnswerTimed = false
            guard answers.phase == .running else { return }
            guard out.now - answers.lastSign >= Self.idle else { return timeAnswer(out) }
            answers.end(.completed, out)
        case Self.muteTimer where !mute.isOver(out.now, idle: Self.idle) && mute.isOn:
            out.timer(Self.muteTimer, after: .milliseconds(300))
        case Self.tickTimer:
            out.timer(Self.tickTimer, after: Self.tick)
            guard user.quiet(out.now) >= .seconds(8) else { return }
            user.stop(out)
        default: break
        }
    }

    /// Looks at the answer again when it may be over; one timer, however many pieces come.
    func timeAnswer(_ out: ProviderOutput) {
        guard !isAnswerTimed, answers.phase == .running else { return }
        isAnswerTimed = true
        out.timer(Self.answerTimer, after: max(.milliseconds(1), Self.idle - (out.now - answers.lastSign)))
    }

    // MARK: Audio of the caller

    /// Cuts the caller's audio into frames; what is left of one waits for the next samples.
    func audio(_ pcm: Span<Int16>, _ out: ProviderOutput) {
        guard phase == .ready, pcm.count > 0 else { return }
        user.listen(pcm, out.now)
        var at = 0
        if !rest.isEmpty {
            at = min(pcm.count, Self.frame - rest.count)
            for i in 0..<at { rest.append(pcm[i]) }
            guard rest.count == Self.frame else { return }
            rest.withUnsafeBufferPointer { send($0.span, out) }
            rest.removeAll(keepingCapacity: true)
        }
        while at + Self.frame <= pcm.count {
            send(pcm.extracting(at..<(at + Self.frame)), out)
            at += Self.frame
        }
        for i in at..<pcm.count { rest.append(pcm[i]) }
    }

    private func send(_ frame: Span<Int16>, _ out: ProviderOutput) {
        let start = out.bytes.count
        out.bytes.append(contentsOf: AVRSTSMessage.audioHead)
        Base64.encode(pcm: frame, into: &out.bytes)
        out.bytes.append(contentsOf: AVRSTSMessage.audioTail)
        let end = out.bytes.count
        out.add(.send(Self.link, .text, range: start..<end))
        out.trace(WireMessage(source: "", direction: .sent, type: "audio", bytes: end - start))
    }

    // MARK: What the session asks

    func perform(_ request: ProviderRequest, _ out: ProviderOutput) {
        if request == .close { return close(out) }
        guard phase == .ready else { return }
        switch request {
        case .toolResult(let callID, let output, let isError):
            guard calls.settle(callID) != nil else { return }
            out.send(Self.link, AVRSTSMessage.toolResult(id: callID, output: output, isError: isError))
        case .interrupt:
            guard answers.phase == .running else { return }
            lastDropped = out.now
            answers.cut(out)
        case .playedOut(let item): answers.playedOut(item)
        case .userText, .respond, .speak, .updateInstructions: refuseText(out)
        case .userTurnStarted, .userTurnEnded, .close: break
        }
    }

    private func refuseText(_ out: ProviderOutput) {
        guard !hasNoticedText else { return }
        hasNoticedText = true
        out.event(.notice("an AVR adapter hears audio only: text and instructions cannot be handed to it"))
    }
}
