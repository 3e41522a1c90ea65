import Core
import Network
import ProviderKit

@testable import Recognizers

/// A small pipeline around one recogniser on a real loop: a user who says the same words twice, an endpointer, reconnects.
@EngineActor
final class PipecheckClient: LinkDelegate {
    /// What to play.
    struct Plan: Sendable {
        var type: String
        var url: URLParts
        var options: JSONValue
        /// One turn's words at the recogniser's rate.
        var speech: [Int16]
    }

    /// How long after its last word a turn ends: the first before a vendor's detector can tell, the second after.
    private static let ends: [Duration] = [.zero, .milliseconds(900)]
    private static let mostAttempts = 3

    private let loop: UVLoop
    private let links: LWSLinks
    private let plan: Plan
    private var part: (any Recognizer)?
    private let base = ProviderOutput()
    private let out: PartOutput<RecognizerEvent>
    private var open: [LinkID: any Link] = [:]
    private var timers: [ProviderTimer: any EngineTimer] = [:]
    private var attempts = 0

    private var isReady = false
    private var isTalking = false
    private var nextFrame = MonotonicTime(nanoseconds: 0)
    private var speechAt = 0
    private var turnStartAt = MonotonicTime(nanoseconds: 0)
    private var turnEndAt: MonotonicTime?
    private var hasStartedTurn = false
    private var asked = 0
    private var ending = false

    /// The text of each turn, by our own ends.
    private(set) var turns: [String] = [""]
    /// Answers to our ends, and ms of each.
    private(set) var finals: [Double] = []
    private(set) var failures: [ProviderFailure] = []
    private(set) var log: [String] = []
    /// Set when the scenario is over and the links have ended.
    private(set) var isFinished = false

    init(loop: UVLoop, plan: Plan) {
        self.loop = loop
        self.plan = plan
        links = LWSLinks(loop: loop)
        out = PartOutput(base)
    }

    /// Starts the part; again after a loss.
    func run() {
        attempts += 1
        (isReady, isTalking, hasStartedTurn, turnEndAt) = (false, false, false, nil)
        guard let type = RecognizerList.all.first(where: { $0.name == plan.type }) else {
            note("there is no type \(plan.type)")
            isFinished = true
            return
        }
        let configuration = ProviderConfiguration(
            name: plan.type, baseURL: plan.url, key: Secret("sk-test-0123456789"), options: plan.options)
        do throws(ConfigurationError) {
            part = try type.make(configuration)
            call { $0.start(PartContext(language: "en-US", keywords: []), $1) }
        } catch {
            note("cannot be made: \(error)")
            isFinished = true
        }
    }

    private func note(_ text: String) { log.append(text) }

    private func call(_ body: (any Recognizer, PartOutput<RecognizerEvent>) -> Void) {
        guard let part else { return }
        base.now = loop.now
        body(part, out)
        perform()
    }

    // MARK: Links

    func linkOpened(_ id: LinkID, _ opening: LinkOpening) { call { $0.opened(id, opening, $1) } }

    func linkReceived(_ id: LinkID, _ kind: LinkMessageKind, _ payload: Span<UInt8>) {
        guard let part else { return }
        base.now = loop.now
        part.received(id, kind, payload, out)
        perform()
    }

    func linkClosed(_ id: LinkID, _ closure: LinkClosure) {
        open[id] = nil
        call { $0.closed(id, closure, $1) }
        if ending, open.isEmpty { isFinished = true }
    }

    private func perform() {
        let actions = base.actions
        for action in actions {
            switch action {
            case .connect(let id, let endpoint): open[id] = links.open(id, endpoint, delegate: self)
            case .send(let id, let kind, let range):
                let bytes = base.bytes
                open[id]?.send(kind, bytes.span.extracting(range))
            case .finish(let id): open[id]?.finish()
            case .close(let id, let code, let reason): open[id]?.close(code: code, reason: reason)
            case .timer(let id, let after):
                timers[id]?.cancel()
                timers[id] = loop.schedule(after: after) { [weak self] in self?.call { $0.timer(id, $1) } }
            case .cancelTimer(let id): timers.removeValue(forKey: id)?.cancel()
            case .event, .trace: break
            }
        }
        let events = out.take()
        base.reset()
        for event in events { handle(event) }
    }

    private func handle(_ event: RecognizerEvent) {
        switch event {
        case .ready:
            isReady = true
            nextFrame = loop.now
            say(after: .milliseconds(300))
            frames()
        case .transcript(let text, true):
            note("final \"\(text)\"")
            turns[turns.count - 1] += (turns[turns.count - 1].isEmpty ? "" : " ") + text
        case .transcript: break
        case .turnFinal(let ms):
            note("turnFinal after \(Int(ms)) ms")
            finals.append(ms)
            if finals.count == Self.ends.count { return finish() }
            turns.append("")
            say(after: .milliseconds(700))
        case .failure(let failure): failed(failure)
        case .notice(let text): note("notice: \(text)")
        default: note("\(event)")
        }
    }

    private func failed(_ failure: ProviderFailure) {
        note("failure \(failure.code) \(failure.consequence): \(failure.text)")
        failures.append(failure)
        guard failure.consequence != .goesOn else { return }
        for timer in timers.values { timer.cancel() }
        timers = [:]
        part = nil
        guard case .reconnect(let after) = failure.consequence, attempts < Self.mostAttempts else { return finish() }
        // What the lost part had not answered is over; the new one hears the same turn again.
        asked = finals.count
        _ = loop.schedule(after: max(after ?? .zero, .milliseconds(700))) { [weak self] in self?.run() }
    }

    // MARK: The user

    private func say(after delay: Duration) {
        guard !ending else { return }
        isTalking = true
        speechAt = 0
        turnStartAt = loop.now + delay
        (hasStartedTurn, turnEndAt) = (false, nil)
    }

    /// One frame each 20 ms by absolute deadlines: the words, silence otherwise.
    private func frames() {
        guard isReady, let part, !ending else { return }
        let count = part.capabilities.inputRate / 50
        var frame = [Int16](repeating: 0, count: count)
        if isTalking, nextFrame >= turnStartAt {
            for i in 0..<count where speechAt + i < plan.speech.count { frame[i] = plan.speech[speechAt + i] }
            speechAt += count
        }
        call { $0.audio(frame.span, $1) }
        endpoint(rate: part.capabilities.inputRate)
        nextFrame = nextFrame + .milliseconds(20)
        _ = loop.schedule(at: nextFrame) { [weak self] in self?.frames() }
    }

    /// The local endpointer: the turn begins 200 ms after its first sound.
    private func endpoint(rate: Int) {
        guard isTalking, self.part != nil else { return }
        if !hasStartedTurn, speechAt >= rate / 5 {
            hasStartedTurn = true
            call { $0.turnStarted($1) }
        }
        guard speechAt >= plan.speech.count else { return }
        let due = turnEndAt ?? (loop.now + Self.ends[min(asked, Self.ends.count - 1)])
        turnEndAt = due
        guard loop.now >= due else { return }
        isTalking = false
        asked += 1
        call { $0.turnEnded($1) }
    }

    private func finish() {
        guard !ending else { return }
        // Some messages may still be under way: what comes after the end of a turn must not disturb.
        _ = loop.schedule(after: .milliseconds(300)) { [weak self] in self?.end() }
    }

    private func end() {
        guard !ending else { return }
        ending = true
        call { $0.close($1) }
        if open.isEmpty { isFinished = true }
        // A peer that does not close its side is left after a while.
        _ = loop.schedule(after: .seconds(4)) { [weak self] in self?.isFinished = true }
    }
}
