import Core
import ProviderKit

/// What a batch vendor limits.
struct BatchLimits: Sendable {
    /// Longest recording in one request, in seconds; a longer turn is sent in several, in order.
    var longestSeconds = 55
    /// Shortest recording worth a request, in milliseconds.
    var shortestMs = 100
    /// Kept from before the turn, in milliseconds.
    var preRollMs = 500
}

/// What a vendor's answer holds.
enum BatchAnswer: Sendable, Equatable {
    /// The text; empty when nothing was understood.
    case text(String)
    /// It failed inside a good response.
    case failure(ProviderFailure)
}

/// The base of recognisers that take a recording a turn. A vendor overrides the hooks.
///
/// ```
/// audio ─▶ pre-roll ─turnStarted─▶ recording ─turnEnded─▶ queue ─▶ one request at a time ─▶ transcript(final) ─▶ turnFinal
/// ```
/// 429 is tried again after `Retry-After`, 408, 5xx and lost connections once after 300 ms, all within the patience of the turn. A turn
/// that fails is told and ends without text; after three in a row the part is over.
class BatchRecognizer: Recognizer {
    typealias Output = PartOutput<RecognizerEvent>

    private static let patienceTimer = ProviderTimer(0)
    private static let retryTimer = ProviderTimer(1)
    private static let retryPause = Duration.milliseconds(300)
    private static let largestAnswer = 1 << 20
    private static let mostFailures = 3

    /// A recording under way to its text.
    private struct Job {
        var samples: [Int16]
        /// Whether `turnFinal` follows.
        var isLast: Bool
        var patienceEnds: MonotonicTime?
        var attempts = 0
        var body: [UInt8] = []
        /// Streamed text so far.
        var partial = ""
        var answer: BatchAnswer?
    }

    let capabilities: RecognizerCapabilities
    let common: VendorOptions
    let failures: VendorFailure
    let limits: BatchLimits
    private(set) var context = PartContext()

    private var finals = FinalRequests()
    private var preRoll: PreRoll
    private var recording: [Int16] = []
    private var isRecording = false
    private var jobs: [Job] = []
    private var link: LinkID?
    private var nextLink = 0
    private var hasStarted = false
    private var isOver = false
    private var failuresInARow = 0

    init(_ common: VendorOptions, capabilities: RecognizerCapabilities, limits: BatchLimits) {
        self.common = common
        self.capabilities = capabilities
        self.limits = limits
        failures = common.failures
        preRoll = PreRoll(samples: limits.preRollMs * capabilities.inputRate / 1000)
    }

    // MARK: Hooks

    /// The request for these samples.
    func request(_ samples: [Int16]) -> HTTPEndpoint { HTTPEndpoint(method: "POST", url: common.url) }

    /// Reads the body of a good response.
    func answer(_ body: [UInt8]) -> BatchAnswer { .text(String(decoding: body, as: UTF8.self)) }

    /// Reads a server-sent event: the answer when it is whole. `partial` holds what was streamed.
    func event(_ json: JSONValue, _ partial: inout String) -> BatchAnswer? { nil }

    // MARK: Recognizer

    func start(_ context: PartContext, _ out: Output) {
        guard !hasStarted, !isOver else { return }
        hasStarted = true
        self.context = context
        out.event(.ready)
    }

    func audio(_ pcm: Span<Int16>, _ out: Output) {
        guard hasStarted, !isOver else { return }
        guard isRecording else { return preRoll.add(pcm) }
        pcm.withUnsafeBufferPointer { recording.append(contentsOf: $0) }
        if recording.count >= limits.longestSeconds * capabilities.inputRate { submit(isLast: false, out) }
    }

    func turnStarted(_ out: Output) {
        guard hasStarted, !isOver, !isRecording else { return }
        isRecording = true
        recording.reserveCapacity(capabilities.inputRate * 10)
        recording += preRoll.take()
    }

    func turnEnded(_ out: Output) {
        guard hasStarted, !isOver else { return }
        finals.add(out.now)
        isRecording = false
        submit(isLast: true, out)
    }

    func opened(_ link: LinkID, _ opening: LinkOpening, _ out: Output) {}

    func received(_ link: LinkID, _ kind: LinkMessageKind, _ payload: Span<UInt8>, _ out: Output) {
        guard link == self.link, !isOver, !jobs.isEmpty else { return }
        guard kind == .serverSentEvent else {
            guard jobs[0].body.count + payload.count <= Self.largestAnswer else {
                return settle(.failure(failures.make("protocol", "the answer is larger than 1 MiB", .goesOn)), out)
            }
            return payload.withUnsafeBufferPointer { jobs[0].body.append(contentsOf: $0) }
        }
        guard jobs[0].answer == nil, let json = try? JSONParser.parse(payload) else { return }
        let before = jobs[0].partial
        jobs[0].answer = event(json, &jobs[0].partial)
        let text = SegmentText.trimmed(jobs[0].partial)
        if jobs[0].answer == nil, jobs[0].partial != before, !text.isEmpty {
            out.event(.transcript(text: text, isFinal: false))
        }
    }

