import AudioKit
import Core

/// The user's audio on its way in: mute, level, voice activity, the buffer with pre-roll, and the rate of the provider.
///
/// One per session, engine thread; all memory is taken at the start. Positions count user samples at the leg's rate.
final class UplinkChain {
    /// Where user audio goes.
    enum Route: Equatable {
        /// Nobody is ready: it is kept.
        case held
        /// Everything goes at once.
        case open
        /// Only audio of user turns goes (providers that leave endpointing to us); `turn` tells whether one is open.
        case gated(turn: Bool)
    }

    /// What the detector found in a frame.
    enum Speech: Equatable {
        /// Speech began at this sample.
        case started(at: Int)
        /// It has lasted long enough to interrupt.
        case sustained(from: Int)
        /// It ended after this sample.
        case stopped(at: Int)
    }

    let rate: Int
    var route = Route.held
    var isMuted = false
    /// Whether the microphone is open by the talk mode.
    var gate: TalkGate
    /// The devices are being tested: the agent hears nothing of it.
    var isTested = false
    /// The provider gets silence, though the session hears the user.
    var isWithheld = false
    private(set) var buffer: UplinkBuffer
    /// When the last frame with speech arrived.
    private(set) var lastSpeech: MonotonicTime?
    private(set) var meter: LevelMeter

    private let detector: VoiceActivityDetector?
    private let preroll: Int
    private let sustain: Int
    private var speechFrom: Int?
    private var sustained = false
    private var turnStart = 0
    private var resampler: Resampler?
    private var targetRate = 0
    private var converted: [Int16] = []
    private let silence: [Int16]
    /// The microphone of the last moments while push-to-talk is closed.
    private var pretalk: UplinkBuffer
    private var wasOpen = true
    private var spectrum: SpectrumAnalyzer?

    init(rate: Int, settings: SessionSettings) {
        self.rate = rate
        let seconds = Double(settings.holdLimit.wholeNanoseconds) / 1e9
        buffer = UplinkBuffer(capacity: Int(max(5, min(60, seconds)) * Double(rate)))
        meter = LevelMeter(sampleRate: rate)
        preroll = rate * max(0, min(2000, settings.prerollMs)) / 1000
        sustain = rate * max(20, min(1000, settings.bargeInMs)) / 1000
        silence = [Int16](repeating: 0, count: rate / 10)
        gate = TalkGate(settings.talkMode)
        pretalk = UplinkBuffer(capacity: rate * TalkGate.prerollMs / 1000)
        var configuration = VADConfiguration()
        configuration.hangoverMilliseconds = max(100, min(5000, settings.endpointingMs))
        detector = try? VoiceActivityDetector(sampleRate: rate, configuration: configuration)
    }

    /// The sample at which the speech that is on began.
    var speechOnset: Int? { speechFrom }

    /// What the detector knows now.
    var detection: VADResult? { detector?.result }

    /// Whether what the microphone hears goes on.
    func isOpen(now: MonotonicTime) -> Bool { !isMuted && !isTested && gate.isOpen(now: now) }

    /// Takes audio from the leg. Returns what the detector found. `heard` gets what the session hears: silence while the
    /// microphone is muted, tested or closed by the talk mode. The meter shows what the microphone hears unless muted.
    func process(_ pcm: Span<Int16>, now: MonotonicTime, heard: (Span<Int16>) -> Void) -> Speech? {
        let opens = isOpen(now: now)
        defer { wasOpen = opens }
        if opens {
            meter.update(pcm)
            return take(pcm, now, heard)
        }
        return hold(pcm, now, heard) ?? (wasOpen && gate.mode == .pushToTalk ? closeSpeech() : nil)
    }

    /// Push-to-talk opened: what was said just before goes through detector and buffer. Not to the record, whose clock
    /// has gone on already. Each finding is told.
    func releasePretalk(now: MonotonicTime, _ report: (Speech) -> Void) {
        guard !isMuted, !isTested else { return pretalk.seek(pretalk.end) }
        var scratch = [Int16](repeating: 0, count: rate / 50)
        var count = 0
        while pretalk.take(
            scratch.count,
            { piece in
                count = piece.count
                for index in 0..<piece.count { scratch[index] = piece[index] }
            })
        {
            if let speech = take(scratch.span.extracting(0..<count), now, { _ in }) { report(speech) }
        }
    }

    /// Takes the background over that was measured: see `VoiceActivityDetector.calibrate`.
    func calibrate(background level: Float) -> Float? { detector?.calibrate(background: level) }

    /// Brings the spectrum up to date; nil when nothing changed. Made when first asked for.
    func updateSpectrum(_ pcm: Span<Int16>, bands: Int) -> [Float]? {
        if spectrum == nil { spectrum = SpectrumAnalyzer(sampleRate: rate, bandCount: bands) }
        return spectrum?.update(pcm) == true ? spectrum?.bands : nil
    }

