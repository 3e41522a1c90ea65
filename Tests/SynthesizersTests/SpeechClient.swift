import Core
import Network
import ProviderKit

@testable import Synthesizers

/// A pipeline's end of a synthesiser over real links: three sentences are given, in some acts cut short; what comes is checked.
@EngineActor
final class SpeechClient: LinkDelegate {
    static let sentences = [
        "Good morning, this is the first sentence.", "The second one is a little longer & has <signs>, \"quotes\" too.",
        "Third: done.",
    ]

    private let loop: UVLoop
    private let links: LWSLinks
    private let make: () throws -> any Synthesizer
    private let scenario: String
    private let cancels: Bool
    /// Characters that the vendor's protocol adds to a text (a space at its end).
    private let padding: Int
    private var part: (any Synthesizer)?
    private var base = ProviderOutput()
    private var out: PartOutput<SynthesizerEvent>
    private var open: [LinkID: any Link] = [:]
    private var timers: [ProviderTimer: any EngineTimer] = [:]
    private var attempts = 0
    private var firstSentence = 1
    private var hasCancelled = false
    private var isEnding = false

    /// Samples told of each sentence.
    private(set) var samples: [Int: Int] = [:]
    /// Sentences in the order in which they ended.
    private(set) var ended: [Int] = []
    private(set) var failures: [ProviderFailure] = []
    private(set) var words: [SpokenWord] = []
    /// What must not be.
    private(set) var faults: [String] = []
    private(set) var log: [String] = []
    private(set) var isFinished = false
    private(set) var rate = 0

    init(
        loop: UVLoop, scenario: String, cancels: Bool, padding: Int, make: @escaping () throws -> any Synthesizer
    ) {
        (self.loop, self.scenario, self.cancels, self.padding, self.make) = (loop, scenario, cancels, padding, make)
        links = LWSLinks(loop: loop)
        out = PartOutput(base)
    }

    /// Connects; again after a failure that says so.
    func run() {
        attempts += 1
        base = ProviderOutput(now: loop.now)
        out = PartOutput(base)
        do {
            let made = try make()
            part = made
            rate = made.capabilities.outputRate
            made.start(PartContext(language: "en"), out)
            perform()
        } catch {
            faults.append("cannot be made: \(error)")
            isFinished = true
        }
    }

    private func call(_ body: (any Synthesizer, PartOutput<SynthesizerEvent>) -> Void) {
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
        finishIfDone()
    }

    // MARK: Actions

    private func perform() {
        let events = out.take()
        let actions = base.actions
        let bytes = base.bytes
        base.reset()
        for action in actions { perform(action, bytes) }
        for event in events { heard(event) }
    }

    private func perform(_ action: ProviderAction, _ bytes: [UInt8]) {
        switch action {
        case .connect(let id, let endpoint): open[id] = links.open(id, endpoint, delegate: self)
        case .send(let id, let kind, let range): open[id]?.send(kind, bytes.span.extracting(range))
        case .finish(let id): open[id]?.finish()
        case .close(let id, let code, let reason): open[id]?.close(code: code, reason: reason)
        case .timer(let id, let after):
            timers[id]?.cancel()
            timers[id] = loop.schedule(after: after) { [weak self] in self?.call { $0.timer(id, $1) } }
        case .cancelTimer(let id): timers.removeValue(forKey: id)?.cancel()
        case .event, .trace: break
        }
    }

    private func heard(_ event: SynthesizerEvent) {
        guard !isEnding else { return faults.append("an event after the end: \(event)") }
        switch event {
        case .ready: speak()
        case .audio(let number, let range): heardAudio(number, range.count)
        case .words(_, let some): words += some
        case .ended(let number): sentenceEnded(number)
        case .failure(let failure): failed(failure)
        case .notice(let text): log.append("notice: \(text)")
        case .usage: break
        }
    }

    private func speak() {
        for (index, text) in Self.sentences.enumerated() where !ended.contains(firstSentence + index) {
            let number = firstSentence + index
            call { $0.speak(number, text, ends: index == Self.sentences.count - 1, $1) }
        }
        call { $0.flush($1) }
    }

    private func heardAudio(_ number: Int, _ count: Int) {
        if number < firstSentence { faults.append("audio of sentence \(number) after the cancel") }
        if let last = ended.last, number <= last { faults.append("audio of sentence \(number) after its end") }
        if let other = samples.keys.max(), other > number { faults.append("audio of \(number) after that of \(other)") }
        samples[number, default: 0] += count
        if cancels, !hasCancelled { cancelAndGoOn() }
    }

    private func cancelAndGoOn() {
        hasCancelled = true
        call { $0.cancel($1) }
        firstSentence = 11
        samples = [:]
        ended = []
        speak()
    }

    private func sentenceEnded(_ number: Int) {
        if number != (ended.last ?? firstSentence - 1) + 1 { faults.append("sentence \(number) ended out of turn") }
        ended.append(number)
        if ended.count == Self.sentences.count { finish() }
    }

    private func failed(_ failure: ProviderFailure) {
        failures.append(failure)
        log.append("failure \(failure.code) \(failure.consequence): \(failure.text)")
        switch failure.consequence {
        case .goesOn: break
        case .fatal: finish()
        case .reconnect(let after):
            part = nil
            for timer in timers.values { timer.cancel() }
            timers = [:]
            for link in open.values { link.close(code: 1000, reason: "") }
            if attempts >= 3 { return finish() }
            if let cut = samples.keys.max(), !ended.contains(cut) { samples[cut] = nil }
            _ = loop.schedule(after: max(after ?? .zero, .milliseconds(700))) { [weak self] in self?.run() }
        }
    }

    private func finish() {
        _ = loop.schedule(after: .milliseconds(300)) { [weak self] in self?.end() }
    }

    private func end() {
        guard !isEnding else { return }
        call { $0.close($1) }
        isEnding = true
        finishIfDone()
    }

    private func finishIfDone() { if isEnding, open.isEmpty { isFinished = true } }

    // MARK: Judgement

    /// What is wrong with the outcome, for this scenario.
    func verdict() -> [String] {
        var wrong = faults
        let numbers = Array(firstSentence..<firstSentence + Self.sentences.count)
        switch scenario {
        case "error-401":
            if failures.map(\.code) != ["auth"] { wrong.append("no single auth failure: \(failures)") }
        case "error-mid-stream" where !failures.isEmpty, "drop-mid-stream" where !failures.isEmpty: break
        default:
            if ended != numbers { wrong.append("ended: \(ended)") }
            for (index, number) in numbers.enumerated() { wrong += lengthFault(number, Self.sentences[index]) }
        }
        return wrong
    }

    /// The stand-ins speak 60 ms a character, from 0.3 to 10 s; the huge ones 8 MB.
    private func lengthFault(_ number: Int, _ text: String) -> [String] {
        let got = samples[number] ?? 0
        guard scenario != "huge" else { return got >= 4 << 20 ? [] : ["sentence \(number): \(got) samples"] }
        let wanted = Int(min(10, max(0.3, 0.06 * Double(text.unicodeScalars.count + padding))) * Double(rate))
        return abs(got - wanted) <= 2 ? [] : ["sentence \(number): \(got) samples, \(wanted) wanted"]
    }
}
