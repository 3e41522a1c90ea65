import Core
import ProviderKit
import TestKit

@testable import Recognizers

/// Drives one recogniser with manual time and scripted links, performs what it asks, and writes down all it does. What a part must never
/// do is noted in `violations` by itself.
final class RecognizerHarness {
    /// One message sent.
    struct Sent {
        var link: LinkID
        var kind: LinkMessageKind
        var bytes: [UInt8]
        var text: String { String(decoding: bytes, as: UTF8.self) }
    }

    enum LinkState { case opening, open, closing, closed }

    let part: any Recognizer
    private let base = ProviderOutput()
    private let out: PartOutput<RecognizerEvent>
    private(set) var now = MonotonicTime(nanoseconds: 1_000_000_000)
    private(set) var events: [RecognizerEvent] = []
    private(set) var sent: [Sent] = []
    private(set) var links: [LinkID: LinkState] = [:]
    private(set) var endpoints: [Endpoint] = []
    private(set) var timers: [ProviderTimer: MonotonicTime] = [:]
    private(set) var violations: [String] = []
    private var isOver = false

    /// The vendor's script.
    var onConnect: (RecognizerHarness, LinkID, Endpoint) -> Void = { _, _, _ in }
    var onSend: (RecognizerHarness, Sent) -> Void = { _, _ in }
    private var pending: [() -> Void] = []
    private var isDraining = false

    init(_ part: any Recognizer) {
        self.part = part
        out = PartOutput(base)
        base.tracing = true
    }

    // MARK: Driving

    func start(_ context: PartContext = PartContext(language: "en-US")) { call { $0.start(context, $1) } }

    func open(_ link: LinkID, status: Int = 101) {
        guard links[link] == .opening else { return }
        links[link] = .open
        call { $0.opened(link, LinkOpening(status: status), $1) }
    }

    func receive(_ link: LinkID, _ bytes: [UInt8], kind: LinkMessageKind = .text) {
        guard links[link] == .open || links[link] == .closing else { return }
        call { $0.received(link, kind, bytes.span, $1) }
    }

    func receive(_ text: String, kind: LinkMessageKind = .text) { receive(LinkID(0), Array(text.utf8), kind: kind) }

    func close(_ link: LinkID, _ closure: LinkClosure) {
        guard let state = links[link], state != .closed else { return }
        links[link] = .closed
        call { $0.closed(link, closure, $1) }
    }

    func audio(_ samples: [Int16]) { call { $0.audio(samples.span, $1) } }

    /// So much of a loud tone, in pieces of 20 ms.
    func speak(ms: Int) {
        let count = part.capabilities.inputRate / 50
        let frame = (0..<count).map { Int16($0 % 2 == 0 ? 8000 : -8000) }
        for _ in 0..<(ms / 20) { audio(frame) }
    }

    func turnStarted() { call { $0.turnStarted($1) } }
    func turnEnded() { call { $0.turnEnded($1) } }
    func finish() { call { $0.close($1) } }

    /// Lets time pass and timers run out, each at its moment.
    func advance(by duration: Duration) {
        let end = now + duration
        var steps = 0
        while steps < 100_000, let (id, due) = timers.min(by: { $0.value < $1.value }), due <= end {
            steps += 1
            timers[id] = nil
            now = max(now, due)
            call { $0.timer(id, $1) }
        }
        now = end
    }

    func forget() {
        events.removeAll()
        sent.removeAll()
    }

    // MARK: Looking

    var finals: Int { events.count { if case .turnFinal = $0 { true } else { false } } }
    var failures: [ProviderFailure] {
        events.compactMap { if case .failure(let failure) = $0 { failure } else { nil } }
    }
    var texts: [String] {
        events.compactMap { if case .transcript(let text, true) = $0 { text } else { nil } }
    }

    /// The events in short, without usage: `~` before a partial, the final text itself.
    var story: [String] {
        events.compactMap { event in
            switch event {
            case .ready: "ready"
            case .speechStarted: "speech"
            case .transcript(let text, let isFinal): isFinal ? text : "~" + text
            case .turnEnded(let confidence): "end" + (confidence.map { " \($0)" } ?? "")
            case .turnEndLikely: "likely"
            case .turnResumed: "resumed"
            case .turnFinal: "final"
            case .failure(let failure): "failure \(failure.code)"
            case .notice: "notice"
            case .usage: nil
            }
        }
    }

    /// Text messages, in order; audio left out.
    var controls: [String] {
        sent.filter { $0.kind == .text && !$0.text.contains(#""audio":""#) }.map(\.text).filter {
            !$0.contains(#""commit":false"#)
        }
    }

    var visible: String { events.map { "\($0)" }.joined(separator: "\n") }

    // MARK: Performing

    private func call(_ body: (any Recognizer, PartOutput<RecognizerEvent>) -> Void) {
        base.now = now
        body(part, out)
        for action in base.actions { perform(action) }
        base.reset()
        for event in out.take() { take(event) }
        guard !isDraining else { return }
        isDraining = true
        while !pending.isEmpty { pending.removeFirst()() }
        isDraining = false
    }

    private func perform(_ action: ProviderAction) {
        switch action {
        case .connect(let link, let endpoint):
            if let state = links[link], state != .closed { violations.append("connects link \(link.number) twice") }
            links[link] = .opening
            endpoints.append(endpoint)
            pending.append { [unowned self] in onConnect(self, link, endpoint) }
        case .send(let link, let kind, let range):
            if links[link] != .open { violations.append("sends on link \(link.number), which is not open") }
            let message = Sent(link: link, kind: kind, bytes: Array(base.bytes[range]))
            sent.append(message)
            pending.append { [unowned self] in onSend(self, message) }
        case .finish(let link):
            // A request body may end before the response begins.
            if links[link] != .open, links[link] != .opening {
                violations.append("finishes link \(link.number), which is not open")
            }
        case .close(let link, _, _):
            guard links[link] == .open || links[link] == .opening else {
                return violations.append("closes link \(link.number), which is not open")
            }
            links[link] = .closing
            pending.append { [unowned self] in close(link, LinkClosure(.local, code: 1000)) }
        case .timer(let id, let after): timers[id] = now + after
        case .cancelTimer(let id): timers[id] = nil
        case .event, .trace: break
        }
    }

    private func take(_ event: RecognizerEvent) {
        if isOver { violations.append("tells \(event) after its terminal failure") }
        if case .failure(let failure) = event, failure.consequence != .goesOn { isOver = true }
        if event == .ready, events.contains(.ready) { violations.append("is ready twice") }
        events.append(event)
    }
}