    func closed(_ link: LinkID, _ closure: LinkClosure, _ out: Output) {
        guard link == self.link, !isOver, !jobs.isEmpty else { return }
        self.link = nil
        guard closure.cause == .remote else { return lost(failures.closed(closure), out) }
        let isStreamed = jobs[0].answer != nil || !jobs[0].partial.isEmpty
        let result = jobs[0].answer ?? (isStreamed ? cutShort : answer(jobs[0].body))
        if case .failure(let failure) = result { return lost(failure, out) }
        settle(result, out)
    }

    private var cutShort: BatchAnswer {
        .failure(failures.make("lost", "the answer ended before its end", .reconnect(after: nil)))
    }

    func timer(_ id: ProviderTimer, _ out: Output) {
        guard !isOver, !jobs.isEmpty else { return }
        switch id {
        case Self.retryTimer where link == nil: attempt(out)
        case Self.patienceTimer:
            let seconds = common.patience.milliseconds / 1000
            settle(.failure(failures.make("lost", "no text within \(seconds) s", .goesOn)), out)
        default: break
        }
    }

    func close(_ out: Output) {
        guard !isOver else { return }
        isOver = true
        stop(out)
    }

    // MARK: Requests

    private func submit(isLast: Bool, _ out: Output) {
        jobs.append(Job(samples: recording, isLast: isLast))
        recording.removeAll(keepingCapacity: true)
        if jobs.count == 1 { begin(out) }
    }

    /// Takes the first job up; one without sound is answered here.
    private func begin(_ out: Output) {
        guard !isOver, !jobs.isEmpty else { return }
        let enough = jobs[0].samples.count >= limits.shortestMs * capabilities.inputRate / 1000
        guard enough, Recording.hasSound(jobs[0].samples, rate: capabilities.inputRate) else {
            return settle(.text(""), out)
        }
        jobs[0].patienceEnds = out.now + common.patience
        out.timer(Self.patienceTimer, after: common.patience)
        attempt(out)
    }

    private func attempt(_ out: Output) {
        jobs[0].attempts += 1
        jobs[0].body.removeAll(keepingCapacity: true)
        (jobs[0].partial, jobs[0].answer) = ("", nil)
        let id = LinkID(nextLink)
        nextLink = (nextLink + 1) % (Output.numbers - 1)
        link = id
        out.connect(id, .http(request(jobs[0].samples)))
    }

    /// The request failed: again, when that may help and there is time.
    private func lost(_ failure: ProviderFailure, _ out: Output) {
        guard case .reconnect(let after) = failure.consequence else {
            return failure.consequence == .fatal ? refuse(failure, out) : settle(.failure(failure), out)
        }
        let pause = max(after ?? .zero, Self.retryPause)
        let isLimited = failure.code == "rate-limit"
        guard jobs[0].attempts < (isLimited ? 4 : 2), let end = jobs[0].patienceEnds, out.now + pause < end else {
            return settle(.failure(failure), out)
        }
        if isLimited { out.event(.notice("\(failure.text); trying again in \(Int(pause.milliseconds)) ms")) }
        out.timer(Self.retryTimer, after: pause)
    }

    /// The first job is over: its text, its end, the next.
    private func settle(_ answer: BatchAnswer, _ out: Output) {
        let job = jobs.removeFirst()
        stopExchange(out)
        switch answer {
        case .text(let text):
            if job.attempts > 0 { failuresInARow = 0 }
            tell(text, out)
        case .failure(let failure):
            failuresInARow += 1
            tell(job.partial, out)
            guard failuresInARow < Self.mostFailures else { return refuse(failure, out) }
            var failure = failure
            failure.consequence = .goesOn
            out.event(.failure(failure))
        }
        if job.attempts > 0, let usage = usage(job) { out.event(.usage(usage)) }
        if job.isLast { answerOne(out) }
        begin(out)
    }

    private func usage(_ job: Job) -> Usage? {
        common.usage(seconds: Double(job.samples.count) / Double(capabilities.inputRate))
    }

    private func tell(_ text: String, _ out: Output) {
        let text = SegmentText.trimmed(text)
        if !text.isEmpty { out.event(.transcript(text: text, isFinal: true)) }
    }

    private func answerOne(_ out: Output) {
        if let ms = finals.answer(out.now) { out.event(.turnFinal(ms: ms)) }
    }

    /// Trying again is useless: the part is over.
    private func refuse(_ failure: ProviderFailure, _ out: Output) {
        var failure = failure
        if failure.consequence == .goesOn { failure.consequence = .reconnect(after: nil) }
        while finals.isWaiting { answerOne(out) }
        isOver = true
        stop(out)
        out.event(.failure(failure))
    }

    private func stopExchange(_ out: Output) {
        out.cancelTimer(Self.patienceTimer)
        out.cancelTimer(Self.retryTimer)
        if let link { out.close(link) }
        link = nil
    }

    private func stop(_ out: Output) {
        stopExchange(out)
        jobs.removeAll()
        recording.removeAll()
        isRecording = false
    }
}