    /// Nobody looks at the spectrum any more.
    func dropSpectrum() { spectrum = nil }

    private func closeSpeech() -> Speech? {
        guard case .speechStopped(let at)? = detector?.close() else { return nil }
        speechFrom = nil
        return .stopped(at: at)
    }

    /// The microphone is closed: silence goes on in its place.
    private func hold(_ pcm: Span<Int16>, _ now: MonotonicTime, _ heard: (Span<Int16>) -> Void) -> Speech? {
        if !isMuted, !isTested, gate.mode == .pushToTalk { pretalk.write(pcm) }
        var found: Speech?
        if !isMuted { meter.update(pcm) }
        var left = pcm.count
        while left > 0 {
            let count = min(left, silence.count)
            left -= count
            if isMuted { silence.withUnsafeBufferPointer { meter.update($0.span.extracting(0..<count)) } }
            silence.withUnsafeBufferPointer { found = take($0.span.extracting(0..<count), now, heard) ?? found }
        }
        return found
    }

    private func take(_ pcm: Span<Int16>, _ now: MonotonicTime, _ heard: (Span<Int16>) -> Void) -> Speech? {
        if isWithheld { writeSilence(pcm.count) } else { buffer.write(pcm) }
        heard(pcm)
        guard let result = detector?.process(pcm) else { return nil }
        if result.isSpeech, let level = result.level, level >= result.threshold { lastSpeech = now }
        return judge(result)
    }

    private func writeSilence(_ count: Int) {
        var left = count
        while left > 0 {
            let piece = min(left, silence.count)
            left -= piece
            silence.withUnsafeBufferPointer { buffer.write($0.span.extracting(0..<piece)) }
        }
    }

    private func judge(_ result: VADResult) -> Speech? {
        switch result.event {
        case .speechStarted(let at)?:
            speechFrom = at
            sustained = false
            turnStart = max(0, at - preroll)
            return .started(at: at)
        case .speechStopped(let at)?:
            speechFrom = nil
            return .stopped(at: at)
        case nil:
            guard let from = speechFrom, !sustained, buffer.end - from >= sustain else { return nil }
            sustained = true
            return .sustained(from: from)
        }
    }

    // MARK: Sending

    /// Sets who gets the audio from now on; with `replayTurn` the user turn that is open is sent again from its start.
    func setTarget(rate: Int, gated: Bool, replayTurn: Bool) {
        if rate != targetRate {
            targetRate = rate
            resampler = rate == self.rate ? nil : try? Resampler(from: self.rate, to: rate)
            converted = [Int16](repeating: 0, count: resampler?.maximumOutput(for: self.rate / 10) ?? self.rate / 10)
        }
        if replayTurn { buffer.seek(min(buffer.cursor, turnStart)) }
        route = gated ? .gated(turn: false) : .open
        resampler?.reset()
    }

    /// A user turn begins: its pre-roll goes first.
    func openTurn() {
        guard case .gated(turn: false) = route else { return }
        buffer.seek(max(buffer.cursor, turnStart))
        route = .gated(turn: true)
    }

    /// The user turn is over.
    func closeTurn() {
        if case .gated = route { route = .gated(turn: false) }
    }

    /// Gives what may be sent now to `send`, at the provider's rate, in pieces of at most 100 ms: everything when `whole`,
    /// else at most a second, so that many calls whose provider comes back at once do not stop each other's audio.
    func drain(whole: Bool, _ send: (Span<Int16>) -> Void) {
        switch route {
        case .held: return
        case .gated(turn: false):
            // Older than any pre-roll: nobody will ask for it.
            buffer.seek(max(buffer.cursor, buffer.end - preroll - rate))
            return
        case .open, .gated(turn: true): break
        }
        let limit = rate / 10
        var pieces = whole ? Int.max : 10
        while pieces > 0, sendPiece(limit, send) { pieces -= 1 }
    }

    /// Copies one piece out before it is sent: sending may lead back here (a new route, a turn that opens).
    private func sendPiece(_ limit: Int, _ send: (Span<Int16>) -> Void) -> Bool {
        // Empty: the caller further up is sending; it goes on with what is here.
        guard !converted.isEmpty else { return false }
        var scratch: [Int16] = []
        swap(&scratch, &converted)
        var written = 0
        let more = buffer.take(limit) { piece in
            var target = scratch.mutableSpan
            if let resampler {
                written = resampler.process(piece, into: &target)
            } else {
                for i in 0..<piece.count { target[i] = piece[i] }
                written = piece.count
            }
        }
        if written > 0 { send(scratch.span.extracting(0..<written)) }
        if converted.isEmpty { swap(&scratch, &converted) }
        return more
    }
}
